package tf

import (
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// readReshape reads a reshape to a constant shape, of which one extent may be
// -1.
func readReshape(c *call) {
	dims := c.integers(1)
	if t := c.constant(0); t != nil && !c.failed() {
		c.reshapeConstant(t, dims)
		return
	}
	in := c.any(0)
	if c.failed() {
		return
	}
	if slices.Contains(dims, 0) {
		c.invalid("the shape %v has an extent of 0", dims)
		return
	}
	s, err := (&ir.Reshape{Dims: dims, NumAxes: -1}).Infer([]ir.Shape{c.shapes[in.value]})
	if err != nil {
		c.fail(err)
		return
	}
	c.reshape(in, s.Outputs[0])
}

func (c *call) reshapeConstant(t *tensor, dims []int) {
	s, err := (&ir.Reshape{Dims: dims, NumAxes: -1}).Infer([]ir.Shape{t.dims})
	if err != nil {
		c.fail(err)
		return
	}
	view := *t
	view.name, view.dims = c.node.name, s.Outputs[0]
	c.define(&view)
}

// readSqueeze reads Squeeze, which drops axes of extent 1: those given, or all.
func readSqueeze(c *call) {
	in := c.any(0)
	given := c.ints("squeeze_dims")
	if c.failed() {
		return
	}
	x := c.storedShape(in)
	drop := make(map[int]bool)
	for _, a := range given {
		axis, err := ir.Axis(a, len(x))
		if err != nil {
			c.fail(err)
			return
		}
		if drop[axis] = true; x[axis] != 1 {
			c.invalid("axis %d of %v cannot be squeezed", axis, x)
			return
		}
	}
	out := ir.Shape{}
	for axis, d := range x {
		if !drop[axis] && (d != 1 || len(given) > 0) {
			out = append(out, d)
		}
	}
	c.reshape(in, out)
}

// storedShape is the shape of a value as TensorFlow has it.
func (c *call) storedShape(in ref) ir.Shape {
	if in.order == images {
		return stored(c.shapes[in.value])
	}
	return c.shapes[in.value]
}

// reshape gives a value another shape, out as TensorFlow has it. Where that
// would mix TensorFlow's order of elements with ir's, only a flattening is
// followed, which leaves the features in the order of rows.
func (c *call) reshape(in ref, out ir.Shape) {
	x := c.shapes[in.value]
	switch {
	case out.Equal(c.storedShape(in)):
		c.emitSame(&ir.Split{Copies: 1}, in)
	case in.order == rows && len(out) == 4 && canonical(out)[1:].Equal(in.image):
		c.emitReshape(in, canonical(out), ref{order: images})
	case in.order == images && !oneOrder(x[1:]) && flattensImage(x, out):
		c.emitReshape(in, out, ref{order: rows, image: x[1:]})
	case in.order == rows, in.order == images && !oneOrder(x[1:]):
		c.unsupported("reshaping %v to %v is only supported as a flattening to (batch, features)", c.storedShape(in), out)
	case len(out) == 4 && oneOrder(canonical(out)[1:]):
		c.emitReshape(in, canonical(out), ref{order: images})
	default:
		c.emitReshape(in, out, ref{order: asIs})
	}
}

func (c *call) emitReshape(in ref, out ir.Shape, like ref) {
	x := c.shapes[in.value]
	if len(x) > 2 && len(out) == 2 && out[0] == x[0] {
		c.emitIn(&ir.Flatten{Axis: 1, EndAxis: -1}, []*ir.Value{in.value}, &like)
		return
	}
	dims := out.Clone()
	if len(dims) > 0 && len(x) > 0 && dims[0] == x[0] {
		dims[0] = 0 // copies, and so follows another batch
	}
	c.emitIn(&ir.Reshape{Dims: dims, NumAxes: -1}, []*ir.Value{in.value}, &like)
}

// readTranspose follows the exchange of N, H, W, C and N, C, H, W.
func readTranspose(c *call) {
	in, perm := c.any(0), c.integers(1)
	switch {
	case c.failed():
	case in.order == images && slices.Equal(perm, toPlanes):
		in.order = asIs
		c.alias(in)
	case in.order == asIs && slices.Equal(perm, toImages):
		in.order = images
		c.alias(in)
	default:
		c.unsupported("the permutation %v of %v is not supported", perm, c.storedShape(in))
	}
}

func writeFlatten(l *lowering, _ *ir.Flatten) error { return l.reshape() }
func writeReshape(l *lowering, _ *ir.Reshape) error { return l.reshape() }

// reshape writes Reshape, between two Transposes as far as images lie in
// another order than ir's. An image that only matrix products read in the end
// is flattened as it is stored.
func (l *lowering) reshape() error {
	x, out := l.in[0], l.out[0]
	if slices.Contains(out, 0) {
		return l.unsupported("TensorFlow's Reshape cannot make the empty %v", out)
	}
	data := l.inputs[0]
	if l.outputRefs[0].order != rows && (len(x) != 4 || !oneOrder(x[1:])) {
		data = l.planes(0)
	}
	if len(out) == 4 && !oneOrder(out[1:]) {
		l.fromPlanes(data)
		return nil
	}
	l.reshaped(true, data, stored(out).Clone()...)
	return nil
}
