package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/alexconv/alexconv/convert"
	"github.com/alexconv/alexconv/formats/npy"
	"github.com/alexconv/alexconv/golden"
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime"
	"github.com/alexconv/alexconv/verify"
)

func (a *app) goldenCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "golden",
		Short: "Keep what a model computes, and check models against it",
		Long: `A golden file is an .npz with a model's inputs and outputs by name, its digest, and the tolerance that later
models are held to. The same model and inputs give the same bytes.`,
	}
	c.AddCommand(a.goldenRecordCommand(), a.goldenCheckCommand())
	return c
}

type recordOptions struct {
	open      openFlags
	input     inputFlags
	engine    engineFlags
	tolerance string
	out       string
	all       bool
}

func (a *app) goldenRecordCommand() *cobra.Command {
	var o recordOptions
	c := &cobra.Command{
		Use:   "record MODEL -o golden.npz",
		Short: "Write what a model computes to a golden file",
		Args:  cobra.ExactArgs(1),
		RunE:  func(c *cobra.Command, args []string) error { return a.record(c.Context(), args[0], &o) },
	}
	o.open.add(c)
	o.input.add(c)
	o.engine.add(c)
	flags := c.Flags()
	flags.StringVarP(&o.out, "output", "o", "", "the golden file (.npz)")
	flags.BoolVar(&o.all, "all", false, "every value, so that a later check names the layer that differs first")
	flags.StringVar(&o.tolerance, "tolerance", "auto", "what later models are held to, as in verify")
	return c
}

func (a *app) record(ctx context.Context, model string, o *recordOptions) error {
	if !strings.EqualFold(filepath.Ext(o.out), ".npz") {
		return usagef("golden record needs -o FILE.npz")
	}
	settings, err := o.engine.options()
	if err != nil {
		return err
	}
	if _, err := verify.ParseTolerance(o.tolerance); err != nil {
		return &usageError{err}
	}
	o.open.resident = true
	m, err := a.open(model, o.open)
	if err != nil {
		return err
	}
	defer m.Close()
	d, err := o.input.gather(m.Graph)
	if err != nil {
		return err
	}
	inputs, err := d.tensors(o.input.command)
	if err != nil {
		return err
	}
	f := &golden.File{Record: golden.Record{
		Schema: golden.Schema, Fed: o.input.describe(), Tolerance: o.tolerance, Engine: settings.Engine.String(), Winograd: settings.Winograd,
	}}
	if p := d.preprocess(); p != nil {
		f.Preprocess = p.String()
	}
	if f.Digest, err = ir.Digest(m.Graph); err != nil {
		return modelError(model, err)
	}
	settings.Inputs = shapesOf(inputs)
	if err := keep(ctx, f, m.Graph, inputs, settings, o.all); err != nil {
		return modelError(model, err)
	}
	if err := convert.RefuseInput(o.out, m.Paths); err != nil {
		return err
	}
	if _, err := convert.WriteFiles(ctx, convert.Target{Path: o.out, Write: func(w io.Writer) error { return f.Write(w) }}); err != nil {
		return err
	}
	if a.json {
		return a.printJSON(f.Record)
	}
	fmt.Fprintf(a.stdout, "wrote %s (%d arrays, digest %s)\n", o.out, len(f.Values), f.Digest)
	return nil
}

// keep runs a model and puts inputs and outputs, or every value, into a golden
// file in the order of the graph.
func keep(ctx context.Context, f *golden.File, g *ir.Graph, inputs map[string]*ir.Tensor, settings runtime.Options, all bool) error {
	for _, v := range g.Inputs() {
		f.Inputs = append(f.Inputs, v.Name)
	}
	for _, v := range g.Outputs {
		f.Outputs = append(f.Outputs, v.Name)
	}
	p, err := runtime.Compile(g, settings)
	if err != nil {
		return err
	}
	defer p.Close()
	_, err = p.Run(ctx, inputs, func(_ *ir.Node, v *ir.Value, t *ir.Tensor) (*ir.Tensor, error) {
		if all || slices.Contains(f.Inputs, v.Name) || slices.Contains(f.Outputs, v.Name) {
			f.Values = append(f.Values, npy.NamedTensor{Name: v.Name, Tensor: &ir.Tensor{Shape: t.Shape.Clone(), Data: slices.Clone(t.Data)}})
		}
		return nil, nil
	})
	return err
}

type checkOptions struct {
	open     openFlags
	compared comparisonFlags
	reports  []string
}

func (a *app) goldenCheckCommand() *cobra.Command {
	var o checkOptions
	c := &cobra.Command{
		Use:   "check MODEL golden.npz",
		Short: "Compare a model with a golden file",
		Long: `Runs a model on the recorded inputs and compares what it computes with what was recorded, within the recorded
tolerance unless --tolerance says otherwise. It also says whether the model's digest is the recorded one: a
model that has changed and still computes the same passes. Exit code 1 says that it does not.`,
		Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error { return a.checkGolden(c.Context(), args[0], args[1], &o) },
	}
	o.open.add(c)
	o.compared.add(c)
	c.Flags().StringArrayVar(&o.reports, "report", nil, "as in verify")
	return c
}

func (a *app) checkGolden(ctx context.Context, model, path string, o *checkOptions) error {
	sinks, err := parseSinks(o.reports)
	if err != nil {
		return err
	}
	f, err := readGolden(path)
	if err != nil {
		return err
	}
	if !f.Golden() {
		return ir.Errorf(ir.ErrInvalid, "%s: no golden record in this archive; write one with golden record, or use verify --against", path)
	}
	if len(o.compared.tolerance) == 0 {
		o.compared.tolerance = []string{f.Tolerance}
	}
	settings, err := o.compared.settings()
	if err != nil {
		return err
	}
	m, err := a.open(model, o.open)
	if err != nil {
		return err
	}
	defer m.Close()
	digest, err := ir.Digest(m.Graph)
	if err != nil {
		return modelError(model, err)
	}
	rounds, err := goldenRounds(m.Graph, f)
	if err != nil {
		return modelError(model, err)
	}
	compared := verifyOptions{against: path}
	against, err := compared.opponents([]verify.Model{{Name: model, Graph: m.Graph}}, f, settings)
	if err != nil {
		return err
	}
	var v verification
	if err := a.fight(ctx, &v, &compared, verify.Model{Name: model, Graph: m.Graph}, against[0], rounds, settings); err != nil {
		return err
	}
	v.leads[0].Digest = verify.Equal
	if digest != f.Digest {
		v.leads[0].Digest = verify.Changed
	}
	if err := a.writeReports(ctx, &v, sinks, append(m.Paths, path)); err != nil {
		return err
	}
	return v.mismatch()
}

func readGolden(path string) (*golden.File, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	f, err := golden.Read(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return f, nil
}

// goldenRounds is the one on the recorded inputs.
func goldenRounds(g *ir.Graph, f *golden.File) ([]round, error) {
	inputs, err := f.InputsFor(g)
	if err != nil {
		return nil, err
	}
	feed := verify.Feed{Name: f.Fed + ", as recorded"}
	if f.Preprocess != "" {
		feed.Preprocess = f.Preprocess
	}
	return []round{{feed, func() (map[string]*ir.Tensor, error) { return inputs, nil }}}, nil
}
