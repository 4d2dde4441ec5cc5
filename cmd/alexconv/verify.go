package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/alexconv/alexconv/formats/npy"
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/verify"
)

type verifyOptions struct {
	open      openFlags
	input     inputFlags
	against   string
	tolerance []string
	fix       bool
	out       string
	mode      string
	reports   []string
	unchecked bool
	equalNaN  bool
	force     bool
	engine    engineFlags
}

func (a *app) verifyCommand() *cobra.Command {
	var o verifyOptions
	c := &cobra.Command{
		Use:   "verify A B [C ...]",
		Short: "Compare models layer by layer on the same inputs",
		Long: `Runs the models on the same inputs and compares every layer of B, C, ... with A, the reference. With
--against FILE.npz the one model given is compared with recorded values (run --all writes such files).
Exit code 0 says that every layer agrees; a layer that could not be compared is never counted as agreeing.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.verify(c.Context(), args, o) },
	}
	o.open.add(c)
	o.input.add(c)
	flags := c.Flags()
	flags.StringVar(&o.against, "against", "", "recorded values to compare with (.npz, keys as run --all writes them)")
	flags.StringArrayVar(&o.tolerance, "tolerance", nil, "auto (float32 rounding, the default), rtol=R,atol=A, rel-l2=E, ulp=N or top-k=K; LAYERS:TOLERANCE for the layers that match (repeatable)")
	flags.StringVar(&o.mode, "mode", verify.Cumulative.String(), "cumulative, or isolated (each layer is fed the reference's values)")
	flags.StringArrayVar(&o.reports, "report", nil, "text, or text, json, junit, md or html =FILE (repeatable; default text)")
	flags.BoolVar(&o.unchecked, "allow-unchecked", false, "layers that could not be compared do not spoil the verdict")
	flags.BoolVar(&o.equalNaN, "equal-nan", false, "NaN equals NaN")
	flags.BoolVar(&o.fix, "fix", false, "with -o: write the second model with the named causes repaired, once it agrees")
	flags.StringVarP(&o.out, "output", "o", "", "where --fix writes, as in convert")
	addForce(c, &o.force)
	o.engine.add(c)
	return c
}

func (a *app) verify(ctx context.Context, specs []string, o verifyOptions) error {
	settings, err := o.settings()
	if err != nil {
		return err
	}
	sinks, err := parseSinks(o.reports)
	if err != nil {
		return err
	}
	if o.fix != (o.out != "") || o.fix && len(specs) != 2 {
		return usagef("--fix goes with two models and -o OUT")
	}
	if one := o.against != ""; one && len(specs) != 1 || !one && len(specs) < 2 {
		return usagef("give the reference and at least one model to compare with it, or one model and --against FILE.npz")
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
	inputs, err := o.input.read(models[0].Graph)
	if err != nil {
		return err
	}
	reports, err := compareAll(ctx, models, o.against, inputs, settings)
	if err != nil {
		return err
	}
	for _, r := range reports {
		r.Command = a.commandLine
	}
	if err := a.writeReports(ctx, reports, sinks, paths); err != nil {
		return err
	}
	if o.fix {
		return a.fix(ctx, models, reports[0], inputs, settings, o.out, paths, o.force)
	}
	for _, r := range reports {
		if r.Verdict != verify.Pass {
			return &mismatch{fmt.Sprintf("%s against %s: %s: %s", r.Other, r.Reference, r.Verdict, r.Reason)}
		}
	}
	return nil
}

func (o verifyOptions) settings() (verify.Options, error) {
	run, err := o.engine.options()
	if err != nil {
		return verify.Options{}, err
	}
	settings := verify.Options{AllowUnchecked: o.unchecked, EqualNaN: o.equalNaN, Run: run}
	for _, text := range o.tolerance {
		if strings.Contains(text, ":") {
			layer, err := verify.ParseLayerTolerance(text)
			if err != nil {
				return settings, &usageError{err}
			}
			settings.Layers = append(settings.Layers, layer)
			continue
		}
		if settings.Tolerance, err = verify.ParseTolerance(text); err != nil {
			return settings, &usageError{err}
		}
	}
	if settings.Mode, err = verify.ParseMode(o.mode); err != nil {
		return settings, &usageError{err}
	}
	return settings, nil
}

func compareAll(ctx context.Context, models []verify.Model, against string, inputs map[string]*ir.Tensor, settings verify.Options) ([]*verify.Report, error) {
	if against != "" {
		golden, err := readGolden(against)
		if err != nil {
			return nil, err
		}
		report, err := verify.Against(ctx, golden, models[0], inputs, settings)
		if err != nil {
			return nil, err
		}
		report.Reference = against
		return []*verify.Report{report}, nil
	}
	var reports []*verify.Report
	for _, other := range models[1:] {
		report, err := verify.Compare(ctx, models[0], other, inputs, settings)
		if err != nil {
			return nil, err
		}
		reports = append(reports, report)
	}
	return reports, nil
}

func readGolden(path string) (map[string]*ir.Tensor, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	arrays, err := npy.ReadNPZ(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	golden := make(map[string]*ir.Tensor, len(arrays))
	for _, array := range arrays {
		golden[array.Name] = array.Tensor
	}
	return golden, nil
}
