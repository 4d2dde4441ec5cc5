package runtime

import (
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime/internal/kernel"
)

// softmax adds a softmax over any axis, one index before the axis at a time.
func (b *builder) softmax(n *ir.Node, o *ir.Softmax) bool {
	shape := b.shape(n.Inputs[0])
	axis, err := ir.Axis(o.Axis, len(shape))
	if err != nil {
		return false
	}
	outer, inner := shape[:axis].Elements(), shape[axis+1:].Elements()
	in := b.read(n.Inputs[0], flat)
	out := b.write(n.Outputs[0], flat)
	run := shape[axis] * inner
	b.add(func(x *execution) error {
		src, dst := x.data[in.buffer], x.data[out.buffer]
		return x.each(outer, func(_, task int) {
			kernel.Softmax(dst[task*run:], src[task*run:], 1, shape[axis], inner)
		})
	}, n)
	return true
}
