package onnx

import (
	"slices"

	"github.com/alexconv/alexconv/formats/internal/wire"
	"github.com/alexconv/alexconv/ir"
)

// folds compute, while the model is read, the nodes whose inputs are all
// constants, and those that ask for a shape, which is known: what exporters
// leave of x.view(x.size(0), -1), transposed weights, sizes that are added up.
// A folding function gives nil after a failure.
var folds map[string]func(*call) *tensor

func init() {
	folds = map[string]func(*call) *tensor{
		"Shape":           foldShape,
		"Size":            foldSize,
		"Cast":            foldCast,
		"Gather":          foldGather,
		"Slice":           foldSlice,
		"Concat":          foldConcat,
		"Transpose":       foldTranspose,
		"Expand":          foldExpand,
		"ConstantOfShape": foldConstantOfShape,
		"Unsqueeze":       foldReshape,
		"Squeeze":         foldReshape,
		"Reshape":         foldReshape,
		"Flatten":         foldReshape,
		"Add":             foldAdd,
		"Sub":             foldSub,
		"Mul":             foldMul,
		"Div":             foldDiv,
		"Neg":             foldNeg,
		"Sqrt":            foldSqrt,
	}
}

// fold makes the node's output a constant if it is one, and reports whether.
func (c *call) fold() bool {
	compute := folds[c.node.opType]
	if compute == nil {
		return false
	}
	if asksForShape := c.node.opType == "Shape" || c.node.opType == "Size"; !asksForShape {
		for i := range c.node.inputs {
			if c.present(i) && c.constants[c.node.inputs[i]] == nil {
				return false
			}
		}
	}
	t := compute(c)
	if t == nil {
		if !c.failed() {
			c.invalid("has no value")
		}
		return true
	}
	named := *t
	named.name = displayName(c.node)
	c.define(&named)
	return true
}

// room takes the memory of n computed elements from what the file may become.
func (c *call) room(n int) bool {
	const size = 8
	c.folded += size * int64(n)
	if err := c.limits.CheckExpansion("bytes of the constants that the model computes", c.folded, c.size); err != nil {
		c.fail(err)
	}
	return !c.failed()
}

// view is a constant of the given dims whose element at a position is the one of
// t at offset plus the sum of position times stride over the axes.
func (c *call) view(t *tensor, dims ir.Shape, offset int, stride []int) *tensor {
	if err := dims.Check(); err != nil {
		c.fail(err)
	}
	if c.failed() || !c.room(dims.Elements()) {
		return nil
	}
	out := &tensor{name: t.name, dims: dims, kind: t.kind}
	if !t.kind.integer() {
		data, err := t.asFloats()
		if err != nil {
			c.fail(err)
			return nil
		}
		out.kind, out.floats = elementFloat, strided(data, dims, offset, stride)
		return out
	}
	data, err := t.asInts()
	if err != nil {
		c.fail(err)
		return nil
	}
	out.ints = strided(data, dims, offset, stride)
	if t.extentOf != nil {
		out.extentOf = strided(t.extentOf, dims, offset, stride)
	}
	return out
}

func strided[T any](data []T, dims ir.Shape, offset int, stride []int) []T {
	out := make([]T, 0, dims.Elements())
	if dims.Elements() == 0 {
		return out
	}
	at := make([]int, len(dims))
	for {
		out = append(out, data[offset])
		axis := len(dims) - 1
		for ; axis >= 0; axis-- {
			offset += stride[axis]
			if at[axis]++; at[axis] < dims[axis] {
				break
			}
			offset -= dims[axis] * stride[axis]
			at[axis] = 0
		}
		if axis < 0 {
			return out
		}
	}
}

// foldShape gives the extents of a value or constant, from start to end.
func foldShape(c *call) *tensor {
	shape, computed := c.anyShape()
	first, last := c.int("start", 0), c.int("end", len(shape))
	if c.failed() {
		return nil
	}
	clamp := func(axis int) int {
		if axis < 0 {
			axis += len(shape)
		}
		return min(max(axis, 0), len(shape))
	}
	t := &tensor{kind: elementInt64, ints: []int64{}}
	for axis := clamp(first); axis < clamp(last); axis++ {
		t.ints = append(t.ints, int64(shape[axis]))
		if computed {
			t.extentOf = append(t.extentOf, axis+1)
		}
	}
	t.dims = []int{len(t.ints)}
	return t
}

func foldSize(c *call) *tensor {
	shape, _ := c.anyShape()
	return &tensor{kind: elementInt64, ints: []int64{int64(shape.Elements())}}
}

// anyShape is the shape of input 0 and whether that is a computed value.
func (c *call) anyShape() (shape ir.Shape, computed bool) {
	if t := c.constant(0); t != nil {
		return t.shape(), false
	}
	return c.shape(0), true
}

// foldCast converts a constant to the type that it is cast to.
func foldCast(c *call) *tensor {
	t := c.weights(0)
	to := elementType(c.int("to", 0))
	if c.failed() || !c.room(t.shape().Elements()) {
		return nil
	}
	if !to.integer() && !to.floating() {
		c.unsupported("a cast to %v is not supported", to)
		return nil
	}
	return c.castTo(t, to)
}

