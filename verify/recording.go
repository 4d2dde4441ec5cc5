package verify

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// Against runs a model and compares its values with recorded ones of the same
// names, such as those that `run --all` writes. A recorded value that the model
// does not have, and an output of the model that was not recorded, are
// unchecked. Recorded inputs are compared but do not count as compared layers.
func Against(ctx context.Context, golden map[string]*ir.Tensor, model Model, inputs map[string]*ir.Tensor, o Options) (*Report, error) {
	report := newReport("golden values", model.Name, o)
	report.graph, report.fed = model.Graph, shapesOf(inputs)
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
			targets[v] = &target{layer: l, subject: recorded, reference: recorded}
		}
	}
	report.addForeign(left, "no value of that name in "+model.Name)
	ran := make(map[*ir.Value]*ir.Tensor)
	err := run(ctx, model, inputs, o, func(v *ir.Value, t *ir.Tensor) *ir.Tensor {
		if o.keepsRun() {
			ran[v] = clone(t)
		}
		g := targets[v]
		if g == nil {
			return nil
		}
		g.layer.compare(g.reference, t, o)
		if o.judges() {
			g.other = clone(t)
		}
		return g.replacement(t, o)
	})
	if err != nil {
		return nil, err
	}
	if o.judges() {
		j := &judge{graph: model.Graph, options: o, targets: targets, ran: ran}
		if err := j.run(ctx, inputs); err != nil {
			return nil, fmt.Errorf("%s: %w", model.Name, err)
		}
		if report.Causes, err = j.explainFirst(report.Causes); err != nil {
			return nil, fmt.Errorf("%s: %w", model.Name, err)
		}
	}
	report.conclude(o)
	return report, nil
}

// Recording is what another program computed for a model.
type Recording struct {
	// Name stands in reports and errors.
	Name string
	// Graph is the model, whose values Values are named after.
	Graph  *ir.Graph
	Values map[string]*ir.Tensor
}

// Recorded runs the reference and compares recorded values with it as if they
// were another model's. An output of the reference that was not recorded, and a
// recorded value that the model does not have, are unchecked; recorded inputs do
// not count as compared layers.
func Recorded(ctx context.Context, reference Model, r Recording, inputs map[string]*ir.Tensor, o Options) (*Report, error) {
	a, err := align(reference, Model{r.Name, r.Graph})
	if err != nil {
		return nil, err
	}
	report := newReport(reference.Name, r.Name, o)
	report.graph, report.fed = reference.Graph, shapesOf(inputs)
	targets := make(map[*ir.Value]*target)
	left := maps.Clone(r.Values)
	for _, s := range slices.Concat(a.left.inputs, a.left.stages) {
		name, recorded := r.find(a.partner[s])
		if recorded == nil {
			if s.output {
				report.add(s.node, s.value).Reason = "not among the values of " + r.Name
			}
			continue
		}
		if err := recorded.Check(); err != nil {
			return nil, fmt.Errorf("%s: value %q: %w", r.Name, name, err)
		}
		for _, same := range a.partner[s].names {
			if t := left[same]; t != nil && (same == name || identical(t, recorded)) {
				delete(left, same)
			}
		}
		delete(left, name)
		l := report.add(s.node, s.value)
		l.Counterpart, l.Inputs = name, a.left.reads(s)
		_, l.input = s.node.Op.(*ir.Input)
		targets[s.value] = &target{layer: l, subject: recorded, other: recorded}
	}
	report.addForeign(left, "the model has no value of the name that "+r.Name+" gives")
	ran := make(map[*ir.Value]*ir.Tensor)
	err = run(ctx, reference, inputs, o, func(v *ir.Value, t *ir.Tensor) *ir.Tensor {
		if o.keepsRun() {
			ran[v] = clone(t)
		}
		if g := targets[v]; g != nil {
			g.reference = clone(t)
			g.layer.compare(g.reference, g.other, o)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	report.Causes = append(report.Causes, diagnose(a)...)
	if o.judges() {
		j := &judge{graph: reference.Graph, options: o, targets: targets, ran: ran}
		if err := j.run(ctx, inputs); err != nil {
			return nil, fmt.Errorf("%s: %w", reference.Name, err)
		}
		if report.Causes, err = j.explainFirst(report.Causes); err != nil {
			return nil, fmt.Errorf("%s: %w", reference.Name, err)
		}
	}
	report.annotate(a, o)
	report.conclude(o)
	return report, nil
}

// find is the recorded value of a stage, under any of its names.
func (r Recording) find(s *stage) (string, *ir.Tensor) {
	if s == nil {
		return "", nil
	}
	for _, name := range slices.Concat(s.names, []string{s.value.Blob}) {
		if t := r.Values[name]; t != nil {
			return name, t
		}
	}
	return "", nil
}

// Rename gives inputs that bear the reference's input names the other model's,
// as [Compare] does.
func Rename(reference, other Model, inputs map[string]*ir.Tensor) (map[string]*ir.Tensor, error) {
	a, err := align(reference, other)
	if err != nil {
		return nil, err
	}
	return a.rename(inputs), nil
}

// addForeign adds an unchecked row for each value that belongs to no layer.
func (r *Report) addForeign(values map[string]*ir.Tensor, reason string) {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		r.Layers = append(r.Layers, &Layer{Name: name, Value: name, Verdict: Unchecked, Deviation: unmeasured(), Reason: reason})
	}
}

// NotRecorded is the report on a program that should have computed values and
// did not: it fails, whatever is allowed, for the given reason.
func NotRecorded(reference Model, name, reason string, o Options) (*Report, error) {
	side, err := newSide(reference)
	if err != nil {
		return nil, err
	}
	report := newReport(reference.Name, name, o)
	for _, s := range side.stages {
		if s.output {
			report.add(s.node, s.value).Reason = "not among the values of " + name
		}
	}
	report.conclude(o)
	report.Verdict, report.Reason = Fail, reason
	return report, nil
}
