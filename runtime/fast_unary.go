package runtime

import "github.com/alexconv/alexconv/ir"

// unary adds a function of single elements that has no kernel, in whatever
// layout its input has.
func (b *builder) unary(n *ir.Node) bool {
	f := unary(n.Op)
	b.rows(n.Outputs[0], []*ir.Node{n}, func(dst []float32, src [][]float32) {
		for i, x := range src[0][:len(dst)] {
			dst[i] = f(x)
		}
	})
	return true
}
