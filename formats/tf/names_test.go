package tf

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/alexconv/alexconv/ir"
)

func TestNamesAreRestored(t *testing.T) {
	conv := &ir.Conv{OutChannels: 2, Window: window(1, 1, 0), Group: 1, Axis: 1, Bias: true}
	cases := []struct {
		name   string
		change func(g *ir.Graph)
	}{
		{"a model without a name", func(g *ir.Graph) { g.Name = "" }},
		{"a layer without a name", func(g *ir.Graph) { g.Nodes[1].Name = "" }},
		{"two layers of one name", func(g *ir.Graph) { g.Nodes[2].Name = g.Nodes[1].Name }},
		{"layers named like values", func(g *ir.Graph) { g.Nodes[1].Name = "b" }},
		{"an input layer of its own name", func(g *ir.Graph) { g.Nodes[0].Name = "input" }},
		{"an input layer without a name", func(g *ir.Graph) { g.Nodes[0].Name = "" }},
		{"a value named like a constant", func(g *ir.Graph) { g.Value("b").Name, g.Value("b").Blob = "a/weights", "a/weights" }},
		{"a layer named like a constant", func(g *ir.Graph) { g.Nodes[2].Name = "a/weights" }},
		{"a layer named like a node inside another", func(g *ir.Graph) { g.Nodes[2].Name = "a/Conv2D" }},
		{"a layer named like an output", func(g *ir.Graph) { g.Nodes[2].Name = "a:1" }},
		{"a layer that begins with a caret", func(g *ir.Graph) { g.Nodes[2].Name = "^a" }},
		{"names with slashes, quotes and accents", func(g *ir.Graph) { g.Nodes[1].Name = `inception_3a/5x5 "é"` }},
		{"a parameter of one layer with a name", func(g *ir.Graph) { g.Nodes[1].Params[0].Name = "conv_w" }},
		{"an input changed in place", func(g *ir.Graph) {
			g.Value("data").Name = "data@input"
			g.Value("a").Name, g.Nodes[1].Outputs[0].Blob = "data", "data"
		}},
		{"an output that is read as well", func(g *ir.Graph) { g.Outputs = []*ir.Value{g.Value("b"), g.Value("a")} }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := newBuilder(t)
			x := b.input("data", 1, 2, 3, 3)
			x = b.layer("a", conv, x)[0]
			x = b.layer("b", conv, x)[0]
			g := b.graph(x)
			c.change(g)
			checkRoundTrip(t, g, WriteOptions{})
		})
	}
}

func TestImplicitSplitsAreFolded(t *testing.T) {
	b := newBuilder(t)
	x := b.input("data", 1, 2, 3, 3)
	copies := b.layer("data_split", &ir.Split{Copies: 2, Implicit: true}, x)
	y := b.layer("relu", &ir.ReLU{}, copies[0])[0]
	g := b.graph(b.layer("sum", &ir.Eltwise{}, y, copies[1])[0])
	back := read(t, write(t, g, WriteOptions{}))
	if got, want := digest(t, back), digest(t, g); got != want {
		t.Errorf("digest %s, want %s", got, want)
	}
	if len(back.Nodes) != 3 || back.Nodes[2].Inputs[1].Name != "data" {
		t.Errorf("read as %v", descriptions(back))
	}
}

// A split whose copies are outputs of the model must stay: two outputs cannot
// be one value.
func TestSplitIntoOutputsStays(t *testing.T) {
	b := newBuilder(t)
	x := b.input("data", 1, 2)
	checkRoundTrip(t, b.graph(b.layer("split", &ir.Split{Copies: 2, Implicit: true}, x)...), WriteOptions{})
}

func TestSilenceKeepsItsPlace(t *testing.T) {
	b := newBuilder(t)
	x := b.input("data", 1, 4)
	pieces := b.layer("slice", &ir.Slice{Axis: 1, Pieces: 2}, x)
	b.layer("silence", &ir.Silence{}, pieces[1])
	checkRoundTrip(t, b.graph(b.layer("relu", &ir.ReLU{}, pieces[0])...), WriteOptions{})
}

