package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/alexconv/alexconv/convert"
	"github.com/alexconv/alexconv/draw"
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/pixels"
	"github.com/alexconv/alexconv/runtime"
	"github.com/alexconv/alexconv/sample"
	"github.com/alexconv/alexconv/verify"
)

func (a *app) demoCommand() *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use:   "demo",
		Short: "Take the embedded model through every format, and verify all of them",
		Long: `Writes the embedded model, a small AlexNet that Caffe trained, into a folder; converts it to ONNX, npy
and Caffe again; verifies each against the original; classifies the sample pictures; and shows what a
conversion mistake looks like.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.demo(c.Context(), dir) },
	}
	c.Flags().StringVarP(&dir, "output", "o", "alexconv-demo", "folder to write to")
	return c
}

// demoRun is what the steps of the demo share.
type demoRun struct {
	*app
	ctx      context.Context
	dir      string
	original *convert.Model
	digest   string
}

func (a *app) demo(ctx context.Context, dir string) error {
	d := &demoRun{app: a, ctx: ctx, dir: dir}
	for _, step := range []func() error{d.unpack, d.drawModel, d.convertAll, d.classify, d.mistake, d.nextSteps} {
		if err := step(); err != nil {
			return err
		}
	}
	return d.original.Close()
}

func (d *demoRun) say(format string, args ...any) { fmt.Fprintf(d.stdout, format+"\n", args...) }

func (d *demoRun) path(name string) string { return filepath.Join(d.dir, name) }

// unpack writes the embedded files and opens the model from them.
func (d *demoRun) unpack() error {
	if err := os.MkdirAll(filepath.Join(d.dir, "images"), 0o777); err != nil {
		return err
	}
	files := map[string][]byte{"deploy.prototxt": sample.Prototxt, "weights.caffemodel": sample.Caffemodel, "labels.txt": []byte(strings.Join(sample.Labels(), "\n") + "\n")}
	for _, label := range sample.Labels() {
		picture, err := sample.Image(label)
		if err != nil {
			return err
		}
		files[pictureName(label)] = picture
	}
	var targets []convert.Target
	for name, data := range files {
		targets = append(targets, convert.Target{Path: d.path(name), Write: func(w io.Writer) error { _, err := w.Write(data); return err }})
	}
	if _, err := convert.WriteFiles(d.ctx, targets...); err != nil {
		return err
	}
	m, err := convert.Open(d.path("deploy.prototxt")+"+"+d.path("weights.caffemodel"), convert.OpenOptions{Warn: d.warn})
	if err != nil {
		return err
	}
	d.original = m
	if d.digest, err = ir.Digest(m.Graph); err != nil {
		return err
	}
	d.say("THE MODEL  a small AlexNet that Caffe trained: %d layers, %s parameters, %d classes", len(m.Graph.Nodes), thousands(int64(m.Graph.Weights())), len(sample.Labels()))
	d.say("           %s", m.Spec.Topology)
	d.say("           %s", m.Spec.Weights)
	d.say("           digest %s", d.digest)
	return nil
}

// convertAll writes every format and verifies what was written.
func (d *demoRun) convertAll() error {
	inputs := map[string]*ir.Tensor{"data": ir.Seeded("data", 1, seededBound, 1, 3, 227, 227)}
	d.say("\nCONVERTED, read back, and compared with the original at every layer")
	for _, c := range []struct{ out, topology string }{
		{"shapes.onnx", ""},
		{"shapes.npy", d.original.Spec.Topology + "+"},
		{"again.prototxt+again.caffemodel", ""},
	} {
		out := d.path(c.out)
		if topology, weights, ok := cutParts(c.out); ok {
			out = d.path(topology) + "+" + d.path(weights)
		}
		if _, err := convert.Save(d.ctx, d.original.Graph, out, convert.SaveOptions{Source: d.original, Force: true}); err != nil {
			return err
		}
		report, digest, err := d.verifyFile(c.topology+out, inputs)
		if err != nil {
			return err
		}
		if report.Verdict != verify.Pass || digest != d.digest {
			return &mismatch{fmt.Sprintf("%s: digest %s; %s", out, digest, report.Reason)}
		}
		if c.out == "shapes.onnx" {
			if err := d.writePage("report.html", report); err != nil {
				return err
			}
		}
		d.say("  %s  %-32s same digest, %d layers agree, largest difference %g", d.mark(true), c.out, report.Compared, largestDifference(report))
	}
	return nil
}

func pictureName(label string) string {
	return filepath.Join("images", strings.ReplaceAll(label, " ", "-")+".png")
}

// writePage writes a report as a page into the demo's folder.
func (d *demoRun) writePage(name string, report *verify.Report) error {
	_, err := convert.WriteFiles(d.ctx, convert.Target{Path: d.path(name), Write: report.WriteHTML})
	return err
}

// drawModel writes the picture of the model's layers.
func (d *demoRun) drawModel() error {
	drawing, err := draw.New(d.original.Graph, draw.Options{})
	if err != nil {
		return err
	}
	write := func(w io.Writer) error { return drawing.WriteSVG(w, draw.Auto) }
	_, err = convert.WriteFiles(d.ctx, convert.Target{Path: d.path("layers.svg"), Write: write})
	return err
}

func cutParts(name string) (topology, weights string, ok bool) {
	s, err := convert.ParseSpec(name)
	return s.Topology, s.Weights, err == nil && s.Weights != ""
}

func (d *demoRun) verifyFile(spec string, inputs map[string]*ir.Tensor) (*verify.Report, string, error) {
	m, err := convert.Open(spec, convert.OpenOptions{Warn: d.warn})
	if err != nil {
		return nil, "", err
	}
	defer m.Close()
	digest, err := ir.Digest(m.Graph)
	if err != nil {
		return nil, "", err
	}
	report, err := verify.Compare(d.ctx, verify.Model{Name: "original", Graph: d.original.Graph}, verify.Model{Name: spec, Graph: m.Graph}, inputs, verify.Options{})
	return report, digest, err
}

func largestDifference(r *verify.Report) float64 {
	largest := 0.0
	for _, l := range r.Layers {
		if !math.IsNaN(float64(l.MaxAbs)) {
			largest = max(largest, float64(l.MaxAbs))
		}
	}
	return largest
}

func (d *demoRun) mark(ok bool) string {
	switch {
	case ok && d.colour():
		return "\x1b[32mok\x1b[0m"
	case ok:
		return "ok"
	case d.colour():
		return "\x1b[31mFAIL\x1b[0m"
	}
	return "FAIL"
}

// classify runs the ONNX file on every picture and holds it against Caffe's
// probabilities.
func (d *demoRun) classify() error {
	var caffe struct{ Prob map[string][]float32 }
	if err := json.Unmarshal(sample.Probabilities, &caffe); err != nil {
		return err
	}
	m, err := convert.Open(d.path("shapes.onnx"), convert.OpenOptions{Warn: d.warn})
	if err != nil {
		return err
	}
	defer m.Close()
	p, err := runtime.Compile(m.Graph, runtime.Options{})
	if err != nil {
		return err
	}
	defer p.Close()
	d.say("\nCLASSIFIED by the ONNX file, beside what Caffe said")
	d.say("      picture            says               p         Caffe's p  largest difference")
	right := 0
	for _, label := range sample.Labels() {
		prob, err := d.probabilities(p, label)
		if err != nil {
			return err
		}
		top := best(prob, 1, sample.Labels())[0]
		difference := 0.0
		for i, v := range caffe.Prob[label] {
			difference = max(difference, math.Abs(float64(v)-float64(prob[i])))
		}
		ok := top.Label == label && difference < 1e-5
		if ok {
			right++
		}
		d.say("  %s  %-18s %-18s %.6f  %.6f   %.1e", d.mark(ok), label, top.Label, float64(top.Score), caffe.Prob[label][top.Class], difference)
	}
	if right != len(sample.Labels()) {
		return &mismatch{fmt.Sprintf("%d of %d pictures agree with Caffe", right, len(sample.Labels()))}
	}
	return nil
}

func (d *demoRun) probabilities(p *runtime.Plan, label string) ([]float32, error) {
	data, err := sample.Image(label)
	if err != nil {
		return nil, err
	}
	picture, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	x, err := pixels.Preprocess{Order: pixels.BGR, Range: 1, Mean: pixels.Mean{Values: sample.Mean[:]}, Scale: 1}.Tensor(picture, 3, 227, 227)
	if err != nil {
		return nil, err
	}
	outputs, err := p.Run(d.ctx, map[string]*ir.Tensor{"data": x}, nil)
	if err != nil {
		return nil, err
	}
	return outputs["prob"].Data, nil
}

// mistake shows how a classic conversion error is found: the paper's k in a
// net that was trained with Caffe's.
func (d *demoRun) mistake() error {
	wrong := d.original.Graph.Clone()
	for _, n := range wrong.Nodes {
		if norm, ok := n.Op.(*ir.LRN); ok {
			changed := *norm
			changed.K = 2
			n.Op = &changed
		}
	}
	inputs := map[string]*ir.Tensor{"data": ir.Seeded("data", 1, seededBound, 1, 3, 227, 227)}
	report, err := verify.Compare(d.ctx, verify.Model{Name: "original", Graph: d.original.Graph}, verify.Model{Name: "changed", Graph: wrong}, inputs, verify.Options{})
	if err != nil {
		return err
	}
	if report.Verdict != verify.Fail || report.FirstDivergence == nil {
		return &mismatch{"a model with another LRN constant was not told apart from the original"}
	}
	if err := d.writePage("mistake.html", report); err != nil {
		return err
	}
	d.say("\nA MISTAKE LOOKS LIKE THIS  the same model with the paper's k = 2 in its normalisation")
	d.say("  %s  first divergence at %s: %s", d.mark(false), report.FirstDivergence.Layer, report.FirstDivergence.Reason)
	for _, c := range report.Causes {
		d.say("        %s at %s: %s", c.Code, c.Layer, c.Evidence)
	}
	return nil
}

func (d *demoRun) nextSteps() error {
	onnx := d.path("shapes.onnx")
	original := d.original.Spec.Topology + "+" + d.original.Spec.Weights
	d.say("\nLOOK AT  %s, every layer of the ONNX file beside the original", d.path("report.html"))
	d.say("         %s, the mistake", d.path("mistake.html"))
	d.say("         %s, the layers", d.path("layers.svg"))
	d.say("\nNOW TRY  (go install ./cmd/alexconv, in the repository, puts alexconv on your path)")
	for _, line := range []string{
		"alexconv verify " + original + " " + onnx,
		"alexconv inspect " + onnx + " --size 224,227",
		"alexconv run " + onnx + " --input " + d.path(pictureName("red star")) + " --top 3 --labels " + d.path("labels.txt"),
		"alexconv digest --per-layer " + onnx,
	} {
		d.say("  %s", line)
	}
	return nil
}
