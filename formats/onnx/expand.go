package onnx

import (
	"slices"
	"strconv"

	"github.com/alexconv/alexconv/ir"
)

// readExpand reads a repetition of a value along the axes where it has extent 1.
func readExpand(c *call) {
	x, to := c.shape(0), c.integers(1)
	if c.failed() {
		return
	}
	dims, ok := broadcast(x, to)
	if !ok {
		c.invalid("%v does not expand to %v", x, ir.Shape(to))
		return
	}
	c.conclude(c.input(0), expansion(x, dims)...)
}

// expansion repeats a value to fill a shape to which it broadcasts.
func expansion(x, dims ir.Shape) []stage {
	var list []stage
	missing := len(dims) - len(x)
	if missing > 0 {
		list = append(list, stage{suffix: "axes", op: &ir.Reshape{Dims: slices.Concat(slices.Repeat([]int{1}, missing), x), NumAxes: -1}})
	}
	for axis, d := range dims {
		if axis < missing && d != 1 || axis >= missing && d != x[axis-missing] {
			list = append(list, stage{suffix: "repeat" + strconv.Itoa(axis), op: &ir.Tile{Axis: axis, Tiles: d}})
		}
	}
	return list
}

// spanned prepares two values for a Scale or Bias, whose second operand spans
// axes of the first: the values in that order and the axis at which the second
// begins. Where neither spans the other, or an attribute before opset 7 says how
// they go together, ok is false.
func (c *call) spanned(a, b *ir.Value) (inputs []*ir.Value, axis int, ok bool) {
	if c.failed() {
		return nil, 0, false
	}
	if c.opset < 7 && !c.shapes[a].Equal(c.shapes[b]) {
		c.unsupported("inputs of %v and %v are not supported before opset 7", c.shapes[a], c.shapes[b])
		return nil, 0, false
	}
	for range 2 {
		if from, to, fits := spannedAxes(c.shapes[a], c.shapes[b]); fits {
			span := c.shapes[a][from:to]
			if !c.shapes[b].Equal(span) {
				b = c.apply(b, stage{suffix: "span", op: &ir.Reshape{Dims: followed(c.shapes[b], span), NumAxes: -1}})
			}
			return []*ir.Value{a, b}, from, !c.failed()
		}
		a, b = b, a
	}
	return nil, 0, false
}

// spannedAxes gives the axes of a that b, aligned at the last one, equals; where
// it has extent 1 and a has not, b may lack an axis at either end.
func spannedAxes(a, b ir.Shape) (from, to int, ok bool) {
	if len(b) > len(a) {
		return 0, 0, false
	}
	from, to = len(a)-len(b), len(a)
	at := func(axis int) int { return b[axis-(len(a)-len(b))] }
	for to > from && at(to-1) == 1 && a[to-1] != 1 {
		to--
	}
	for from < to && at(from) == 1 && a[from] != 1 {
		from++
	}
	for axis := from; axis < to; axis++ {
		if at(axis) != a[axis] {
			return 0, 0, false
		}
	}
	if from == to {
		from = 0
		to = 0
	}
	return from, to, true
}

// followed is the reshape of b to dims; an extent that keeps its place is copied.
func followed(b, dims ir.Shape) []int {
	list := make([]int, len(dims))
	for i, d := range dims {
		if list[i] = d; i < len(b) && b[i] == d {
			list[i] = 0
		}
	}
	return list
}

// expanded are values repeated to the shape to which they broadcast.
func (c *call) expanded(values []*ir.Value) []*ir.Value {
	if c.failed() {
		return nil
	}
	dims := c.shapes[values[0]]
	for i, v := range values[1:] {
		out, ok := broadcast(dims, c.shapes[v])
		if !ok {
			c.invalid("input %d is %v, the others are %v: they do not go together", i+1, c.shapes[v], dims)
			return nil
		}
		dims = out
	}
	if err := dims.Check(); err != nil {
		c.fail(err)
		return nil
	}
	out := make([]*ir.Value, len(values))
	for i, v := range values {
		list := expansion(c.shapes[v], dims)
		if c.opset < 7 && len(list) > 0 {
			c.unsupported("inputs of %v and %v are not supported before opset 7", c.shapes[v], dims)
			return nil
		}
		for j := range list {
			list[j].suffix += "_" + strconv.Itoa(i)
		}
		out[i] = c.apply(v, list...)
	}
	return out
}
