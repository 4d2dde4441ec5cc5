package onnx

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/alexconv/alexconv/ir"
)

func TestImplicitSplitsAreFolded(t *testing.T) {
	b := newBuilder(t)
	x := b.input("data", 1, 2, 3, 3)
	x = b.layer("conv", &ir.Conv{OutChannels: 2, Window: window(1, 1, 0), Group: 1, Axis: 1, Bias: true}, x)[0]
	copies := b.layer("conv_split", &ir.Split{Copies: 2, Implicit: true}, x)
	y := b.layer("relu", &ir.ReLU{}, copies[0])[0]
	z := b.layer("sum", &ir.Eltwise{}, y, copies[1])[0]
	g := b.graph(z)

	back := read(t, write(t, g, WriteOptions{}))
	if got, want := digest(t, back), digest(t, g); got != want {
		t.Errorf("digest %s, want %s", got, want)
	}
	for _, n := range back.Nodes {
		if n.Name == "sum" && n.Inputs[1].Name != "conv" {
			t.Errorf("sum reads %q, want conv", n.Inputs[1].Name)
		}
		if n.Name == "conv_split" {
			t.Error("the split is still there")
		}
	}
}

// A split whose copies are outputs of the model must stay: two outputs cannot
// be one value.
func TestSplitIntoOutputsStays(t *testing.T) {
	b := newBuilder(t)
	x := b.input("data", 1, 2)
	g := b.graph(b.layer("split", &ir.Split{Copies: 2, Implicit: true}, x)...)
	checkRoundTrip(t, g, WriteOptions{})
}

func TestSharedParametersStayShared(t *testing.T) {
	cases := []struct {
		name        string
		param       string
		first, last ir.Op
		shape       ir.Shape
		want        string
	}{
		{"under their name", "w", &ir.PReLU{}, &ir.PReLU{}, ir.Shape{1, 3, 2, 2}, "w"},
		{"without a name", "", &ir.PReLU{}, &ir.PReLU{}, ir.Shape{1, 3, 2, 2}, ""},
		{"in two shapes", "w", &ir.PReLU{}, &ir.Scale{Axis: 1, NumAxes: 1}, ir.Shape{1, 3, 2}, "w"},
		{"under a name that is taken", "first", &ir.PReLU{}, &ir.PReLU{}, ir.Shape{1, 3}, "first"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := newBuilder(t)
			x := b.input("data", c.shape...)
			x = b.layer("first", c.first, x)[0]
			if c.name == "in two shapes" {
				x = b.layer("flat", &ir.Reshape{Dims: []int{0, 0}, NumAxes: 2, Axis: 0}, x)[0]
			}
			x = b.layer("last", c.last, x)[0]
			g := b.graph(x)
			first, last := g.Nodes[1], g.Nodes[len(g.Nodes)-1]
			first.Params[0].Name = c.param
			last.Params = slices.Clone(first.Params)

			back := read(t, write(t, g, WriteOptions{}))
			p, q := back.Nodes[1].Params[0], back.Nodes[len(back.Nodes)-1].Params[0]
			if p != q || p.Name != c.want {
				t.Errorf("parameters %q and %q, one tensor: %v; want %q, true", p.Name, q.Name, p == q, c.want)
			}
			if got, want := digest(t, back), digest(t, g); got != want {
				t.Errorf("digest %s, want %s", got, want)
			}
		})
	}
}

// A parameter that a file of others shares has the initialiser's name.
func TestForeignSharedParametersHaveAName(t *testing.T) {
	f := foreign{opset: 13, in: shapes{{1, 2}}, consts: []*tensor{constant("slope", []int{2})},
		nodes: []*node{op("PRelu", "x slope > p"), op("PRelu", "p slope > q")}}
	g := read(t, f.bytes(t))
	if p, q := g.Nodes[1].Params[0], g.Nodes[2].Params[0]; p != q || p.Name != "slope" {
		t.Errorf("parameters %q and %q, one tensor: %v", p.Name, q.Name, p == q)
	}
}

func TestNamesAreRestored(t *testing.T) {
	conv := &ir.Conv{OutChannels: 2, Window: window(1, 1, 0), Group: 1, Axis: 1, Bias: true}
	cases := []struct {
		name   string
		change func(g *ir.Graph)
	}{
		{"a model without a name", func(g *ir.Graph) { g.Name = "" }},
		{"a model with the producer's name", func(g *ir.Graph) { g.Name = Producer }},
		{"a layer without a name", func(g *ir.Graph) { g.Nodes[1].Name = "" }},
		{"two layers of one name", func(g *ir.Graph) { g.Nodes[2].Name = g.Nodes[1].Name }},
		{"layers named like values", func(g *ir.Graph) { g.Nodes[1].Name = "b" }},
		{"an input layer of its own name", func(g *ir.Graph) { g.Nodes[0].Name = "input" }},
		{"an input layer without a name", func(g *ir.Graph) { g.Nodes[0].Name = "" }},
		{"a value named like an initialiser", func(g *ir.Graph) { g.Value("b").Name, g.Value("b").Blob = "a/weights", "a/weights" }},
		{"names with slashes and quotes", func(g *ir.Graph) { g.Nodes[1].Name = `inception_3a/5x5 "é"` }},
		{"a parameter of one layer with a name", func(g *ir.Graph) { g.Nodes[1].Params[0].Name = "conv_w" }},
		{"an output that is an input", func(g *ir.Graph) { g.Outputs = append(g.Outputs, g.Value("data")) }},
		{"an input changed in place", func(g *ir.Graph) {
			g.Value("data").Name = "data@input"
			g.Value("a").Name, g.Nodes[1].Outputs[0].Blob = "data", "data"
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := newBuilder(t)
			x := b.input("data", 1, 2, 3, 3)
			x = b.layer("a", conv, x)[0]
			x = b.layer("b", conv, x)[0]
			g := b.graph(x)
			c.change(g)
			if back := checkRoundTrip(t, g, WriteOptions{}); back.Name != g.Name {
				t.Errorf("the model is named %q, want %q", back.Name, g.Name)
			}
		})
	}
}

