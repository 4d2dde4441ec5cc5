package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/alexconv/alexconv/classify"
	"github.com/alexconv/alexconv/convert"
	"github.com/alexconv/alexconv/ir"
)

type evalOptions struct {
	open     openFlags
	pictures pictureFlags
	engine   engineFlags
	labels   string
	names    string
	scores   string
	shard    string
	state    string
	out      string
	csv      bool
	batch    int
	gate     accuracyGate
}

func (a *app) evalCommand() *cobra.Command {
	var o evalOptions
	c := &cobra.Command{
		Use:   "eval MODEL DIR",
		Short: "Measure top-1 and top-5 accuracy over a folder of labelled pictures",
		Long: `Classifies the pictures below DIR and counts how often the right class is the best, or among the best five.

--labels is a list of pictures: lines of a path below DIR and its class, separated by a space, a tab or a comma.
A class is a number from 0, or a name of --labels-names, a file with the class names in order. Without
a list, each sub-folder of DIR is a class: by its number, by its name in --labels-names (or in --labels, if that
file is one of class names), or else in alphabetical order.

--state FILE keeps every outcome as it comes: interrupted, the same command goes on where it was. --shard I/N
takes every Nth picture; the --json of all shards merges into that of the whole with "eval merge".`,
		Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error { return a.eval(c.Context(), args[0], args[1], o) },
	}
	o.open.add(c)
	o.pictures.add(c)
	o.engine.add(c)
	flags := c.Flags()
	flags.StringVar(&o.labels, "labels", "", "list of the pictures with their classes, or the class names of the sub-folders")
	flags.StringVar(&o.names, "labels-names", "", "file with the class names, one a line, where classes are given by name")
	flags.StringVar(&o.scores, "scores", "", "blob whose values are the classes' scores (default: the model's one output)")
	flags.StringVar(&o.shard, "shard", "", "I/N: every Nth picture, I from 0 to N-1 or from 1 to N")
	flags.StringVar(&o.state, "state", "", "file that keeps the outcomes, for a run that may be interrupted")
	flags.StringVarP(&o.out, "output", "o", "", "write the JSON to this file too")
	flags.BoolVar(&o.csv, "csv", false, "a line for each picture as CSV")
	flags.IntVar(&o.batch, "batch", defaultPictureBatch, "pictures at a time")
	o.gate.add(c)
	c.AddCommand(a.evalMergeCommand())
	return c
}

func (a *app) eval(ctx context.Context, model, dir string, o evalOptions) (err error) {
	settings, err := o.engine.options()
	if err != nil {
		return err
	}
	settings.Resident = true
	var shard classify.Shard
	if o.shard != "" {
		if shard, err = classify.ParseShard(o.shard); err != nil {
			return &usageError{fmt.Errorf("--shard: %w", err)}
		}
	}
	switch {
	case o.batch < 1:
		return usagef("--batch %d: want 1 or more", o.batch)
	case o.csv && a.json:
		return usagef("--csv and --json are two forms of one result; give one, and -o FILE for the JSON")
	}
	samples, err := o.samples(dir)
	if err != nil {
		return err
	}
	o.open.resident = true
	m, err := a.open(model, o.open)
	if err != nil {
		return err
	}
	defer m.Close()
	input, err := findInput(m.Graph, "")
	if err != nil {
		return modelError(model, err)
	}
	loader, err := o.pictures.loader(m.Graph, input)
	if err != nil {
		return err
	}
	loader.Workers = o.engine.threads
	e := classify.Evaluation{
		Runner:  classify.Runner{Engine: settings, Loader: loader, Batch: min(o.batch, len(samples))},
		Graph:   m.Graph,
		Samples: samples,
		Shard:   shard,
	}
	if e.Output, err = scoresOf(m.Graph, o.scores); err != nil {
		return modelError(model, err)
	}
	digest, err := ir.Digest(m.Graph)
	if err != nil {
		return modelError(model, err)
	}
	id := classify.Identity{Digest: digest, Engine: o.engine.String(), Output: e.Output, Preprocess: loader.Preprocess.Record(),
		List: classify.ListDigest(samples), Images: len(samples)}
	if o.state != "" {
		if e.State, err = classify.OpenState(o.state, id); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, e.State.Close()) }()
	}
	bar := a.newBar()
	e.Progress = func(done, total int) {
		bar.show(done, total)
		if e.State != nil {
			a.finished = fmt.Sprintf("%s (%d of %d pictures; the same command goes on)", o.state, done, total)
		}
	}
	outcomes, classes, err := e.Run(ctx)
	bar.end()
	if err != nil {
		return modelError(model, err)
	}
	return a.printEval(ctx, classify.NewResult(model, id, shard, classes, outcomes), e, outcomes, o)
}

