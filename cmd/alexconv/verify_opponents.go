package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/alexconv/alexconv/formats/npy"
	"github.com/alexconv/alexconv/golden"
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runner"
	"github.com/alexconv/alexconv/verify"
)

// opponent is what the reference is compared with.
type opponent struct {
	name    string
	compare func(ctx context.Context, inputs map[string]*ir.Tensor) (*verify.Report, error)
	// model is the other model, for searches; nil where values come from elsewhere.
	model *verify.Model
}

// opponents are the models after the first, then what a program computes for the
// last model; or else the recorded values.
func (o *verifyOptions) opponents(models []verify.Model, recorded *golden.File, settings verify.Options) ([]opponent, error) {
	if recorded != nil {
		return []opponent{{name: o.against, compare: func(ctx context.Context, inputs map[string]*ir.Tensor) (*verify.Report, error) {
			report, err := verify.Against(ctx, recorded.Tensors(), models[0], inputs, settings)
			if err != nil {
				return nil, err
			}
			report.Reference = o.against
			return report, nil
		}}}, nil
	}
	var list []opponent
	for _, other := range models[1:] {
		list = append(list, opponent{name: other.Name, model: &other, compare: func(ctx context.Context, inputs map[string]*ir.Tensor) (*verify.Report, error) {
			return verify.Compare(ctx, models[0], other, inputs, settings)
		}})
	}
	if o.runner == "" {
		return list, nil
	}
	command, err := runner.Parse(o.runner)
	if err != nil {
		return nil, &usageError{err}
	}
	last := models[len(models)-1]
	if strings.HasPrefix(last.Name, "zoo:") && strings.Contains(o.runner, "{model}") || last.Name == "-" {
		return nil, usagef("--runner needs a model that is a file, %s is none; convert it first", last.Name)
	}
	if err := command.Check(last.Name); err != nil {
		return nil, &usageError{err}
	}
	p := &program{command, o.timeout, models[0], last, settings}
	return append(list, opponent{name: p.name(), compare: p.compare}), nil
}

// program runs a model elsewhere.
type program struct {
	runner.Command
	timeout          time.Duration
	reference, model verify.Model
	settings         verify.Options
}

func (p *program) name() string { return p.Program() + " on " + p.model.Name }

// compare holds what the program computes against the reference. A program that
// fails gives a report that fails.
func (p *program) compare(ctx context.Context, inputs map[string]*ir.Tensor) (*verify.Report, error) {
	fed, err := verify.Rename(p.reference, p.model, inputs)
	if err != nil {
		return nil, err
	}
	var list []npy.NamedTensor
	for _, v := range p.model.Graph.Inputs() {
		list = append(list, npy.NamedTensor{Name: v.Blob, Tensor: fed[v.Name]})
	}
	outputs, err := p.Run(ctx, p.model.Name, list, p.timeout)
	var failure *runner.Failure
	if errors.As(err, &failure) {
		return verify.NotRecorded(p.reference, p.name(), failure.Error(), p.settings)
	}
	if err != nil {
		return nil, err
	}
	recording := verify.Recording{Name: p.name(), Graph: p.model.Graph, Values: make(map[string]*ir.Tensor)}
	for _, a := range outputs {
		recording.Values[a.Name] = a.Tensor
	}
	return verify.Recorded(ctx, p.reference, recording, inputs, p.settings)
}

// adversary searches the input that widens the gap to an opponent most.
func (o *verifyOptions) adversary(ctx context.Context, reference verify.Model, against opponent, start map[string]*ir.Tensor, settings verify.Options) (round, error) {
	limits := verify.SearchOptions{}
	if seeds := o.input.seeds; len(seeds) > 0 {
		limits.Seed = seeds[0]
	}
	var err error
	if limits.Budget, limits.Runs, err = parseBudget(o.budget); err != nil {
		return round{}, err
	}
	found, err := verify.Search(ctx, reference, *against.model, start, settings, limits)
	if err != nil {
		return round{}, err
	}
	name := fmt.Sprintf("adversarial: %s; run %d of %d, seed %d, gap %.2g after %.2g", found.How, found.Run, found.Runs, limits.Seed, found.Gap, found.Start)
	return round{verify.Feed{Name: name}, func() (map[string]*ir.Tensor, error) { return found.Inputs, nil }}, nil
}

// parseBudget reads a duration, or a number of runs.
func parseBudget(text string) (time.Duration, int, error) {
	if strings.Trim(text, "0123456789") == "" {
		var runs int
		if _, err := fmt.Sscan(text, &runs); err == nil && runs > 0 {
			return 0, runs, nil
		}
	}
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return 0, 0, usagef("--budget %q: want a time such as 10s, or a number of runs", text)
	}
	return d, 0, nil
}

// arraysOf lists inputs in the order of the graph.
func arraysOf(g *ir.Graph, inputs map[string]*ir.Tensor) []npy.NamedTensor {
	var list []npy.NamedTensor
	for _, v := range g.Inputs() {
		list = append(list, npy.NamedTensor{Name: v.Name, Tensor: inputs[v.Name]})
	}
	return slices.Clip(list)
}