// Between the flattening of an image and a matrix product, element-wise layers
// leave the features in TensorFlow's order, so that nothing is transposed.
func TestElementWiseLayersKeepTheOrderOfFeatures(t *testing.T) {
	for _, op := range []ir.Op{
		&ir.ReLU{}, &ir.ReLU{Slope: 0.1}, &ir.Sigmoid{}, &ir.Tanh{}, &ir.Abs{}, &ir.ELU{Alpha: 1}, &ir.Softplus{},
		&ir.Exp{Scale: 1}, &ir.Log{Scale: 1}, &ir.Dropout{Ratio: 0.5}, &ir.Split{Copies: 1},
	} {
		t.Run(op.Type(), func(t *testing.T) {
			b := newBuilder(t)
			x := b.layer("flat", &ir.Flatten{Axis: 1, EndAxis: -1}, b.input("data", 1, 2, 3, 4))[0]
			x = b.layer("layer", op, x)[0]
			g := b.graph(b.layer("ip", &ir.FullyConnected{Units: 3, Axis: 1, Bias: true}, x)...)
			checkRoundTrip(t, g, WriteOptions{})
			def, err := decodeGraph(write(t, g, WriteOptions{}), ir.DefaultLimits)
			if err != nil {
				t.Fatal(err)
			}
			if slices.ContainsFunc(def.nodes, func(n *node) bool { return n.op == "Transpose" }) {
				t.Error("the features are transposed")
			}
		})
	}
}

// A Bias behind a layer without one must not become that layer's own.
func TestBiasStaysApart(t *testing.T) {
	b := newBuilder(t)
	x := b.layer("conv", &ir.Conv{OutChannels: 2, Window: window(3, 1, 1), Group: 1, Axis: 1}, b.input("data", 1, 4, 5, 5))[0]
	x = b.layer("bias", &ir.Bias{Axis: 1, NumAxes: 1}, x)[0]
	x = b.layer("ip", &ir.FullyConnected{Units: 3, Axis: 1}, x)[0]
	checkRoundTrip(t, b.graph(b.layer("shift", &ir.Bias{Axis: -1, NumAxes: 1}, x)...), WriteOptions{})
}

// Two towers that a definition spells out must not become one convolution in
// groups.
func TestTowersStayApart(t *testing.T) {
	b := newBuilder(t)
	conv := &ir.Conv{OutChannels: 2, Window: window(3, 1, 1), Group: 1, Axis: 1, Bias: true}
	pieces := b.layer("slice", &ir.Slice{Axis: 1, Pieces: 2}, b.input("data", 1, 4, 5, 5))
	left := b.layer("left", conv, pieces[0])[0]
	right := b.layer("right", conv, pieces[1])[0]
	checkRoundTrip(t, b.graph(b.layer("concat", &ir.Concat{Axis: 1}, left, right)...), WriteOptions{})
}

func TestSharedParametersStayShared(t *testing.T) {
	conv := &ir.Conv{OutChannels: 4, Window: window(1, 1, 0), Group: 2, Axis: 1}
	for _, c := range []struct{ name, param, want string }{
		{"under their name", "w", "w"},
		{"without a name, under the constant's", "", "first/weights"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBuilder(t)
			x := b.layer("first", conv, b.input("data", 1, 4, 3, 3))[0]
			g := b.graph(b.layer("last", conv, x)...)
			g.Nodes[1].Params[0].Name = c.param
			g.Nodes[2].Params = slices.Clone(g.Nodes[1].Params)
			back := read(t, write(t, g, WriteOptions{}))
			if p, q := back.Nodes[1].Params[0], back.Nodes[2].Params[0]; p != q || p.Name != c.want {
				t.Errorf("parameters %q and %q, one tensor: %v; want %q, true", p.Name, q.Name, p == q, c.want)
			}
			if digest(t, back) != digest(t, g) {
				t.Error("the digest changes")
			}
		})
	}
}

