package verify

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime"
)

// SearchOptions bound a [Search].
type SearchOptions struct {
	// Seed decides what is tried, and in which order: what one search finds, every
	// other of the same seed and as many runs finds.
	Seed uint64
	// Budget is how long to search, Runs how many inputs to try at most; what is 0
	// is unlimited, but not both.
	Budget time.Duration
	Runs   int
}

// Found is the input that widens the gap between two models most.
type Found struct {
	Inputs map[string]*ir.Tensor
	// How says in words what the input is; Run is the number of the run that found
	// it, Runs how many there were.
	How       string
	Run, Runs int
	// Gap is the largest deviation of an element over the largest magnitude of its
	// layer, at Layer, where it is largest; Start is that of the inputs that the
	// search began with.
	Gap, Start float64
	Layer      string
}

// Search looks for inputs that widen the gap between a model and the reference:
// first patterns that make one kind of layer or another go its own way (all of
// one sign for rectifiers and paddings, ramps and borders for the rounding of
// pools, large and small for normalisations, single points), each at several
// scales, then small changes to the best of them, keeping what widens the gap.
// The inputs keep the shapes of those that the search starts from.
//
// A gap is no verdict: [Compare] on what was found is.
func Search(ctx context.Context, reference, other Model, start map[string]*ir.Tensor, o Options, s SearchOptions) (*Found, error) {
	if s.Budget <= 0 && s.Runs <= 0 {
		return nil, ir.Errorf(ir.ErrInvalid, "a search needs a budget of time or runs")
	}
	r, err := newRace(reference, other, start, o)
	if err != nil {
		return nil, err
	}
	defer r.close()
	search := searcher{race: r, limits: s, random: rand.New(rand.NewPCG(s.Seed, 0x5eed)), begun: time.Now(), names: r.inputNames()}
	err = search.patterns(ctx, start)
	if err == nil {
		err = search.climb(ctx)
	}
	if err != nil && !errors.Is(err, errBudget) {
		return nil, err
	}
	search.best.Runs = search.runs
	return &search.best, nil
}

var errBudget = errors.New("the budget is used up")

type searcher struct {
	*race
	limits SearchOptions
	random *rand.Rand
	begun  time.Time
	names  []string // of the inputs, in the reference's order
	runs   int
	best   Found
}

// attempt measures inputs and keeps them if the gap is the widest so far.
func (s *searcher) attempt(ctx context.Context, inputs map[string]*ir.Tensor, how string) (better bool, err error) {
	if s.limits.Runs > 0 && s.runs >= s.limits.Runs || s.limits.Budget > 0 && s.runs > 0 && time.Since(s.begun) > s.limits.Budget {
		return false, errBudget
	}
	gap, layer, err := s.gap(ctx, inputs)
	if err != nil {
		return false, err
	}
	s.runs++
	if s.runs > 1 && !(gap > s.best.Gap) {
		return false, nil
	}
	first := s.best.Start
	if s.runs == 1 {
		first = gap
	}
	s.best = Found{Inputs: inputs, How: how, Run: s.runs, Gap: gap, Start: first, Layer: layer}
	return true, nil
}

// scales multiply the magnitude of the inputs that the search starts from.
var scales = []float64{1, 1. / 16, 1. / 256, 16, 256, 1. / 65536}

func (s *searcher) patterns(ctx context.Context, start map[string]*ir.Tensor) error {
	if _, err := s.attempt(ctx, start, "the inputs that were given"); err != nil {
		return err
	}
	for _, scale := range scales {
		for _, p := range patterns {
			inputs := make(map[string]*ir.Tensor)
			for _, name := range s.names {
				inputs[name] = p.fill(start[name].Shape, magnitudeOf(start[name])*scale, s.random)
			}
			if _, err := s.attempt(ctx, inputs, fmt.Sprintf("%s, %g times as large", p.name, scale)); err != nil {
				return err
			}
		}
	}
	return nil
}

