package runtime

import (
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime/internal/kernel"
)

// rows adds a step that computes a value, by a node and those taken in behind
// it, from the node's inputs of the same shape, run after run of elements that
// are consecutive in all of them. The layout is that of the first input.
func (b *builder) rows(v *ir.Value, nodes []*ir.Node, body func(dst []float32, src [][]float32)) {
	l := b.native[nodes[0].Inputs[0]]
	in := b.readAll(nodes[0].Inputs, l)
	out := b.write(v, l)
	if l == flat {
		size := b.shape(v).Elements()
		b.add(func(x *execution) error {
			return x.each((size+elements-1)/elements, func(_, task int) {
				first, last := task*elements, min((task+1)*elements, size)
				src := make([][]float32, len(in))
				for i, f := range in {
					src[i] = x.data[f.buffer][first:last]
				}
				body(x.data[out.buffer][first:last], src)
			})
		}, nodes...)
		return
	}
	b.addImages(imageLoop{batch: out.batch, tasks: out.height, out: []*form{out}, body: func(x *execution, at place, y int) {
		row := func(f *form) []float32 { return x.data[f.buffer][f.at(at, y, 0):][:f.width*f.Column] }
		src := make([][]float32, len(in))
		for i, f := range in {
			src[i] = row(f)
		}
		body(row(out), src)
	}}, nodes...)
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
	b.rows(n.Outputs[0], []*ir.Node{n}, func(dst []float32, src [][]float32) { apply(dst, src[0]) })
	return true
}

// eltwise adds a combination of inputs element by element, with the ReLU that
// follows it if there is one.
func (b *builder) eltwise(n *ir.Node, o *ir.Eltwise) bool {
	fold := eltwiseRow(o)
	v, nodes, relu := b.fuseReLU(n)
	b.rows(v, nodes, func(dst []float32, src [][]float32) {
		if plainSum(o) {
			kernel.Add(dst, src[0], src[1], relu && len(src) == 2)
			for i, s := range src[2:] {
				kernel.Add(dst, dst, s, relu && i == len(src)-3)
			}
			return
		}
		fold(dst, src)
		if relu {
			kernel.ReLU(dst, dst, 0)
		}
	})
	return true
}

// eltwiseRow is a combination of runs of elements.
func eltwiseRow(o *ir.Eltwise) func(dst []float32, src [][]float32) {
	if o.Kind == ir.Sum {
		return func(dst []float32, src [][]float32) {
			kernel.Scale(dst, src[0], float32(coefficient(o, 0)))
			for i, s := range src[1:] {
				kernel.AddScaled(dst, s, float32(coefficient(o, i+1)))
			}
		}
	}
	combine := kernel.Multiply
	if o.Kind == ir.Maximum {
		combine = kernel.Maximum
	}
	return func(dst []float32, src [][]float32) {
		combine(dst, src[0], src[1])
		for _, s := range src[2:] {
			combine(dst, s, dst)
		}
	}
}
