package runtime

import (
	"math"
	"slices"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime/internal/kernel"
)

// perPixel adds a step that computes every pixel of the output from the same
// pixel of the input. There is none for a value that is not computed as pixels:
// the reference code is as good on a flat one.
func (b *builder) perPixel(n *ir.Node, body func(dst, src []float32)) bool {
	if b.native[n.Inputs[0]] != pixels {
		return false
	}
	in := b.read(n.Inputs[0], pixels)
	out := b.write(n.Outputs[0], pixels)
	b.addImages(imageLoop{out.batch, out.height, []*form{out}, func(x *execution, at place, y int) {
		for column := range out.width {
			body(x.data[out.buffer][out.at(at, y, column):], x.data[in.buffer][in.at(at, y, column):][:in.channels])
		}
	}}, n)
	return true
}

// batchNorm adds a normalisation with given statistics.
func (b *builder) batchNorm(n *ir.Node, o *ir.BatchNorm) bool {
	if o.BatchStats {
		return false
	}
	mean, variance := n.Params[0].Data, n.Params[1].Data
	multiply := make([]float32, len(variance))
	for c, v := range variance {
		multiply[c] = float32(1 / math.Sqrt(float64(v)+float64(o.Eps)))
	}
	add := make([]float32, len(mean))
	return b.perPixel(n, func(dst, src []float32) { kernel.Affine(dst, src, mean, multiply, add) })
}

// scale adds a multiplication by one learned factor per channel.
func (b *builder) scale(n *ir.Node, o *ir.Scale) bool {
	x := b.shape(n.Inputs[0])
	axis, err := ir.Axis(o.Axis, len(x))
	if err != nil || axis != 1 || len(n.Inputs) != 1 || len(n.Params[0].Shape) != 1 {
		return false
	}
	multiply, zero := n.Params[0].Data, make([]float32, x[1])
	add := zero
	if o.Bias {
		add = n.Params[1].Data
	}
	return b.perPixel(n, func(dst, src []float32) { kernel.Affine(dst, src, zero, multiply, add) })
}

// prelu adds a ReLU with learned slopes.
func (b *builder) prelu(n *ir.Node, o *ir.PReLU) bool {
	slope := n.Params[0].Data
	if o.Shared {
		slope = slices.Repeat(slope, b.shape(n.Inputs[0])[1])
	}
	return b.perPixel(n, func(dst, src []float32) { kernel.PReLU(dst, src, slope) })
}
