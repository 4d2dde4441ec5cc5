package runtime

import (
	"context"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime/internal/kernel"
)

// packed are the weights of one node in the order in which its kernel reads
// them. At most one field is set.
type packed struct {
	filters   []*kernel.Filters         // by group
	winograd  []*kernel.WinogradFilters // by group
	depthwise *kernel.DepthwiseFilters
	matrix    []float32 // (Units, in)
}

// pack rearranges the weights of all nodes, on all threads at once.
func pack(p *Plan) map[*ir.Node]*packed {
	all := make(map[*ir.Node]*packed)
	var tasks []func()
	var placed []placer
	total := 0
	for _, n := range p.graph.Nodes {
		var w *packed
		var fill []func()
		switch o := n.Op.(type) {
		case *ir.Conv:
			w, fill = packConv(p, n, o)
		case *ir.FullyConnected:
			w, fill = packFullyConnected(p, n, o)
		}
		if w != nil {
			all[n] = w
			placed = append(placed, w.placers()...)
			tasks = append(tasks, fill...)
		}
	}
	for _, f := range placed {
		total += f.Floats()
	}
	memory := allocate(total)
	for _, f := range placed {
		memory = f.Place(memory)
	}
	t := newTeam(context.Background(), p.threads)
	defer t.end()
	// The context never ends, so neither does the loop early.
	_ = t.each(len(tasks), func(_, task int) { tasks[task]() })
	return all
}

// placer is filters of either kind.
type placer interface {
	Floats() int
	Place(zeros []float32) []float32
}

// placers lists the filters that need memory.
func (w *packed) placers() []placer {
	var list []placer
	for _, f := range w.filters {
		list = append(list, f)
	}
	for _, f := range w.winograd {
		list = append(list, f)
	}
	return list
}
