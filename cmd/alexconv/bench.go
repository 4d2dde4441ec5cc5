package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	goruntime "runtime"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime"
)

type benchOptions struct {
	open    openFlags
	input   inputFlags
	engine  engineFlags
	batch   int
	layers  bool
	compare string
	timing  timing
}

func (a *app) benchCommand() *cobra.Command {
	var o benchOptions
	c := &cobra.Command{
		Use:   "bench MODEL",
		Short: "Measure latency and throughput",
		Long: `Runs a model on reproducible inputs until the median of its time is stable, and prints median, spread and
images per second; --layers adds the time of each layer with its rate of arithmetic and of memory traffic.
A time means something beside another that was taken in the same minute on the same machine: --compare
holds the run against the JSON of an earlier one.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.bench(c.Context(), args[0], o) },
	}
	o.open.add(c)
	o.input.add(c)
	o.engine.add(c)
	flags := c.Flags()
	flags.IntVar(&o.batch, "batch", 0, "batch size (0: the input's, or 1)")
	flags.BoolVar(&o.layers, "layers", false, "the time of each layer")
	flags.StringVar(&o.compare, "compare", "", "JSON of an earlier run to compare with")
	flags.IntVar(&o.timing.atLeast, "runs", 10, "runs at least")
	flags.DurationVar(&o.timing.atMost, "time", defaultBenchTime, "time at most, as long as the runs are enough")
	return c
}

// benchResult is the JSON of a run.
type benchResult struct {
	Model        string      `json:"model"`
	Batch        int         `json:"batch"`
	Threads      int         `json:"threads"`
	Engine       string      `json:"engine"`
	Winograd     bool        `json:"winograd"`
	Runs         int         `json:"runs"`
	MedianMS     float64     `json:"median_ms"`
	MinMS        float64     `json:"min_ms"`
	SpreadMS     float64     `json:"spread_ms"` // between the quartiles
	ImagesPerS   float64     `json:"images_per_s"`
	GFLOPPerS    float64     `json:"gflop_per_s"`
	PeakGFLOPS   float64     `json:"peak_gflop_per_s"`
	PeakGBPerS   float64     `json:"peak_gb_per_s"`
	ActivationMB float64     `json:"activation_mb"`
	Layers       []layerRate `json:"layers"`
}

// layerRate is one layer, with what was fused into it.
type layerRate struct {
	Name      string   `json:"name"`
	Op        string   `json:"op"`
	Fused     []string `json:"fused,omitempty"`
	MedianMS  float64  `json:"median_ms"`
	GFLOPPerS float64  `json:"gflop_per_s"`
	GBPerS    float64  `json:"gb_per_s"` // weights, input and output, each counted once
}

func (a *app) bench(ctx context.Context, model string, o benchOptions) error {
	settings, err := o.engine.options()
	if err != nil {
		return err
	}
	earlier, err := readBench(o.compare)
	if err != nil {
		return err
	}
	m, err := a.open(model, o.open)
	if err != nil {
		return err
	}
	defer m.Close()
	inputs, err := o.inputs(m.Graph)
	if err != nil {
		return err
	}
	settings.Inputs = shapesOf(inputs)
	settings.Resident = true
	p, err := runtime.Compile(m.Graph, settings)
	if err != nil {
		return modelError(model, err)
	}
	defer p.Close()
	r := benchResult{Model: model, Engine: settings.Engine.String(), Threads: settings.Threads, Winograd: settings.Winograd,
		ActivationMB: float64(p.ActivationBytes()) / 1e6, Batch: batchOf(m.Graph, inputs)}
	if r.Threads == 0 {
		r.Threads = goruntime.GOMAXPROCS(0)
	}
	peak := runtime.MeasurePeak(r.Threads)
	r.PeakGFLOPS, r.PeakGBPerS = peak.FLOPS/1e9, peak.BytesPerSecond/1e9
	if err := r.measure(ctx, m.Graph, p, inputs, o.timing); err != nil {
		return modelError(model, err)
	}
	if a.json {
		return a.printJSON(r)
	}
	a.printBench(r, o.layers)
	if earlier != nil {
		a.printComparison(r, *earlier)
	}
	return nil
}

// inputs are the given ones or seeded ones, with the batch size asked for; a
// batch size that is not asked for is 1.
func (o *benchOptions) inputs(g *ir.Graph) (map[string]*ir.Tensor, error) {
	if len(o.input.files) > 0 {
		if o.batch != 0 {
			return nil, usagef("--batch goes with seeded inputs; the files given say the batch size themselves")
		}
		return o.input.read(g)
	}
	inputs := make(map[string]*ir.Tensor)
	for _, n := range g.Nodes {
		if in, ok := n.Op.(*ir.Input); ok {
			shape := in.Shape.Clone()
			if len(shape) > 0 {
				shape[0] = max(o.batch, 1)
			}
			v := n.Outputs[0]
			inputs[v.Name] = ir.Seeded(v.Blob, o.input.seed, seededBound, shape...)
		}
	}
	return inputs, nil
}

func batchOf(g *ir.Graph, inputs map[string]*ir.Tensor) int {
	for _, v := range g.Inputs() {
		if shape := inputs[v.Name].Shape; len(shape) > 0 {
			return shape[0]
		}
	}
	return 1
}

func readBench(path string) (*benchResult, error) {
	if path == "" {
		return nil, nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var r benchResult
	if err := json.Unmarshal(data, &r); err != nil || r.MedianMS <= 0 {
		return nil, ir.Errorf(ir.ErrInvalid, "%s: not the JSON of a bench run", path)
	}
	return &r, nil
}

func (a *app) printBench(r benchResult, layers bool) {
	fmt.Fprintf(a.stdout, "%s, batch %d, %d threads, %s engine\n", r.Model, r.Batch, r.Threads, r.Engine)
	fmt.Fprintf(a.stdout, "median %.2f ms, min %.2f ms, quartiles %.2f ms apart, %d runs\n", r.MedianMS, r.MinMS, r.SpreadMS, r.Runs)
	fmt.Fprintf(a.stdout, "%.1f images/s, %.0f GFLOP/s; this machine's peak: %.0f GFLOP/s, %.0f GB/s\n", r.ImagesPerS, r.GFLOPPerS, r.PeakGFLOPS, r.PeakGBPerS)
	if !layers {
		return
	}
	fmt.Fprintln(a.stdout)
	t := a.newTable(table.Row{"layer", "op", "ms", "GFLOP/s", "of peak", "GB/s", "of peak"}, 3, 4, 5, 6, 7)
	for _, l := range r.Layers {
		name := l.Name
		for _, fused := range l.Fused {
			name += "+" + fused
		}
		t.AppendRow(table.Row{name, l.Op, fmt.Sprintf("%.3f", l.MedianMS), rate(l.GFLOPPerS), share(l.GFLOPPerS, r.PeakGFLOPS), rate(l.GBPerS), share(l.GBPerS, r.PeakGBPerS)})
	}
	t.Render()
}

func rate(v float64) string {
	if v == 0 {
		return ""
	}
	return fmt.Sprintf("%.1f", v)
}

func share(v, peak float64) string {
	if v == 0 || peak == 0 {
		return ""
	}
	return fmt.Sprintf("%.0f%%", 100*v/peak)
}

func (a *app) printComparison(now, earlier benchResult) {
	fmt.Fprintf(a.stdout, "\nearlier: %s, batch %d, %d threads, %s engine: median %.2f ms\n", earlier.Model, earlier.Batch, earlier.Threads, earlier.Engine, earlier.MedianMS)
	perImage := func(r benchResult) float64 { return r.MedianMS / float64(max(r.Batch, 1)) }
	fmt.Fprintf(a.stdout, "now %.3f times the earlier time per image\n", perImage(now)/perImage(earlier))
	before := make(map[string]layerRate)
	for _, l := range earlier.Layers {
		before[l.Name] = l
	}
	for _, l := range now.Layers {
		if b, ok := before[l.Name]; ok && b.MedianMS > 0 {
			fmt.Fprintf(a.stdout, "  %-12s %8.3f ms  was %8.3f ms  x%.3f\n", l.Name, l.MedianMS, b.MedianMS, l.MedianMS/b.MedianMS)
		}
	}
}
