package onnx

import (
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// softmaxPerAxis is the opset from which Softmax is along one axis; before, all
// axes from the given one on are normalised together.
const softmaxPerAxis = 13

func readSoftmax(c *call) {
	x := c.shape(0)
	absent := 1
	if c.opset >= softmaxPerAxis {
		absent = -1
	}
	given := c.int("axis", absent)
	if c.failed() {
		return
	}
	if c.opset >= softmaxPerAxis {
		c.emit(&ir.Softmax{Axis: given})
		return
	}
	axis, err := ir.Axis(given, len(x))
	if err != nil {
		c.fail(err)
		return
	}
	if x[axis+1:].Elements() == 1 {
		c.emit(&ir.Softmax{Axis: given})
		return
	}
	// Normalised together: as one axis, and back.
	joined, normal := c.between("joined"), c.between("softmax")
	kept := make([]int, axis) // zeros, which copy
	c.emitNode(&ir.Node{
		Name:    displayName(c.node) + "/joined",
		Op:      &ir.Reshape{Dims: slices.Concat(kept, []int{-1}), NumAxes: -1},
		Inputs:  []*ir.Value{c.input(0)},
		Outputs: []*ir.Value{joined},
	})
	c.emitNode(&ir.Node{Op: &ir.Softmax{Axis: axis}, Inputs: []*ir.Value{joined}, Outputs: []*ir.Value{normal}})
	c.emitNode(&ir.Node{
		Name:    displayName(c.node) + "/split",
		Op:      &ir.Reshape{Dims: slices.Concat(kept, x[axis:]), NumAxes: -1},
		Inputs:  []*ir.Value{normal},
		Outputs: c.outputs(1),
	})
}

// writeSoftmax writes Softmax; before opset 13 an axis that is not the last
// one with an extent changes places with the last.
func writeSoftmax(l *lowering, o *ir.Softmax) error {
	x := l.in[0]
	axis, err := ir.Axis(o.Axis, len(x))
	if err != nil {
		return err
	}
	written := intAttribute("axis", l.axis(o.Axis, len(x)))
	if l.opset >= softmaxPerAxis || x[axis+1:].Elements() == 1 {
		l.result("Softmax", l.inputs, written)
		return nil
	}
	last := len(x) - 1
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	order[axis], order[last] = last, axis
	swap := intsAttribute("perm", order...)
	swapped := l.step("Transpose", l.inputs, swap)
	normal := l.step("Softmax", []string{swapped}, intAttribute("axis", last))
	l.result("Transpose", []string{normal}, swap)
	return nil
}
