package runtime

import (
	"context"
	"time"

	"github.com/alexconv/alexconv/ir"
)

// program is a graph turned into steps over buffers for the fast engine.
type program struct {
	steps   []step
	buffers []int // the region of each buffer, or external
	regions []region
	arena   int // floats that hold all regions
	scratch int // floats that each worker needs for itself
	inputs  map[string]int
	outputs map[*ir.Value]int
}

// external marks a buffer that is the memory of a caller's tensor.
const external = -1

// step is one operation, several fused into one (nodes[0] and what follows it),
// or a conversion for the node nodes[0], which is nil for the graph's outputs.
type step struct {
	nodes []*ir.Node
	run   func(x *execution) error
}

// execution is one run of a program.
type execution struct {
	*team
	program *program
	plan    *Plan
	visit   Visitor
	data    [][]float32 // by buffer
	memory  []float32   // the arena, and behind it the workers' scratch
}

// scratch is a worker's own memory, with undefined contents.
func (x *execution) scratch(worker, floats int) []float32 {
	at := x.program.arena + worker*x.program.scratch
	return x.memory[at : at+floats]
}

// memory is the number of floats that a run with some workers needs.
func (p *program) memory(threads int) int { return p.arena + threads*p.scratch }

// run executes the steps. Timed is told how long each took; it may be nil.
func (p *program) run(ctx context.Context, plan *Plan, inputs map[string]*ir.Tensor, visit Visitor, timed func(step, time.Duration)) (map[string]*ir.Tensor, error) {
	memory := plan.fast.acquire(p.memory(plan.threads))
	defer plan.fast.release(memory)
	x := &execution{
		team:    newTeam(ctx, plan.threads),
		program: p, plan: plan, visit: visit, memory: memory,
		data: make([][]float32, len(p.buffers)),
	}
	defer x.end()
	for i, r := range p.buffers {
		if r != external {
			x.data[i] = memory[p.regions[r].offset:][:p.regions[r].size]
		}
	}
	for name, i := range p.inputs {
		x.data[i] = inputs[name].Data
	}
	for _, s := range p.steps {
		start := time.Now()
		if err := s.run(x); err != nil {
			return nil, err
		}
		if timed != nil {
			timed(s, time.Since(start))
		}
	}
	outputs := make(map[string]*ir.Tensor, len(p.outputs))
	for v, i := range p.outputs {
		t := ir.NewTensor(plan.shapes[v]...)
		copy(t.Data, x.data[i])
		outputs[v.Name] = t
	}
	return outputs, nil
}
