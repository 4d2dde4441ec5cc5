package verify

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/alexconv/alexconv/ir"
)

func TestDiffNamesHowWeightsDiffer(t *testing.T) {
	g := sampleModel(t)
	cases := []struct {
		name   string
		change func(*ir.Graph) *ir.Graph
		want   []string
	}{
		{"nothing", func(g *ir.Graph) *ir.Graph { return g }, nil},
		{"columns in H, W, C", permute("fc6", toHWC(32, 36)), []string{"fc6 weights FC6_FLATTEN_ORDER"}},
		{"transposed", permute("fc7", byColumns), []string{"fc7 weights TRANSPOSED_FC"}},
		{"flipped", permute("conv2", flipped), []string{"conv2 weights KERNEL_FLIP"}},
		{"reversed", permute("conv3", func(n *ir.Node, i int) int { return len(n.Params[0].Data) - 1 - i }), []string{"conv3 weights WEIGHTS_PERMUTED"}},
		{"float16 weights", func(g *ir.Graph) *ir.Graph {
			return reweigh(g, "fc8", 0, func(w []float32) {
				for i := range w {
					w[i] = half(w[i])
				}
			})
		}, []string{"fc8 weights WEIGHTS_FLOAT16"}},
		{"no bias", weigh("conv2", 1, func(b []float32) { clear(b) }), []string{"conv2 bias BIAS_MISSING"}},
		{"the last bit of one", weigh("conv5", 0, func(w []float32) { w[3] *= 1 + 1.2e-7 }), []string{"conv5 weights "}},
	}
	for _, c := range cases {
		list, err := Diff(Model{"A", g}, Model{"B", c.change(g)})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, d := range list {
			if d.Verdict != Pass {
				got = append(got, d.Layer+" "+d.Role+" "+d.Code)
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" || len(list) != 16 || (DiffVerdict(list) == Pass) != (c.want == nil) {
			t.Errorf("%s: %d parameters, %s (-want +got):\n%s", c.name, len(list), DiffVerdict(list), diff)
		}
	}
}

func TestDiffIsNeverGreenOverWhatItDidNotCompare(t *testing.T) {
	g := small()
	short := start("data", 1, 2, 8, 8).
		named("conv", "conv@conv", &ir.Conv{OutChannels: 4, Window: square(3, 1, 0), Group: 2, Axis: 1, Bias: true}).graph
	bare := start("data", 3).graph
	for _, c := range []struct {
		name             string
		reference, other *ir.Graph
		want             Verdict
	}{
		{"a layer that the other lacks", g, short, Unchecked},
		{"a layer that the reference lacks", short, g, Unchecked},
		{"no parameters", bare, bare, Unchecked},
		{"other shapes", g, fewer("fc", 3)(g), Fail},
		{"itself", g, small(), Pass},
	} {
		list, err := Diff(Model{"A", c.reference}, Model{"B", c.other})
		if err != nil {
			t.Fatal(err)
		}
		if got := DiffVerdict(list); got != c.want {
			t.Errorf("%s: %s, want %s: %+v", c.name, got, c.want, list)
		}
	}
	if _, err := Diff(Model{"A", g}, Model{"B", withoutParams(g)}); !errors.Is(err, ir.ErrNoWeights) {
		t.Errorf("without weights: %v", err)
	}
}

func TestDiffAsText(t *testing.T) {
	g := small()
	list, err := Diff(Model{"A", g}, Model{"B", reweigh(g, "fc", 1, func(b []float32) { clear(b) })})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := WriteDiff(&b, list); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"conv   weights    4x1x3x3  0          0         0", "fail (5 of 5 values differ; BIAS_MISSING: the other lacks the bias)", "\nfail: 4 parameters compared\n"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}
