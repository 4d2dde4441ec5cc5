package verify

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime"
)

// perceptron is a chain of fully connected layers.
func perceptron(widths ...int) *ir.Graph {
	b := start("x", 1, widths[0])
	for i, units := range widths[1:] {
		name := string(rune('a' + i))
		b.layer(name, &ir.FullyConnected{Units: units, Axis: 1, Bias: true}).layer(name+"r", &ir.ReLU{})
	}
	return b.graph
}

func TestHonestRoundingPasses(t *testing.T) {
	cases := []struct {
		name  string
		graph *ir.Graph
	}{
		{"one long sum", perceptron(20000, 4)},
		{"many layers", perceptron(300, 300, 300, 300, 300, 10)},
		{"short sums", perceptron(3, 3, 3, 3)},
	}
	for _, c := range cases {
		for _, mode := range []Mode{Cumulative, Isolated} {
			t.Run(c.name+" "+mode.String(), func(t *testing.T) {
				in := inputs(c.graph)
				r, err := Against(context.Background(), single(t, c.graph, in, forwards), Model{"A", c.graph}, in, Options{Mode: mode})
				if err != nil {
					t.Fatal(err)
				}
				deviates := false
				for _, l := range r.Layers {
					deviates = deviates || l.MaxAbs > 0
				}
				if r.Verdict != Pass || !deviates {
					t.Errorf("%s, deviates %v: %s", r.Verdict, deviates, r.Reason)
				}
			})
		}
	}
}

func TestEnginesAgreeWithinAuto(t *testing.T) {
	g := small()
	golden := make(map[string]*ir.Tensor)
	err := run(context.Background(), Model{"A", g}, inputs(g), Options{Run: runtime.Options{Engine: runtime.Fast}}, func(v *ir.Value, t *ir.Tensor) *ir.Tensor {
		golden[v.Name] = &ir.Tensor{Shape: t.Shape, Data: slices.Clone(t.Data)}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, mode := range []Mode{Cumulative, Isolated} {
		r, err := Against(context.Background(), golden, Model{"A", g}, inputs(g), Options{Mode: mode})
		if err != nil {
			t.Fatal(err)
		}
		if r.Verdict != Pass || r.Compared != 6 {
			t.Errorf("%v: %s, %d compared: %s", mode, r.Verdict, r.Compared, r.Reason)
		}
	}
}

// TestCancellationWidensTheBound feeds a constant through weights that sum to
// nearly nothing: the rounding errors stay while the result vanishes.
func TestCancellationWidensTheBound(t *testing.T) {
	g := reweigh(perceptron(1000, 1), "a", 0, func(w []float32) {
		for i := range w {
			w[i] = float32(1 - 2*(i%2))
		}
	})
	g = reweigh(g, "a", 1, func(b []float32) { b[0] = 1e-3 })
	x := ir.NewTensor(1, 1000)
	for i := range x.Data {
		x.Data[i] = 100
	}
	r, err := Against(context.Background(), map[string]*ir.Tensor{"ar": {Shape: ir.Shape{1, 1}, Data: []float32{1.001e-3}}},
		Model{"A", g}, map[string]*ir.Tensor{"x": x}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Verdict != Pass || r.Layers[0].RelL2 < 5e-4 {
		t.Errorf("%s with %+v", r.Verdict, r.Layers[0].Deviation)
	}
}

func TestErrorOfASum(t *testing.T) {
	if got, want := gamma(1000), 1000*0x1p-24/(1-1000*0x1p-24); got != want {
		t.Errorf("gamma(1000) is %v, want %v", got, want)
	}
	if got := gamma(1 << 24); !math.IsInf(got, 1) {
		t.Errorf("gamma(1/u) is %v, want infinity", got)
	}
	cases := []struct {
		n    int
		want float64 // in units of u
	}{{1, 1}, {100, 100}, {400, 200}, {10000, 1000}}
	for _, c := range cases {
		if got := sumError(c.n) / unit; math.Abs(got-c.want) > 1e-3*c.want {
			t.Errorf("a sum of %d is allowed %v u, want %v", c.n, got, c.want)
		}
	}
}

// TestNoBoundExcusesEverything ends in layers whose condition is beyond measure:
// a value of zeros, then one that vanishes against what is added up.
func TestNoBoundExcusesEverything(t *testing.T) {
	dead := reweigh(perceptron(4, 3, 2), "a", 1, func(b []float32) {
		for i := range b {
			b[i] = -1e6
		}
	})
	cases := []struct {
		name  string
		other *ir.Graph
		layer string
	}{
		{"a value where the reference has zeros", reweigh(dead, "a", 1, func(b []float32) { b[0] = 1e6 }), "a"},
		{"a layer after zeros", reweigh(dead, "b", 1, func(b []float32) { b[0] *= 1.00001 }), "b"},
	}
	for _, c := range cases {
		if r := compare(t, dead, c.other, Options{}); r.Verdict != Fail || r.FirstDivergence.Layer != c.layer {
			t.Errorf("%s: %s, %+v", c.name, r.Verdict, r.FirstDivergence)
		}
	}
}