// TestMarksAreNotBelievedBlindly changes what a mark says, or the nodes under
// it, and wants the graph read by its structure.
func TestMarksAreNotBelievedBlindly(t *testing.T) {
	pool := opCase{op: &ir.Pool{Window: window(3, 2, 0), Ceil: true}, in: shapes{{1, 2, 8, 8}}}
	fc := opCase{op: &ir.FullyConnected{Units: 5, Axis: 1, Bias: true}, in: shapes{{1, 2, 3, 3}}}
	cases := []struct {
		name     string
		c        opCase
		old, new string
		want     string // the layers' types
	}{
		{"as written", fc, "", "", "Input FullyConnected"},
		{"another operation", fc, `"type":"FullyConnected"`, `"type":"InnerProductXX"`, "Input Flatten FullyConnected"},
		{"another attribute", fc, `"Units":5`, `"Units":6`, "Input Flatten FullyConnected"},
		{"an unknown attribute", fc, `"Units":5`, `"Onits":5`, "Input Flatten FullyConnected"},
		{"more nodes than there are", fc, `"nodes":3`, `"nodes":9`, "Input Flatten FullyConnected"},
		{"fewer nodes", fc, `"nodes":3`, `"nodes":1`, "Input Flatten FullyConnected"},
		{"another input", fc, `"inputs":["in0"]`, `"inputs":["in1"]`, "Input Flatten FullyConnected"},
		{"another output", fc, `"outputs":["layer"]`, `"outputs":["lager"]`, "Input Flatten FullyConnected"},
		{"no JSON", fc, `{"group"`, `["group"`, "Input Flatten FullyConnected"},
		{"another matrix product", fc, "transpose_b\x12\x02(\x00", "transpose_b\x12\x02(\x01", "the product has no meaning"},
		{"a window of another size", pool, `"Kernel":[3,3]`, `"Kernel":[2,2]`, "Input Pool"},
		{"an enumeration beyond its values", pool, `"Kind":0`, `"Kind":7`, "Input Pool"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			src := write(t, c.c.graph(t), WriteOptions{})
			if c.old != "" && !bytes.Contains(src, []byte(c.old)) {
				t.Fatalf("the file has no %s", c.old)
			}
			g, err := Read(bytes.Replace(src, []byte(c.old), []byte(c.new), 1), ReadOptions{})
			got := ""
			if err != nil {
				got = err.Error()
			} else {
				var types []string
				for _, n := range g.Nodes {
					types = append(types, n.Op.Type())
				}
				got = strings.Join(types, " ")
			}
			if !strings.Contains(got, c.want) {
				t.Errorf("read as %q, want %q", got, c.want)
			}
		})
	}
}

func TestBatchAndShapes(t *testing.T) {
	g := alexNet(t)
	open := write(t, g, WriteOptions{DynamicBatch: true})
	cases := []struct {
		name string
		src  []byte
		o    ReadOptions
		want ir.Shape
	}{
		{"as declared", write(t, g, WriteOptions{}), ReadOptions{}, ir.Shape{2, 3, 35, 35}},
		{"open", open, ReadOptions{}, ir.Shape{1, 3, 35, 35}},
		{"given", open, ReadOptions{Shapes: map[string]ir.Shape{"input": {7, 35, 35, 3}}}, ir.Shape{7, 3, 35, 35}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			back, err := Read(c.src, c.o)
			if err != nil {
				t.Fatal(err)
			}
			if got := back.Nodes[0].Op.(*ir.Input).Shape; !got.Equal(c.want) {
				t.Errorf("the input is %v, want %v", got, c.want)
			}
			if digest(t, back) != digest(t, g) {
				t.Error("the digest depends on the batch")
			}
		})
	}
	if _, err := Read(open, ReadOptions{Shapes: map[string]ir.Shape{"data": {1}}}); err == nil || !strings.Contains(err.Error(), `"data", which is no placeholder`) {
		t.Errorf("a shape for another name: %v", err)
	}
}

func TestOutputsMayBeNamed(t *testing.T) {
	src := write(t, alexNet(t), WriteOptions{})
	g, err := Read(src, ReadOptions{Outputs: []string{"fc8:0", "pool2"}})
	if err != nil {
		t.Fatal(err)
	}
	if got := valueNames(g.Outputs); !slices.Equal(got, []string{"fc8", "pool2"}) {
		t.Errorf("outputs %v", got)
	}
	if _, err := Read(src, ReadOptions{Outputs: []string{"fc9"}}); err == nil || !strings.Contains(err.Error(), `no node writes output "fc9"`) {
		t.Errorf("an output that is not there: %v", err)
	}
}
