package verify

import (
	"context"
	"errors"
	"fmt"
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
	// Layers overrule Tolerance for some layers, later ones earlier ones.
	Layers []LayerTolerance
	Mode   Mode
	// AllowUnchecked lets a report pass although layers stayed unchecked, as
	// long as one was compared.
	AllowUnchecked bool
	// AllowHidden lets a report pass although the models differ in an attribute, as
	// long as the given inputs do not show it.
	AllowHidden bool
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
// in it. An error means that a model cannot be run, not that it differs; a layer
// of the other model that does not take what the inputs lead to fails, and what
// comes before it is compared.
//
// A difference in attributes that changes what a layer computes fails the layer
// even where these inputs do not show it, unless AllowHidden: the report names an
// input size that would.
func Compare(ctx context.Context, reference, other Model, inputs map[string]*ir.Tensor, o Options) (*Report, error) {
	a, err := align(reference, other)
	if err != nil {
		return nil, err
	}
	renamed := a.rename(inputs)
	tested, err := computable(other, renamed)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", other.Name, err)
	}
	report := newReport(reference.Name, other.Name, o)
	report.graph, report.fed = reference.Graph, shapesOf(inputs)
	targets := make(map[*ir.Value]*target) // by the reference's value
	counterparts := make(map[*ir.Value]*target)
	for _, s := range a.left.stages {
		match := a.partner[s]
		if match == nil && !s.needed() {
			continue
		}
		l := report.add(s.node, s.value)
		l.Reason = "no counterpart in " + other.Name
		l.Inputs = a.left.reads(s)
		if match != nil {
			l.Counterpart = match.value.Name
			if tested.missing[match.value] {
				tested.note(l, match.node)
				continue
			}
			t := &target{layer: l}
			if o.judges() {
				t.broken = parameterDifference(s.node, match.node)
			}
			targets[s.value], counterparts[match.value] = t, t
		}
	}
	for _, s := range a.right.stages {
		if a.partner[s] == nil && s.needed() {
			report.add(s.node, s.value).Reason = "only in " + other.Name
		}
	}
	ran := make(map[*ir.Value]*ir.Tensor)
	record := func(v *ir.Value, t *ir.Tensor) *ir.Tensor {
		kept := targets[v]
		if kept == nil && !o.keepsRun() {
			return nil
		}
		c := clone(t)
		if o.keepsRun() {
			ran[v] = c
		}
		if kept != nil {
			kept.reference = c
		}
		return nil
	}
	if err := run(ctx, reference, inputs, o, record); err != nil {
		return nil, err
	}
	compare := func(v *ir.Value, t *ir.Tensor) *ir.Tensor {
		g := counterparts[v]
		if g == nil {
			return nil
		}
		g.layer.compare(g.reference, t, o)
		if o.judges() {
			g.other = clone(t)
			g.subject = g.other
		}
		return g.replacement(t, o)
	}
	if err := run(ctx, tested.Model, renamed, o, compare); err != nil {
		return nil, err
	}
	report.Causes = append(report.Causes, diagnose(a)...)
	if o.judges() {
		j := &judge{graph: reference.Graph, options: o, targets: targets, ran: ran}
		if err := j.run(ctx, inputs); err != nil {
			return nil, fmt.Errorf("%s: %w", reference.Name, err)
		}
		for _, s := range a.left.stages {
			if t := targets[s.value]; t != nil && t.layer.Verdict == Fail {
				match := a.partner[s]
				attributes := attributeDifferences(s.node.Op, match.node.Op, a.left.shapesOf(s), a.right.shapesOf(match))
				if report.Causes, err = j.explain(s.node, match.node, t, report.Causes, attributes); err != nil {
					return nil, fmt.Errorf("%s: %w", reference.Name, err)
				}
				break
			}
		}
	}
	report.filters = filterPictures(a)
	report.annotate(a, o)
	report.conclude(o)
	return report, nil
}

func clone(t *ir.Tensor) *ir.Tensor {
	return &ir.Tensor{Shape: t.Shape.Clone(), Data: slices.Clone(t.Data)}
}

// keepsRun reports whether every value of the run is of use to a [judge].
func (o Options) keepsRun() bool {
	return o.judges() && o.Run.Engine == runtime.Reference
}

// replacement takes the value's place downstream, nil leaving it.
func (t *target) replacement(value *ir.Tensor, o Options) *ir.Tensor {
	if o.Mode == Isolated && t.reference.Shape.Equal(value.Shape) {
		return t.reference
	}
	return nil
}

// run evaluates a model and hands every value to visit, which may replace it.
func run(ctx context.Context, m Model, inputs map[string]*ir.Tensor, o Options, visit func(*ir.Value, *ir.Tensor) *ir.Tensor) error {
	settings := o.Run
	settings.Inputs = shapesOf(inputs)
	p, err := runtime.Compile(m.Graph, settings)
	if err != nil {
		return fmt.Errorf("%s: %w", m.Name, err)
	}
	_, err = p.Run(ctx, inputs, func(_ *ir.Node, v *ir.Value, t *ir.Tensor) (*ir.Tensor, error) {
		return visit(v, t), nil
	})
	if err := errors.Join(err, p.Close()); err != nil {
		return fmt.Errorf("%s: %w", m.Name, err)
	}
	return nil
}
