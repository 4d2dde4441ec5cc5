package main

import (
	"context"
	"slices"
	"time"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime"
)

const defaultBenchTime = 5 * time.Second

// timing says when a measurement is enough.
type timing struct {
	atLeast int
	atMost  time.Duration
}

// settled is the relative change of the median, over a third of the runs,
// below which more runs would not change the answer.
const settled = 0.01

// repeat runs f, after two runs to warm up, until the median is stable or the
// time is up, and gives the durations in order of size.
func (t timing) repeat(f func() error) ([]time.Duration, error) {
	for range 2 {
		if err := f(); err != nil {
			return nil, err
		}
	}
	var durations []time.Duration
	begin := time.Now()
	previous := time.Duration(0)
	for check := t.atLeast; ; {
		start := time.Now()
		if err := f(); err != nil {
			return nil, err
		}
		durations = append(durations, time.Since(start))
		if len(durations) < check {
			continue
		}
		now := quantile(sorted(durations), 0.5)
		change := float64(now-previous) / float64(now)
		if len(durations) >= t.atLeast && (time.Since(begin) > t.atMost || previous > 0 && max(change, -change) < settled) {
			return sorted(durations), nil
		}
		previous = now
		check = len(durations) + max(len(durations)/3, 1)
	}
}

func sorted(d []time.Duration) []time.Duration {
	d = slices.Clone(d)
	slices.Sort(d)
	return d
}

// quantile interpolates nothing: it is the element at the share q of a sorted
// list.
func quantile(sorted []time.Duration, q float64) time.Duration {
	return sorted[int(q*float64(len(sorted)-1)+0.5)]
}

func milliseconds(d time.Duration) float64 { return d.Seconds() * 1e3 }

// measure fills in the times of whole runs and of layers.
func (r *benchResult) measure(ctx context.Context, g *ir.Graph, p *runtime.Plan, inputs map[string]*ir.Tensor, t timing) error {
	whole, err := t.repeat(func() error { _, err := p.Run(ctx, inputs, nil); return err })
	if err != nil {
		return err
	}
	median := quantile(whole, 0.5)
	r.Runs = len(whole)
	r.MedianMS, r.MinMS = milliseconds(median), milliseconds(whole[0])
	r.SpreadMS = milliseconds(quantile(whole, 0.75) - quantile(whole, 0.25))
	r.ImagesPerS = float64(r.Batch) / median.Seconds()

	var profiles [][]runtime.LayerTime
	_, err = t.repeat(func() error {
		profile, err := p.Profile(ctx, inputs)
		profiles = append(profiles, profile)
		return err
	})
	if err != nil {
		return err
	}
	var work float64
	for i, layer := range profiles[0] {
		var durations []time.Duration
		for _, profile := range profiles[2:] { // after warming up
			durations = append(durations, profile[i].Duration)
		}
		l, flops, err := layerRates(layer.Nodes, p.Shapes(), quantile(sorted(durations), 0.5))
		if err != nil {
			return err
		}
		work += flops
		r.Layers = append(r.Layers, l)
	}
	r.GFLOPPerS = work / median.Seconds() / 1e9
	return nil
}

// layerRates are the rates of a group of fused nodes that took the given time,
// and its floating-point operations.
func layerRates(nodes []*ir.Node, shapes ir.Shapes, d time.Duration) (layerRate, float64, error) {
	l := layerRate{Name: nodes[0].Name, Op: nodes[0].Op.Type(), MedianMS: milliseconds(d)}
	var flops, values int64
	for _, n := range nodes {
		cost, err := n.Cost(shapes)
		if err != nil {
			return l, 0, err
		}
		flops += cost.FLOPs()
		values += cost.Params
	}
	for _, n := range nodes[1:] {
		l.Fused = append(l.Fused, n.Name)
	}
	for _, v := range slices.Concat(nodes[0].Inputs, nodes[len(nodes)-1].Outputs) {
		values += int64(shapes[v].Elements())
	}
	if seconds := d.Seconds(); seconds > 0 {
		l.GFLOPPerS = float64(flops) / seconds / 1e9
		l.GBPerS = float64(4*values) / seconds / 1e9
	}
	return l, float64(flops), nil
}
