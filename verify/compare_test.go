package verify

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/alexconv/alexconv/ir"
)

func TestAModelEqualsItself(t *testing.T) {
	for _, tolerance := range []string{"auto", "rel-l2=0", "rtol=0,atol=0"} {
		for _, mode := range []Mode{Cumulative, Isolated} {
			limit, err := ParseTolerance(tolerance)
			if err != nil {
				t.Fatal(err)
			}
			r := compare(t, small(), small(), Options{Tolerance: limit, Mode: mode})
			if r.Verdict != Pass || r.Compared != 6 || r.Unchecked != 0 || r.FirstDivergence != nil || len(r.Causes) != 0 {
				t.Errorf("%s, %v: %+v", tolerance, mode, r)
			}
		}
	}
}

func TestMistakesFailAtTheirLayer(t *testing.T) {
	g := small()
	cases := []struct {
		name, layer string
		other       *ir.Graph
	}{
		{"a filter", "conv", reweigh(g, "conv", 0, func(w []float32) { w[5] *= 1.01 })},
		{"a bias that is lost", "conv", reweigh(g, "conv", 1, func(w []float32) { clear(w) })},
		{"a slope", "relu", edit(g, "relu", func(o *ir.ReLU) { o.Slope = 0.01 })},
		{"k", "norm", edit(g, "norm", func(o *ir.LRN) { o.K = 2 })},
		{"beta", "norm", edit(g, "norm", func(o *ir.LRN) { o.Beta = 0.5 })},
		{"alpha not divided", "norm", edit(g, "norm", func(o *ir.LRN) { o.C *= 3 })},
		{"a window taken for a radius", "norm", edit(g, "norm", func(o *ir.LRN) { o.Size = 5 })},
		{"average for maximum", "pool", edit(g, "pool", func(o *ir.Pool) { o.Kind = ir.Average })},
		{"one weight of a matrix", "fc", reweigh(g, "fc", 0, func(w []float32) { w[7] += 0.001 })},
		{"two swapped weights", "fc", reweigh(g, "fc", 0, func(w []float32) { w[0], w[1] = w[1], w[0] })},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := compare(t, g, c.other, Options{})
			if r.Verdict != Fail || r.FirstDivergence == nil || r.FirstDivergence.Layer != c.layer {
				t.Errorf("cumulative: %s, first divergence %+v, want layer %s", r.Verdict, r.FirstDivergence, c.layer)
			}
			for name, v := range verdicts(compare(t, g, c.other, Options{Mode: Isolated})) {
				if (v == Fail) != (name == c.layer) {
					t.Errorf("isolated: layer %s is %s", name, v)
				}
			}
		})
	}
}

