package onnx

import (
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// operand is a constant aligned with a value: the extents that it spans from
// axis on, none for a single number.
type operand struct {
	axis  int
	shape ir.Shape
	dims  ir.Shape // the constant's own, one for each axis of shape
}

// align fits a constant's dims to a value as ONNX broadcasts, at the last axis,
// and fails where the result would be larger than the value.
func (c *call) align(x, dims ir.Shape) operand {
	full := dims
	if extra := len(dims) - len(x); extra > 0 {
		if full = dims[extra:]; dims[:extra].Elements() != 1 {
			c.unsupported("a constant of %v does not fit input %v", dims, x)
			return operand{}
		}
	}
	full = append(slices.Repeat(ir.Shape{1}, len(x)-len(full)), full...)
	first, last := len(x), 0
	for i, d := range full {
		if d != 1 && d != x[i] {
			c.unsupported("a constant of %v does not fit input %v", dims, x)
			return operand{}
		}
		if d != 1 {
			first, last = min(first, i), i
		}
	}
	if first == len(x) {
		return operand{shape: ir.Shape{}, dims: ir.Shape{}}
	}
	return operand{axis: first, shape: x[first : last+1].Clone(), dims: full[first : last+1]}
}

// maxExpanded bounds the copies made of a constant that broadcasts between its
// own axes.
const maxExpanded = 1 << 24

// filled is the constant repeated to fill the operand's shape.
func (c *call) filled(t *tensor, o operand) *ir.Tensor {
	p := c.tensorOf(t, o.dims)
	if c.failed() || o.dims.Equal(o.shape) {
		return p
	}
	if o.shape.Elements() > maxExpanded {
		c.fail(ir.Errorf(ir.ErrLimit, "a constant of %v broadcast to %v has too many elements", t.shape(), o.shape))
		return nil
	}
	out := ir.NewTensor(o.shape...)
	for i := range out.Data {
		from, rest, step := 0, i, 1
		for axis := len(o.shape) - 1; axis >= 0; axis-- {
			if at := rest % o.shape[axis]; o.dims[axis] > 1 {
				from += at * step
			}
			rest /= o.shape[axis]
			step *= o.dims[axis]
		}
		out.Data[i] = p.Data[from]
	}
	return out
}

// valueAndConstant gives the one of the two inputs that is a value, repeated
// where the constant is larger, and the aligned constant.
func (c *call) valueAndConstant() (*ir.Value, *tensor, operand) {
	at := 0
	t := c.constant(1)
	if t == nil {
		at, t = 1, c.constant(0)
	}
	v := c.input(at)
	if c.failed() {
		return nil, nil, operand{}
	}
	dims := c.oldBroadcast(c.shapes[v], t.shape(), at)
	to, ok := broadcast(c.shapes[v], dims)
	if !ok {
		c.invalid("a constant of %v does not fit input %v", dims, c.shapes[v])
		return nil, nil, operand{}
	}
	if err := to.Check(); err != nil {
		c.fail(err)
		return nil, nil, operand{}
	}
	if v = c.apply(v, expansion(c.shapes[v], to)...); c.failed() {
		return nil, nil, operand{}
	}
	return v, t, c.align(to, dims)
}

// oldBroadcast gives a constant's dims as they would be since opset 7: before,
// a second input is aligned where an attribute says.
func (c *call) oldBroadcast(x, dims ir.Shape, at int) ir.Shape {
	if c.opset >= 7 {
		return dims
	}
	given := c.has("axis")
	axis := c.int("axis", 0)
	switch broadcast := c.bool("broadcast", false); {
	case !broadcast && !dims.Equal(x), broadcast && at != 0:
		c.invalid("inputs of %v and %v need broadcast=1", x, dims)
	case !broadcast || !given:
	case axis < 0 || axis+len(dims) > len(x):
		c.invalid("axis %d does not fit %v to %v", axis, dims, x)
	default:
		return append(dims.Clone(), slices.Repeat([]int{1}, len(x)-axis-len(dims))...)
	}
	return dims
}

// readMul reads a product of two values or of a value and a constant.
func readMul(c *call) {
	if c.binary() {
		c.product(c.input(0), c.input(1))
		return
	}
	c.multiply(func(t *ir.Tensor) *ir.Tensor { return t })
}

// product multiplies two values, one of which may span axes of the other.
func (c *call) product(a, b *ir.Value) {
	inputs, axis, ok := c.spanned(a, b)
	switch {
	case c.failed():
	case ok && !c.shapes[inputs[0]].Equal(c.shapes[inputs[1]]):
		c.emitNode(&ir.Node{Op: &ir.Scale{Axis: axis}, Inputs: inputs, Outputs: c.outputs(1)})
	default:
		c.combine(&ir.Eltwise{Kind: ir.Product}, a, b)
	}
}

// inverted is 1 divided by a value.
var inverted = stage{suffix: "inverse", op: &ir.Power{Power: -1, Scale: 1}}

// readDiv reads a division as a multiplication by the reciprocal, which may
// differ by a unit in the last place.
func readDiv(c *call) {
	switch {
	case c.binary():
		a, b := c.input(0), c.input(1)
		c.product(a, c.apply(b, inverted))
	case c.constant(1) != nil:
		c.multiply(func(t *ir.Tensor) *ir.Tensor {
			return mapped(t, func(v float32) float32 { return 1 / v })
		})
	default:
		c.divide()
	}
}

// divide makes a constant divided by a value.
func (c *call) divide() {
	v, t, o := c.valueAndConstant()
	if c.failed() {
		return
	}
	c.conclude(v, inverted, stage{op: &ir.Scale{Axis: o.axis, NumAxes: len(o.shape)}, params: []*ir.Tensor{c.filled(t, o)}})
}

// multiply makes a Scale by a function of the constant.
func (c *call) multiply(f func(*ir.Tensor) *ir.Tensor) {
	v, t, o := c.valueAndConstant()
	if c.failed() {
		return
	}
	scale := c.filled(t, o)
	if c.failed() {
		return
	}
	c.emitNode(&ir.Node{
		Op:      &ir.Scale{Axis: o.axis, NumAxes: len(o.shape)},
		Inputs:  []*ir.Value{v},
		Outputs: c.outputs(1),
		Params:  []*ir.Tensor{f(scale)},
	})
}

// writeScale writes Mul and, for a bias, Add.
func writeScale(l *lowering, o *ir.Scale) error {
	operand, err := o.Operand(l.in)
	if err != nil {
		return err
	}
	factor, dims, err := l.aligned(operand, o.Axis)
	if err != nil {
		return err
	}
	inputs := []string{l.inputs[0], factor}
	if !o.Bias {
		l.result("Mul", inputs)
		return nil
	}
	bias := len(l.layer.Params) - 1
	l.result("Add", []string{l.step("Mul", inputs), l.param(bias, dims...)})
	return nil
}
