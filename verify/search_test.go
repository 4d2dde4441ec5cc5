package verify

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime"
)

// pairOf builds the same net twice with one layer that differs.
func pairOf(build func(b *builder, other bool) *builder) (reference, other *ir.Graph) {
	begin := func() *builder {
		return start("data", 1, 3, 16, 16).layer("conv", &ir.Conv{OutChannels: 4, Window: square(3, 1, 0), Group: 1, Axis: 1, Bias: true})
	}
	return build(begin(), false).graph, build(begin(), true).graph
}

// TestSearchFindsWhatSeededInputsHide compares nets whose difference the seeded
// input does not show, or hardly.
func TestSearchFindsWhatSeededInputsHide(t *testing.T) {
	cases := []struct {
		name  string
		build func(b *builder, other bool) *builder
	}{
		{"a slope where hardly anything is negative", func(b *builder, other bool) *builder {
			for i := range b.graph.Nodes[1].Params[1].Data {
				b.graph.Nodes[1].Params[1].Data[i] = 5000
			}
			slope := float32(0)
			if other {
				slope = 0.1
			}
			return b.layer("relu", &ir.ReLU{Slope: slope})
		}},
		{"values cut off far above the usual", func(b *builder, other bool) *builder {
			limit := float32(1e30)
			if other {
				limit = 1e5
			}
			return b.layer("clip", &ir.Clip{Min: -limit, Max: limit})
		}},
		{"a factor of a normalisation where activations are small", func(b *builder, other bool) *builder {
			c := float32(2e-12)
			if other {
				c = 1e-11
			}
			return b.layer("norm", &ir.LRN{Size: 3, C: c, Beta: 0.75, K: 1})
		}},
	}
	for _, c := range cases {
		a, b := pairOf(c.build)
		in := map[string]*ir.Tensor{"data": ir.Seeded("data", 1, 128, 1, 3, 16, 16)}
		o := Options{AllowHidden: true, Run: runtime.Options{Engine: runtime.Fast}}
		judged := func(inputs map[string]*ir.Tensor) Verdict {
			r, err := Compare(context.Background(), Model{"A", a}, Model{"B", b}, inputs, o)
			if err != nil {
				t.Fatal(err)
			}
			return r.Verdict
		}
		if v := judged(in); v != Pass {
			t.Errorf("%s: %s on the seeded input", c.name, v)
		}
		s := SearchOptions{Seed: 7, Runs: 200}
		found, err := Search(context.Background(), Model{"A", a}, Model{"B", b}, in, o, s)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %s, run %d of %d, gap %.2g after %.2g at %s", c.name, found.How, found.Run, found.Runs, found.Gap, found.Start, found.Layer)
		if v := judged(found.Inputs); v != Fail || found.Gap < 1e-3 {
			t.Errorf("%s: %s on what was found, gap %g", c.name, v, found.Gap)
		}
		again, err := Search(context.Background(), Model{"A", a}, Model{"B", b}, in, o, s)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(found, again); diff != "" {
			t.Errorf("%s: another search of the same seed finds something else:\n%s", c.name, diff)
		}
	}
}

// TestSearchEnds gives budgets of either kind, to models that are the same.
func TestSearchEnds(t *testing.T) {
	g := small()
	m, in := Model{"A", g}, inputs(g)
	found, err := Search(context.Background(), m, m, in, Options{}, SearchOptions{Budget: 50 * time.Millisecond})
	if err != nil || found.Gap != 0 || found.Runs < 1 || found.How != "the inputs that were given" {
		t.Errorf("%+v, %v", found, err)
	}
	if found, err = Search(context.Background(), m, m, in, Options{}, SearchOptions{Runs: 3}); err != nil || found.Runs != 3 {
		t.Errorf("%+v, %v", found, err)
	}
	if _, err := Search(context.Background(), m, m, in, Options{}, SearchOptions{}); err == nil {
		t.Error("a search without budget begins")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Search(ctx, m, m, in, Options{}, SearchOptions{Runs: 1000}); err == nil {
		t.Error("a search that is cancelled goes on")
	}
}

// TestPatternsKeepTheirMagnitude fills values of every rank.
func TestPatternsKeepTheirMagnitude(t *testing.T) {
	for _, shape := range []ir.Shape{{}, {5}, {2, 5}, {2, 3, 5}, {1, 3, 4, 5}, {1, 2, 3, 4, 5}, {0, 3}} {
		for _, p := range patterns {
			x := p.fill(shape, 8, rand.New(rand.NewPCG(1, 2)))
			if largest := magnitudeOf(x); len(x.Data) > 0 && largest > 8 {
				t.Errorf("%v, %s: %g", shape, p.name, largest)
			}
			for _, move := range moves {
				move(x, rand.New(rand.NewPCG(1, 2)))
			}
		}
	}
}
