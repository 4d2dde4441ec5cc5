package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/alexconv/alexconv/convert"
	"github.com/alexconv/alexconv/formats/npy"
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime"
	"github.com/alexconv/alexconv/verify"
)

type convertOptions struct {
	open   openFlags
	out    string
	to     string
	opset  int
	batch  string
	schema string
	pickle int
	// Of ONNX.
	externalData bool
	embedDigest  bool

	verify bool
	force  bool
}

func (a *app) convertCommand() *cobra.Command {
	var o convertOptions
	c := &cobra.Command{
		Use:   "convert MODEL -o OUT",
		Short: "Write a model in another format",
		Long: `Writes a model in the format that the output's name says:
  x.onnx                      with --external-data, x.onnx.data beside it
  x.npy                       a dict of weights in TensorFlow's layouts
  x.npz                       weights under the keys layer/0, layer/1, in Caffe's layouts
  x.prototxt+x.caffemodel
  x.pb                        a frozen TensorFlow graph
  x.py                        a TensorFlow 2 / Keras module, and x.npy beside it
  x.torch.py                  a PyTorch module, and x.npz beside it
All files appear together, complete, or none does; --force replaces files that are there. A mean image (binaryproto) becomes an array: x.npy or x.npz.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.convert(c.Context(), args[0], o) },
	}
	o.open.add(c)
	flags := c.Flags()
	flags.StringVarP(&o.out, "output", "o", "", "where to write (required)")
	flags.StringVar(&o.to, "to", "", "format of the output, overruling its name: prototxt, caffemodel, onnx, pb, npy, npz, keras, torch")
	flags.IntVar(&o.opset, "opset", 0, "ONNX operator set (0: the default)")
	flags.BoolVar(&o.externalData, "external-data", false, "ONNX: the weights in a file of their own, x.onnx.data (always above 2 GiB)")
	flags.BoolVar(&o.embedDigest, "embed-digest", false, "ONNX: note the model's digest in it, for check to compare; reads all weights once more")
	flags.StringVar(&o.batch, "batch", "", "batch size of the inputs: a number, or dynamic (ONNX)")
	flags.StringVar(&o.schema, "schema", "dict", "npy: dict ({layer: {weights, biases}}) or list ({layer: [w, b]})")
	flags.IntVar(&o.pickle, "pickle", 4, "npy: pickle protocol, 4 or, for Python 2, 2")
	addForce(c, &o.force)
	flags.BoolVar(&o.verify, "verify", false, "read back what was written; compare digest and numbers")
	return c
}

func (a *app) convert(ctx context.Context, model string, o convertOptions) error {
	save, batch, err := o.saveOptions()
	if err != nil {
		return err
	}
	if done, err := a.convertMean(ctx, model, o); err != nil || done {
		return err
	}
	m, err := a.open(model, o.open)
	if err != nil {
		return err
	}
	defer m.Close()
	if batch > 0 {
		if m.Graph, err = convert.WithBatch(m.Graph, batch); err != nil {
			return modelError(model, err)
		}
	}
	save.Source = m
	if o.out == "-" {
		return convert.Write(ctx, a.stdout, m.Graph, save.To, save)
	}
	outputs, err := a.save(ctx, m.Graph, o.out, save)
	if err != nil {
		return err
	}
	var checked string
	if o.verify {
		if checked, err = a.verifyWritten(ctx, m, o); err != nil {
			return err
		}
	}
	if a.json {
		return a.printJSON(map[string]any{"outputs": outputs, "verified": o.verify})
	}
	for _, out := range outputs {
		fmt.Fprintf(a.stdout, "wrote %s (%.2f MB)\n", out.Path, float64(out.Bytes)/1e6)
	}
	if checked != "" {
		fmt.Fprintln(a.stdout, checked)
	}
	return nil
}

// addForce adds the flag of every command that writes models.
func addForce(c *cobra.Command, force *bool) {
	c.Flags().BoolVar(force, "force", false, "replace output files that are there; never the model's own")
}

// save writes a model and says so while that takes long.
func (a *app) save(ctx context.Context, g *ir.Graph, out string, o convert.SaveOptions) ([]convert.Output, error) {
	m := a.newMeter()
	defer m.end()
	o.Written = m.written
	outputs, err := convert.Save(ctx, g, out, o)
	if err == nil {
		a.finished = out
	}
	return outputs, err
}

// saveOptions checks the flags about the output.
func (o convertOptions) saveOptions() (save convert.SaveOptions, batch int, err error) {
	if o.out == "" {
		return save, 0, usagef("say where to write: -o x.onnx, -o x.npy or -o x.prototxt+x.caffemodel")
	}
	save.Opset, save.Pickle, save.Force = o.opset, o.pickle, o.force
	save.ExternalData, save.EmbedDigest, save.Version = o.externalData, o.embedDigest, buildVersion()
	if o.pickle != 2 && o.pickle != 4 {
		return save, 0, usagef("--pickle %d: want 2 or 4", o.pickle)
	}
	switch o.schema {
	case "dict":
		save.Schema = npy.Dict
	case "list":
		save.Schema = npy.List
	default:
		return save, 0, usagef("--schema %q: want dict or list", o.schema)
	}
	switch batch, err = strconv.Atoi(o.batch); {
	case o.batch == "":
		batch = 0
	case o.batch == "dynamic":
		save.DynamicBatch = true
	case err != nil || batch < 1:
		return save, 0, usagef("--batch %q: want a positive number or dynamic", o.batch)
	}
	if o.to != "" {
		if save.To, err = convert.ParseFormat(o.to); err != nil {
			return save, 0, &usageError{err}
		}
	}
	if o.out == "-" && (save.To == "" || o.verify) {
		return save, 0, usagef("-o - needs --to FORMAT, and does not go with --verify")
	}
	written, err := convert.Formats(o.out, save.To)
	if err != nil {
		return save, 0, &usageError{err}
	}
	if save.DynamicBatch && !slices.Contains(written, convert.ONNX) && !slices.Contains(written, convert.GraphDef) {
		return save, 0, usagef("--batch dynamic: only ONNX and pb can leave the batch size open")
	}
	if (o.externalData || o.embedDigest || o.opset != 0) && !slices.Contains(written, convert.ONNX) {
		return save, 0, usagef("--opset, --external-data and --embed-digest are for ONNX; write x.onnx")
	}
	if o.externalData && o.out == "-" {
		return save, 0, usagef("--external-data makes two files; write x.onnx")
	}
	if o.verify && !slices.ContainsFunc(written, convert.Format.Readable) {
		return save, 0, usagef("--verify: a program is not read back; verify x.onnx or x.npy")
	}
	return save, max(batch, 0), nil
}

// verifyWritten opens what was written, with the source's topology where the
// output has weights alone, and compares digest and numbers.
func (a *app) verifyWritten(ctx context.Context, m *convert.Model, o convertOptions) (string, error) {
	spec := o.out
	if !strings.Contains(spec, "+") {
		formats, err := convert.Formats(o.out, convert.Format(o.to))
		if err != nil {
			return "", err
		}
		switch {
		case formats[0] == convert.Prototxt:
			return "", usagef("--verify needs weights; write x.prototxt+x.caffemodel")
		case !formats[0].HasTopology():
			spec = m.Spec.TopologyName() + "+" + o.out
		}
	}
	written, err := convert.OpenContext(ctx, spec, convert.OpenOptions{Warn: a.warn})
	if err != nil {
		return "", err
	}
	defer written.Close()
	source := m.Graph
	if written.Format == convert.Prototxt {
		// Caffe has pads in numbers only.
		if source, err = convert.ResolvePadding(source); err != nil {
			return "", err
		}
	}
	want, err := ir.Digest(source)
	if err != nil {
		return "", err
	}
	got, err := ir.Digest(written.Graph)
	if err != nil {
		return "", err
	}
	if got != want {
		return "", &mismatch{fmt.Sprintf("%s: digest %s, the source has %s", o.out, got, want)}
	}
	// One of a batch shows as much as all, unless the net has the batch baked in.
	fed := source
	if single, err := convert.WithBatch(source, 1); err == nil {
		fed = single
	}
	inputs, err := (&inputFlags{}).read(fed)
	if err != nil {
		return "", err
	}
	report, err := verify.Compare(ctx, verify.Model{Name: "source", Graph: source}, verify.Model{Name: o.out, Graph: written.Graph}, inputs, verify.Options{Run: runtime.Options{Engine: runtime.Fast}})
	if err != nil {
		return "", err
	}
	if report.Verdict != verify.Pass {
		return "", &mismatch{fmt.Sprintf("%s: %s", o.out, report.Reason)}
	}
	return fmt.Sprintf("verified: same digest %s, %d layers agree", want, report.Compared), nil
}
