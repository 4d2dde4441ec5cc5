package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/alexconv/alexconv/convert"
	"github.com/alexconv/alexconv/formats/npy"
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime"
)

type runOptions struct {
	open   openFlags
	input  inputFlags
	engine engineFlags
	out    string
	all    bool
	top    int
	labels string
}

func (a *app) runCommand() *cobra.Command {
	var o runOptions
	c := &cobra.Command{
		Use:   "run MODEL [INPUT]",
		Short: "Run a model on inputs",
		Long: `Runs a model. INPUT, like --input, is an array or a picture. Inputs may have another batch or image size
than the model declares; without any they are reproducible numbers made from --seed. Prints a summary of
each output, or the best classes with --top.`,
		Args: cobra.RangeArgs(1, 2),
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
	o.engine.add(c)
	return c
}

func (a *app) runModel(c *cobra.Command, model string, o runOptions) error {
	settings, err := o.engine.options()
	if err != nil {
		return err
	}
	if o.all && o.out == "" {
		return usagef("--all needs -o FILE.npz")
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
	inputs, err := o.input.read(m.Graph)
	if err != nil {
		return err
	}
	settings.Inputs = shapesOf(inputs)
	p, err := runtime.Compile(m.Graph, settings)
	if err != nil {
		return modelError(model, err)
	}
	defer p.Close()
	var (
		every []npy.NamedTensor
		visit runtime.Visitor
	)
	if o.all {
		visit = func(_ *ir.Node, v *ir.Value, t *ir.Tensor) (*ir.Tensor, error) {
			every = append(every, npy.NamedTensor{Name: v.Name, Tensor: &ir.Tensor{Shape: t.Shape, Data: slices.Clone(t.Data)}})
			return nil, nil
		}
	}
	results, err := p.Run(c.Context(), inputs, visit)
	if err != nil {
		return modelError(model, err)
	}
	outputs := inOrder(m.Graph, results)
	if o.out == "" {
		return a.printOutputs(outputs, o.top, labels)
	}
	if o.all {
		outputs = every
	}
	if err := writeArrays(c.Context(), o.out, outputs, m.Paths); err != nil {
		return err
	}
	if o.top > 0 {
		return a.printOutputs(inOrder(m.Graph, results), o.top, labels)
	}
	fmt.Fprintf(a.stdout, "wrote %s (%d arrays)\n", o.out, len(outputs))
	return nil
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

// classScore is one class of an output row.
type classScore struct {
	Class int    `json:"class"`
	Label string `json:"label,omitempty"`
	Score number `json:"score"`
}

// best are the n classes with the highest scores, NaN last, ties by class.
func best(row []float32, n int, labels []string) []classScore {
	list := make([]classScore, len(row))
	for i, score := range row {
		list[i] = classScore{Class: i, Score: number(score)}
		if i < len(labels) {
			list[i].Label = labels[i]
		}
	}
	slices.SortStableFunc(list, func(a, b classScore) int { return cmp.Compare(b.Score, a.Score) })
	return list[:min(n, len(list))]
}

// outputSummary describes one output of a run.
type outputSummary struct {
	Name  string         `json:"name"`
	Shape ir.Shape       `json:"shape"`
	Min   number         `json:"min"`
	Max   number         `json:"max"`
	Mean  number         `json:"mean"`
	Top   [][]classScore `json:"top,omitempty"`
}

func summarise(a npy.NamedTensor, top int, labels []string) outputSummary {
	s := outputSummary{Name: a.Name, Shape: a.Tensor.Shape}
	if len(a.Tensor.Data) > 0 {
		s.Min, s.Max = number(slices.Min(a.Tensor.Data)), number(slices.Max(a.Tensor.Data))
	}
	for _, v := range a.Tensor.Data {
		s.Mean += number(v) / number(len(a.Tensor.Data))
	}
	if top > 0 && len(s.Shape) > 1 && s.Shape[0] > 0 {
		classes := len(a.Tensor.Data) / s.Shape[0]
		for row := range slices.Chunk(a.Tensor.Data, classes) {
			s.Top = append(s.Top, best(row, top, labels))
		}
	}
	return s
}

func (a *app) printOutputs(outputs []npy.NamedTensor, top int, labels []string) error {
	var list []outputSummary
	for _, o := range outputs {
		list = append(list, summarise(o, top, labels))
	}
	if a.json {
		return a.printJSON(map[string]any{"outputs": list})
	}
	for _, s := range list {
		fmt.Fprintf(a.stdout, "%s %v  min %g  max %g  mean %.6g\n", s.Name, s.Shape, s.Min, s.Max, s.Mean)
		for row, classes := range s.Top {
			for rank, c := range classes {
				fmt.Fprintf(a.stdout, "  row %d  #%d  %-8.6f  class %d  %s\n", row, rank+1, c.Score, c.Class, c.Label)
			}
		}
	}
	return nil
}

// number is a value in JSON: a number, or the string "NaN", "+Inf" or "-Inf".
type number float64

// MarshalJSON writes the shortest text that reads back to the same float32
// where the value is one.
func (n number) MarshalJSON() ([]byte, error) {
	v := float64(n)
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return json.Marshal(strconv.FormatFloat(v, 'g', -1, 64))
	}
	if float64(float32(v)) == v {
		return json.Marshal(float32(v))
	}
	return json.Marshal(v)
}
