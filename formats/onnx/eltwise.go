package onnx

import (
	"strconv"

	"github.com/alexconv/alexconv/ir"
)

func readSum(c *call) { c.eltwise(&ir.Eltwise{Kind: ir.Sum}) }
func readMax(c *call) { c.eltwise(&ir.Eltwise{Kind: ir.Maximum}) }

// readAdd reads a sum of two values of one shape, of a value and one that spans
// its last axes, of a value and a constant, or the bias of the MatMul before it.
func readAdd(c *call) {
	switch {
	case !c.binary():
		if !addBias(c) {
			c.shiftBy(func(x float32) float32 { return x })
		}
	case c.equalInputs():
		c.eltwise(&ir.Eltwise{Kind: ir.Sum})
	default:
		inputs, axis := c.spanned()
		if !c.failed() {
			c.emitNode(&ir.Node{Op: &ir.Bias{Axis: axis}, Inputs: inputs, Outputs: c.outputs(1)})
		}
	}
}

// readSub reads a difference of two values, a value minus a constant, or a
// constant minus a value.
func readSub(c *call) {
	switch {
	case c.binary():
		c.eltwise(&ir.Eltwise{Kind: ir.Sum, Coefficients: []float32{1, -1}})
	case c.constant(1) != nil:
		c.shiftBy(func(x float32) float32 { return -x })
	default:
		c.subtractFrom()
	}
}

// subtractFrom makes a Scale by -1 whose bias is the constant.
func (c *call) subtractFrom() {
	at, t, o := c.valueAndConstant()
	if c.failed() {
		return
	}
	bias := c.expanded(t, o)
	if c.failed() {
		return
	}
	c.emitNode(&ir.Node{
		Op:      &ir.Scale{Axis: o.axis, NumAxes: len(o.shape), Bias: true},
		Inputs:  []*ir.Value{c.input(at)},
		Outputs: c.outputs(1),
		Params:  []*ir.Tensor{mapped(bias, func(float32) float32 { return -1 }), bias},
	})
}

// equalInputs reports whether both inputs have one shape; it is true after a
// failure.
func (c *call) equalInputs() bool {
	a, b := c.shape(0), c.shape(1)
	return c.failed() || a.Equal(b)
}

// binary reports whether both inputs are computed values.
func (c *call) binary() bool {
	if len(c.node.inputs) != 2 {
		c.invalid("has %d inputs instead of 2", len(c.node.inputs))
		return true
	}
	return c.constant(0) == nil && c.constant(1) == nil
}

// eltwise makes the operation on all inputs, which have one shape. Of a single
// input it is a copy.
func (c *call) eltwise(o *ir.Eltwise) {
	if c.opset < 7 {
		c.bool("broadcast", false)
		c.int("axis", 0)
	}
	inputs := c.inputs()
	if c.failed() {
		return
	}
	if len(inputs) == 1 {
		c.emit(&ir.Split{Copies: 1})
		return
	}
	for i, v := range inputs[1:] {
		if !c.shapes[v].Equal(c.shapes[inputs[0]]) {
			c.unsupported("input %d is %v, input 0 is %v; broadcasting between values is not supported here",
				i+1, c.shapes[v], c.shapes[inputs[0]])
			return
		}
	}
	c.emitNode(&ir.Node{Op: o, Inputs: inputs, Outputs: c.outputs(1)})
}

func writeEltwise(l *lowering, o *ir.Eltwise) error {
	inputs := append([]string(nil), l.inputs...)
	for i, coefficient := range o.Coefficients {
		if coefficient != 1 {
			constant := l.scalar("coefficient"+strconv.Itoa(i), coefficient)
			inputs[i] = l.step("Mul", []string{inputs[i], constant})
		}
	}
	switch {
	case o.Kind == ir.Maximum:
		l.result("Max", inputs)
	case o.Kind == ir.Sum && len(inputs) > 2:
		l.result("Sum", inputs)
	case o.Kind == ir.Sum:
		l.result("Add", inputs)
	default:
		product := inputs[0]
		for _, next := range inputs[1 : len(inputs)-1] {
			product = l.step("Mul", []string{product, next})
		}
		l.result("Mul", []string{product, inputs[len(inputs)-1]})
	}
	return nil
}
