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
	regions []*region
	arena   int // floats that hold all regions outside slots
	slots   int // images that can be under way at the same time
	slot    int // floats that hold all regions of one slot
	scratch int // floats that each worker needs for itself
	inputs  map[string]int
	outputs map[*ir.Value]int
}

// external marks a buffer that is the memory of a caller's tensor.
const external = -1

// step is one operation, several fused into one (nodes[0] and what follows it),
// or a conversion for the node nodes[0], which is nil for the graph's outputs.
type step struct {
	number int
	nodes  []*ir.Node
	run    func(x *execution) error // nil for a step over images
	images *imageLoop
}

// execution is one run of a program.
type execution struct {
	*team
	program *program
	plan    *Plan
	visit   Visitor
	data    [][]float32     // by buffer
	memory  []float32       // the arena, the slots and the workers' scratch
	times   []time.Duration // by step, nil where nobody asks
}

// scratch is a worker's own memory, with undefined contents.
func (x *execution) scratch(worker, floats int) []float32 {
	at := x.program.memory(worker)
	return x.memory[at : at+floats]
}

// memory is the number of floats that a run with some workers needs.
func (p *program) memory(threads int) int {
	return p.arena + p.slots*p.slot + threads*p.scratch
}

// run executes the steps. Times, which may be nil, receives how long each took.
func (p *program) run(ctx context.Context, plan *Plan, inputs map[string]*ir.Tensor, visit Visitor, times []time.Duration) (map[string]*ir.Tensor, error) {
	memory := plan.fast.acquire(p.memory(plan.threads))
	defer plan.fast.release(memory)
	x := &execution{
		team:    plan.fast.team(ctx, plan.threads),
		program: p, plan: plan, visit: visit, memory: memory, times: times,
		data: make([][]float32, len(p.buffers)),
	}
	defer plan.fast.dismiss(x.team)
	for i, r := range p.buffers {
		if r == external {
			continue
		}
		if r := p.regions[r]; r.slotted {
			x.data[i] = memory[p.arena+r.offset:][:(p.slots-1)*p.slot+r.size]
		} else {
			x.data[i] = memory[r.offset:][:r.size]
		}
	}
	for name, i := range p.inputs {
		x.data[i] = inputs[name].Data
	}
	if err := x.steps(); err != nil {
		return nil, err
	}
	outputs := make(map[string]*ir.Tensor, len(p.outputs))
	for v, i := range p.outputs {
		t := ir.NewTensor(plan.shapes[v]...)
		copy(t.Data, x.data[i])
		outputs[v.Name] = t
	}
	return outputs, nil
}

// steps runs all steps, those over images of one batch together.
func (x *execution) steps() error {
	for rest := x.program.steps; len(rest) > 0; {
		if n := section(rest); n > 0 {
			if err := x.images(rest[:n]); err != nil {
				return err
			}
			rest = rest[n:]
			continue
		}
		start := time.Now()
		if err := rest[0].run(x); err != nil {
			return err
		}
		x.spent(&rest[0], time.Since(start))
		rest = rest[1:]
	}
	return nil
}