func TestFalseGreens(t *testing.T) {
	spoiled := reweigh(small(), "fc", 1, func(b []float32) { b[2] = nan })
	infinite := reweigh(small(), "fc", 1, func(b []float32) { b[2] = -inf })
	short := start("data", 1, 2, 8, 8).
		named("conv", "conv@conv", &ir.Conv{OutChannels: 4, Window: square(3, 1, 0), Group: 2, Axis: 1, Bias: true}).
		named("relu", "conv", &ir.ReLU{}).graph
	nothing := start("data", 3).graph
	odd := start("data", 1, 1, 5, 5).layer("pool", &ir.Pool{Window: square(2, 2, 0), Ceil: true}).graph
	cases := []struct {
		name             string
		reference, other *ir.Graph
		options          Options
		want             Verdict
		reason           string
	}{
		{"nothing to compare", nothing, nothing, Options{}, Unchecked, "no layer was compared"},
		{"nothing to compare, unchecked allowed", nothing, nothing, Options{AllowUnchecked: true}, Unchecked, "no layer was compared"},
		{"NaN on both sides", spoiled, spoiled, Options{}, Fail, `2 layers of 6 outside the tolerance, the first is "fc"`},
		{"NaN on both sides, allowed", spoiled, spoiled, Options{EqualNaN: true}, Pass, ""},
		{"NaN in the reference only", spoiled, small(), Options{EqualNaN: true}, Fail, `the first is "fc"`},
		{"NaN in the other only", small(), spoiled, Options{EqualNaN: true}, Fail, `the first is "fc"`},
		{"infinity on both sides", infinite, infinite, Options{}, Pass, ""},
		{"infinity on one side", small(), infinite, Options{Tolerance: Tolerance{kind: elementwise, atol: 1e300}}, Fail, `the first is "fc"`},
		{"layers that the other lacks", small(), short, Options{}, Fail, `2 layers of 6 outside the tolerance, the first is "norm"`},
		{"layers that the reference lacks", short, small(), Options{}, Fail, `2 layers of 6 outside the tolerance, the first is "norm"`},
		{"a layer without a code that the other lacks", odd, start("data", 1, 1, 5, 5).layer("square", &ir.Power{Power: 2, Scale: 1}).graph, Options{}, Unchecked, "no layer was compared"},
		{"layers that one side lacks, allowed", small(), short, Options{AllowUnchecked: true}, Pass, ""},
		{"another shape", odd, edit(odd, "pool", func(o *ir.Pool) { o.Ceil = false }), Options{}, Fail, `1 layer of 1 outside the tolerance, the first is "pool"`},
		{"another shape, isolated", odd, edit(odd, "pool", func(o *ir.Pool) { o.Ceil = false }), Options{Mode: Isolated}, Fail, `"pool"`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := compare(t, c.reference, c.other, c.options)
			if r.Verdict != c.want || !strings.Contains(r.Reason, c.reason) || (c.want == Pass) != (r.Reason == "") {
				t.Errorf("%s because %q, want %s because %q", r.Verdict, r.Reason, c.want, c.reason)
			}
		})
	}
}

func TestAgainstRecordedValues(t *testing.T) {
	g := small()
	golden := make(map[string]*ir.Tensor)
	err := run(context.Background(), Model{"A", g}, inputs(g), Options{}, func(v *ir.Value, t *ir.Tensor) *ir.Tensor {
		golden[v.Name] = &ir.Tensor{Shape: t.Shape, Data: slices.Clone(t.Data)}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	take := func(names ...string) map[string]*ir.Tensor {
		m := make(map[string]*ir.Tensor)
		for _, name := range names {
			m[name] = golden[name]
		}
		return m
	}
	with := func(m map[string]*ir.Tensor, name string, t *ir.Tensor) map[string]*ir.Tensor {
		m[name] = t
		return m
	}
	cases := []struct {
		name    string
		golden  map[string]*ir.Tensor
		options Options
		want    Verdict
		layers  map[string]Verdict
	}{
		{"every value", golden, Options{}, Pass,
			map[string]Verdict{"data": Pass, "conv": Pass, "relu": Pass, "norm": Pass, "pool": Pass, "fc": Pass, "prob": Pass}},
		{"the output alone", take("prob"), Options{}, Pass, map[string]Verdict{"prob": Pass}},
		{"no value", nil, Options{AllowUnchecked: true}, Unchecked, map[string]Verdict{"prob": Unchecked}},
		{"only the input", take("data"), Options{AllowUnchecked: true}, Unchecked, map[string]Verdict{"data": Pass, "prob": Unchecked}},
		{"another input", with(take("prob"), "data", ir.NewTensor(1, 2, 8, 8)), Options{}, Fail, map[string]Verdict{"data": Fail, "prob": Pass}},
		{"an output that was not recorded", take("fc"), Options{}, Unchecked, map[string]Verdict{"fc": Pass, "prob": Unchecked}},
		{"a name that the model lacks", with(take("prob"), "fc9", tensor(1)), Options{}, Unchecked, map[string]Verdict{"prob": Pass, "fc9": Unchecked}},
		{"another value", with(take("prob"), "fc", ir.NewTensor(1, 5)), Options{}, Fail, map[string]Verdict{"fc": Fail, "prob": Pass}},
		{"another shape", with(take("prob"), "fc", ir.NewTensor(5)), Options{}, Fail, map[string]Verdict{"fc": Fail, "prob": Pass}},
		{"isolated", with(take("prob"), "pool", ir.NewTensor(1, 4, 3, 3)), Options{Mode: Isolated}, Fail, map[string]Verdict{"pool": Fail, "prob": Fail}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r, err := Against(context.Background(), c.golden, Model{"A", g}, inputs(g), c.options)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.layers, verdicts(r)); diff != "" || r.Verdict != c.want {
				t.Errorf("%s, want %s; layers (-want +got):\n%s", r.Verdict, c.want, diff)
			}
		})
	}
}

