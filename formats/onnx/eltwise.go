package onnx

import (
	"math"
	"slices"
	"strconv"

	"github.com/alexconv/alexconv/ir"
)

// readAdd reads a sum of two values, of a value and a constant, or the bias of
// the MatMul before it.
func readAdd(c *call) {
	switch {
	case c.binary():
		c.sum(c.input(0), c.input(1))
	case !addBias(c):
		c.shiftBy(func(x float32) float32 { return x })
	}
}

// sum adds two values, one of which may span axes of the other.
func (c *call) sum(a, b *ir.Value) {
	inputs, axis, ok := c.spanned(a, b)
	switch {
	case c.failed():
	case ok && !c.shapes[inputs[0]].Equal(c.shapes[inputs[1]]):
		c.emitNode(&ir.Node{Op: &ir.Bias{Axis: axis}, Inputs: inputs, Outputs: c.outputs(1)})
	default:
		c.combine(&ir.Eltwise{Kind: ir.Sum}, a, b)
	}
}

// negated is minus a value, which is exact.
var negated = stage{suffix: "negative", op: &ir.Power{Power: 1, Scale: -1}}

// readSub reads a difference of two values, a value minus a constant, or a
// constant minus a value.
func readSub(c *call) {
	switch {
	case c.binary():
		a, b := c.input(0), c.input(1)
		if !c.failed() && c.shapes[a].Equal(c.shapes[b]) {
			c.combine(&ir.Eltwise{Kind: ir.Sum, Coefficients: []float32{1, -1}}, a, b)
			return
		}
		c.sum(a, c.apply(b, negated))
	case c.constant(1) != nil:
		c.shiftBy(func(x float32) float32 { return -x })
	default:
		c.subtractFrom()
	}
}

// readSum reads a sum of any number of values, or of a value and a constant.
func readSum(c *call) {
	if len(c.node.inputs) == 2 {
		readAdd(c)
		return
	}
	c.combine(&ir.Eltwise{Kind: ir.Sum}, c.inputs()...)
}

// readMean reads a mean of values as their sum and a factor.
func readMean(c *call) {
	inputs := c.expanded(c.inputs())
	if c.failed() {
		return
	}
	if len(inputs) == 1 {
		c.conclude(inputs[0])
		return
	}
	total := c.between("sum")
	c.emitNode(&ir.Node{Name: displayName(c.node) + "/sum", Op: &ir.Eltwise{Kind: ir.Sum}, Inputs: inputs, Outputs: []*ir.Value{total}})
	c.conclude(total, stage{op: &ir.Power{Power: 1, Scale: 1 / float32(len(inputs))}})
}

// readMax reads a maximum of values, and of numbers as a lower limit.
func readMax(c *call) {
	values, numbers := c.valuesAndNumbers()
	if c.failed() {
		return
	}
	if len(numbers) == 0 {
		c.combine(&ir.Eltwise{Kind: ir.Maximum}, values...)
		return
	}
	v := values[0]
	if len(values) > 1 {
		v = c.combined(&ir.Eltwise{Kind: ir.Maximum}, values)
	}
	c.conclude(v, stage{op: &ir.Clip{Min: slices.Max(numbers), Max: math.MaxFloat32}})
}

// readMin reads a minimum of values as minus the maximum of their negatives,
// which is exact, and one of numbers as an upper limit.
func readMin(c *call) {
	values, numbers := c.valuesAndNumbers()
	if c.failed() {
		return
	}
	var last []stage
	if len(numbers) > 0 {
		last = []stage{{op: &ir.Clip{Min: -math.MaxFloat32, Max: slices.Min(numbers)}}}
	}
	if len(values) == 1 {
		c.conclude(values[0], last...)
		return
	}
	for i, v := range values {
		values[i] = c.apply(v, stage{suffix: "negative" + strconv.Itoa(i), op: negated.op})
	}
	c.conclude(c.combined(&ir.Eltwise{Kind: ir.Maximum}, values), append([]stage{negated}, last...)...)
}

// valuesAndNumbers parts the inputs into values and constants of one number.
func (c *call) valuesAndNumbers() (values []*ir.Value, numbers []float32) {
	for i := range c.node.inputs {
		t := c.constant(i)
		if t == nil {
			values = append(values, c.input(i))
			continue
		}
		if t.shape().Elements() != 1 {
			c.unsupported("input %d is a constant of %v; it must be one number", i, t.shape())
		}
		if p := c.tensorOf(t, ir.Shape{}); p != nil {
			numbers = append(numbers, p.Data[0])
		}
	}
	if len(values) == 0 {
		c.invalid("none of its inputs is a computed value")
	}
	return values, numbers
}

// subtractFrom makes a Scale by -1 whose bias is the constant.
func (c *call) subtractFrom() {
	v, t, o := c.valueAndConstant()
	if c.failed() {
		return
	}
	bias := c.filled(t, o)
	if c.failed() {
		return
	}
	c.emitNode(&ir.Node{
		Op:      &ir.Scale{Axis: o.axis, NumAxes: len(o.shape), Bias: true},
		Inputs:  []*ir.Value{v},
		Outputs: c.outputs(1),
		Params:  []*ir.Tensor{mapped(bias, func(float32) float32 { return -1 }), bias},
	})
}

// binary reports whether both inputs are computed values.
func (c *call) binary() bool {
	if len(c.node.inputs) != 2 {
		c.invalid("has %d inputs instead of 2", len(c.node.inputs))
		return true
	}
	return c.constant(0) == nil && c.constant(1) == nil
}

// combine makes the operation on values, repeated to one shape where they differ,
// and writes the output. Of a single value it is a copy.
func (c *call) combine(o *ir.Eltwise, values ...*ir.Value) {
	c.oldAttributes()
	values = c.expanded(values)
	switch {
	case c.failed():
	case len(values) == 1:
		c.conclude(values[0])
	default:
		c.emitNode(&ir.Node{Op: o, Inputs: values, Outputs: c.outputs(1)})
	}
}

// combined is combine into a value inside the node.
func (c *call) combined(o *ir.Eltwise, values []*ir.Value) *ir.Value {
	c.oldAttributes()
	values, out := c.expanded(values), c.between("combined")
	if c.failed() {
		return nil
	}
	c.emitNode(&ir.Node{Name: displayName(c.node) + "/combined", Op: o, Inputs: values, Outputs: []*ir.Value{out}})
	return out
}

// oldAttributes takes those that said before opset 7 how two inputs go together;
// inputs of one shape need none.
func (c *call) oldAttributes() {
	if c.opset < 7 {
		c.bool("broadcast", false)
		c.int("axis", 0)
	}
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
