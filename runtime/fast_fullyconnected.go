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
	if w := b.weights[n]; w != nil && w.filters != nil {
		f := w.filters[0]
		taps := kernel.NewTaps([]int{0}, inputs, 1)
		b.add(func(x *execution) error {
			src, dst := x.data[in.buffer], x.data[out.buffer]
			return x.each(f.Panels(), func(_, panel int) {
				f.Rows(dst[panel*f.Columns():], kernel.Plane{Column: o.Units}, src, kernel.Plane{Column: inputs}, taps, panel, 1, batch, kernel.After{ReLU: relu})
			})
		}, nodes...)
		return true
	}
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

// packedBatch is the batch from which on packed weights are faster than rows: a
// tile then has enough vectors to multiply each weight with.
const packedBatch = 4

// packFullyConnected plans the copy of a layer's weights that the options or
// their order ask for, and the tasks that fill it.
func packFullyConnected(p *Plan, n *ir.Node, o *ir.FullyConnected) (*packed, []func()) {
	w := n.Params[0]
	inputs := len(w.Data) / o.Units
	batch := p.shapes[n.Outputs[0]].Elements() / o.Units
	var tasks []func()
	switch {
	case !o.Transposed && !p.options.Resident || inputs == 0:
		return nil, nil
	case !o.Transposed && batch >= packedBatch:
		f := kernel.NewFilters(kernel.FilterShape{Outputs: o.Units, Inputs: inputs, Height: 1, Width: 1}, true)
		var bias []float32
		if o.Bias {
			bias = n.Params[1].Data
		}
		for panel := range f.Panels() {
			tasks = append(tasks, func() { f.Pack(panel, w.Data, bias) })
		}
		return &packed{filters: []*kernel.Filters{f}}, tasks
	}
	matrix := allocate(len(w.Data))
	from := kernel.Plane{Column: 1, Channel: inputs}
	if o.Transposed {
		from = kernel.Plane{Column: o.Units, Channel: 1}
	}
	const rows = 64
	for first := 0; first < o.Units; first += rows {
		tasks = append(tasks, func() {
			kernel.Copy(matrix[first*inputs:], kernel.Plane{Column: 1, Channel: inputs}, w.Data[first*from.Channel:], from, min(rows, o.Units-first), 1, inputs)
		})
	}
	return &packed{matrix: matrix}, tasks
}
