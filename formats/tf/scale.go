package tf

import (
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// operand is a constant aligned with a value: the axes of ir that it spans from
// axis on, none for a single number.
type operand struct {
	axis  int
	shape ir.Shape
}

// align fits a constant's dims to a value as TensorFlow broadcasts, at the last
// axis: one number, one per channel or other single axis, or all of the last
// axes of a value that is stored as it stands.
func (c *call) align(in ref, d ir.Shape) operand {
	x := c.shapes[in.value]
	if d.Elements() == 1 && len(d) <= len(x) {
		return operand{shape: ir.Shape{}}
	}
	first := len(x) - len(d)
	for len(d) > 0 && d[0] == 1 {
		d, first = d[1:], first+1
	}
	switch {
	case first < 0 || in.order == rows:
	case in.order == images:
		if first == 3 && d[0] == x[1] {
			return operand{axis: 1, shape: ir.Shape{x[1]}}
		}
	case d.Equal(x[first:]):
		return operand{axis: first, shape: d}
	case d[0] == x[first] && d.Elements() == d[0]:
		return operand{axis: first, shape: ir.Shape{d[0]}}
	}
	c.unsupported("a constant of %v does not fit input %v", d, x)
	return operand{}
}

// valueAndConstant gives, of the node's two inputs, the value, and the constant
// as a parameter aligned with it.
func (c *call) valueAndConstant() (in ref, p *ir.Tensor, o operand) {
	at := 1
	t := c.constant(1)
	if t == nil {
		at, t = 0, c.weights(0)
	}
	in = c.any(1 - at)
	if c.failed() {
		return ref{}, nil, operand{}
	}
	o = c.align(in, t.dims)
	return in, c.param(o.shape, piece{t, plainLayout(t.dims.Elements())}), o
}

// mapped is a tensor with f applied to each element, the same one where that
// changes nothing.
func mapped(t *ir.Tensor, f func(float32) float32) *ir.Tensor {
	changed := slices.ContainsFunc(t.Data, func(v float32) bool { return f(v) != v })
	if !changed {
		return t
	}
	m := ir.NewTensor(t.Shape...)
	for i, v := range t.Data {
		m.Data[i] = f(v)
	}
	return m
}

// readMul reads a product of two values of one shape, or of a value and a
// constant.
func readMul(c *call) {
	if c.binary() {
		c.eltwise(&ir.Eltwise{Kind: ir.Product})
		return
	}
	in, factor, o := c.valueAndConstant()
	c.emitIn(&ir.Scale{Axis: o.axis, NumAxes: len(o.shape)}, []*ir.Value{in.value}, &in, factor)
}

// subtractFrom makes a Scale by -1 whose bias is the constant.
func (c *call) subtractFrom() {
	in, bias, o := c.valueAndConstant()
	if c.failed() {
		return
	}
	factor := mapped(bias, func(float32) float32 { return -1 })
	c.emitIn(&ir.Scale{Axis: o.axis, NumAxes: len(o.shape), Bias: true}, []*ir.Value{in.value}, &in, factor, bias)
}

// operand gives the constant that holds parameter i, aligned with input 0 from
// an axis of ir on, which may count from the end; a number has none.
func (l *lowering) operand(i int, suffix string, axis int) (string, error) {
	p, x := l.layer.Params[i].Shape, l.in[0]
	if len(p) == 0 {
		return l.param(i, suffix, plainLayout(1)), nil
	}
	axis, err := ir.Axis(axis, len(x))
	if err != nil {
		return "", err
	}
	dims := p.Clone()
	switch {
	case len(x) != 4:
		dims = append(dims, slices.Repeat([]int{1}, len(x)-axis-len(p))...)
	case axis != 1 || len(p) != 1:
		return "", l.unsupported("TensorFlow's images have one value per channel or one for all; here it is %v from axis %d on", p, axis)
	}
	return l.param(i, suffix, plainLayout(p.Elements()), dims...), nil
}

// writeScale writes Mul and, for a bias, AddV2.
func writeScale(l *lowering, o *ir.Scale) error {
	if len(l.inputs) != 1 {
		return l.unsupported("TensorFlow's form of a scale by another value is not supported")
	}
	factor, err := l.operand(0, "scale", o.Axis)
	if err != nil {
		return err
	}
	product := l.chain(!o.Bias, "Mul", []string{l.inputs[0], factor})
	if !o.Bias {
		return nil
	}
	bias, err := l.operand(1, "offset", o.Axis)
	if err != nil {
		return err
	}
	l.result("AddV2", []string{product, bias})
	return nil
}
