package verify

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"testing"

	"github.com/x448/float16"

	"github.com/alexconv/alexconv/formats/caffe"
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime"
	"github.com/alexconv/alexconv/sample"
	"github.com/alexconv/alexconv/zoo"
)

// mutation is one way to spoil a model, and what a report has to say of it.
type mutation struct {
	name, code, layer string
	mutate            func(g *ir.Graph) *ir.Graph
	// hidden mutations leave every number as it is on these inputs.
	hidden bool
}

// change is an edit of one layer's operation.
func change[T any](layer string, f func(*T)) func(*ir.Graph) *ir.Graph {
	return func(g *ir.Graph) *ir.Graph { return edit(g, layer, f) }
}

// weigh is an edit of one layer's parameter.
func weigh(layer string, param int, f func([]float32)) func(*ir.Graph) *ir.Graph {
	return func(g *ir.Graph) *ir.Graph { return reweigh(g, layer, param, f) }
}

// all applies several edits.
func all(list ...func(*ir.Graph) *ir.Graph) func(*ir.Graph) *ir.Graph {
	return func(g *ir.Graph) *ir.Graph {
		for _, f := range list {
			g = f(g)
		}
		return g
	}
}

// layerNamed is a node of a copy of a graph.
func layerNamed(g *ir.Graph, name string) *ir.Node {
	for _, n := range g.Nodes {
		if n.Name == name {
			return n
		}
	}
	panic("no layer " + name)
}

// permute reorders the values of a parameter: element i becomes from(i).
func permute(layer string, from func(n *ir.Node, i int) int) func(*ir.Graph) *ir.Graph {
	return func(g *ir.Graph) *ir.Graph {
		n := layerNamed(g, layer)
		return reweigh(g, layer, 0, func(w []float32) {
			before := slices.Clone(w)
			for i := range w {
				w[i] = before[from(n, i)]
			}
		})
	}
}

// toHWC is where the value at place i of a row in C, H, W order stands in one in
// H, W, C order.
func toHWC(channels, plane int) func(*ir.Node, int) int {
	return func(n *ir.Node, i int) int {
		column := i % (channels * plane)
		return i - column + column%channels*plane + column/channels
	}
}

func toCHW(channels, plane int) func(*ir.Node, int) int { return toHWC(plane, channels) }

// subtractMean folds a mean into the bias of conv1.
func subtractMean(mean ...float64) func(*ir.Graph) *ir.Graph {
	return func(g *ir.Graph) *ir.Graph {
		w := layerNamed(g, "conv1").Params[0]
		plane := w.Shape[2:].Elements()
		return reweigh(g, "conv1", 1, func(b []float32) {
			for o := range b {
				shift := 0.0
				for i, v := range w.Data[o*w.Shape[1]*plane:][:w.Shape[1]*plane] {
					shift += float64(v) * mean[i/plane]
				}
				b[o] = float32(float64(b[o]) - shift)
			}
		})
	}
}

// without takes a layer out, and its consumers read what it read.
func without(layer string) func(*ir.Graph) *ir.Graph {
	return func(g *ir.Graph) *ir.Graph {
		c := g.Clone()
		n := layerNamed(c, layer)
		(&repair{graph: c}).redirect(n.Outputs[0], n.Inputs[0], nil)
		c.Nodes = slices.DeleteFunc(c.Nodes, func(m *ir.Node) bool { return m == n })
		return c
	}
}

// after puts a layer behind another.
func after(layer, name string, op ir.Op) func(*ir.Graph) *ir.Graph {
	return func(g *ir.Graph) *ir.Graph {
		c := g.Clone()
		source := layerNamed(c, layer)
		made := &ir.Node{Name: name, Op: op, Inputs: source.Outputs, Outputs: []*ir.Value{{Name: name, Blob: name}}}
		(&repair{graph: c}).redirect(source.Outputs[0], made.Outputs[0], nil)
		c.Nodes = slices.Insert(c.Nodes, slices.Index(c.Nodes, source)+1, made)
		return c
	}
}

// swapped exchanges a layer and the one that it reads.
func swapped(first, second string) func(*ir.Graph) *ir.Graph {
	return func(g *ir.Graph) *ir.Graph {
		c := g.Clone()
		x, y := layerNamed(c, first), layerNamed(c, second)
		x.Name, y.Name, x.Op, y.Op = y.Name, x.Name, y.Op, x.Op
		*x.Outputs[0], *y.Outputs[0] = *y.Outputs[0], *x.Outputs[0]
		return c
	}
}

