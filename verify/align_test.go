package verify

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/alexconv/alexconv/ir"
)

// pairs lists the values that align pairs, by the left one's name.
func pairs(t *testing.T, left, right *ir.Graph) map[string]string {
	t.Helper()
	a, err := align(Model{"A", left}, Model{"B", right})
	if err != nil {
		t.Fatal(err)
	}
	m := make(map[string]string)
	for _, s := range a.left.stages {
		if match := a.partner[s]; match != nil {
			m[s.value.Name] = match.value.Name
		}
	}
	return m
}

// branches reads x twice through layers of the given names and joins them.
func branches(a, b string, seedA, seedB uint64) *ir.Graph {
	g := start("x", 1, 2, 3, 3).graph
	x := g.Nodes[0].Outputs[0]
	var joined []*ir.Value
	for _, branch := range []struct {
		name string
		seed uint64
	}{{a, seedA}, {b, seedB}} {
		v := &ir.Value{Name: branch.name}
		joined = append(joined, v)
		g.Nodes = append(g.Nodes, &ir.Node{
			Name: branch.name, Op: &ir.Conv{OutChannels: 2, Window: square(1, 1, 0), Group: 1, Axis: 1},
			Inputs: []*ir.Value{x}, Outputs: []*ir.Value{v},
			Params: []*ir.Tensor{ir.Seeded("w", branch.seed, 1, 2, 2, 1, 1)},
		})
	}
	out := &ir.Value{Name: "joined"}
	g.Nodes = append(g.Nodes, &ir.Node{Name: "joined", Op: &ir.Concat{Axis: 1}, Inputs: joined, Outputs: []*ir.Value{out}})
	g.Outputs = []*ir.Value{out}
	return g
}

func TestAlign(t *testing.T) {
	conv := &ir.Conv{OutChannels: 2, Window: square(1, 1, 0), Group: 1, Axis: 1}
	fc := &ir.FullyConnected{Units: 3, Axis: 1}
	begin := func() *builder { return start("x", 1, 2, 3, 3) }
	cases := []struct {
		name        string
		left, right *ir.Graph
		want        map[string]string
	}{
		{"the stages of an in-place chain",
			begin().named("c", "y@c", conv).named("r", "y", &ir.ReLU{}).graph,
			begin().named("c", "y@c", conv).named("r", "y", &ir.ReLU{}).graph,
			map[string]string{"y@c": "y@c", "y": "y"}},
		{"an in-place chain and one that is not",
			begin().named("c", "y@c", conv).named("r", "y", &ir.ReLU{}).graph,
			begin().named("c", "y", conv).named("r", "z", &ir.ReLU{}).graph,
			map[string]string{"y@c": "y", "y": "z"}},
		{"other names", begin().layer("c", conv).layer("r", &ir.ReLU{}).graph, start("in", 1, 2, 3, 3).layer("c1", conv).layer("r1", &ir.ReLU{}).graph,
			map[string]string{"c": "c1", "r": "r1"}},
		{"a dropout on one side only",
			begin().named("r", "y@r", &ir.ReLU{}).named("d", "y", &ir.Dropout{}).layer("z", &ir.Tanh{}).graph,
			begin().named("r", "y", &ir.ReLU{}).layer("z", &ir.Tanh{}).graph,
			map[string]string{"y@r": "y", "z": "z"}},
		{"a flattening on one side only", begin().layer("a", fc).graph,
			begin().layer("f", &ir.Flatten{Axis: 1, EndAxis: -1}).layer("b", fc).graph,
			map[string]string{"a": "b"}},
		{"the same name over another operation",
			begin().layer("y", &ir.ReLU{}).graph, begin().layer("y", &ir.Tanh{}).graph,
			map[string]string{"y": "y"}},
		{"another order of named layers",
			begin().layer("n", &ir.LRN{Size: 3}).layer("p", &ir.Pool{Window: square(2, 1, 0)}).graph,
			begin().layer("p", &ir.Pool{Window: square(2, 1, 0)}).layer("n", &ir.LRN{Size: 3}).graph,
			map[string]string{"n": "n", "p": "p"}},
		{"layers whose values have each other's names",
			begin().layer("n", &ir.LRN{Size: 3}).layer("p", &ir.Pool{Window: square(2, 1, 0)}).graph,
			begin().named("p", "q", &ir.Pool{Window: square(2, 1, 0)}).named("n", "p", &ir.LRN{Size: 3}).graph,
			map[string]string{"n": "p", "p": "q"}},
		{"branches told apart by their weights", branches("a", "b", 1, 2), branches("c", "d", 2, 1),
			map[string]string{"a": "d", "b": "c", "joined": "joined"}},
		{"branches that nothing tells apart", branches("a", "b", 1, 1), branches("c", "d", 1, 1),
			map[string]string{"joined": "joined"}},
		{"nothing in common", begin().layer("r", &ir.ReLU{}).graph, begin().layer("t", &ir.Tanh{}).graph, map[string]string{}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, pairs(t, c.left, c.right)); diff != "" {
				t.Errorf("pairs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAViewNeedsACounterpartOnlyAsAnOutput(t *testing.T) {
	plain := start("x", 1, 2, 3, 3).layer("a", &ir.ReLU{}).layer("b", &ir.FullyConnected{Units: 3, Axis: 1}).graph
	inner := start("x", 1, 2, 3, 3).layer("a", &ir.ReLU{}).layer("f", &ir.Flatten{Axis: 1, EndAxis: -1}).layer("b", &ir.FullyConnected{Units: 3, Axis: 1}).graph
	last := start("x", 1, 2, 3, 3).layer("a", &ir.ReLU{}).layer("b", &ir.FullyConnected{Units: 3, Axis: 1}).layer("f", &ir.Reshape{Dims: []int{3}, NumAxes: -1}).graph
	if r := compare(t, plain, inner, Options{}); r.Verdict != Pass || r.Compared != 2 {
		t.Errorf("inner view in the other: %s, %d compared", r.Verdict, r.Compared)
	}
	if r := compare(t, inner, plain, Options{}); r.Verdict != Pass || r.Compared != 2 {
		t.Errorf("inner view in the reference: %s, %d compared", r.Verdict, r.Compared)
	}
	if r := compare(t, plain, last, Options{}); r.Verdict != Unchecked {
		t.Errorf("last view in the other: %s", r.Verdict)
	}
	if r := compare(t, last, plain, Options{}); r.Verdict != Unchecked {
		t.Errorf("last view in the reference: %s", r.Verdict)
	}
}
