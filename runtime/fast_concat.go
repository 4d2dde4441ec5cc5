package runtime

import (
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// joins reports whether a node joins the channels of images.
func (b *builder) joins(n *ir.Node) bool {
	o, ok := n.Op.(*ir.Concat)
	if !ok || !b.images(n.Outputs[0]) || b.empty(n) {
		return false
	}
	axis, err := ir.Axis(o.Axis, 4)
	return err == nil && axis == 1
}

// writePixels is write for a step that writes pixel by pixel, no more than the
// value's channels: if a concatenation alone reads the value, it is written to
// its place there.
func (b *builder) writePixels(v *ir.Value) *form {
	if b.shown || b.plan.reads[v] != 1 || len(b.consumers[v]) != 1 || !b.joins(b.consumers[v][0]) {
		return b.write(v, pixels)
	}
	n := b.consumers[v][0]
	whole := b.joined[n]
	if whole == nil {
		whole = b.reserve(n.Outputs[0], pixels)
		b.joined[n] = whole
	}
	first := 0
	for _, input := range n.Inputs {
		if input == v {
			break
		}
		first += b.shape(input)[1]
	}
	b.native[v] = pixels
	part := whole.part(first, b.shape(v)[1])
	b.hold(v, pixels, part)
	b.touch(part)
	return part
}

// concat adds a concatenation of the channels of images if one of them at least
// is computed as pixels: the copying of those that are not in their place.
func (b *builder) concat(n *ir.Node) bool {
	if !b.joins(n) || !slices.ContainsFunc(n.Inputs, func(v *ir.Value) bool { return b.native[v] == pixels }) {
		return false
	}
	type piece struct {
		*form
		first int // channel of the output
	}
	var pieces []piece
	first := 0
	for _, f := range b.readAll(n.Inputs, pixels) {
		if f.outer == nil || f.outer != b.joined[n] {
			pieces = append(pieces, piece{f, first})
		}
		first += f.channels
	}
	v := n.Outputs[0]
	out := b.joined[n]
	if out == nil {
		out = b.reserve(v, pixels)
	}
	b.native[v] = pixels
	b.hold(v, pixels, out)
	b.touch(out)
	if len(pieces) == 0 {
		return true
	}
	b.addImages(imageLoop{batch: out.batch, tasks: out.height, out: []*form{out}, body: func(x *execution, at place, y int) {
		for column := range out.width {
			to := x.data[out.buffer][out.at(at, y, column):]
			for _, f := range pieces {
				copy(to[f.first:], x.data[f.buffer][f.at(at, y, column):][:f.channels])
			}
		}
	}}, n)
	return true
}

// slice adds a division of the channels of images that are computed as pixels.
func (b *builder) slice(n *ir.Node, o *ir.Slice) bool {
	axis, err := ir.Axis(o.Axis, len(b.shape(n.Inputs[0])))
	if err != nil || axis != 1 || b.native[n.Inputs[0]] != pixels {
		return false
	}
	in := b.read(n.Inputs[0], pixels)
	var out []*form
	for _, v := range n.Outputs {
		out = append(out, b.write(v, pixels))
	}
	b.addImages(imageLoop{batch: in.batch, tasks: in.height, out: out, body: func(x *execution, at place, y int) {
		for column := range in.width {
			from := x.data[in.buffer][in.at(at, y, column):]
			for _, f := range out {
				from = from[copy(x.data[f.buffer][f.at(at, y, column):][:f.channels], from):]
			}
		}
	}}, n)
	return true
}