func (c *call) castTo(t *tensor, to elementType) *tensor {
	out := &tensor{name: t.name, dims: t.dims, kind: to}
	switch {
	case t.kind.integer() && to.integer():
		data, err := t.asInts()
		if err != nil {
			c.fail(err)
			return nil
		}
		out.ints, out.extentOf = data, t.extentOf
		for _, v := range data {
			if to.narrowed(v) != v {
				c.unsupported("%d does not fit %v", v, to)
			}
		}
	case t.kind.integer():
		data, err := t.asInts()
		if err != nil {
			c.fail(err)
			return nil
		}
		out.kind, out.floats = elementFloat, make([]float32, len(data))
		for i, v := range data {
			out.floats[i] = float32(v)
		}
	default:
		data, err := t.asFloats()
		if err != nil {
			c.fail(err)
			return nil
		}
		if !to.integer() {
			out.kind, out.floats = elementFloat, data
			break
		}
		if len(data) > maxInts {
			c.fail(ir.Errorf(ir.ErrLimit, "tensor %s has %d integers, more than %d", wire.Quote(t.name), len(data), maxInts))
			return nil
		}
		for _, v := range data {
			if !(v > -1<<31 && v < 1<<31) || to.narrowed(int64(v)) != int64(v) {
				c.unsupported("%v does not fit %v", v, to)
			}
			out.ints = append(out.ints, int64(v))
		}
	}
	return out
}

// foldReshape gives a constant another shape: Reshape, Flatten, Squeeze or
// Unsqueeze, as the reader of the operation resolves it.
func foldReshape(c *call) *tensor {
	t := c.weights(0)
	if c.failed() {
		return nil
	}
	r := newReader(c.opset)
	r.constants = c.constants
	x := &ir.Value{Name: c.node.inputs[0]}
	r.values[x.Name], r.shapes[x] = x, t.shape()
	inner := &call{reader: r, node: c.node, attributes: c.attributes, read: c.read}
	readers[c.node.opType](inner)
	if c.failed() || len(inner.made) != 1 {
		return nil
	}
	out := *t
	out.dims = r.shapes[inner.made[0].Outputs[0]]
	return &out
}

// foldConcat joins constants.
func foldConcat(c *call) *tensor {
	var list []*tensor
	for i := range c.node.inputs {
		list = append(list, c.weights(i))
	}
	axis := c.int("axis", 0)
	if c.failed() || len(list) == 0 {
		return nil
	}
	var in []ir.Shape
	for _, t := range list {
		if t.kind.integer() != list[0].kind.integer() {
			c.invalid("the inputs are of %v and %v", list[0].kind, t.kind)
		}
		in = append(in, t.shape())
	}
	s, err := (&ir.Concat{Axis: axis}).Infer(in)
	if err != nil {
		c.fail(err)
	}
	if c.failed() || !c.room(s.Outputs[0].Elements()) {
		return nil
	}
	at, _ := ir.Axis(axis, len(in[0]))
	out := &tensor{dims: s.Outputs[0], kind: list[0].kind}
	if !out.kind.integer() {
		out.kind = elementFloat
	}
	outer := in[0][:at].Elements()
	for i := range outer {
		for _, t := range list {
			out.appendRun(c, t, i, outer)
		}
	}
	return out
}

// appendRun appends part i of n equal ones of t.
func (t *tensor) appendRun(c *call, from *tensor, i, n int) {
	size := from.shape().Elements() / n
	if !t.kind.integer() {
		data, err := from.asFloats()
		if err != nil {
			c.fail(err)
			return
		}
		t.floats = append(t.floats, data[i*size:][:size]...)
		return
	}
	data, err := from.asInts()
	if err != nil {
		c.fail(err)
		return
	}
	t.ints = append(t.ints, data[i*size:][:size]...)
	extents := from.extentOf
	if extents == nil {
		extents = make([]int, len(data))
	}
	t.extentOf = append(t.extentOf, extents[i*size:][:size]...)
}

// foldGather picks parts along an axis.
func foldGather(c *call) *tensor {
	t, indices := c.weights(0), c.integers(1)
	given := c.int("axis", 0)
	if c.failed() {
		return nil
	}
	dims := t.shape()
	axis, err := ir.Axis(given, len(dims))
	if err != nil {
		c.fail(err)
		return nil
	}
	at := c.constants[c.node.inputs[1]].shape()
	out := &tensor{kind: t.kind, dims: slices.Concat(dims[:axis], at, dims[axis+1:])}
	if !out.kind.integer() {
		out.kind = elementFloat
	}
	if !c.room(dims[:axis].Elements() * len(indices) * dims[axis+1:].Elements()) {
		return nil
	}
	parts := dims[:axis+1].Elements()
	for outer := range dims[:axis].Elements() {
		for _, given := range indices {
			i, err := ir.Axis(given, dims[axis])
			if err != nil {
				c.invalid("index %d is out of range for an extent of %d", given, dims[axis])
				return nil
			}
			out.appendRun(c, t, outer*dims[axis]+i, parts)
		}
	}
	return out
}

// foldConstantOfShape fills a shape with one number, 0 unless given.
func foldConstantOfShape(c *call) *tensor {
	dims := ir.Shape(c.integers(0))
	value := c.tensor("value")
	if value == nil {
		value = &tensor{kind: elementFloat, dims: []int{1}, floats: []float32{0}}
	}
	if value.shape().Elements() != 1 {
		c.invalid("the value is %v; it must be one number", value.shape())
	}
	return c.view(value, dims, 0, make([]int, len(dims)))
}
