package tf

import (
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// readConcatV2 reads ConcatV2, whose last input is the axis. A concatenation of
// convolutions of one split's pieces is a convolution in groups.
func readConcatV2(c *call) {
	last := len(c.node.inputs) - 1
	if last < 1 {
		c.invalid("has %d inputs; it needs values and an axis", last+1)
		return
	}
	given := c.integer(last)
	var values []*ir.Value
	var inputs []ref
	for i := range last {
		values = append(values, c.input(i))
		inputs = append(inputs, c.any(i))
	}
	if c.failed() {
		return
	}
	axis, err := canonicalAxis(given, len(c.shapes[values[0]]))
	if err != nil {
		c.fail(err)
		return
	}
	if axis == 1 && len(values) > 1 && foldGroups(c, inputs) {
		return
	}
	c.emitNode(&ir.Concat{Axis: axis}, values)
}

// joined adds a ConcatV2 along a stored axis.
func (l *lowering) joined(last bool, data []string, axis int) string {
	inputs := append(slices.Clone(data), l.integers("axis", nil, axis))
	return l.chain(last, "ConcatV2", inputs, intAttribute("N", len(data)), int32Type("Tidx"))
}

func writeConcat(l *lowering, o *ir.Concat) error {
	axis, err := storedAxis(o.Axis, len(l.in[0]))
	if err != nil {
		return err
	}
	if len(l.inputs) == 1 {
		// ConcatV2 needs two.
		l.result("Identity", l.inputs)
		return nil
	}
	l.joined(true, l.inputs, axis)
	return nil
}

// readSplit reads Split, which takes the axis first and makes equal pieces.
func readSplit(c *call) { readPieces(c, 0, 1, nil) }

// readSplitV reads SplitV, which takes sizes, of which one may be -1, and then
// the axis.
func readSplitV(c *call) { readPieces(c, 2, 0, c.integers(1)) }

func readPieces(c *call, axisAt, valueAt int, sizes []int) {
	count := c.int("num_split", 1)
	given := c.integer(axisAt)
	if t := c.constant(valueAt); t != nil && !c.failed() {
		c.splitConstant(t, given, count, sizes)
		return
	}
	value := c.input(valueAt)
	if c.failed() {
		return
	}
	axis, err := canonicalAxis(given, len(c.shapes[value]))
	if err != nil {
		c.fail(err)
		return
	}
	if i := slices.Index(sizes, -1); i >= 0 {
		rest := c.shapes[value][axis]
		for j, size := range sizes {
			if j != i {
				rest -= size
			}
		}
		sizes[i] = rest
	}
	c.emitNode(&ir.Slice{Axis: axis, Sizes: sizes, Pieces: count}, []*ir.Value{value})
}

// splitConstant cuts a constant into pieces, as scripts do with the filters of
// a convolution in groups.
func (c *call) splitConstant(t *tensor, axis, count int, sizes []int) {
	o := &ir.Slice{Axis: axis, Sizes: sizes, Pieces: count}
	s, err := o.Infer([]ir.Shape{t.dims})
	if err != nil {
		c.fail(err)
		return
	}
	data, err := t.asFloats()
	if err != nil {
		c.fail(err)
		return
	}
	axis, _ = ir.Axis(axis, len(t.dims))
	inner := t.dims[axis+1:].Elements()
	run, from := t.dims[axis]*inner, 0
	for i, piece := range s.Outputs {
		part := make([]float32, 0, piece.Elements())
		width := piece[axis] * inner
		for at := from; at < len(data); at += run {
			part = append(part, data[at:at+width]...)
		}
		from += width
		name := portName(c.node.name, i)
		c.constants[name] = &tensor{name: name, kind: typeFloat, dims: piece, floats: part}
	}
}

func writeSlice(l *lowering, o *ir.Slice) error {
	axis, err := storedAxis(o.Axis, len(l.in[0]))
	if err != nil {
		return err
	}
	count, at := intAttribute("num_split", o.Pieces), l.integers("split_dim", nil, axis)
	if len(o.Sizes) == 0 {
		l.result("Split", []string{at, l.inputs[0]}, count)
		return nil
	}
	l.result("SplitV", []string{l.inputs[0], l.list("size_splits", o.Sizes...), at}, count, int32Type("Tlen"))
	return nil
}
