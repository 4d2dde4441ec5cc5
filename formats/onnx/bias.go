package onnx

import (
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// shiftBy makes a Bias of a constant.
func (c *call) shiftBy(f func(float32) float32) {
	at, t, o := c.valueAndConstant()
	if c.failed() {
		return
	}
	constant := c.expanded(t, o)
	if c.failed() {
		return
	}
	bias := mapped(constant, f)
	if sameFloats(bias.Data, constant.Data) {
		bias = constant
	}
	c.emitNode(&ir.Node{
		Op:      &ir.Bias{Axis: o.axis, NumAxes: len(o.shape)},
		Inputs:  []*ir.Value{c.input(at)},
		Outputs: c.outputs(1),
		Params:  []*ir.Tensor{bias},
	})
}

// spanned gives two values of which the second spans the last axes of the
// first, and the axis at which it begins there.
func (c *call) spanned() (inputs []*ir.Value, axis int) {
	a, b := c.shape(0), c.shape(1)
	if c.failed() {
		return nil, 0
	}
	inputs = c.inputs()
	if len(a) < len(b) {
		a, b = b, a
		slices.Reverse(inputs)
	}
	axis = len(a) - len(b)
	if !a[axis:].Equal(b) || c.opset < 7 {
		c.unsupported("inputs of %v and %v do not go together without broadcasting both", a, b)
		return nil, 0
	}
	if len(b) == 0 {
		axis = 0
	}
	return inputs, axis
}

func writeBias(l *lowering, o *ir.Bias) error {
	operand, err := o.Operand(l.in)
	if err != nil {
		return err
	}
	summand, _, err := l.aligned(operand, o.Axis)
	if err != nil {
		return err
	}
	l.result("Add", []string{l.inputs[0], summand})
	return nil
}

// aligned gives the layer's second operand, its second input or its first
// parameter, with dims that ONNX, which aligns at the last axis, aligns from the
// given axis on.
func (l *lowering) aligned(operand ir.Shape, axis int) (name string, dims []int, err error) {
	if len(operand) > 0 {
		if axis, err = ir.Axis(axis, len(l.in[0])); err != nil {
			return "", nil, err
		}
		dims = l.trailing(operand, axis)
	}
	switch {
	case len(l.in) == 1:
		return l.param(0, dims...), dims, nil
	case len(dims) > len(operand):
		view := slices.Clone(dims)
		clear(view[:len(operand)]) // zeros, which copy
		return l.reshaped(l.inputs[1], view), dims, nil
	}
	return l.inputs[1], dims, nil
}