func TestSilenceKeepsItsPlace(t *testing.T) {
	b := newBuilder(t)
	x := b.input("data", 1, 4)
	pieces := b.layer("slice", &ir.Slice{Axis: 1, Pieces: 2}, x)
	b.layer("silence", &ir.Silence{}, pieces[1])
	g := b.graph(b.layer("relu", &ir.ReLU{}, pieces[0])...)
	checkRoundTrip(t, g, WriteOptions{})
}

// TestMarksAreNotBelievedBlindly changes what a mark says, or the nodes under
// it, and wants the model read by its structure.
func TestMarksAreNotBelievedBlindly(t *testing.T) {
	lrn := opCase{"lrn", &ir.LRN{Size: 4, C: 0.2, Beta: 0.75, K: 1}, shapes{{1, 7, 3, 2}}}
	pool := opCase{"pool", &ir.Pool{Window: window(3, 2, 0), Ceil: true}, shapes{{1, 2, 8, 8}}}
	fc := opCase{"fc", &ir.FullyConnected{Units: 5, Axis: 1, Bias: true}, shapes{{1, 2, 3, 3}}}
	infinite := opCase{"power", &ir.Power{Power: 1, Scale: infinity, Shift: 1}, shapes{{2, 3}}}
	cases := []struct {
		name     string
		c        opCase
		old, new string
		want     string // the types of the nodes, or what the error says
	}{
		{"as written", fc, "", "", "Input FullyConnected"},
		{"another operation", fc, `"type":"FullyConnected"`, `"type":"InnerProductXX"`, "Input Flatten FullyConnected"},
		{"another attribute", fc, `"Units":5`, `"Units":6`, "Input Flatten FullyConnected"},
		{"an unknown attribute", fc, `"Units":5`, `"Onits":5`, "Input Flatten FullyConnected"},
		{"more nodes than there are", fc, `"nodes":2`, `"nodes":9`, "Input Flatten FullyConnected"},
		{"fewer nodes", fc, `"nodes":2`, `"nodes":1`, "Input Flatten FullyConnected"},
		{"another input", fc, `"inputs":["in0"]`, `"inputs":["in1"]`, "Input Flatten FullyConnected"},
		{"another output", fc, `"outputs":["layer"]`, `"outputs":["lager"]`, "Input Flatten FullyConnected"},
		{"another parameter", fc, `"params":["layer/weights"`, `"params":["layer/weighty"`, "Input Flatten FullyConnected"},
		{"no JSON", fc, `alexconv:{`, `alexconv:[`, "Input Flatten FullyConnected"},
		{"an attribute that the nodes do not have", lrn, `"Size":4`, `"Size":6`, "Input Eltwise Reshape Pool"},
		{"a special value of another attribute", infinite, `"special":{"Scale"`, `"special":{"Shape"`, "Input Scale Bias"},
		{"a special value that is no number", infinite, `"Scale":"+Inf"`, `"Scale":"+Iff"`, "Input Scale Bias"},
		{"an enumeration beyond its values", pool, `"Kind":0`, `"Kind":7`, "Input Pool"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			src := write(t, c.c.graph(t), WriteOptions{Opset: 9})
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

func TestBatch(t *testing.T) {
	cases := []struct {
		name string
		o    WriteOptions
		want int
	}{
		{"as declared", WriteOptions{}, 2},
		{"given", WriteOptions{Batch: 7}, 7},
		{"open", WriteOptions{DynamicBatch: true}, 1},
		{"open, whatever is given", WriteOptions{DynamicBatch: true, Batch: 7}, 1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			g := alexNet(t)
			back := read(t, write(t, g, c.o))
			shapes, err := back.Validate()
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range []*ir.Value{back.Inputs()[0], back.Outputs[0]} {
				if got := shapes[v][0]; got != c.want {
					t.Errorf("the batch of %s is %d, want %d", v.Name, got, c.want)
				}
			}
			if digest(t, back) != digest(t, g) {
				t.Error("the digest depends on the batch")
			}
		})
	}
	t.Run("given to a symbolic dimension", func(t *testing.T) {
		g, err := Read(write(t, alexNet(t), WriteOptions{DynamicBatch: true}), ReadOptions{Dims: map[string]int{batchParam: 5}})
		if err != nil {
			t.Fatal(err)
		}
		if got := g.Nodes[0].Op.(*ir.Input).Shape[0]; got != 5 {
			t.Errorf("the batch is %d, want 5", got)
		}
	})
}

func TestWriteRefuses(t *testing.T) {
	net := func(t *testing.T) *ir.Graph { return alexNet(t) }
	single := func(op ir.Op, in ...ir.Shape) func(*testing.T) *ir.Graph {
		return func(t *testing.T) *ir.Graph { return opCase{op: op, in: in}.graph(t) }
	}
	changed := func(change func(*ir.Graph)) func(*testing.T) *ir.Graph {
		return func(t *testing.T) *ir.Graph {
			g := alexNet(t)
			change(g)
			return g
		}
	}
	cases := []struct {
		name  string
		graph func(*testing.T) *ir.Graph
		o     WriteOptions
		kind  error
		want  string
	}{
		{"an opset too old", net, WriteOptions{Opset: 6}, ir.ErrUnsupported, "cannot write opset 6, only 7 to"},
		{"an opset too new", net, WriteOptions{Opset: 99}, ir.ErrUnsupported, "cannot write opset 99"},
		{"a negative batch", net, WriteOptions{Batch: -1}, ir.ErrInvalid, "the batch cannot be -1"},
		{"a topology", changed(func(g *ir.Graph) { g.Nodes[1].Params = nil }), WriteOptions{}, ir.ErrNoWeights, `layer "conv1"`},
		{"an output twice", changed(func(g *ir.Graph) { g.Outputs = append(g.Outputs, g.Outputs[0]) }), WriteOptions{}, ir.ErrUnsupported, `"prob" is an output of the model twice`},
		{"a name that is no text", changed(func(g *ir.Graph) { g.Nodes[1].Name = "\xff" }), WriteOptions{}, ir.ErrUnsupported, "not valid UTF-8"},
		{"a value without a name", changed(func(g *ir.Graph) { g.Outputs[0].Name = "" }), WriteOptions{}, ir.ErrUnsupported, `layer "prob": writes a value without a name`},
		{"an average with pads of a kernel's size", single(&ir.Pool{Kind: ir.Average, Window: window(2, 1, 2)}, image), WriteOptions{}, ir.ErrUnsupported, `layer "layer": an average with pads of a whole kernel`},
		{"an average of padding alone", single(&ir.Pool{Kind: ir.Average, Window: window(2, 2, 1), Ceil: true}, ir.Shape{1, 1, 5, 5}), WriteOptions{}, ir.ErrUnsupported, `layer "layer": averages of windows that lie wholly in the end padding`},
		{"dilated maximum before opset 10", single(&ir.Pool{Window: dilated(2, 2, 0)}, image), WriteOptions{Opset: 9}, ir.ErrUnsupported, "needs opset 10"},
		{"dilated average before opset 19", single(&ir.Pool{Kind: ir.Average, Window: dilated(2, 2, 0)}, image), WriteOptions{Opset: 18}, ir.ErrUnsupported, "needs opset 19"},
		{"a pooling in place", single(&ir.Pool{Window: window(2, 2, 0), InPlace: true}, image), WriteOptions{}, ir.ErrUnsupported, `layer "layer": what Caffe computes when a pooling overwrites its input`},
		{"a mask before opset 8", single(&ir.Pool{Window: window(2, 2, 0), Mask: true}, image), WriteOptions{Opset: 7}, ir.ErrUnsupported, "needs opset 8"},
		{"a mask with pads of a kernel's size", single(&ir.Pool{Window: window(2, 1, 2), Mask: true}, image), WriteOptions{}, ir.ErrUnsupported, "a mask of maxima"},
		{"an infinite coefficient among others", single(&ir.Eltwise{Coefficients: []float32{1, infinity}}, image, image), WriteOptions{}, ir.ErrUnsupported, "in an attribute is not finite"},
		{"an open batch where it is fixed", single(&ir.Reshape{Dims: []int{2, 288}, NumAxes: -1}, image), WriteOptions{DynamicBatch: true}, ir.ErrUnsupported, "cannot be left open"},
		{"an open batch that weights fix", single(&ir.FullyConnected{Units: 5, Axis: 0}, ir.Shape{2, 3}), WriteOptions{DynamicBatch: true}, ir.ErrUnsupported, "cannot be left open"},
		{"an open batch that a form depends on", single(&ir.Reshape{Dims: []int{1}, Axis: 0, NumAxes: 0}, ir.Shape{2, 3}), WriteOptions{DynamicBatch: true}, ir.ErrUnsupported, "batch of this layer open"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			err := Write(&out, c.graph(t), c.o)
			if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Write: %v, want %q", err, c.want)
			}
			if out.Len() > 0 {
				t.Errorf("%d bytes were written", out.Len())
			}
		})
	}
}
