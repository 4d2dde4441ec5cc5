package verify

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime"
)

// Model is a graph with the name that it bears in reports and errors.
type Model struct {
	Name  string
	Graph *ir.Graph
}

// Mode is what a layer of the model under test reads.
type Mode int

// The modes.
const (
	// Cumulative gives each layer what the model computed before it, so
	// deviations add up as a user would see them.
	Cumulative Mode = iota
	// Isolated gives each layer the reference's values, so that one wrong
	// layer is one failed row.
	Isolated
)

var modeNames = [...]string{"cumulative", "isolated"}

func (m Mode) String() string { return modeNames[m] }

// ParseMode reads a mode's name as String writes it.
func ParseMode(name string) (Mode, error) {
	if i := slices.Index(modeNames[:], name); i >= 0 {
		return Mode(i), nil
	}
	return 0, ir.Errorf(ir.ErrInvalid, "unknown mode %q (want cumulative or isolated)", name)
}

// Options says how to compare. The zero value compares cumulatively within
// rounding (see [ParseTolerance]) on the Reference engine.
type Options struct {
	Tolerance Tolerance
	Mode      Mode
	// AllowUnchecked lets a report pass although layers stayed unchecked, as
	// long as one was compared.
	AllowUnchecked bool
	// EqualNaN lets NaN equal NaN.
	EqualNaN bool
	// Run says how both models are run; its Inputs are not used.
	Run runtime.Options
}

// Compare runs both models on inputs, which bear the reference's input names,
// and compares every layer of the reference with its counterpart in the other.
// Counterparts are found by value name, then by structure; a layer of either
// model without one is unchecked. Layers that compute nothing (dropout, splits,
// and reshapings that are no output) need none.
//
// The models' inputs are paired by name, except that single ones need not agree
// in it. An error means that a model cannot be run, not that it differs.
func Compare(ctx context.Context, reference, other Model, inputs map[string]*ir.Tensor, o Options) (*Report, error) {
	a, err := align(reference, other)
	if err != nil {
		return nil, err
	}
	report := newReport(reference.Name, other.Name, o)
	targets := make(map[*ir.Value]*target) // by the reference's value
	counterparts := make(map[*ir.Value]*target)
	for _, s := range a.left.stages {
		match := a.partner[s]
		if match == nil && !s.needed() {
			continue
		}
		l := report.add(s.node, s.value)
		l.Reason = "no counterpart in " + other.Name
		if match != nil {
			l.Counterpart = match.value.Name
			t := &target{layer: l}
			targets[s.value], counterparts[match.value] = t, t
		}
	}
	for _, s := range a.right.stages {
		if a.partner[s] == nil && s.needed() {
			report.add(s.node, s.value).Reason = "only in " + other.Name
		}
	}
	record := func(v *ir.Value, t *ir.Tensor, bound float64) *ir.Tensor {
		if kept := targets[v]; kept != nil {
			kept.tensor = &ir.Tensor{Shape: t.Shape.Clone(), Data: slices.Clone(t.Data)}
			kept.bound = bound
		}
		return nil
	}
	if err := run(ctx, reference, inputs, o, o.bounds(targets), record); err != nil {
		return nil, err
	}
	compare := func(v *ir.Value, t *ir.Tensor, _ float64) *ir.Tensor {
		return counterparts[v].compare(t, o)
	}
	if err := run(ctx, other, a.rename(inputs), o, nil, compare); err != nil {
		return nil, err
	}
	report.Causes = append(report.Causes, diagnose(a)...)
	report.conclude(o)
	return report, nil
}

// Against runs a model and compares its values with recorded ones of the same
// names, such as those that `run --all` writes. A recorded value that the model
// does not have, and an output of the model that was not recorded, are
// unchecked. Recorded inputs are compared but do not count as compared layers.
func Against(ctx context.Context, golden map[string]*ir.Tensor, model Model, inputs map[string]*ir.Tensor, o Options) (*Report, error) {
	report := newReport("golden values", model.Name, o)
	targets := make(map[*ir.Value]*target)
	left := maps.Clone(golden)
	for _, n := range model.Graph.Nodes {
		for _, v := range n.Outputs {
			recorded := golden[v.Name]
			if recorded == nil {
				if slices.Contains(model.Graph.Outputs, v) {
					report.add(n, v).Reason = "not among the recorded values"
				}
				continue
			}
			if err := recorded.Check(); err != nil {
				return nil, fmt.Errorf("recorded value %q: %w", v.Name, err)
			}
			delete(left, v.Name)
			l := report.add(n, v)
			l.Counterpart = v.Name
			_, l.input = n.Op.(*ir.Input)
			targets[v] = &target{layer: l, tensor: recorded}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(left)) {
		report.Layers = append(report.Layers, &Layer{
			Name: name, Value: name, Verdict: Unchecked, Deviation: unmeasured(),
			Reason: "no value of that name in " + model.Name,
		})
	}
	err := run(ctx, model, inputs, o, o.bounds(targets), func(v *ir.Value, t *ir.Tensor, bound float64) *ir.Tensor {
		if target := targets[v]; target != nil {
			target.bound = bound
		}
		return targets[v].compare(t, o)
	})
	if err != nil {
		return nil, err
	}
	report.conclude(o)
	return report, nil
}

// target is what a value is compared with.
type target struct {
	layer  *Layer
	tensor *ir.Tensor
	bound  float64
}

// compare fills in the layer and gives the tensor that takes the value's place
// downstream, nil for the value itself. A value without target is left alone.
func (g *target) compare(t *ir.Tensor, o Options) *ir.Tensor {
	if g == nil {
		return nil
	}
	g.layer.compare(g.tensor, t, g.bound, o)
	if o.Mode == Isolated && g.tensor.Shape.Equal(t.Shape) {
		return g.tensor
	}
	return nil
}

// bounds is what computes the bounds of tolerance auto, nil for others. Values
// with a target are exact in isolated mode.
func (o Options) bounds(targets map[*ir.Value]*target) *bounds {
	if o.Tolerance.kind != auto {
		return nil
	}
	return newBounds(func(v *ir.Value) bool { return o.Mode == Isolated && targets[v] != nil })
}

// run evaluates a model and hands every value to visit, which may replace it,
// together with its bound, 0 where b is nil.
func run(ctx context.Context, m Model, inputs map[string]*ir.Tensor, o Options, b *bounds, visit func(*ir.Value, *ir.Tensor, float64) *ir.Tensor) error {
	shapes := make(map[string]ir.Shape)
	for name, t := range inputs {
		if t != nil {
			shapes[name] = t.Shape
		}
	}
	settings := o.Run
	settings.Inputs = shapes
	p, err := runtime.Compile(m.Graph, settings)
	if err != nil {
		return fmt.Errorf("%s: %w", m.Name, err)
	}
	_, err = p.Run(ctx, inputs, func(n *ir.Node, v *ir.Value, t *ir.Tensor) (*ir.Tensor, error) {
		if b != nil {
			return visit(v, t, b.add(n, v, t)), nil
		}
		return visit(v, t, 0), nil
	})
	if err := errors.Join(err, p.Close()); err != nil {
		return fmt.Errorf("%s: %w", m.Name, err)
	}
	return nil
}
