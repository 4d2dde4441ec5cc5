package verify

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/alexconv/alexconv/ir"
)

func TestAttributeDifferencesAreNamed(t *testing.T) {
	g := small()
	padded := edit(g, "conv", func(o *ir.Conv) { o.Window = square(3, 1, 1) })
	tanh := start("data", 1, 2, 8, 8).layer("y", &ir.Tanh{}).graph
	dropped := start("data", 1, 2, 8, 8).layer("y", &ir.Dropout{Ratio: 0.25}).graph
	power := start("data", 1, 2, 8, 8).layer("y", &ir.Power{Power: 1, Scale: 2}).graph
	relu := start("data", 1, 2, 8, 8).layer("y", &ir.ReLU{}).graph
	cases := []struct {
		name             string
		reference, other *ir.Graph
		want             []string
	}{
		{"nothing", g, small(), nil},
		{"declared batch", g, edit(g, "data", func(o *ir.Input) { o.Shape = ir.Shape{10, 2, 8, 8} }), []string{"BATCH_BAKED data"}},
		{"declared size", start("data", 1, 3, 227, 227).graph, start("data", 1, 3, 224, 224).graph, []string{"INPUT_SIZE_224_227 data"}},
		{"groups", g, edit(g, "conv", func(o *ir.Conv) { o.Group = 1 }), []string{"CONV_GROUPS conv"}},
		{"same padding", g, edit(g, "conv", func(o *ir.Conv) { o.Same = ir.SameUpper }), []string{"PAD_CONV1_SAME conv"}},
		{"same padding that is the explicit one", padded, edit(g, "conv", func(o *ir.Conv) { o.Same = ir.SameUpper }), nil},
		{"padding on one side", g, edit(g, "conv", func(o *ir.Conv) { o.PadEnd = []int{1, 1} }), []string{"PAD_ASYMMETRIC conv"}},
		{"padding on both sides", g, edit(g, "conv", func(o *ir.Conv) { o.Window = square(3, 1, 2) }), []string{"PAD conv"}},
		{"same padding in numbers", g, padded, []string{"PAD_CONV1_SAME conv"}},
		{"same padding in numbers with an odd pad", square2(g, 0, 0), square2(g, 0, 1), []string{"PAD_CONV1_SAME conv"}},
		{"rounding that no number shows", g, edit(g, "pool", func(o *ir.Pool) { o.Ceil = false }), []string{"POOL_ROUNDING pool"}},
		{"rounding by padding", g, edit(g, "pool", func(o *ir.Pool) { o.Ceil, o.PadEnd = false, []int{1, 1} }), []string{"POOL_PAD_END pool"}},
		{"k and beta", g, edit(g, "norm", func(o *ir.LRN) { o.K, o.Beta = 2, 0.5 }), []string{"LRN_K norm", "LRN_BETA norm"}},
		{"alpha undivided", g, edit(g, "norm", func(o *ir.LRN) { o.C *= 3 }), []string{"LRN_ALPHA_SCALE norm"}},
		{"alpha divided once more", g, edit(g, "norm", func(o *ir.LRN) { o.C /= 3 }), []string{"LRN_ALPHA_SCALE norm"}},
		{"another alpha", g, edit(g, "norm", func(o *ir.LRN) { o.C *= 2 }), []string{"LRN_ALPHA norm"}},
		{"window", g, edit(g, "norm", func(o *ir.LRN) { o.Size = 5 }), []string{"LRN_WINDOW norm"}},
		{"region", g, edit(g, "norm", func(o *ir.LRN) { o.Region = ir.Within }), []string{"LRN_REGION norm"}},
		{"a region that divides alpha", g, edit(g, "norm", func(o *ir.LRN) { o.Region, o.C = ir.Within, o.C/3 }), []string{"LRN_REGION norm", "LRN_REGION norm"}},
		{"alpha by another way of rounding", g, edit(g, "norm", func(o *ir.LRN) { o.C *= 1 + 1.2e-7 }), nil},
		{"activation", relu, tanh, []string{"FC_ACTIVATION y"}},
		{"a window that divides alpha", g, edit(g, "norm", func(o *ir.LRN) { o.Size, o.C = 5, o.C*3/5 }), []string{"LRN_WINDOW norm", "LRN_WINDOW norm"}},
		{"units", g, edit(g, "fc", func(o *ir.FullyConnected) { o.Units = 4 }), []string{"CLASSES fc"}},
		{"softmax axis", g, edit(g, "prob", func(o *ir.Softmax) { o.Axis = 0 }), []string{"SOFTMAX_AXIS prob"}},
		{"softmax axis from the end", g, edit(g, "prob", func(o *ir.Softmax) { o.Axis = -1 }), nil},
		{"kind of pool", g, edit(g, "pool", func(o *ir.Pool) { o.Kind = ir.Average }), []string{"POOL_KIND pool"}},
		{"window of a pool", g, edit(g, "pool", func(o *ir.Pool) { o.Window = square(2, 1, 0) }), []string{"POOL_WINDOW pool"}},
		{"a slope", g, edit(g, "relu", func(o *ir.ReLU) { o.Slope = 0.1 }), []string{"FC_ACTIVATION relu"}},
		{"an attribute without a code", power, edit(power, "y", func(o *ir.Power) { o.Shift = 1 }), []string{"ATTRIBUTE y"}},
		{"probability to keep", dropped, edit(dropped, "y", func(o *ir.Dropout) { o.Ratio = 0.75 }), []string{"DROPOUT_KEEP_VS_RATIO y"}},
		{"another ratio", dropped, edit(dropped, "y", func(o *ir.Dropout) { o.Ratio = 0.5 }), []string{"DROPOUT_KEEP_VS_RATIO y"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			// Groups and padding change what the layers after them need.
			a, err := align(Model{"A", withoutParams(c.reference)}, Model{"B", withoutParams(c.other)})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, cause := range diagnose(a) {
				got = append(got, cause.Code+" "+cause.Layer)
				if cause.Evidence == "" {
					t.Errorf("%s has no evidence", cause.Code)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("causes (-want +got):\n%s", diff)
			}
		})
	}
}

// square2 gives the convolution of a net a kernel of 2 with the given pads.
func square2(g *ir.Graph, begin, end int) *ir.Graph {
	return edit(g, "conv", func(o *ir.Conv) {
		o.Window = square(2, 1, begin)
		o.PadEnd = []int{end, end}
	})
}

func withoutParams(g *ir.Graph) *ir.Graph {
	c := g.Clone()
	for _, n := range c.Nodes {
		n.Params = nil
	}
	return c
}
