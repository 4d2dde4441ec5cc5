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
	b.addImages(imageLoop{batch: in.batch, tasks: in.height, out: []*form{out}, body: func(x *execution, at place, y int) {
		l.Across(x.data[out.buffer][out.at(at, y, 0):], x.data[in.buffer][in.at(at, y, 0):],
			in.width, in.channels, out.Column, in.Column, x.scratch(at.worker, scratch))
	}}, n)
	return true
}

func (b *builder) lrnWithin(n *ir.Node, l kernel.LRN) {
	in := b.read(n.Inputs[0], flat)
	out := b.write(n.Outputs[0], flat)
	scratch := l.ScratchWithin(in.height, in.width)
	b.scratch = max(b.scratch, scratch)
	area := in.height * in.width
	b.addImages(imageLoop{batch: in.batch, tasks: in.channels, body: func(x *execution, at place, channel int) {
		l.Within(x.data[out.buffer][out.at(at, 0, 0)+channel*area:], x.data[in.buffer][in.at(at, 0, 0)+channel*area:], in.height, in.width, x.scratch(at.worker, scratch))
	}}, n)
}
