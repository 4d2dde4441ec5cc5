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

	"github.com/alexconv/alexconv/classify"
	"github.com/alexconv/alexconv/convert"
	"github.com/alexconv/alexconv/formats/npy"
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime"
)

type runOptions struct {
	open      openFlags
	input     inputFlags
	engine    engineFlags
	out       string
	all       bool
	top       int
	labels    string
	batch     int
	saveInput string
	csv       bool
}

func (a *app) runCommand() *cobra.Command {
	var o runOptions
	c := &cobra.Command{
		Use:   "run MODEL [INPUT ...]",
		Short: "Run a model on arrays or pictures",
		Long: `Runs a model. An INPUT, like --input, is an array, a picture (JPEG, PNG, BMP, WebP, GIF), a folder of pictures or
- for standard input. Inputs may have another batch or image size than the model declares; without any they
are reproducible numbers made from --seed. Prints a summary of each output, or the best classes with --top.

Pictures become numbers as the model's family was trained with (--preset), or as the other picture flags say;
the result names what was done.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			o.input.files = append(o.input.files, args[1:]...)
			return a.runModel(c, args[0], o)
		},
	}
	o.open.add(c)
	o.input.add(c)
	flags := c.Flags()
	flags.StringVarP(&o.out, "output", "o", "", "write the outputs to this .npz, keys being blob names (or .npy for a single one)")
	flags.BoolVar(&o.all, "all", false, "with -o: every value; blob@layer is one that an in-place layer then replaced")
	flags.IntVar(&o.top, "top", 0, "print the N best classes of each output row")
	flags.StringVar(&o.labels, "labels", "", "file with the class names, one a line")
	flags.BoolVar(&o.csv, "csv", false, "the best classes (5 unless --top says otherwise) as CSV")
	flags.IntVar(&o.batch, "batch", defaultPictureBatch, "pictures at a time")
	flags.StringVar(&o.saveInput, "save-input", "", "write what the model was fed with to this .npy (or .npz)")
	o.engine.add(c)
	return c
}

// defaultPictureBatch is how many pictures a model sees at a time.
const defaultPictureBatch = 32

// defaultTop is how many classes are listed where a list is all there is.
const defaultTop = 5

func (a *app) runModel(c *cobra.Command, model string, o runOptions) error {
	settings, err := o.engine.options()
	if err != nil {
		return err
	}
	if err := o.check(a.json); err != nil {
		return err
	}
	labels, err := readLabels(o.labels)
	if err != nil {
		return err
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
	run := modelRun{graph: m.Graph, settings: settings, feed: d}
	if o.all || o.saveInput != "" || len(d.pictures) == 0 || len(d.arrays) > 0 {
		err = run.whole(c, o, m.Paths)
	} else {
		err = run.batches(c.Context(), o.batch)
	}
	if err != nil {
		return modelError(model, err)
	}
	printed := resultPrinter{app: a, top: o.top, labels: labels, rows: d.names(), preprocess: d.preprocess()}
	if o.out == "" {
		return printed.print(run.outputs, o.csv)
	}
	arrays := run.outputs
	if o.all {
		arrays = run.every
	}
	if err := writeArrays(c.Context(), o.out, arrays, m.Paths); err != nil {
		return err
	}
	if o.top > 0 {
		return printed.print(run.outputs, o.csv)
	}
	fmt.Fprintf(a.stdout, "wrote %s (%d arrays)\n", o.out, len(arrays))
	return nil
}

func (o *runOptions) check(asJSON bool) error {
	switch {
	case o.all && o.out == "":
		return usagef("--all needs -o FILE.npz")
	case o.batch < 1:
		return usagef("--batch %d: want 1 or more", o.batch)
	case o.csv && asJSON:
		return usagef("--csv and --json are two forms of one result; give one")
	}
	if o.csv && o.top == 0 {
		o.top = defaultTop
	}
	return nil
}

// modelRun is one run of a model on what it is fed with.
type modelRun struct {
	graph    *ir.Graph
	settings runtime.Options
	feed     *feed
	outputs  []npy.NamedTensor
	every    []npy.NamedTensor // every value, where it was asked for
}

// whole runs everything as one batch.
func (r *modelRun) whole(c *cobra.Command, o runOptions, keep []string) error {
	inputs, err := r.feed.tensors(c)
	if err != nil {
		return err
	}
	if o.saveInput != "" {
		var arrays []npy.NamedTensor
		for _, v := range r.graph.Inputs() {
			arrays = append(arrays, npy.NamedTensor{Name: v.Name, Tensor: inputs[v.Name]})
		}
		if err := writeArrays(c.Context(), o.saveInput, arrays, keep); err != nil {
			return err
		}
	}
	r.settings.Inputs = shapesOf(inputs)
	p, err := runtime.Compile(r.graph, r.settings)
	if err != nil {
		return err
	}
	defer p.Close()
	var visit runtime.Visitor
	if o.all {
		visit = func(_ *ir.Node, v *ir.Value, t *ir.Tensor) (*ir.Tensor, error) {
			r.every = append(r.every, npy.NamedTensor{Name: v.Name, Tensor: &ir.Tensor{Shape: t.Shape, Data: slices.Clone(t.Data)}})
			return nil, nil
		}
	}
	results, err := p.Run(c.Context(), inputs, visit)
	if err != nil {
		return err
	}
	r.outputs = inOrder(r.graph, results)
	if len(r.feed.pictures) > 0 {
		for i, a := range r.outputs {
			r.outputs[i].Tensor = classify.Average(a.Tensor, r.feed.loader.Preprocess.PerPicture())
		}
	}
	return nil
}

// batches runs pictures, so many at a time.
func (r *modelRun) batches(ctx context.Context, batch int) error {
	runner := classify.Runner{Engine: r.settings, Loader: r.feed.loader, Batch: min(batch, len(r.feed.pictures))}
	return runner.Each(ctx, r.graph, r.feed.pictures, func(first int, outputs map[string]*ir.Tensor) error {
		list := inOrder(r.graph, outputs)
		for i, a := range list {
			if first == 0 {
				r.outputs = append(r.outputs, npy.NamedTensor{Name: a.Name, Tensor: &ir.Tensor{Shape: a.Tensor.Shape.Clone(), Data: slices.Clone(a.Tensor.Data)}})
				continue
			}
			all := r.outputs[i].Tensor
			all.Shape[0] += a.Tensor.Shape[0]
			all.Data = append(all.Data, a.Tensor.Data...)
		}
		return nil
	})
}

// inOrder lists a run's results in the order of the graph's outputs.
func inOrder(g *ir.Graph, results map[string]*ir.Tensor) []npy.NamedTensor {
	var list []npy.NamedTensor
	for _, v := range g.Outputs {
		list = append(list, npy.NamedTensor{Name: v.Name, Tensor: results[v.Name]})
	}
	return list
}

func readLabels(path string) ([]string, error) {
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return strings.Split(strings.TrimRight(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n"), "\n"), nil
}

// writeArrays writes arrays as one .npz, or a single one as .npy.
func writeArrays(ctx context.Context, path string, arrays []npy.NamedTensor, keep []string) error {
	single := strings.EqualFold(filepath.Ext(path), ".npy")
	if single && len(arrays) != 1 {
		return usagef("%s: %d arrays need an .npz", path, len(arrays))
	}
	if err := convert.RefuseInput(path, keep); err != nil {
		return err
	}
	_, err := convert.WriteFiles(ctx, convert.Target{Path: path, Write: func(w io.Writer) error {
		if single {
			return npy.WriteArray(w, arrays[0].Tensor)
		}
		z := npy.NewNPZWriter(w)
		for _, a := range arrays {
			if err := z.Write(a.Name, a.Tensor); err != nil {
				return err
			}
		}
		return z.Close()
	}})
	return err
}
