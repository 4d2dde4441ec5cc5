package onnx

import (
	"strconv"

	"github.com/alexconv/alexconv/ir"
)

func readSum(c *call) { c.eltwise(&ir.Eltwise{Kind: ir.Sum}) }
func readMax(c *call) { c.eltwise(&ir.Eltwise{Kind: ir.Maximum}) }

// readAdd reads a sum of two values, a value plus a constant, or the bias of
// the MatMul before it.
func readAdd(c *call) {
	if c.binary() {
		c.eltwise(&ir.Eltwise{Kind: ir.Sum})
		return
	}
	if !addBias(c) {
		c.scaleBy(func(x float32) (scale, bias float32) { return 1, x })
	}
}

// readSub reads a difference of two values, a value minus a constant, or a
// constant minus a value.
func readSub(c *call) {
	switch {
	case c.binary():
		c.eltwise(&ir.Eltwise{Kind: ir.Sum, Coefficients: []float32{1, -1}})
	case c.constant(1) != nil:
		c.scaleBy(func(x float32) (scale, bias float32) { return 1, -x })
	default:
		c.scaleBy(func(x float32) (scale, bias float32) { return -1, x })
	}
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
