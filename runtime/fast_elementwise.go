package runtime

import (
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime/internal/kernel"
)

// rows adds a step that computes the output of a node from inputs of the same
// shape, run after run of elements that are consecutive in all of them. The
// layout is that of the first input.
func (b *builder) rows(n *ir.Node, body func(dst []float32, src [][]float32)) {
	l := b.native[n.Inputs[0]]
	in := b.readAll(n.Inputs, l)
	out := b.write(n.Outputs[0], l)
	if l == flat {
		size := b.shape(n.Outputs[0]).Elements()
		b.add(func(x *execution) error {
			return x.each((size+elements-1)/elements, func(_, task int) {
				first, last := task*elements, min((task+1)*elements, size)
				src := make([][]float32, len(in))
				for i, f := range in {
					src[i] = x.data[f.buffer][first:last]
				}
				body(x.data[out.buffer][first:last], src)
			})
		}, n)
		return
	}
	b.addImages(imageLoop{out.batch, out.height, []*form{out}, func(x *execution, at place, y int) {
		row := func(f *form) []float32 { return x.data[f.buffer][f.at(at, y, 0):][:f.width*f.Column] }
		src := make([][]float32, len(in))
		for i, f := range in {
			src[i] = row(f)
		}
		body(row(out), src)
	}}, n)
}

// activation adds a function of single elements.
func (b *builder) activation(n *ir.Node) bool {
	var apply func(dst, src []float32)
	switch o := n.Op.(type) {
	case *ir.ReLU:
		apply = func(dst, src []float32) { kernel.ReLU(dst, src, o.Slope) }
	case *ir.Sigmoid:
		apply = kernel.Sigmoid
	case *ir.Tanh:
		apply = kernel.Tanh
	default:
		return false
	}
	b.rows(n, func(dst []float32, src [][]float32) { apply(dst, src[0]) })
	return true
}

// eltwise adds a combination of inputs element by element.
func (b *builder) eltwise(n *ir.Node, o *ir.Eltwise) bool {
	b.rows(n, func(dst []float32, src [][]float32) {
		switch o.Kind {
		case ir.Sum:
			kernel.Scale(dst, src[0], float32(coefficient(o, 0)))
			for i, s := range src[1:] {
				kernel.AddScaled(dst, s, float32(coefficient(o, i+1)))
			}
		case ir.Product:
			copy(dst, src[0])
			for _, s := range src[1:] {
				kernel.Multiply(dst, s)
			}
		case ir.Maximum:
			kernel.Maximum(dst, src[0], src[1])
			for _, s := range src[2:] {
				kernel.Maximum(dst, s, dst)
			}
		}
	})
	return true
}
