package onnx

import (
	"strconv"
	"strings"
)

// checkShapes holds the shapes that the file notes for values and outputs
// against those that follow from the inputs. An axis is not compared where an
// input leaves its extent open and the reader chose one.
func (c *checker) checkShapes(r *reader) {
	g := c.model.graph
	open := make(map[int]bool)
	for _, v := range g.inputs {
		for axis, d := range v.dims {
			open[axis] = open[axis] || !d.known
		}
	}
	for _, list := range [][]*valueInfo{g.values, g.outputs} {
		for _, v := range list {
			value := r.values[v.name]
			if value == nil || !v.ranked {
				continue
			}
			shape := r.shapes[value]
			if len(shape) != len(v.dims) {
				c.error(codeShape, v.name, "is declared as %s, but is %v", v.shapeText(), shape)
				continue
			}
			for axis, d := range v.dims {
				if d.known && !open[axis] && d.value != int64(shape[axis]) {
					c.error(codeShape, v.name, "is declared as %s, but is %v", v.shapeText(), shape)
					break
				}
			}
		}
	}
}

// shapeText is the declared shape as [ir.Shape] prints it, with the names of
// open extents.
func (v *valueInfo) shapeText() string {
	if len(v.dims) == 0 {
		return "scalar"
	}
	var parts []string
	for _, d := range v.dims {
		switch {
		case d.known:
			parts = append(parts, strconv.FormatInt(d.value, 10))
		case d.param != "":
			parts = append(parts, d.param)
		default:
			parts = append(parts, "?")
		}
	}
	return strings.Join(parts, "x")
}
