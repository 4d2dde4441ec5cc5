package crosscheck

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	onnxgo "github.com/owulveryck/onnx-go"
	"gonum.org/v1/gonum/graph"
	"gorgonia.org/tensor"

	"github.com/alexconv/alexconv/convert"
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/zoo"
)

// decoded is a model as onnx-go decodes it: every value with what writes it.
type decoded struct {
	graph.Directed // queries, which decoding does not ask
	values         []*onnxValue
}

// onnxValue is a value of an ONNX graph.
type onnxValue struct {
	id        int64
	name      string
	tensor    tensor.Tensor // of inputs, outputs and initialisers
	operation string        // empty where no node writes it
	reads     []*onnxValue  // the inputs of that node, in order
}

func (v *onnxValue) ID() int64                       { return v.id }
func (v *onnxValue) SetName(name string)             { v.name = name }
func (v *onnxValue) GetName() string                 { return v.name }
func (v *onnxValue) SetTensor(x tensor.Tensor) error { v.tensor = x; return nil }
func (v *onnxValue) GetTensor() tensor.Tensor        { return v.tensor }

// edge is that one value is computed from another.
type edge struct{ from, to graph.Node }

func (e edge) From() graph.Node         { return e.from }
func (e edge) To() graph.Node           { return e.to }
func (e edge) ReversedEdge() graph.Edge { return edge{e.to, e.from} }
func (e edge) Weight() float64          { return 0 }

func (d *decoded) NewNode() graph.Node { return &onnxValue{id: int64(len(d.values))} }

func (d *decoded) AddNode(n graph.Node) { d.values = append(d.values, n.(*onnxValue)) }

func (d *decoded) NewWeightedEdge(from, to graph.Node, _ float64) graph.WeightedEdge {
	return edge{from, to}
}

// SetWeightedEdge is called for the inputs of a node in their order.
func (d *decoded) SetWeightedEdge(e graph.WeightedEdge) {
	from := e.From().(*onnxValue)
	from.reads = append(from.reads, e.To().(*onnxValue))
}

// ApplyOperation names the node that writes the values.
func (d *decoded) ApplyOperation(o onnxgo.Operation, outputs ...graph.Node) error {
	for _, n := range outputs {
		n.(*onnxValue).operation = o.Name
	}
	return nil
}

// decodeWithONNXGo gives the values by name, and the model's inputs and outputs
// in order.
func decodeWithONNXGo(path string) (values map[string]*onnxValue, inputs, outputs []string, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("onnx-go panics: %v", fault)
		}
	}()
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, nil, err
	}
	var d decoded
	m := onnxgo.NewModel(&d)
	if err := m.UnmarshalBinary(data); err != nil {
		return nil, nil, nil, err
	}
	values = make(map[string]*onnxValue)
	for _, v := range d.values {
		values[v.name] = v
	}
	for _, id := range m.Input {
		inputs = append(inputs, d.values[id].name)
	}
	for _, id := range m.Output {
		outputs = append(outputs, d.values[id].name)
	}
	return values, inputs, outputs, nil
}

// compareWithONNXGo holds what onnx-go decodes against the graph: inputs and
// outputs with their shapes, for each layer the values from which its outputs
// are computed, and its parameters bit for bit.
func compareWithONNXGo(g *ir.Graph, path string) error {
	values, inputs, outputs, err := decodeWithONNXGo(path)
	if err != nil {
		return err
	}
	shapes, err := g.Infer(nil)
	if err != nil {
		return err
	}
	if want := names(g.Inputs()); !slices.Equal(inputs, want) {
		return fmt.Errorf("inputs %q, want %q", inputs, want)
	}
	if want := names(g.Outputs); !slices.Equal(outputs, want) {
		return fmt.Errorf("outputs %q, want %q", outputs, want)
	}
	for _, v := range slices.Concat(g.Inputs(), g.Outputs) {
		if got := ir.Shape(values[v.Name].tensor.Shape()); !got.Equal(shapes[v]) {
			return fmt.Errorf("%s is %v, want %v", v.Name, got, shapes[v])
		}
	}
	known := make(map[*onnxValue]string) // the values of the graph's that are in the file
	source := make(map[*ir.Value]string) // a copy's original
	for _, n := range g.Nodes {
		for _, v := range n.Outputs {
			source[v] = v.Name
			if values[v.Name] != nil {
				known[values[v.Name]] = v.Name
				continue
			}
			if _, ok := n.Op.(*ir.Split); !ok {
				return fmt.Errorf("layer %q: nothing is called %s", n.Name, v.Name)
			}
			source[v] = source[n.Inputs[0]]
		}
	}
	for _, n := range g.Nodes {
		if err := compareLayer(n, values, known, source); err != nil {
			return fmt.Errorf("layer %q: %w", n.Name, err)
		}
	}
	return nil
}

func names(values []*ir.Value) (list []string) {
	for _, v := range values {
		list = append(list, v.Name)
	}
	return list
}