// replaced is a layer with another operation.
func replaced(layer string, op ir.Op) func(*ir.Graph) *ir.Graph {
	return func(g *ir.Graph) *ir.Graph {
		c := g.Clone()
		layerNamed(c, layer).Op = op
		return c
	}
}

// ungrouped computes a convolution of two groups as one, each filter reading both
// halves.
func ungrouped(layer string) func(*ir.Graph) *ir.Graph {
	return func(g *ir.Graph) *ir.Graph {
		c := edit(g, layer, func(o *ir.Conv) { o.Group = 1 })
		n := layerNamed(c, layer)
		w := n.Params[0]
		shape := w.Shape.Clone()
		shape[1] *= 2
		wide := ir.NewTensor(shape...)
		row := w.Shape[1:].Elements()
		for o := range shape[0] {
			for half := range 2 {
				copy(wide.Data[(2*o+half)*row:], w.Data[o*row:][:row])
			}
		}
		n.Params[0] = wide
		return c
	}
}

// fewer keeps the first units of a fully connected layer.
func fewer(layer string, units int) func(*ir.Graph) *ir.Graph {
	return func(g *ir.Graph) *ir.Graph {
		c := edit(g, layer, func(o *ir.FullyConnected) { o.Units = units })
		n := layerNamed(c, layer)
		columns := n.Params[0].Shape[1]
		n.Params[0] = &ir.Tensor{Shape: ir.Shape{units, columns}, Data: n.Params[0].Data[:units*columns]}
		n.Params[1] = &ir.Tensor{Shape: ir.Shape{units}, Data: n.Params[1].Data[:units]}
		return c
	}
}

// renamed gives every layer and value a name of its own.
func renamed(g *ir.Graph) *ir.Graph {
	c := g.Clone()
	for i, n := range c.Nodes {
		if len(n.Inputs) > 0 {
			n.Name = fmt.Sprint("n", i)
			n.Outputs[0].Name, n.Outputs[0].Blob = n.Name, n.Name
		}
	}
	return c
}

// rounded applies a conversion to every parameter.
func rounded(convert func(float32) float32) func(*ir.Graph) *ir.Graph {
	return func(g *ir.Graph) *ir.Graph {
		c := g.Clone()
		for _, n := range c.Nodes {
			for i, p := range n.Params {
				n.Params[i] = converted(p, convert)
			}
		}
		return c
	}
}

func scaledBy(factor float32) func([]float32) {
	return func(w []float32) {
		for i := range w {
			w[i] *= factor
		}
	}
}

