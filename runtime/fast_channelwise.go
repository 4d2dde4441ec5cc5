package runtime

import (
	"slices"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime/internal/kernel"
)

// affine adds a normalisation with given statistics or a scale by channel, and
// what its step can take in. There is none for a value that is not computed as
// pixels: the reference code is as good on a flat one.
func (b *builder) affine(n *ir.Node) bool {
	if b.native[n.Inputs[0]] != pixels {
		return false
	}
	e := &epilogue{nodes: []*ir.Node{n}, value: n.Outputs[0]}
	in := b.read(n.Inputs[0], pixels)
	switch {
	case b.isNorm(n):
		e.normalise(b, n)
		b.finish(e)
	case b.isScale(n):
		e.scale(b, n)
	default:
		return false
	}
	out := b.writePixels(e.value)
	rest := epilogue{other: e.other, relu: e.relu}
	b.addImages(imageLoop{batch: out.batch, tasks: out.height, out: []*form{out}, body: func(x *execution, at place, y int) {
		e.affine.Row(x.data[out.buffer][out.at(at, y, 0):], out.Column, x.data[in.buffer][in.at(at, y, 0):], in.Column, 0, in.channels, out.width, rest.onlyReLU())
		rest.run(x, out, at, y, 0, out.width, 0, out.channels)
	}}, e.nodes...)
	return true
}

// prelu adds a ReLU with learned slopes.
func (b *builder) prelu(n *ir.Node, o *ir.PReLU) bool {
	if b.native[n.Inputs[0]] != pixels {
		return false
	}
	slope := n.Params[0].Data
	if o.Shared {
		slope = slices.Repeat(slope, b.shape(n.Inputs[0])[1])
	}
	in := b.read(n.Inputs[0], pixels)
	out := b.write(n.Outputs[0], pixels)
	b.addImages(imageLoop{batch: out.batch, tasks: out.height, out: []*form{out}, body: func(x *execution, at place, y int) {
		for column := range out.width {
			kernel.PReLU(x.data[out.buffer][out.at(at, y, column):], x.data[in.buffer][in.at(at, y, column):][:in.channels], slope)
		}
	}}, n)
	return true
}
