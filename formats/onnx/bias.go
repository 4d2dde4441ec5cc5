package onnx

import (
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// shiftBy makes a Bias of a constant.
func (c *call) shiftBy(f func(float32) float32) {
	v, t, o := c.valueAndConstant()
	if c.failed() {
		return
	}
	constant := c.filled(t, o)
	if c.failed() {
		return
	}
	bias := mapped(constant, f)
	if sameFloats(bias.Data, constant.Data) {
		bias = constant
	}
	c.emitNode(&ir.Node{
		Op:      &ir.Bias{Axis: o.axis, NumAxes: len(o.shape)},
		Inputs:  []*ir.Value{v},
		Outputs: c.outputs(1),
		Params:  []*ir.Tensor{bias},
	})
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