// climb changes the best inputs a little, again and again.
func (s *searcher) climb(ctx context.Context) error {
	origin, steps := s.best.How, 0
	for {
		inputs := make(map[string]*ir.Tensor)
		for _, name := range s.names {
			t := clone(s.best.Inputs[name])
			moves[s.random.IntN(len(moves))](t, s.random)
			inputs[name] = t
		}
		better, err := s.attempt(ctx, inputs, fmt.Sprintf("%s, changed in %d steps", origin, steps+1))
		if err != nil {
			return err
		}
		if better {
			steps++
		}
	}
}

// magnitudeOf is the largest magnitude of a tensor, 1 where all are 0.
func magnitudeOf(t *ir.Tensor) float64 {
	largest := 0.0
	for _, v := range t.Data {
		largest = max(largest, finite(v))
	}
	if largest == 0 {
		return 1
	}
	return largest
}

// race is two compiled models and what is paired in them.
type race struct {
	*alignment
	left, right *runtime.Plan
	values      map[*ir.Value]*ir.Tensor // of the reference's last run
	pairs       map[*ir.Value]*stage     // the other's values, to the reference's stages
}

func newRace(reference, other Model, start map[string]*ir.Tensor, o Options) (*race, error) {
	a, err := align(reference, other)
	if err != nil {
		return nil, err
	}
	r := &race{alignment: a, values: make(map[*ir.Value]*ir.Tensor), pairs: make(map[*ir.Value]*stage)}
	for _, s := range a.left.stages {
		if match := a.partner[s]; match != nil {
			r.pairs[match.value] = s
			r.values[s.value] = nil
		}
	}
	compile := func(m Model, inputs map[string]*ir.Tensor) (*runtime.Plan, error) {
		settings := o.Run
		settings.Inputs = shapesOf(inputs)
		p, err := runtime.Compile(m.Graph, settings)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.Name, err)
		}
		return p, nil
	}
	if r.left, err = compile(reference, start); err != nil {
		return nil, err
	}
	renamed := a.rename(start)
	tested, err := computable(other, renamed)
	if err == nil {
		r.right, err = compile(tested.Model, renamed)
	}
	if err != nil {
		return nil, errors.Join(err, r.left.Close())
	}
	return r, nil
}

func (r *race) close() {
	r.left.Close()
	r.right.Close()
}

func (r *race) inputNames() []string {
	var names []string
	for _, s := range r.alignment.left.inputs {
		names = append(names, s.value.Name)
	}
	return names
}

// gap runs both models and measures the paired values. Values that are no finite
// numbers in the reference show nothing.
func (r *race) gap(ctx context.Context, inputs map[string]*ir.Tensor) (gap float64, layer string, err error) {
	_, err = r.left.Run(ctx, inputs, func(_ *ir.Node, v *ir.Value, t *ir.Tensor) (*ir.Tensor, error) {
		if kept, wanted := r.values[v]; wanted {
			if kept == nil {
				kept = ir.NewTensor(t.Shape...)
				r.values[v] = kept
			}
			copy(kept.Data, t.Data)
		}
		return nil, nil
	})
	if err != nil {
		return 0, "", err
	}
	_, err = r.right.Run(ctx, r.rename(inputs), func(_ *ir.Node, v *ir.Value, t *ir.Tensor) (*ir.Tensor, error) {
		s := r.pairs[v]
		if s == nil {
			return nil, nil
		}
		if wide := widest(r.values[s.value], t); wide > gap {
			gap, layer = wide, s.layer()
		}
		return nil, nil
	})
	return gap, layer, err
}

// widest is the largest deviation of an element over the largest magnitude of
// the reference; where shapes differ, as wide as can be.
func widest(reference, other *ir.Tensor) float64 {
	if !reference.Shape.Equal(other.Shape) {
		return math.MaxFloat64
	}
	deviation, largest := 0.0, 0.0
	for i, v := range reference.Data {
		size, d := math.Abs(float64(v)), math.Abs(float64(other.Data[i])-float64(v))
		if !(size <= math.MaxFloat32) {
			return 0
		}
		largest = max(largest, size)
		if !(d <= deviation) {
			deviation = d
		}
	}
	switch {
	case deviation != deviation:
		return math.MaxFloat64
	case deviation == 0:
		return 0
	}
	return min(deviation/max(largest, math.SmallestNonzeroFloat32), math.MaxFloat64)
}
