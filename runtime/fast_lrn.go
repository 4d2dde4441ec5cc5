package runtime

import (
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime/internal/kernel"
)

// lrn adds a normalisation, a row of pixels or a whole plane at a time.
func (b *builder) lrn(n *ir.Node, o *ir.LRN) bool {
	l := kernel.LRN{Size: o.Size, K: o.K, C: o.C, Beta: o.Beta}
	if o.Region == ir.Within {
		b.lrnWithin(n, l)
		return true
	}
	if o.InPlace {
		return false
	}
	in := b.read(n.Inputs[0], pixels)
	out := b.write(n.Outputs[0], pixels)
	// A window of this size reaches every channel from every other.
	l.Size = min(l.Size, 2*in.channels+1)
	scratch := l.ScratchAcross(in.channels)
	b.scratch = max(b.scratch, scratch)
	b.add(func(x *execution) error {
		src, dst := x.data[in.buffer], x.data[out.buffer]
		out.clearPadding(dst)
		return x.each(in.batch*in.height, func(worker, task int) {
			batch, y := task/in.height, task%in.height
			l.Across(dst[out.at(batch, y, 0):], src[in.at(batch, y, 0):], in.width, in.channels, out.Column, in.Column, x.scratch(worker, scratch))
		})
	}, n)
	return true
}

func (b *builder) lrnWithin(n *ir.Node, l kernel.LRN) {
	in := b.read(n.Inputs[0], flat)
	out := b.write(n.Outputs[0], flat)
	scratch := l.ScratchWithin(in.height, in.width)
	b.scratch = max(b.scratch, scratch)
	area := in.height * in.width
	b.add(func(x *execution) error {
		src, dst := x.data[in.buffer], x.data[out.buffer]
		return x.each(in.batch*in.channels, func(worker, plane int) {
			l.Within(dst[plane*area:], src[plane*area:], in.height, in.width, x.scratch(worker, scratch))
		})
	}, n)
}
