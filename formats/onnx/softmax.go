package onnx

import (
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// softmaxPerAxis is the opset from which Softmax is along one axis; before, all
// axes from the given one on are normalised together.
const softmaxPerAxis = 13

func readSoftmax(c *call) {
	readNormal(c, func(axis int) ir.Op { return &ir.Softmax{Axis: axis} })
}

func readLogSoftmax(c *call) {
	readNormal(c, func(axis int) ir.Op { return &ir.LogSoftmax{Axis: axis} })
}

// readNormal reads an operation that normalises along an axis; axes that are
// normalised together are joined before and parted after it.
func readNormal(c *call, along func(axis int) ir.Op) {
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
		c.emit(along(given))
		return
	}
	axis, err := ir.Axis(given, len(x))
	if err != nil {
		c.fail(err)
		return
	}
	if x[axis+1:].Elements() == 1 {
		c.emit(along(given))
		return
	}
	kept := make([]int, axis) // zeros, which copy
	c.conclude(c.input(0),
		stage{suffix: "joined", op: &ir.Reshape{Dims: slices.Concat(kept, []int{-1}), NumAxes: -1}},
		stage{suffix: "softmax", op: along(axis)},
		stage{op: &ir.Reshape{Dims: slices.Concat(kept, x[axis:]), NumAxes: -1}})
}

func writeSoftmax(l *lowering, o *ir.Softmax) error       { return l.normal("Softmax", o.Axis) }
func writeLogSoftmax(l *lowering, o *ir.LogSoftmax) error { return l.normal("LogSoftmax", o.Axis) }

// normal writes an operation that normalises along an axis; before opset 13 one
// that is not the last with an extent changes places with the last.
func (l *lowering) normal(opType string, along int) error {
	x := l.in[0]
	axis, err := ir.Axis(along, len(x))
	if err != nil {
		return err
	}
	written := intAttribute("axis", l.axis(along, len(x)))
	if l.opset >= softmaxPerAxis || x[axis+1:].Elements() == 1 {
		l.result(opType, l.inputs, written)
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
	normal := l.step(opType, []string{swapped}, intAttribute("axis", last))
	l.result("Transpose", []string{normal}, swap)
	return nil
}
