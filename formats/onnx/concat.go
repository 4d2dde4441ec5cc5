package onnx

import (
	"slices"

	"github.com/alexconv/alexconv/ir"
)

func readConcat(c *call) {
	if !c.has("axis") {
		c.invalid("attribute \"axis\" is missing")
	}
	o := &ir.Concat{Axis: c.int("axis", 0)}
	c.emitNode(&ir.Node{Op: o, Inputs: c.inputs(), Outputs: c.outputs(1)})
}

func writeConcat(l *lowering, o *ir.Concat) error {
	l.result("Concat", l.inputs, intAttribute("axis", l.axis(o.Axis, len(l.in[0]))))
	return nil
}

// readSplit reads Split, whose sizes are an attribute before opset 13 and an
// input from it on; without them the pieces are equal.
func readSplit(c *call) {
	x := c.shape(0)
	o := &ir.Slice{Axis: c.int("axis", 0), Pieces: len(c.node.outputs)}
	o.Sizes = c.ints("split")
	if c.present(1) {
		o.Sizes = c.integers(1)
	}
	counted := c.has("num_outputs")
	if n := c.int("num_outputs", o.Pieces); n != o.Pieces {
		c.invalid("num_outputs is %d, there are %d outputs", n, o.Pieces)
	}
	axis, err := ir.Axis(o.Axis, len(x))
	switch {
	case c.failed():
		return
	case err != nil:
		c.fail(err)
		return
	case counted && o.Sizes == nil && o.Pieces > 0 && x[axis]%o.Pieces != 0:
		// The last piece is smaller.
		size := (x[axis] + o.Pieces - 1) / o.Pieces
		o.Sizes = append(slices.Repeat([]int{size}, o.Pieces-1), x[axis]-size*(o.Pieces-1))
	}
	c.emitNode(&ir.Node{Op: o, Inputs: []*ir.Value{c.input(0)}, Outputs: c.outputs(o.Pieces)})
}

func writeSlice(l *lowering, o *ir.Slice) error {
	inputs := slices.Clone(l.inputs)
	attributes := []*attribute{intAttribute("axis", l.axis(o.Axis, len(l.in[0])))}
	switch {
	case len(o.Sizes) > 0 && l.opset < 13:
		attributes = append(attributes, intsAttribute("split", o.Sizes...))
	case len(o.Sizes) > 0:
		inputs = append(inputs, l.integers("sizes", o.Sizes...))
	case l.opset >= 18:
		attributes = append(attributes, intAttribute("num_outputs", o.Pieces))
	}
	l.result("Split", inputs, attributes...)
	l.nodes[len(l.nodes)-1].outputs = l.outputs
	return nil
}
