package onnx

import (
	"slices"

	"github.com/alexconv/alexconv/ir"
)

func readRelu(c *call)      { c.emit(&ir.ReLU{}) }
func readLeakyRelu(c *call) { c.emit(&ir.ReLU{Slope: c.float("alpha", 0.01)}) }
func readSigmoid(c *call)   { c.emit(&ir.Sigmoid{}) }
func readTanh(c *call)      { c.emit(&ir.Tanh{}) }

func writeReLU(l *lowering, o *ir.ReLU) error {
	if o.Slope == 0 {
		l.result("Relu", l.inputs)
		return nil
	}
	l.result("LeakyRelu", l.inputs, floatAttribute("alpha", o.Slope))
	return nil
}

func writeSigmoid(l *lowering, _ *ir.Sigmoid) error {
	l.result("Sigmoid", l.inputs)
	return nil
}

func writeTanh(l *lowering, _ *ir.Tanh) error {
	l.result("Tanh", l.inputs)
	return nil
}

// readPRelu reads a slope that is one number or one per channel.
func readPRelu(c *call) {
	x, slope := c.shape(0), c.weights(1)
	if c.failed() {
		return
	}
	dims := slope.shape()
	if c.opset < 7 && len(dims) == 1 && len(x) > 1 && dims[0] == x[1] {
		// Before opset 7 the slope is aligned with the channels by itself.
		dims = append(dims.Clone(), slices.Repeat([]int{1}, len(x)-2)...)
	}
	o := c.align(x, dims)
	switch {
	case c.failed():
	case len(o.shape) == 0:
		c.emit(&ir.PReLU{Shared: true}, c.tensorOf(slope, ir.Shape{}))
	case len(o.shape) == 1 && o.axis == 1:
		c.emit(&ir.PReLU{}, c.tensorOf(slope, o.shape))
	default:
		c.unsupported("the slope is %v; it must be one number or one per channel of %v", dims, x)
	}
}

func writePReLU(l *lowering, o *ir.PReLU) error {
	dims := []int{1}
	if !o.Shared {
		dims = l.trailing(l.layer.Params[0].Shape, 1)
	}
	l.result("PRelu", []string{l.inputs[0], l.param(0, dims...)})
	return nil
}

// trailing are the dims of a tensor that is aligned with the first input from
// an axis on, for ONNX, which aligns at the last axis.
func (l *lowering) trailing(shape ir.Shape, axis int) []int {
	return append(shape.Clone(), slices.Repeat([]int{1}, len(l.in[0])-axis-len(shape))...)
}
