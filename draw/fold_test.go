package draw

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/alexconv/alexconv/ir"
)

// joinedOps lists the blocks of a graph, each as the operations that it has.
func joinedOps(t *testing.T, g *ir.Graph) []string {
	t.Helper()
	d, err := newDiagram(g, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, b := range d.blocks {
		var ops []string
		for _, p := range b.parts {
			ops = append(ops, p.nodes[0].Op.Type())
		}
		list = append(list, strings.Join(ops, "+"))
	}
	return list
}

func TestFold(t *testing.T) {
	norm := &ir.LRN{Size: 5, C: 1, Beta: 0.75, K: 1}
	one := func(b *builder, op ir.Op, in ...*ir.Value) *ir.Value { return b.node(op, in, 1)[0] }
	for _, c := range []struct {
		name  string
		build func(b *builder, in *ir.Value) []*ir.Value
		want  []string
	}{
		{"a chain of one reader each", func(b *builder, in *ir.Value) []*ir.Value {
			return []*ir.Value{one(b, &ir.Dropout{Ratio: 0.5}, one(b, &ir.ReLU{}, one(b, norm, in)))}
		}, []string{"Input", "LRN+ReLU+Dropout"}},
		{"nothing joins an input", func(b *builder, in *ir.Value) []*ir.Value {
			return []*ir.Value{one(b, &ir.ReLU{}, in)}
		}, []string{"Input", "ReLU"}},
		{"a value with another reader", func(b *builder, in *ir.Value) []*ir.Value {
			x := one(b, norm, in)
			return []*ir.Value{one(b, &ir.Eltwise{}, one(b, &ir.ReLU{}, x), x)}
		}, []string{"Input", "LRN", "ReLU", "Eltwise"}},
		{"a value that the graph returns", func(b *builder, in *ir.Value) []*ir.Value {
			x := one(b, norm, in)
			return []*ir.Value{x, one(b, &ir.ReLU{}, x)}
		}, []string{"Input", "LRN", "ReLU"}},
		{"a split of the reader's is a line", func(b *builder, in *ir.Value) []*ir.Value {
			x := b.node(&ir.Split{Copies: 2, Implicit: true}, []*ir.Value{one(b, norm, in)}, 2)
			return []*ir.Value{one(b, &ir.Eltwise{}, one(b, &ir.ReLU{}, x[0]), x[1])}
		}, []string{"Input", "LRN", "ReLU", "Eltwise"}},
		{"a split of the model's is a block", func(b *builder, in *ir.Value) []*ir.Value {
			return b.node(&ir.Split{Copies: 2}, []*ir.Value{in}, 2)
		}, []string{"Input", "Split"}},
		{"pooling has a block of its own", func(b *builder, in *ir.Value) []*ir.Value {
			return []*ir.Value{one(b, &ir.Pool{Global: true}, one(b, norm, in))}
		}, []string{"Input", "LRN", "Pool"}},
	} {
		b := &builder{}
		b.graph.Outputs = c.build(b, b.input())
		if got := joinedOps(t, &b.graph); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestDOT(t *testing.T) {
	all := nets(t)
	for _, c := range []struct {
		net     string
		options Options
		want    []string
	}{
		{"bvlc_alexnet", Options{}, []string{`digraph "AlexNet" {`, "rankdir=TB", `n1 -> n2 [label="1×96×55×55"];`, `label="conv2\nConv 5×5 · 256\npad 2 · groups 2\nReLU"`, `label="fc6\nFully connected · 4096\nReLU | Dropout · 0.5"`}},
		{"resnet50", Options{Collapse: true, Direction: Right}, []string{"rankdir=LR", `\n×5"`, `res4{b…f}_branch2a`}},
	} {
		var b bytes.Buffer
		if err := WriteDOT(&b, all[c.net], c.options); err != nil {
			t.Fatal(err)
		}
		for _, want := range c.want {
			if !strings.Contains(b.String(), want) {
				t.Errorf("%s lacks %s:\n%s", c.net, want, b.String())
			}
		}
	}
	// Every block of the collapsed net but the input is reached by an edge.
	var b bytes.Buffer
	if err := WriteDOT(&b, all["resnet50"], Options{Collapse: true}); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		id, _, ok := strings.Cut(strings.TrimSpace(line), " [")
		if ok && strings.HasPrefix(id, "n") && id != "node" && id != "n0" && !strings.Contains(id, "->") && !strings.Contains(b.String(), "-> "+id+" ") {
			t.Errorf("no edge reaches %s", id)
		}
	}
}
