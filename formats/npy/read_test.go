package npy

import (
	"bytes"
	"errors"
	"testing"

	"github.com/alexconv/alexconv/formats/internal/strided"
	"github.com/alexconv/alexconv/ir"
)

// entryOf is one layer of a dict that a test writes by hand.
type entryOf struct {
	name   string
	roles  []string // nil: the list schema
	arrays []*ir.Tensor
}

// handmade pickles a dict of weights.
func handmade(t *testing.T, entries ...entryOf) []byte {
	t.Helper()
	var b bytes.Buffer
	b.Write(appendHeader(nil, header{dtype: dtype{kind: 'O'}}))
	p := newPickler(&b, 4)
	p.beginObject()
	p.op('}', '(')
	for _, e := range entries {
		p.str(e.name)
		open, end := byte('}'), byte('u')
		if e.roles == nil {
			open, end = ']', 'e'
		}
		p.op(open, '(')
		for i, a := range e.arrays {
			if e.roles != nil {
				p.str(e.roles[i])
			}
			if err := p.array(a.Shape, strided.COrder(a.Data, a.Shape)); err != nil {
				t.Fatal(err)
			}
		}
		p.op(end)
	}
	p.op('u')
	p.endObject()
	if err := p.flush(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var wb = []string{"weights", "biases"}

// zeros lists tensors of the given shapes.
func zeros(shapes ...ir.Shape) []*ir.Tensor {
	var list []*ir.Tensor
	for _, s := range shapes {
		list = append(list, ir.NewTensor(s...))
	}
	return list
}

// twoLayers has a 3 -> 2 matrix and a 2 -> 2 matrix, both with biases.
func twoLayers(first, second string) *ir.Graph {
	b := newNet(ir.Shape{1, 3})
	b.add(first, &ir.FullyConnected{Units: 2, Axis: 1, Bias: true})
	b.add(second, &ir.FullyConnected{Units: 2, Axis: 1, Bias: true})
	return b.graph
}

// TestLoadRefuses holds every way in which a weights file can fail to fit, and
// that the graph stays as it was.
func TestLoadRefuses(t *testing.T) {
	a := entryOf{"a", wb, zeros(ir.Shape{3, 2}, ir.Shape{2})}
	b := entryOf{"b", wb, zeros(ir.Shape{2, 2}, ir.Shape{2})}
	for _, c := range []struct {
		name    string
		entries []entryOf
		o       ReadOptions
		want    string
	}{
		{"a layer is missing", []entryOf{a}, ReadOptions{},
			`layer "b": the weights file has no entry for it; it has "a"`},
		{"an entry is extra", []entryOf{a, b, {"mnist", wb, a.arrays}}, ReadOptions{},
			`the weights file has "mnist", which no layer with weights of this model is called`},
		{"a matrix is not transposed", []entryOf{{"a", wb, zeros(ir.Shape{2, 3}, ir.Shape{2})}, b}, ReadOptions{},
			`layer "a": array "a/weights" has shape 2x3 in the weights file, the layer needs 3x2`},
		{"biases have an axis too many", []entryOf{{"a", wb, zeros(ir.Shape{3, 2}, ir.Shape{1, 2})}, b}, ReadOptions{},
			`layer "a": array "a/biases" has shape 1x2 in the weights file, the layer needs 2`},
		{"biases are missing", []entryOf{a, {"b", wb[:1], b.arrays[:1]}}, ReadOptions{},
			`layer "b": the weights file has no biases for it in entry "b" (it has "weights")`},
		{"biases are missing even where layers may be", []entryOf{a, {"b", wb[:1], b.arrays[:1]}}, ReadOptions{AllowMissing: true},
			`layer "b": the weights file has no biases for it in entry "b" (it has "weights")`},
		{"a list is short", []entryOf{a, {"b", nil, b.arrays[:1]}}, ReadOptions{},
			`layer "b": the weights file has no biases for it in entry "b" (it has "0")`},
		{"a list is long", []entryOf{a, {"b", nil, append(b.arrays, a.arrays...)}}, ReadOptions{},
			`layer "b": entry "b" of the weights file has an array too many, "2" of shape 3x2`},
		{"an array of an entry is extra", []entryOf{a, {"b", []string{"weights", "biases", "momentum"}, append(b.arrays, a.arrays[0])}}, ReadOptions{},
			`layer "b": entry "b" of the weights file has an array too many, "momentum" of shape 3x2`},
		{"a role has two spellings", []entryOf{a, {"b", []string{"weights", "biases", "bias"}, append(b.arrays, a.arrays[0])}}, ReadOptions{},
			`layer "b": entry "b" of the weights file has "biases" twice`},
		{"the map names no layer", []entryOf{a, b}, ReadOptions{Map: map[string]string{"a": "z"}},
			`"a" is mapped to "z", which is no layer with weights of this model`},
		{"two entries name a layer", []entryOf{a, b, {"c", wb, a.arrays}}, ReadOptions{Map: map[string]string{"c": "a"}},
			`layer "a": the entries "a" and "c" of the weights file both name it`},
		{"aliases are not even", []entryOf{{"wd1", wb, a.arrays}}, ReadOptions{},
			`layer "a": the weights file has no entry for it; it has "wd1"`},
		{"aliases are of another kind", []entryOf{{"wc1", wb, a.arrays}, {"wd1", wb, b.arrays}}, ReadOptions{},
			`layer "a": the weights file has no entry for it; it has "wc1", "wd1"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := twoLayers("a", "b")
			err := LoadWeights(g, handmade(t, c.entries...), c.o)
			if err == nil || err.Error() != c.want {
				t.Errorf("error %v\nwant  %s", err, c.want)
			}
			if !errors.Is(err, ir.ErrInvalid) {
				t.Error("the error is not ErrInvalid")
			}
			for _, n := range g.Nodes {
				if n.Params != nil {
					t.Errorf("layer %q was changed", n.Name)
				}
			}
		})
	}
}

// TestLoadAllows shows what the options let through.
func TestLoadAllows(t *testing.T) {
	a := entryOf{"a", wb, zeros(ir.Shape{3, 2}, ir.Shape{2})}
	b := entryOf{"b", wb, zeros(ir.Shape{2, 2}, ir.Shape{2})}
	for _, c := range []struct {
		name          string
		first, second string
		entries       []entryOf
		o             ReadOptions
	}{
		{"an extra entry", "a", "b", []entryOf{a, b, {"mnist", wb, a.arrays}}, ReadOptions{AllowExtra: true}},
		{"an extra array", "a", "b", []entryOf{a, {"b", nil, append(b.arrays, a.arrays...)}}, ReadOptions{AllowExtra: true}},
		{"a missing layer", "a", "b", []entryOf{a}, ReadOptions{AllowMissing: true}},
		{"a slash as an underscore", "x/a", "b", []entryOf{{"x_a", wb, a.arrays}, b}, ReadOptions{}},
		{"a slash as it is", "x/a", "b", []entryOf{{"x/a", wb, a.arrays}, b}, ReadOptions{}},
		{"a map beside aliases", "a", "b", []entryOf{{"other", wb, b.arrays}, {"out", wb, a.arrays}}, ReadOptions{Map: map[string]string{"other": "b"}}},
		{"aliases by number, not by order", "a", "b", []entryOf{{"wd2", wb, b.arrays}, {"wd1", wb, a.arrays}}, ReadOptions{}},
		{"out comes last", "a", "b", []entryOf{{"out", wb, b.arrays}, {"wd1", wb, a.arrays}}, ReadOptions{}},
		{"Keras's role names", "a", "b", []entryOf{{"a", []string{"bias", "kernel"}, zeros(ir.Shape{2}, ir.Shape{3, 2})}, b}, ReadOptions{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := twoLayers(c.first, c.second)
			if err := LoadWeights(g, handmade(t, c.entries...), c.o); err != nil {
				t.Fatal(err)
			}
			if err := g.CheckWeights(); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestMissingFillers gives missing layers what Caffe's default fillers give.
func TestMissingFillers(t *testing.T) {
	b := newNet(ir.Shape{1, 3})
	b.add("prelu", &ir.PReLU{})
	b.add("bn", &ir.BatchNorm{Eps: 1e-5})
	b.add("scale", &ir.Scale{Axis: 1, NumAxes: 1, Bias: true})
	b.add("fc", &ir.FullyConnected{Units: 1, Axis: 1})
	var file bytes.Buffer
	z := NewNPZWriter(&file)
	if err := z.Write("fc/0", &ir.Tensor{Shape: ir.Shape{1, 3}, Data: []float32{1, 2, 3}}); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := LoadWeights(b.graph, file.Bytes(), ReadOptions{AllowMissing: true}); err != nil {
		t.Fatal(err)
	}
	want := map[string][]float32{"prelu": {0.25}, "bn": {0, 0}, "scale": {1, 0}, "fc": {1}}
	for _, n := range b.graph.Nodes {
		for i, p := range n.Params {
			if p.Data[0] != want[n.Name][i] {
				t.Errorf("layer %q, parameter %d is %v, want %v", n.Name, i, p.Data[0], want[n.Name][i])
			}
		}
	}
}

// TestBatchNormBlobs divides by the third blob as Caffe does, and ignores the
// blobs of a layer that uses the batch's own statistics.
func TestBatchNormBlobs(t *testing.T) {
	for _, c := range []struct {
		name   string
		factor float32
		want   float32
	}{
		{"a factor of 1", 1, 3},
		{"a factor", 999.98, 3 * (1 / float32(999.98))},
		{"a factor of 0", 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newNet(ir.Shape{1, 1, 2, 2})
			bn := b.add("bn", &ir.BatchNorm{Eps: 1e-5})
			b.add("batch", &ir.BatchNorm{Eps: 1e-5, BatchStats: true})
			var file bytes.Buffer
			z := NewNPZWriter(&file)
			for key, value := range map[string]float32{
				"bn/0": 3, "bn/1": 4, "bn/2": c.factor, "batch/0": 1, "batch/1": 1, "batch/2": 1,
			} {
				if err := z.Write(key, &ir.Tensor{Shape: ir.Shape{1}, Data: []float32{value}}); err != nil {
					t.Fatal(err)
				}
			}
			if err := z.Close(); err != nil {
				t.Fatal(err)
			}
			if err := LoadWeights(b.graph, file.Bytes(), ReadOptions{}); err != nil {
				t.Fatal(err)
			}
			if got := bn.Params[0].Data[0]; got != c.want {
				t.Errorf("mean %v, want %v", got, c.want)
			}
		})
	}
}
