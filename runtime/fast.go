package runtime

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime/internal/kernel"
)

// fast is what a plan holds for the fast engine.
type fast struct {
	weights map[*ir.Node]*packed
	// plain fuses operations. shown computes every value for itself, for runs
	// with a visitor; it uses the same kernels, so the numbers are the same.
	plain *program
	shown func() *program

	mutex sync.Mutex
	idle  [][]float32 // memory of ended runs
	teams []*team     // of ended runs
}

// newFast packs the weights and builds the program.
func newFast(p *Plan) (*fast, error) {
	if err := kernel.Check(); err != nil {
		return nil, ir.Errorf(ir.ErrInvalid, "%w", err)
	}
	f := &fast{weights: pack(p)}
	f.plain = build(p, f.weights, false)
	f.shown = sync.OnceValue(func() *program { return build(p, f.weights, true) })
	return f, nil
}

// run evaluates the graph.
func (f *fast) run(ctx context.Context, p *Plan, inputs map[string]*ir.Tensor, visit Visitor) (map[string]*ir.Tensor, error) {
	if visit != nil {
		return f.shown().run(ctx, p, inputs, visit, nil)
	}
	return f.plain.run(ctx, p, inputs, nil, nil)
}

// profile runs the graph once and times its steps.
func (f *fast) profile(ctx context.Context, p *Plan, inputs map[string]*ir.Tensor) ([]LayerTime, error) {
	spent := make([]time.Duration, len(f.plain.steps))
	if _, err := f.plain.run(ctx, p, inputs, nil, spent); err != nil {
		return nil, err
	}
	var times []LayerTime
	for i, s := range f.plain.steps {
		last := len(times) - 1
		switch {
		case s.nodes[0] == nil:
		case last >= 0 && times[last].Nodes[0] == s.nodes[0]:
			// A conversion, or another part of the same operation, came before.
			times[last].Nodes = s.nodes
			times[last].Duration += spent[i]
		default:
			times = append(times, LayerTime{s.nodes, spent[i]})
		}
	}
	return times, nil
}

// acquire gives a run its memory.
func (f *fast) acquire(floats int) []float32 {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	for i, m := range f.idle {
		if len(m) >= floats {
			f.idle = slices.Delete(f.idle, i, i+1)
			return m
		}
	}
	return allocate(floats)
}

// release keeps a run's memory for the next one.
func (f *fast) release(m []float32) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.idle = append(f.idle, m)
}

// team gives a run its workers: those of the last run, who may still be about.
func (f *fast) team(ctx context.Context, threads int) *team {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	last := len(f.teams) - 1
	if last < 0 {
		return newTeam(ctx, threads)
	}
	t := f.teams[last]
	f.teams = f.teams[:last]
	t.begin(ctx)
	return t
}

// dismiss ends a run's use of its workers.
func (f *fast) dismiss(t *team) {
	t.end()
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.teams = append(f.teams, t)
}
