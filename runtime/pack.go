package runtime

import (
	"context"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime/internal/kernel"
)

// packed are the weights of one node in the order in which its kernel reads
// them. At most one field is set.
type packed struct {
	filters    []*kernel.Filters // by group
	depthwise  *kernel.DepthwiseFilters
	transposed []float32 // (Units, in)
}

// pack rearranges the weights of all nodes, on all threads at once.
func pack(p *Plan) map[*ir.Node]*packed {
	all := make(map[*ir.Node]*packed)
	var tasks []func()
	var filters []*kernel.Filters
	total := 0
	for _, n := range p.graph.Nodes {
		switch o := n.Op.(type) {
		case *ir.Conv:
			w, group := packConv(p, n, o)
			if w == nil {
				continue
			}
			all[n] = w
			for _, f := range w.filters {
				filters = append(filters, f)
				total += f.Floats()
			}
			tasks = append(tasks, group...)
		case *ir.FullyConnected:
			if o.Transposed && !n.Params[0].Shape.Equal(ir.Shape{}) {
				w := &packed{}
				all[n] = w
				tasks = append(tasks, func() { w.transposed = transpose(n.Params[0]) })
			}
		}
	}
	memory := allocate(total)
	for _, f := range filters {
		memory = f.Place(memory)
	}
	t := newTeam(context.Background(), p.threads)
	defer t.end()
	// The context never ends, so neither does the loop early.
	_ = t.each(len(tasks), func(_, task int) { tasks[task]() })
	return all
}

// transpose gives a matrix with rows and columns exchanged.
func transpose(m *ir.Tensor) []float32 {
	rows, columns := m.Shape[0], m.Shape[1]
	t := make([]float32, len(m.Data))
	kernel.Copy(t, kernel.Plane{Column: 1, Channel: rows}, m.Data, kernel.Plane{Column: columns, Channel: 1}, columns, 1, rows)
	return t
}
