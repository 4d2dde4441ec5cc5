package runtime

import (
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime/internal/kernel"
)

// matrixTask is the number of weights that make a task of a matrix product: a
// megabyte of memory to read.
const matrixTask = 1 << 18

// fullyConnected adds a matrix product, with the ReLU that follows it if there
// is one. The rows of the weights are read where they are, so that nothing is
// copied before the first run.
func (b *builder) fullyConnected(n *ir.Node, o *ir.FullyConnected) bool {
	shape := b.shape(n.Inputs[0])
	axis, err := ir.Axis(o.Axis, len(shape))
	if err != nil {
		return false
	}
	batch, inputs := shape[:axis].Elements(), shape[axis:].Elements()
	weights, bias := n.Params[0].Data, []float32(nil)
	if w := b.weights[n]; w != nil {
		weights = w.transposed
	}
	if o.Bias {
		bias = n.Params[1].Data
	}
	in := b.read(n.Inputs[0], flat)
	v, nodes, relu := b.fuseReLU(n)
	out := b.write(v, flat)
	// In multiples of the four rows that are multiplied at once.
	rows := max(1, matrixTask/inputs/4) * 4
	b.add(func(x *execution) error {
		src, dst := x.data[in.buffer], x.data[out.buffer]
		return x.each((o.Units+rows-1)/rows, func(_, task int) {
			first, last := task*rows, min((task+1)*rows, o.Units)
			var part []float32
			if bias != nil {
				part = bias[first:last]
			}
			kernel.FullyConnected(dst[first:], o.Units, weights[first*inputs:last*inputs], part, src, inputs, batch, relu)
		})
	}, nodes...)
	return true
}
