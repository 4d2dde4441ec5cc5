package draw

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/alexconv/alexconv/ir"
)

// builder grows graphs whose values all have one shape.
type builder struct{ graph ir.Graph }

func (b *builder) node(op ir.Op, inputs []*ir.Value, outputs int) []*ir.Value {
	n := &ir.Node{Name: fmt.Sprintf("layer%d", len(b.graph.Nodes)), Op: op, Inputs: inputs}
	for i := range outputs {
		name := fmt.Sprintf("%s_%d", n.Name, i)
		n.Outputs = append(n.Outputs, &ir.Value{Name: name, Blob: name})
	}
	b.graph.Nodes = append(b.graph.Nodes, n)
	return n.Outputs
}

func (b *builder) input() *ir.Value {
	return b.node(&ir.Input{Shape: ir.Shape{1, 8, 16, 16}}, nil, 1)[0]
}

// randomGraph has layers with one to four inputs and one to three outputs, some
// of them dead ends, some reading a value twice.
func randomGraph(seed uint64) *ir.Graph {
	r := rand.New(rand.NewPCG(seed, 1))
	b := &builder{ir.Graph{Name: "random"}}
	values := []*ir.Value{b.input()}
	for range 3 + r.IntN(24) {
		pick := func() *ir.Value { return values[max(0, len(values)-1-r.IntN(6))] }
		switch r.IntN(8) {
		case 0:
			values = append(values, b.input())
		case 1:
			values = append(values, b.node(&ir.Split{Copies: 3}, []*ir.Value{pick()}, 3)...)
		case 2:
			values = append(values, b.node(&ir.ReLU{}, []*ir.Value{pick()}, 1)...)
		case 3:
			values = append(values, b.node(&ir.LRN{Size: 5, C: 1, Beta: 0.75, K: 1}, []*ir.Value{pick()}, 1)...)
		default:
			inputs := []*ir.Value{pick(), pick()}
			for range r.IntN(3) {
				inputs = append(inputs, pick())
			}
			values = append(values, b.node(&ir.Eltwise{}, inputs, 1)...)
		}
	}
	b.graph.Outputs = values[len(values)-1:]
	return &b.graph
}

func TestRandomGraphs(t *testing.T) {
	for seed := range uint64(80) {
		g := randomGraph(seed)
		for _, m := range manners {
			d, err := New(g, m.Options)
			if err != nil {
				t.Fatalf("seed %d, %s: %v", seed, m.name, err)
			}
			if list := problems(d, m.Style == Volumes); len(list) > 0 {
				t.Fatalf("seed %d, %s: %s, and %d more", seed, m.name, list[0], len(list)-1)
			}
		}
	}
}

func TestNamesFromFilesDoNoHarm(t *testing.T) {
	b := &builder{ir.Graph{Name: `</title><script>alert(1)</script>"&'`}}
	in := b.input()
	for _, name := range []string{"<b>", `"quoted" \ back`, "\x00\x1b[31m\xff\ufffe", strings.Repeat("long", 200), "層の名前", ""} {
		b.node(&ir.LRN{Size: 5, C: 1, Beta: 0.75, K: 1}, []*ir.Value{in}, 1)
		b.graph.Nodes[len(b.graph.Nodes)-1].Name = name
	}
	d, err := New(&b.graph, Options{Attributes: func(*ir.Node) []Attribute { return []Attribute{{"data-x", `"><i>`}, {"class", "mine"}} }})
	if err != nil {
		t.Fatal(err)
	}
	expectGood(t, d, false)
	var svg, dot bytes.Buffer
	if err := errors.Join(d.WriteSVG(&svg, Auto), WriteDOT(&dot, &b.graph, Options{})); err != nil {
		t.Fatal(err)
	}
	if err := wellFormed(bytes.NewReader(svg.Bytes())); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{"<script", "<b>", "<i>", "\x00", "\x1b"} {
		if strings.Contains(svg.String(), bad) || strings.Contains(dot.String(), "\x1b") {
			t.Errorf("the picture contains %q", bad)
		}
	}
	for _, want := range []string{`class="part mine"`, `data-x="&quot;&gt;&lt;i&gt;"`, "層の名前"} {
		if !strings.Contains(svg.String(), want) {
			t.Errorf("the picture lacks %q", want)
		}
	}
	if want := `\"quoted\" \\ back`; !strings.Contains(dot.String(), want) {
		t.Errorf("the digraph lacks %s:\n%s", want, dot.String())
	}
}

func TestRefusals(t *testing.T) {
	chain := &builder{}
	in := chain.input()
	chain.node(&ir.LRN{Size: 4, Region: ir.Within}, []*ir.Value{in}, 1)
	large := &builder{}
	early := large.input()
	at := early
	for range 400 {
		at = large.node(&ir.Eltwise{}, []*ir.Value{at, early}, 1)[0]
	}
	many := &builder{}
	for range maxVertices + 1 {
		many.input()
	}
	for _, c := range []struct {
		name    string
		graph   *ir.Graph
		options Options
		kind    error
		text    string
	}{
		{"no layers", &ir.Graph{}, Options{}, ir.ErrInvalid, "no layers"},
		{"a layer that does not fit", &chain.graph, Options{}, ir.ErrInvalid, `layer "layer1"`},
		{"a shape of no input", &large.graph, Options{Inputs: map[string]ir.Shape{"x": {1}}}, ir.ErrInvalid, `no input "x"`},
		{"volumes downwards", &large.graph, Options{Style: Volumes}, ir.ErrInvalid, "left to right"},
		{"too many edges side by side", &large.graph, Options{}, ir.ErrLimit, "too large"},
		{"too many layers", &many.graph, Options{}, ir.ErrLimit, "too many"},
	} {
		if _, err := New(c.graph, c.options); !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	d, err := New(randomGraph(1), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.WritePNG(&bytes.Buffer{}, Light, 1e4); !errors.Is(err, ir.ErrLimit) {
		t.Errorf("a huge PNG: %v", err)
	}
	if err := d.WritePNG(&bytes.Buffer{}, Light, 0); !errors.Is(err, ir.ErrInvalid) {
		t.Errorf("a PNG without size: %v", err)
	}
	for _, parse := range []func(string) error{
		func(s string) error { _, err := ParseDirection(s); return err },
		func(s string) error { _, err := ParseStyle(s); return err },
		func(s string) error { _, err := ParseTheme(s); return err },
	} {
		if err := parse("x"); !errors.Is(err, ir.ErrInvalid) {
			t.Errorf("a name of nothing: %v", err)
		}
	}
}
