package check

import (
	"math"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/alexconv/alexconv/ir"
)

var image = ir.Shape{1, 2, 8, 8}

// single is a layer between an input and an output, with the given parameters
// or seeded ones.
func single(t *testing.T, op ir.Op, params ...*ir.Tensor) *ir.Graph {
	t.Helper()
	s, err := op.Infer([]ir.Shape{image})
	if err != nil {
		t.Fatal(err)
	}
	x, y := &ir.Value{Name: "in", Blob: "in"}, &ir.Value{Name: "out", Blob: "out"}
	if params == nil {
		for _, p := range s.Params {
			params = append(params, ir.Seeded(p.Role, 1, 1, p.Shape...))
		}
	}
	return &ir.Graph{
		Nodes: []*ir.Node{
			{Name: "in", Op: &ir.Input{Shape: image}, Outputs: []*ir.Value{x}},
			{Name: "layer", Op: op, Inputs: []*ir.Value{x}, Outputs: []*ir.Value{y}, Params: params},
		},
		Outputs: []*ir.Value{y},
	}
}

func pool(kind ir.PoolKind, kernel, stride, pad int, ceil bool) *ir.Pool {
	w := ir.NewWindow(kernel, kernel)
	for i := range 2 {
		w.Stride[i], w.PadBegin[i], w.PadEnd[i] = stride, pad, pad
	}
	return &ir.Pool{Kind: kind, Window: w, Ceil: ceil, Clip: pad > 0}
}

func values(v ...float32) *ir.Tensor { return &ir.Tensor{Shape: ir.Shape{len(v)}, Data: v} }

func TestGraphFinds(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(-1))
	scale := &ir.Scale{Axis: 1, NumAxes: 1}
	cases := []struct {
		name  string
		graph *ir.Graph
		want  []string // CODE severity
		text  string
	}{
		{"nothing in a sound layer", single(t, scale), nil, ""},
		{"a weight that is not a number", single(t, scale, values(1, nan)), []string{"WEIGHT_NAN error"}, "1 of 2 values are not a number, the first at index 1"},
		{"an infinite weight", single(t, scale, values(inf, 0)), []string{"WEIGHT_INF error"}, "the first at index 0"},
		{"weights of 0", single(t, scale, values(0, float32(math.Copysign(0, -1)))), []string{"WEIGHT_ZERO warning"}, "all 2 weights"},
		{"a negative variance", single(t, &ir.BatchNorm{Eps: 1}, values(0, 0), values(1, -1)), []string{"VARIANCE_NEGATIVE error"}, "1 of 2 variances"},
		{"means of 0 are no finding", single(t, &ir.BatchNorm{Eps: 1}, values(0, 0), values(1, 1)), nil, ""},
		{"a window that fits either way", single(t, pool(ir.Max, 2, 2, 0, true)), nil, ""},
		{"a window that only one rounding has", single(t, pool(ir.Max, 3, 2, 0, true)), []string{"POOL_ROUNDING warning"}, "4 windows rounding up, 3 rounding down"},
		{"a last window in the padding", single(t, pool(ir.Max, 3, 4, 2, true)), []string{"POOL_ROUNDING warning"}, "is dropped"},
		{"a window wholly outside", single(t, pool(ir.Max, 2, 5, 0, true)), []string{"POOL_OUTSIDE warning"}, "begins at 10, outside"},
		{"an average over padding", single(t, pool(ir.Average, 3, 1, 1, false)), []string{"POOL_PADDING warning"}, "not counted"},
		{"a maximum over padding is no finding", single(t, pool(ir.Max, 3, 1, 1, false)), nil, ""},
		{"a global pooling", single(t, &ir.Pool{Global: true}), nil, ""},
		{"a pooling over its input", single(t, &ir.Pool{Window: ir.NewWindow(2, 2), InPlace: true}), []string{"IN_PLACE_RESULT warning"}, "pooling"},
		{"a normalisation over its input", single(t, &ir.LRN{Size: 3, C: 1, Beta: 1, K: 1, InPlace: true}), []string{"IN_PLACE_RESULT warning"}, "normalisation"},
	}
	documented, err := os.ReadFile("../docs/check.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			findings, err := Graph(c.graph)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range findings {
				got = append(got, f.Code+" "+string(f.Severity))
				if !strings.Contains(string(documented), "`"+f.Code+"`") {
					t.Errorf("docs/check.md does not explain %s", f.Code)
				}
				if f.Node != "layer" || !strings.Contains(f.Text, c.text) {
					t.Errorf("%s: %q, want %q", f.Node, f.Text, c.text)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestATopologyIsSaidToHaveNoWeights(t *testing.T) {
	g := single(t, &ir.Scale{Axis: 1, NumAxes: 1})
	g.Nodes[1].Params = nil
	findings, err := Graph(g)
	if err != nil || len(findings) != 1 || findings[0].Code != WeightMissing || findings[0].Node != "layer" {
		t.Errorf("%v, %v", findings, err)
	}
}

func TestASharedWeightIsReportedOnce(t *testing.T) {
	g := single(t, &ir.Scale{Axis: 1, NumAxes: 1}, values(0, 0))
	g.Nodes = append(g.Nodes, &ir.Node{Name: "twin", Op: g.Nodes[1].Op, Inputs: g.Nodes[1].Inputs, Outputs: []*ir.Value{{Name: "twin"}}, Params: g.Nodes[1].Params})
	if findings, err := Graph(g); err != nil || len(findings) != 1 {
		t.Errorf("%v, %v", findings, err)
	}
}

func TestAGraphThatDoesNotFitIsAnError(t *testing.T) {
	g := single(t, &ir.Scale{Axis: 1, NumAxes: 1})
	g.Nodes[1].Params[0] = values(1, 2, 3)
	if _, err := Graph(g); err == nil {
		t.Error("no error")
	}
}
