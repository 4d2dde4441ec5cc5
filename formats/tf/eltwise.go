package tf

import (
	"strconv"

	"github.com/alexconv/alexconv/ir"
)

// readAdd reads a sum of two values, a value plus a constant, or the bias of
// the convolution or matrix product in front.
func readAdd(c *call) {
	switch {
	case c.binary():
		c.eltwise(&ir.Eltwise{Kind: ir.Sum})
	case c.constant(1) != nil && foldBias(c, 1):
	case c.constant(0) != nil && foldBias(c, 0):
	default:
		c.shiftBy(itself)
	}
}

// readSub reads a difference of two values, a value minus a constant, or a
// constant minus a value.
func readSub(c *call) {
	switch {
	case c.binary():
		c.eltwise(&ir.Eltwise{Kind: ir.Sum, Coefficients: []float32{1, -1}})
	case c.constant(1) != nil:
		c.shiftBy(negative)
	default:
		c.subtractFrom()
	}
}

func readAddN(c *call)    { c.eltwise(&ir.Eltwise{Kind: ir.Sum}) }
func readMaximum(c *call) { c.eltwise(&ir.Eltwise{Kind: ir.Maximum}) }

// binary reports whether both inputs are computed values, or there are not two.
func (c *call) binary() bool {
	if len(c.node.inputs) != 2 {
		c.invalid("has %d inputs instead of 2", len(c.node.inputs))
		return true
	}
	return c.constant(0) == nil && c.constant(1) == nil
}

// eltwise makes the operation on all inputs, which have one shape and one
// order. Of a single input it is a copy.
func (c *call) eltwise(o *ir.Eltwise) {
	var inputs []ref
	for i := range c.node.inputs {
		inputs = append(inputs, c.any(i))
	}
	if c.failed() {
		return
	}
	if len(inputs) == 0 {
		c.invalid("has no inputs")
		return
	}
	for i, in := range inputs[1:] {
		first := inputs[0]
		if !c.shapes[in.value].Equal(c.shapes[first.value]) || in.order != first.order || !in.image.Equal(first.image) {
			c.unsupported("input %d is %v, input 0 is %v, or their orders differ; broadcasting between values is not supported",
				i+1, c.shapes[in.value], c.shapes[first.value])
			return
		}
	}
	if len(inputs) == 1 {
		c.emitSame(&ir.Split{Copies: 1}, inputs[0])
		return
	}
	c.emitSame(o, inputs...)
}

func writeEltwise(l *lowering, o *ir.Eltwise) error {
	inputs := append([]string(nil), l.inputs...)
	for i, coefficient := range o.Coefficients {
		if coefficient != 1 {
			inputs[i] = l.step("Mul", []string{inputs[i], l.floats("coefficient"+strconv.Itoa(i), nil, coefficient)})
		}
	}
	if o.Kind == ir.Sum && len(inputs) > 2 {
		l.result("AddN", inputs, intAttribute("N", len(inputs)))
		return nil
	}
	op := map[ir.EltwiseKind]string{ir.Sum: "AddV2", ir.Product: "Mul", ir.Maximum: "Maximum"}[o.Kind]
	y := inputs[0]
	for i, next := range inputs[1:] {
		y = l.chain(i == len(inputs)-2, op, []string{y, next})
	}
	return nil
}
