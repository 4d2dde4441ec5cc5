package npy

import (
	"bytes"
	"math"
	"slices"
	"testing"

	"github.com/alexconv/alexconv/ir"
)

// net builds a chain of nodes, each reading the last one's output.
type net struct {
	graph *ir.Graph
	last  *ir.Value
}

func newNet(input ir.Shape) *net {
	n := &net{graph: &ir.Graph{Name: "test"}}
	n.add("data", &ir.Input{Shape: input})
	return n
}

func (n *net) add(name string, op ir.Op) *ir.Node {
	node := &ir.Node{Name: name, Op: op}
	if n.last != nil {
		node.Inputs = []*ir.Value{n.last}
	}
	return n.push(node)
}

func (n *net) push(node *ir.Node) *ir.Node {
	n.last = &ir.Value{Name: node.Name, Blob: node.Name}
	node.Outputs = []*ir.Value{n.last}
	node.Pos = "9:1"
	n.graph.Nodes = append(n.graph.Nodes, node)
	n.graph.Outputs = []*ir.Value{n.last}
	return node
}

func window(kernel int) ir.Window { return ir.NewWindow(kernel, kernel) }

func spaced(w ir.Window, stride int) ir.Window {
	w.Stride = []int{stride, stride}
	return w
}

// seed fills every parameter with values of its own.
func (n *net) seed(t *testing.T) *ir.Graph {
	t.Helper()
	shapes, err := n.graph.Infer(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, node := range n.graph.Nodes {
		signature, err := node.Op.Infer(shapes.Of(node.Inputs))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range signature.Params {
			node.Params = append(node.Params, ir.Seeded(node.Name+p.Role, 7, 1, p.Shape...))
		}
	}
	return n.graph
}

// topology is the graph without its parameters.
func topology(g *ir.Graph) *ir.Graph {
	c := g.Clone()
	for _, n := range c.Nodes {
		n.Params = nil
	}
	return c
}

// everyForm writes the weights in each form that the package has.
func everyForm(t *testing.T, g *ir.Graph) map[string][]byte {
	t.Helper()
	forms := make(map[string][]byte)
	for name, o := range map[string]WriteOptions{
		"dict, protocol 2": {}, "dict, protocol 4": {Pickle: 4},
		"list, protocol 2": {Schema: List}, "list, protocol 4": {Schema: List, Pickle: 4},
	} {
		var b bytes.Buffer
		if err := WriteWeights(&b, g, o); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		forms[name] = b.Bytes()
	}
	var b bytes.Buffer
	if err := WriteNPZ(&b, g); err != nil {
		t.Fatal(err)
	}
	forms["npz"] = b.Bytes()
	return forms
}

// sameWeights compares digests and then, to say where, every parameter.
func sameWeights(t *testing.T, got, want *ir.Graph) {
	t.Helper()
	for i, n := range want.Nodes {
		if len(n.Params) != len(got.Nodes[i].Params) {
			t.Fatalf("layer %q has %d parameters, want %d", n.Name, len(got.Nodes[i].Params), len(n.Params))
		}
		for j, p := range n.Params {
			if !sameTensor(got.Nodes[i].Params[j], p) {
				t.Errorf("layer %q, parameter %d differs", n.Name, j)
			}
		}
	}
	a, err := ir.Digest(got)
	if err != nil {
		t.Fatal(err)
	}
	b, err := ir.Digest(want)
	if err != nil {
		t.Fatal(err)
	}
	if a != b {
		t.Errorf("digest %s, want %s", a, b)
	}
}

// sameTensor compares bit for bit, so that NaN equals itself.
func sameTensor(a, b *ir.Tensor) bool {
	return a.Shape.Equal(b.Shape) && slices.EqualFunc(a.Data, b.Data, func(x, y float32) bool {
		return math.Float32bits(x) == math.Float32bits(y)
	})
}

func sameArrays(t *testing.T, got, want []NamedTensor) {
	t.Helper()
	names := func(list []NamedTensor) (names []string) {
		for _, a := range list {
			names = append(names, a.Name)
		}
		return names
	}
	if !slices.Equal(names(got), names(want)) {
		t.Fatalf("names %q, want %q", names(got), names(want))
	}
	for i := range want {
		if !sameTensor(got[i].Tensor, want[i].Tensor) {
			t.Errorf("array %q differs", want[i].Name)
		}
	}
}
