package runtime

import (
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime/internal/kernel"
)

// matrixTask is the number of weights that make a task of a matrix product: a
// megabyte of memory to read.
const matrixTask = 1 << 18

// fullyConnected adds a matrix product, with the ReLU that follows it if there
// is one. Unless they were packed, the rows of the weights are read where they
// are, so that nothing is copied before the first run.
func (b *builder) fullyConnected(n *ir.Node, o *ir.FullyConnected) bool {
	shape := b.shape(n.Inputs[0])
	axis, err := ir.Axis(o.Axis, len(shape))
	if err != nil {
		return false
	}
	batch, inputs := shape[:axis].Elements(), shape[axis:].Elements()
	weights, bias := n.Params[0].Data, []float32(nil)
	if w := b.weights[n]; w != nil {
		weights = w.matrix
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

// packMatrix plans a copy of a layer's weights as rows of Units in huge pages,
// and the tasks that fill it.
func packMatrix(w *ir.Tensor, o *ir.FullyConnected) ([]float32, []func()) {
	inputs := len(w.Data) / o.Units
	matrix := allocate(len(w.Data))
	from := kernel.Plane{Column: 1, Channel: inputs}
	if o.Transposed {
		from = kernel.Plane{Column: o.Units, Channel: 1}
	}
	var tasks []func()
	const rows = 64
	for first := 0; first < o.Units; first += rows {
		tasks = append(tasks, func() {
			kernel.Copy(matrix[first*inputs:], kernel.Plane{Column: 1, Channel: inputs}, w.Data[first*from.Channel:], from, min(rows, o.Units-first), 1, inputs)
		})
	}
	return matrix, tasks
}