// mutations of a net with the layers of bvlc_alexnet, whose pool5 has the given
// number of channels on 6x6.
func mutations(channels int) []mutation {
	floors := all(change("pool1", floor), change("pool2", floor), change("pool5", floor))
	flip := func(n *ir.Node, i int) int {
		plane := n.Params[0].Shape[2:].Elements()
		return i - i%plane + plane - 1 - i%plane
	}
	return []mutation{
		{"conv1 SAME, pools rounded down", "PAD_CONV1_SAME", "conv1", all(floors, change("conv1", func(o *ir.Conv) { o.Same = ir.SameUpper })), false},
		{"the paper's missing pixels", "PAD_ASYMMETRIC", "conv1", change("conv1", func(o *ir.Conv) { o.PadBegin, o.PadEnd = []int{1, 1}, []int{2, 2} }), false},
		{"conv2 padded at the end", "PAD_ASYMMETRIC", "conv2", change("conv2", func(o *ir.Conv) { o.PadBegin, o.PadEnd = []int{1, 1}, []int{3, 3} }), false},
		{"pools rounded down", "POOL_ROUNDING", "pool1", floors, true},
		{"ceil as padding at the end", "POOL_PAD_END", "pool1", change("pool1", func(o *ir.Pool) { o.Ceil, o.PadEnd = false, []int{1, 1} }), true},
		{"average for maximum", "POOL_KIND", "pool2", change("pool2", func(o *ir.Pool) { o.Kind = ir.Average }), false},
		{"declared 224", "INPUT_SIZE_224_227", "data", change("data", func(o *ir.Input) { o.Shape = ir.Shape{1, 3, 224, 224} }), true},
		{"alpha undivided", "LRN_ALPHA_SCALE", "norm1", change("norm1", func(o *ir.LRN) { o.C *= 5 }), false},
		{"alpha divided twice", "LRN_ALPHA_SCALE", "norm2", change("norm2", func(o *ir.LRN) { o.C /= 5 }), false},
		{"radius taken as size", "LRN_WINDOW", "norm1", change("norm1", func(o *ir.LRN) { o.Size = 11 }), false},
		{"a window that divides alpha", "LRN_WINDOW", "norm2", change("norm2", func(o *ir.LRN) { o.C *= 5. / 3; o.Size = 3 }), false},
		{"the paper's k", "LRN_K", "norm1", change("norm1", func(o *ir.LRN) { o.K = 2 }), false},
		{"TensorFlow's beta", "LRN_BETA", "norm2", change("norm2", func(o *ir.LRN) { o.Beta = 0.5 }), false},
		{"within the channel", "LRN_REGION", "norm1", change("norm1", func(o *ir.LRN) { o.Region = ir.Within }), false},
		{"CaffeNet's order", "LRN_POOL_ORDER", "norm1", swapped("norm1", "pool1"), false},
		{"CaffeNet's order in the second", "LRN_POOL_ORDER", "norm2", swapped("norm2", "pool2"), false},
		{"a normalisation is gone", "LRN_EXTRA", "pool2", without("norm2"), false},
		{"a third normalisation", "LRN_EXTRA", "fc6", after("pool5", "norm5", &ir.LRN{Size: 5, C: 2e-5, Beta: 0.75, K: 1}), false},
		{"one group", "CONV_GROUPS", "conv2", ungrouped("conv2"), false},
		{"tanh", "FC_ACTIVATION", "relu6", replaced("relu6", &ir.Tanh{}), false},
		{"no activation", "FC_ACTIVATION", "fc7", without("relu6"), false},
		{"another dropout", "DROPOUT_RATIO", "drop6", change("drop6", func(o *ir.Dropout) { o.Ratio = 0.25 }), true},
		{"columns in H, W, C", "FC6_FLATTEN_ORDER", "fc6", permute("fc6", toHWC(channels, 36)), false},
		{"columns permuted the other way", "FC6_FLATTEN_ORDER", "fc6", permute("fc6", toCHW(channels, 36)), false},
		{"softmax over the batch", "SOFTMAX_AXIS", "prob", change("prob", func(o *ir.Softmax) { o.Axis = 0 }), false},
		{"logits", "OUTPUT_IS_LOGITS", "prob", without("prob"), false},
		{"ten classes", "CLASSES", "fc8", fewer("fc8", 10), false},
		{"another batch", "BATCH_BAKED", "flat", after("pool5", "flat", &ir.Reshape{Dims: []int{1, -1}, NumAxes: -1}), true},
		{"other names", "NAME_MAP", "conv1", renamed, true},
		{"BGR", "CHANNEL_ORDER", "conv1", permute("conv1", func(n *ir.Node, i int) int {
			plane := n.Params[0].Shape[2:].Elements()
			return i + (2-2*(i/plane%3))*plane
		}), false},
		{"flipped filters", "KERNEL_FLIP", "conv1", permute("conv1", flip), false},
		{"flipped filters in the middle", "KERNEL_FLIP", "conv4", permute("conv4", flip), false},
		{"transposed matrix", "TRANSPOSED_FC", "fc7", permute("fc7", func(n *ir.Node, i int) int {
			rows, columns := n.Params[0].Shape[0], n.Params[0].Shape[1]
			return i%rows*columns + i/rows
		}), false},
		{"inputs from 0 to 1", "SCALE_255", "conv1", weigh("conv1", 0, scaledBy(255)), false},
		{"inputs divided again", "SCALE_255", "conv1", weigh("conv1", 0, scaledBy(1./255)), false},
		{"a mean per channel", "MEAN_KIND", "conv1", subtractMean(104, 117, 123), false},
		{"one mean", "MEAN_KIND", "conv1", subtractMean(116, 116, 116), false},
		{"no bias in a convolution", "BIAS_MISSING", "conv2", weigh("conv2", 1, func(b []float32) { clear(b) }), false},
		{"no bias in a matrix", "BIAS_MISSING", "fc7", weigh("fc7", 1, func(b []float32) { clear(b) }), false},
		{"float16", "WEIGHTS_FLOAT16", "conv1", rounded(func(v float32) float32 { return float16.Fromfloat32(v).Float32() }), false},
		{"bfloat16", "WEIGHTS_BFLOAT16", "conv1", rounded(func(v float32) float32 { return math.Float32frombits(math.Float32bits(v) &^ 0xffff) }), false},
		{"weights that end early", "WEIGHTS_TRUNCATED", "fc6", weigh("fc6", 0, func(w []float32) { clear(w[len(w)-1000:]) }), false},
		{"weights that begin late", "WEIGHTS_SHIFTED", "conv3", weigh("conv3", 0, func(w []float32) { copy(w[1:], slices.Clone(w)) }), false},
		{"one other weight", "WEIGHTS", "fc6", weigh("fc6", 0, func(w []float32) { w[12345] += 0.01 }), false},
	}
}