func compareLayer(n *ir.Node, values map[string]*onnxValue, known map[*onnxValue]string, source map[*ir.Value]string) error {
	read := make(map[string]bool)
	constants := make(map[*onnxValue]bool)
	for _, v := range n.Outputs {
		if out := values[v.Name]; out != nil {
			trace(out, known, read, constants)
		}
	}
	if len(n.Outputs) > 0 && values[n.Outputs[0].Name] == nil || len(n.Outputs) == 0 {
		return nil // a copy or a silence, which no node stands for
	}
	want := make(map[string]bool)
	for _, v := range n.Inputs {
		want[source[v]] = true
	}
	for name := range read {
		if !want[name] {
			return fmt.Errorf("is computed from %s", name)
		}
	}
	for i, p := range n.Params {
		found := false
		for c := range constants {
			data, ok := c.tensor.Data().([]float32)
			found = found || ok && sameBits(data, p.Data)
			if v, scalar := c.tensor.Data().(float32); scalar {
				found = found || sameBits([]float32{v}, p.Data)
			}
		}
		if !found {
			return fmt.Errorf("parameter %d (%v) is not among its %d constants", i, p.Shape, len(constants))
		}
	}
	for name := range want {
		if !read[name] && !ignoresInput(n) {
			return fmt.Errorf("is not computed from %s", name)
		}
	}
	return nil
}

// ignoresInput reports whether a layer's result has nothing from an input but
// its shape.
func ignoresInput(n *ir.Node) bool {
	_, crop := n.Op.(*ir.Crop)
	return crop
}

// trace collects the graph's values and the constants from which a value is
// computed without another of the graph's values between.
func trace(v *onnxValue, known map[*onnxValue]string, read map[string]bool, constants map[*onnxValue]bool) {
	for _, from := range v.reads {
		switch {
		case known[from] != "":
			read[known[from]] = true
		case from.operation == "" && from.tensor != nil:
			constants[from] = true
		default:
			trace(from, known, read, constants)
		}
	}
}

// TestONNXGoDecodesTheFixtures has every Caffe case in several opsets.
func TestONNXGoDecodesTheFixtures(t *testing.T) {
	folders, err := filepath.Glob(filepath.Join(caffeFixtures, "*", "expected"))
	if err != nil {
		t.Fatal(err)
	}
	listed := exceptions(t, "not-in-onnx.txt")
	checked := 0
	for _, expected := range folders {
		f := openFixture(t, filepath.Dir(expected))
		for _, opset := range fixtureOpsets {
			if listed.take(f.name, opset) {
				continue
			}
			if err := writtenForONNXGo(t, f.graph, opset); err != nil {
				t.Errorf("%s, opset %d: %v", f.name, opset, err)
			}
			checked++
		}
	}
	if checked < 280 {
		t.Errorf("only %d models were decoded", checked)
	}
}

// TestONNXGoDecodesTheZoo has the nets at full size, and the sample.
func TestONNXGoDecodesTheZoo(t *testing.T) {
	specs := []string{models[0].spec}
	for _, net := range zoo.Nets() {
		specs = append(specs, "zoo:"+net.Name+"?seed=1")
	}
	for _, spec := range specs {
		m, err := convert.Open(spec, convert.OpenOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if err := writtenForONNXGo(t, m.Graph, 0); err != nil {
			t.Errorf("%s: %v", spec, err)
		}
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	}
}

// writtenForONNXGo writes the graph and compares what onnx-go decodes.
func writtenForONNXGo(t *testing.T, g *ir.Graph, opset int) error {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.onnx")
	if _, err := convert.Save(context.Background(), g, path, convert.SaveOptions{Opset: opset}); err != nil {
		t.Fatal(err)
	}
	defer os.Remove(path)
	return compareWithONNXGo(g, path)
}

// TestTheComparisonWithONNXGoCanFail compares a file with graphs that differ
// from it in one bit, one edge and one shape.
func TestTheComparisonWithONNXGoCanFail(t *testing.T) {
	g := open(t, models[0].spec)
	path := save(t, g, "x.onnx")
	cases := []struct {
		name  string
		spoil func(*ir.Graph)
	}{
		{"a bit", func(g *ir.Graph) {
			n := g.Nodes[1]
			changed := &ir.Tensor{Shape: n.Params[0].Shape, Data: slices.Clone(n.Params[0].Data)}
			changed.Data[0] = -changed.Data[0]
			n.Params[0] = changed
		}},
		{"an edge", func(g *ir.Graph) { last := g.Nodes[len(g.Nodes)-1]; last.Inputs[0] = g.Nodes[0].Outputs[0] }},
		{"a shape", func(g *ir.Graph) { g.Nodes[0].Op = &ir.Input{Shape: ir.Shape{7, 3, 227, 227}} }},
		{"a name", func(g *ir.Graph) { g.Outputs[0].Name = "other" }},
	}
	for _, c := range cases {
		changed := g.Clone()
		c.spoil(changed)
		if compareWithONNXGo(changed, path) == nil {
			t.Errorf("%s: no difference is seen", c.name)
		}
	}
	if err := compareWithONNXGo(g, path); err != nil {
		t.Error(err)
	}
}