// TestIsolatedLayersCarryWhatWasNotRecorded records a value two layers after
// the last recorded one: the rounding of both counts.
func TestIsolatedLayersCarryWhatWasNotRecorded(t *testing.T) {
	g := perceptron(1000, 20)
	in := inputs(g)
	golden := single(t, g, in, forwards)
	delete(golden, "a")
	r, err := Against(context.Background(), golden, Model{"A", g}, in, Options{Mode: Isolated})
	if err != nil {
		t.Fatal(err)
	}
	last := r.Layers[len(r.Layers)-1]
	if r.Verdict != Pass || last.MaxAbs == 0 || !last.Estimated {
		t.Errorf("%s with %+v", r.Verdict, last)
	}
}

func TestWhatCannotBeRunIsAnError(t *testing.T) {
	good := small()
	bare := small()
	bare.Nodes[1].Params = nil
	pair := start("data", 3).layer("more", &ir.Input{Shape: ir.Shape{3}}).graph
	other := start("data", 3).layer("else", &ir.Input{Shape: ir.Shape{3}}).graph
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	cases := []struct {
		name             string
		ctx              context.Context
		reference, other *ir.Graph
		inputs           map[string]*ir.Tensor
		kind             error
		want             string
	}{
		{"a reference without weights", context.Background(), bare, good, inputs(good), ir.ErrNoWeights, `A: layer "conv"`},
		{"another without weights", context.Background(), good, bare, inputs(good), ir.ErrNoWeights, `B: layer "conv"`},
		{"no input", context.Background(), good, good, nil, ir.ErrInvalid, `A: input "data" is missing`},
		{"an input too many", context.Background(), good, good, map[string]*ir.Tensor{"data": inputs(good)["data"], "x": tensor(1)}, ir.ErrInvalid, `A: the model has no input "x"`},
		{"inputs of other names", context.Background(), pair, other, inputs(pair), ir.ErrInvalid, `B has an input "else", A has none of that name`},
		{"a cancelled context", cancelled, good, good, inputs(good), context.Canceled, "A: context canceled"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r, err := Compare(c.ctx, Model{"A", c.reference}, Model{"B", c.other}, c.inputs, Options{})
			if r != nil || !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, %v, want %q", r, err, c.want)
			}
		})
	}
}

func TestARecordedValueWithoutItsDataIsAnError(t *testing.T) {
	golden := map[string]*ir.Tensor{"prob": {Shape: ir.Shape{1, 5}}}
	_, err := Against(context.Background(), golden, Model{"A", small()}, inputs(small()), Options{})
	if !errors.Is(err, ir.ErrInvalid) || !strings.Contains(err.Error(), `recorded value "prob"`) {
		t.Errorf("got %v", err)
	}
}

func TestInputsOfAnotherSizeWin(t *testing.T) {
	g := small()
	r, err := Compare(context.Background(), Model{"A", g}, Model{"B", small()},
		map[string]*ir.Tensor{"data": ir.Seeded("data", 1, 4, 3, 2, 8, 8)}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Verdict != Pass || !r.Layers[5].Shape.Equal(ir.Shape{3, 5}) {
		t.Errorf("%s at shape %v, want pass at 3x5", r.Verdict, r.Layers[5].Shape)
	}
}

func TestModeNames(t *testing.T) {
	for _, m := range []Mode{Cumulative, Isolated} {
		if got, err := ParseMode(m.String()); got != m || err != nil {
			t.Errorf("%v reads back as %v, %v", m, got, err)
		}
	}
	if _, err := ParseMode("both"); !errors.Is(err, ir.ErrInvalid) {
		t.Errorf("unknown mode: %v", err)
	}
}
