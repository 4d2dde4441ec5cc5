package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/alexconv/alexconv/golden"
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runner"
	"github.com/alexconv/alexconv/verify"
)

type verifyOptions struct {
	open        openFlags
	input       roundFlags
	against     string
	runner      string
	timeout     time.Duration
	compared    comparisonFlags
	adversarial bool
	budget      string
	saveInput   string
	fix         bool
	out         string
	force       bool
	reports     []string
}

func (a *app) verifyCommand() *cobra.Command {
	var o verifyOptions
	c := &cobra.Command{
		Use:   "verify A B [C ...]",
		Short: "Compare models layer by layer on the same inputs",
		Long: `Runs the models on the same inputs and compares every layer of B, C, ... with A, the reference. With
--against FILE.npz the one model given is compared with recorded values (run --all and golden record write
such files). With --runner another program runs the last model given, and what it computes is compared with
A as one more model. Several inputs are several comparisons, of which the worst is shown whole.
Exit code 0 says that every layer agrees; a layer that could not be compared is never counted as agreeing,
and neither is one whose attributes differ in a way that these inputs happen to hide.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.verify(c.Context(), args, &o) },
	}
	o.open.add(c)
	o.input.add(c)
	o.compared.add(c)
	flags := c.Flags()
	flags.StringVar(&o.against, "against", "", "recorded values to compare with (.npz, keys as run --all writes them)")
	flags.StringVar(&o.runner, "runner", "", "'PROGRAM {model} {inputs} {outputs}': another program that runs the last model, .npz in and out; split into words as a shell does")
	flags.DurationVar(&o.timeout, "timeout", runner.DefaultTimeout, "how long --runner may take for one input")
	flags.StringArrayVar(&o.reports, "report", nil, "text, or text, json, junit, md or html =FILE (repeatable; default text)")
	flags.BoolVar(&o.adversarial, "adversarial", false, "also search for the input that widens the gap most, and compare on it")
	flags.StringVar(&o.budget, "budget", "10s", "with --adversarial: how long to search, or how many runs of both models")
	flags.StringVar(&o.saveInput, "save-input", "", "write the input of the worst comparison to this .npy (or .npz)")
	flags.BoolVar(&o.fix, "fix", false, "with -o: write the second model with the named causes repaired, once it agrees")
	flags.StringVarP(&o.out, "output", "o", "", "where --fix writes, as in convert")
	addForce(c, &o.force)
	return c
}

// check refuses flags that make no sense together.
func (o *verifyOptions) check(models int) error {
	switch {
	case o.fix != (o.out != "") || o.fix && (models != 2 || o.runner != ""):
		return usagef("--fix goes with two models and -o OUT")
	case o.against != "" && (models != 1 || o.runner != ""):
		return usagef("--against goes with one model and no --runner")
	case o.against == "" && o.runner == "" && models < 2:
		return usagef("give the reference and at least one model to compare with it, or one model and --against FILE.npz or --runner COMMAND")
	case o.adversarial && models < 2:
		return usagef("--adversarial goes with two models or more")
	case o.timeout <= 0:
		return usagef("--timeout %v: want a time such as 60s", o.timeout)
	}
	return nil
}

func (a *app) verify(ctx context.Context, specs []string, o *verifyOptions) error {
	settings, err := o.compared.settings()
	if err != nil {
		return err
	}
	sinks, err := parseSinks(o.reports)
	if err != nil {
		return err
	}
	if err := o.check(len(specs)); err != nil {
		return err
	}
	var models []verify.Model
	var paths []string
	for _, spec := range specs {
		m, err := a.open(spec, o.open)
		if err != nil {
			return err
		}
		defer m.Close()
		models = append(models, verify.Model{Name: spec, Graph: m.Graph})
		paths = append(paths, m.Paths...)
	}
	var recorded *golden.File
	if o.against != "" {
		if recorded, err = readGolden(o.against); err != nil {
			return err
		}
	}
	rounds, err := o.rounds(models[0].Graph, recorded)
	if err != nil {
		return err
	}
	opponents, err := o.opponents(models, recorded, settings)
	if err != nil {
		return err
	}
	var v verification
	for _, against := range opponents {
		if err := a.fight(ctx, &v, o, models[0], against, rounds, settings); err != nil {
			return err
		}
	}
	if err := a.writeReports(ctx, &v, sinks, paths); err != nil {
		return err
	}
	worst := verify.Worst(v.leads)
	if o.saveInput != "" {
		if err := writeArrays(ctx, o.saveInput, arraysOf(models[0].Graph, v.fed[worst]), paths); err != nil {
			return err
		}
	}
	if o.fix {
		return a.fix(ctx, models, v.leads[0], v.fed[0], settings, o.out, paths, o.force)
	}
	return v.mismatch()
}

// rounds are what the command line says, or, where it says nothing, what a golden
// file was recorded on.
func (o *verifyOptions) rounds(g *ir.Graph, recorded *golden.File) ([]round, error) {
	if recorded != nil && recorded.Golden() && !o.input.given() {
		return goldenRounds(g, recorded)
	}
	return o.input.rounds(g)
}

// verification is what came of all comparisons: every report, and for each
// opponent the leading one with the inputs that it is about.
type verification struct {
	all, leads []*verify.Report
	fed        []map[string]*ir.Tensor
}

// fight compares the reference with one opponent in all rounds, and in one more
// on the input that a search finds.
func (a *app) fight(ctx context.Context, v *verification, o *verifyOptions, reference verify.Model, against opponent, rounds []round, settings verify.Options) error {
	var reports []*verify.Report
	var worst, first map[string]*ir.Tensor
	one := func(r round) error {
		inputs, err := r.tensors()
		if err != nil {
			return err
		}
		a.progress("comparing %s with %s on %s", against.name, reference.Name, r.Name)
		report, err := against.compare(ctx, inputs)
		if err != nil {
			return err
		}
		report.Command, report.Input = a.commandLine, &r.Feed
		reports = append(reports, report)
		if first == nil {
			first = inputs
		}
		if verify.Worst(reports) == len(reports)-1 {
			worst = inputs
		}
		return nil
	}
	for _, r := range rounds {
		if err := one(r); err != nil {
			return err
		}
	}
	if o.adversarial && against.model != nil {
		r, err := o.adversary(ctx, reference, against, first, settings)
		if err != nil {
			return err
		}
		if err := one(r); err != nil {
			return err
		}
	}
	v.all = append(v.all, reports...)
	v.leads = append(v.leads, verify.Lead(reports))
	v.fed = append(v.fed, worst)
	return nil
}

// mismatch is the error for the first opponent that does not pass, nil if all do.
func (v *verification) mismatch() error {
	for _, r := range v.leads {
		if r.Verdict == verify.Pass {
			continue
		}
		on := ""
		if len(r.Inputs) > 0 {
			on = " on " + r.Input.Name
		}
		return &mismatch{fmt.Sprintf("%s against %s%s: %s: %s", r.Other, r.Reference, on, r.Verdict, r.Reason)}
	}
	return nil
}
