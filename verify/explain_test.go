package verify

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime"
	"github.com/alexconv/alexconv/zoo"
)

// TestRecordedMistakesAreNamed compares the sample model with values that a
// spoiled copy of it computed, whose graph and weights nobody sees.
func TestRecordedMistakesAreNamed(t *testing.T) {
	g := sampleModel(t)
	in := map[string]*ir.Tensor{"data": ir.Seeded("data", 3, 100, 1, 3, 227, 227)}
	tried := []string{
		"alpha undivided", "alpha divided twice", "radius taken as size", "a window that divides alpha", "the paper's k", "TensorFlow's beta", "within the channel",
		"columns in H, W, C", "columns permuted the other way", "BGR", "flipped filters", "transposed matrix", "inputs from 0 to 1", "a mean per channel", "one mean",
		"no bias in a convolution",
	}
	named := 0
	for _, m := range alexNetMutations(32) {
		if !slices.Contains(tried, m.name) {
			continue
		}
		golden := make(map[string]*ir.Tensor)
		o := Options{Run: runtime.Options{Engine: runtime.Fast}}
		if err := run(context.Background(), Model{"B", m.mutate(g)}, in, o, func(v *ir.Value, x *ir.Tensor) *ir.Tensor {
			golden[v.Name] = clone(x)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		r, err := Against(context.Background(), golden, Model{"A", g}, in, o)
		if err != nil {
			t.Fatal(err)
		}
		named++
		last := g.Outputs[0].Name
		alone, err := Against(context.Background(), map[string]*ir.Tensor{last: golden[last]}, Model{"A", g}, in, o)
		if err != nil {
			t.Fatal(err)
		}
		if l := alone.Layers[0]; alone.Verdict == Pass {
			t.Errorf("%s passes by its output alone: %+v", m.name, l)
		}
		if r.Verdict != Fail || r.FirstDivergence.Layer != m.layer || len(r.Causes) != 1 || r.Causes[0].Code != m.code {
			t.Errorf("%s: %s, %+v, %+v", m.name, r.Verdict, r.FirstDivergence, r.Causes)
			continue
		}
		if c := r.Causes[0]; !(c.Before > 1) || !(c.After <= 1) || c.Layer != m.layer || c.Warning {
			t.Errorf("%s: %+v", m.name, c)
		}
	}
	if named != len(tried) {
		t.Errorf("%d of %d were tried", named, len(tried))
	}
}

// TestWhatNumbersCannotShowFails rounds pools up in one model and down in the
// other, which is the same at 227.
func TestWhatNumbersCannotShowFails(t *testing.T) {
	net, err := zoo.Find("bvlc_alexnet")
	if err != nil {
		t.Fatal(err)
	}
	reference, err := net.Seeded(1)
	if err != nil {
		t.Fatal(err)
	}
	other := all(change("pool1", floor), change("pool2", floor), change("pool5", floor))(reference)
	in := map[string]*ir.Tensor{"data": ir.Seeded("data", 1, 100, 1, 3, 227, 227)}
	limit, err := ParseTolerance("rel-l2=0")
	if err != nil {
		t.Fatal(err)
	}
	for _, allowed := range []bool{false, true} {
		o := Options{Tolerance: limit, AllowHidden: allowed, Run: runtime.Options{Engine: runtime.Fast}}
		r, err := Compare(context.Background(), Model{"A", reference}, Model{"B", other}, in, o)
		if err != nil {
			t.Fatal(err)
		}
		want := map[bool]Verdict{false: Fail, true: Pass}[allowed]
		if r.Verdict != want || r.Smallest == nil || r.Smallest.Atol != 0 {
			t.Errorf("%s with %+v: %s", r.Verdict, r.Smallest, r.Reason)
		}
		if want == Fail && r.FirstDivergence.Layer != "pool1" {
			t.Errorf("first divergence %+v", r.FirstDivergence)
		}
		if len(r.Causes) != 3 {
			t.Fatalf("causes %+v", r.Causes)
		}
		for _, c := range r.Causes {
			if c.Code != "POOL_ROUNDING" || c.Warning != allowed || c.Hidden == allowed || c.Expose != "1x3x224x224" || !strings.Contains(c.Evidence, "1x3x224x224") {
				t.Errorf("%+v", c)
			}
		}
	}
}

// TestTheSizeThatShowsIsCompared gives 224 to a net whose pools round down: it
// reaches no classes, but its first pool is compared.
func TestTheSizeThatShowsIsCompared(t *testing.T) {
	reference := sampleModel(t)
	other := all(change("pool1", floor), change("pool2", floor), change("pool5", floor))(reference)
	in := map[string]*ir.Tensor{"data": ir.Seeded("data", 1, 100, 1, 3, 224, 224)}
	r, err := Compare(context.Background(), Model{"A", reference}, Model{"B", other}, in, Options{Run: runtime.Options{Engine: runtime.Fast}})
	if err != nil {
		t.Fatal(err)
	}
	got := verdicts(r)
	if r.Verdict != Fail || r.FirstDivergence.Layer != "pool1" || got["conv1"] != Pass || got["fc6"] != Fail || got["prob"] != Unchecked {
		t.Errorf("%s, %+v, %v", r.Verdict, r.FirstDivergence, got)
	}
	if _, err := Compare(context.Background(), Model{"B", other}, Model{"A", reference}, in, Options{}); err == nil {
		t.Error("a reference that does not take the input is run")
	}
	in["data"] = ir.NewTensor(1, 3)
	if _, err := Compare(context.Background(), Model{"A", reference}, Model{"B", other}, in, Options{}); err == nil {
		t.Error("an input of another rank is taken")
	}
}

func TestNoSizeIsProposedWhereNoneShows(t *testing.T) {
	one := start("data", 1, 1, 8, 8).layer("pool", &ir.Pool{Window: square(1, 1, 0), Ceil: true}).graph
	r := compare(t, one, edit(one, "pool", func(o *ir.Pool) { o.Ceil = false }), Options{})
	if len(r.Causes) != 1 || r.Causes[0].Expose != "" || !r.Causes[0].Warning {
		t.Errorf("%+v", r.Causes)
	}
}

func TestParametersAreCompared(t *testing.T) {
	g := small()
	cases := []struct {
		name   string
		change func([]float32)
		want   string
	}{
		{"nothing", func([]float32) {}, ""},
		{"the last bit", func(w []float32) { w[3] *= 1 + 1.2e-7 }, ""},
		{"a thousandth", func(w []float32) { w[3] *= 1.001 }, "1 of 180 values of parameter 0 differ"},
		{"NaN", func(w []float32) { w[3] = nan }, "1 of 180 values of parameter 0 differ"},
	}
	for _, c := range cases {
		got := parameterDifference(layerNamed(g, "fc"), layerNamed(reweigh(g, "fc", 0, c.change), "fc"))
		if !strings.HasPrefix(got, c.want) || (got == "") != (c.want == "") {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	turned := edit(g, "fc", func(o *ir.FullyConnected) { o.Transposed = true })
	n := layerNamed(turned, "fc")
	n.Params[0] = transposed(n.Params[0])
	if got := parameterDifference(layerNamed(g, "fc"), n); got != "" {
		t.Errorf("a matrix stored transposed: %q", got)
	}
}

// TestWeightsCountEvenWhereNumbersAgree changes weights by less than the bound
// on the rounding of their sum.
func TestWeightsCountEvenWhereNumbersAgree(t *testing.T) {
	g := perceptron(1000, 20)
	other := reweigh(g, "a", 0, func(w []float32) {
		for i := range w {
			w[i] *= 1 + 2e-6*float32(i%3-1)
		}
	})
	r := compare(t, g, other, Options{})
	if r.Verdict != Fail || r.Layers[0].BoundUsed > 1 || len(r.Causes) != 1 || r.Causes[0].Code != "WEIGHTS" {
		t.Errorf("%s, %+v, %+v", r.Verdict, r.Layers[0], r.Causes)
	}
}

// TestABoundThatExcusesTooMuchProvesNothing compares the sum of what cancels but
// for its rounding with another such sum.
func TestABoundThatExcusesTooMuchProvesNothing(t *testing.T) {
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
	r, err := Against(context.Background(), map[string]*ir.Tensor{"ar": {Shape: ir.Shape{1, 1}, Data: []float32{2e-3}}},
		Model{"A", g}, map[string]*ir.Tensor{"x": x}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Verdict != Unchecked || !strings.Contains(r.Layers[0].Reason, "proves nothing") {
		t.Errorf("%s with %+v", r.Verdict, r.Layers[0])
	}
}

func TestWhatCannotBeRepairedIsRefused(t *testing.T) {
	g := small()
	cases := []struct {
		name  string
		cause Cause
		kind  error
	}{
		{"other names", newCause("NAME_MAP", "conv", ""), ir.ErrUnsupported},
		{"another number of classes", newCause("CLASSES", "fc", ""), ir.ErrUnsupported},
		{"an order of layers that is the same", newCause("LRN_POOL_ORDER", "conv", ""), ir.ErrUnsupported},
		{"a layer that neither has", newCause("LRN_K", "norm9", ""), ir.ErrInvalid},
	}
	for _, c := range cases {
		if _, err := Fix(Model{"A", g}, Model{"B", small()}, c.cause); !errors.Is(err, c.kind) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