func floor(o *ir.Pool) { o.Ceil = false }

// sampleModel is the small AlexNet that was really trained.
func sampleModel(t *testing.T) *ir.Graph {
	t.Helper()
	g, err := caffe.ReadTopology(sample.Prototxt, caffe.ReadOptions{})
	if err == nil {
		err = caffe.LoadWeights(g, sample.Caffemodel, caffe.ReadOptions{})
	}
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// verdictOn says in a word what a report makes of a mutation: the code that it
// is right about, or what it says in its place.
func verdictOn(r *Report, m mutation) string {
	var names []string
	for _, c := range r.Causes {
		names = append(names, c.Code)
		if c.Code != m.code || c.Warning != m.hidden {
			continue
		}
		switch {
		case m.hidden && c.Layer != m.layer:
		case m.hidden && r.Verdict == Pass:
			return m.code
		case !m.hidden && r.Verdict == Fail && r.FirstDivergence.Layer == m.layer:
			return m.code
		case m.code == "OUTPUT_IS_LOGITS" && r.Verdict == Unchecked:
			return m.code
		}
	}
	where := ""
	if r.FirstDivergence != nil {
		where = " at " + r.FirstDivergence.Layer
	}
	return fmt.Sprintf("%s%s %v", r.Verdict, where, slices.Compact(names))
}

func TestEveryMutationIsNamedAndRepaired(t *testing.T) {
	nets := map[string]struct {
		graph    *ir.Graph
		channels int
	}{"sample": {sampleModel(t), 32}}
	if !testing.Short() {
		net, err := zoo.Find("bvlc_alexnet")
		if err != nil {
			t.Fatal(err)
		}
		g, err := net.Seeded(1)
		if err != nil {
			t.Fatal(err)
		}
		nets["bvlc_alexnet"] = struct {
			graph    *ir.Graph
			channels int
		}{g, 256}
	}
	right, total := 0, 0
	confusion := make(map[string]map[string]int)
	for _, name := range slices.Sorted(maps.Keys(nets)) {
		g := nets[name].graph
		in := map[string]*ir.Tensor{"data": ir.Seeded("data", 1, 100, 1, 3, 227, 227)}
		for i, m := range mutations(nets[name].channels) {
			other := Model{"B", m.mutate(g)}
			o := Options{Run: runtime.Options{Engine: runtime.Fast}, Mode: Mode(i % 2)}
			r, err := Compare(context.Background(), Model{"A", g}, other, in, o)
			if err != nil {
				t.Errorf("%s, %s: %v", name, m.name, err)
				continue
			}
			got := verdictOn(r, m)
			if total++; got == m.code {
				right++
			} else {
				t.Logf("%s, %s: named %s", name, m.name, got)
			}
			if confusion[m.code] == nil {
				confusion[m.code] = make(map[string]int)
			}
			confusion[m.code][got]++
			if r.Verdict == Pass && !m.hidden {
				t.Errorf("%s, %s passes", name, m.name)
			}
			if m.code != "CLASSES" {
				mend(t, g, other, r, in, m)
			}
		}
	}
	for _, code := range slices.Sorted(maps.Keys(confusion)) {
		t.Logf("%-22s named %v", code, confusion[code])
	}
	t.Logf("%d of %d named right", right, total)
	if float64(right) < 0.95*float64(total) {
		t.Errorf("only %d of %d are named right", right, total)
	}
}

// mend repairs a model as long as a report names causes that can be repaired.
func mend(t *testing.T, g *ir.Graph, other Model, r *Report, in map[string]*ir.Tensor, m mutation) {
	t.Helper()
	for range 10 {
		i := slices.IndexFunc(r.Causes, func(c Cause) bool { return !c.Warning })
		if i < 0 {
			break
		}
		var err error
		if other.Graph, err = Fix(Model{"A", g}, other, r.Causes[i]); err != nil {
			t.Errorf("%s: %v", m.name, err)
			return
		}
		if r, err = Compare(context.Background(), Model{"A", g}, other, in, Options{Run: runtime.Options{Engine: runtime.Fast}}); err != nil {
			t.Errorf("%s: %v", m.name, err)
			return
		}
	}
	if r.Verdict != Pass {
		t.Errorf("%s is not repaired: %s", m.name, r.Reason)
	}
}