// samples reads the list, or the sub-folders where there is none.
func (o evalOptions) samples(dir string) ([]classify.Sample, error) {
	if info, err := os.Stat(dir); err != nil {
		return nil, err
	} else if !info.IsDir() {
		return nil, ir.Errorf(ir.ErrInvalid, "%s: not a folder of pictures", dir)
	}
	names, err := readLabels(o.names)
	if err != nil {
		return nil, err
	}
	if o.labels == "" {
		return classify.ReadFolders(dir, names)
	}
	text, err := os.ReadFile(o.labels)
	if err != nil {
		return nil, err
	}
	if classify.IsList(dir, string(text)) {
		samples, err := classify.ReadList(dir, string(text), names)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", o.labels, err)
		}
		return samples, nil
	}
	if o.names != "" {
		return nil, ir.Errorf(ir.ErrInvalid, "%s: its first line names no picture in %s; want lines of a picture's path and its class", o.labels, dir)
	}
	if names, err = readLabels(o.labels); err != nil {
		return nil, err
	}
	samples, err := classify.ReadFolders(dir, names)
	if err != nil {
		return nil, fmt.Errorf("%s read as class names (its first line names no picture): %w", o.labels, err)
	}
	return samples, nil
}

// scoresOf finds the output that holds the classes' scores.
func scoresOf(g *ir.Graph, blob string) (string, error) {
	var names []string
	for _, v := range g.Outputs {
		if v.Name == blob || v.Blob == blob {
			return v.Name, nil
		}
		names = append(names, v.Blob)
	}
	switch {
	case blob != "":
		return "", ir.Errorf(ir.ErrInvalid, "the model has no output %q; it has %s", blob, strings.Join(names, ", "))
	case len(names) != 1:
		return "", ir.Errorf(ir.ErrInvalid, "the model has outputs %s; say which one holds the scores with --scores", strings.Join(names, ", "))
	}
	return g.Outputs[0].Name, nil
}

func (a *app) printEval(ctx context.Context, r *classify.Result, e classify.Evaluation, outcomes []classify.Outcome, o evalOptions) error {
	if err := writeResult(ctx, o.out, r); err != nil {
		return err
	}
	if !o.csv {
		if err := a.printResult(r); err != nil {
			return err
		}
		return o.gate.check(r)
	}
	w := csv.NewWriter(a.stdout)
	header := []string{"picture", "label", "rank"}
	for i := range outcomes[0].Top {
		header = append(header, fmt.Sprintf("class%d", i+1), fmt.Sprintf("score%d", i+1))
	}
	records := [][]string{header}
	for _, outcome := range outcomes {
		s := e.Samples[outcome.Index]
		record := []string{s.Name, strconv.Itoa(s.Label), strconv.Itoa(outcome.Rank)}
		for _, guess := range outcome.Top {
			record = append(record, strconv.Itoa(guess.Class), guess.Score.String())
		}
		records = append(records, record)
	}
	if err := w.WriteAll(records); err != nil {
		return err
	}
	return o.gate.check(r)
}

// accuracyGate is what a result must reach.
type accuracyGate struct{ top1, top5 float64 }

func (g *accuracyGate) add(c *cobra.Command) {
	c.Flags().Float64Var(&g.top1, "min-top1", 0, "end with exit code 1 if top-1, from 0 to 1, is lower")
	c.Flags().Float64Var(&g.top5, "min-top5", 0, "end with exit code 1 if top-5, from 0 to 1, is lower")
}

func (g *accuracyGate) check(r *classify.Result) error {
	switch {
	case !(r.Top1 >= g.top1):
		return &mismatch{fmt.Sprintf("top-1 is %.4f, less than %g", r.Top1, g.top1)}
	case !(r.Top5 >= g.top5):
		return &mismatch{fmt.Sprintf("top-5 is %.4f, less than %g", r.Top5, g.top5)}
	}
	return nil
}

// printResult writes a result on stdout.
func (a *app) printResult(r *classify.Result) error {
	if a.json {
		return a.printJSON(r)
	}
	fmt.Fprintf(a.stdout, "top-1  %.4f  %d of %d\n", r.Top1, r.Top1Correct, r.Evaluated)
	fmt.Fprintf(a.stdout, "top-5  %.4f  %d of %d\n", r.Top5, r.Top5Correct, r.Evaluated)
	if !r.Complete {
		fmt.Fprintf(a.stdout, "%d of the list's %d pictures: shards %v\n", r.Evaluated, r.Images, r.Shards)
	}
	fmt.Fprintf(a.stdout, "preprocessed as %v\n", r.Preprocess)
	return nil
}

func writeResult(ctx context.Context, path string, r *classify.Result) error {
	if path == "" {
		return nil
	}
	_, err := convert.WriteFiles(ctx, convert.Target{Path: path, Write: func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(r)
	}})
	return err
}
