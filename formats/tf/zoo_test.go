package tf

import (
	"bytes"
	"slices"
	"testing"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/zoo"
)

// TestZooNetsComeBackWhole writes and reads every net of the zoo, with the
// matrices of its fully connected layers cut down to a few outputs.
func TestZooNetsComeBackWhole(t *testing.T) {
	for _, net := range zoo.Nets() {
		t.Run(net.Name, func(t *testing.T) {
			checkRoundTrip(t, small(t, net), WriteOptions{})
		})
	}
}

// small is a net with seeded weights, its fully connected layers cut down.
func small(t *testing.T, net zoo.Net) *ir.Graph {
	t.Helper()
	g := net.Build()
	shapes := make(ir.Shapes)
	for _, n := range g.Nodes {
		if fc, ok := n.Op.(*ir.FullyConnected); ok {
			cut := *fc
			cut.Units = 8
			n.Op = &cut
		}
		s, err := n.Op.Infer(shapes.Of(n.Inputs))
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range n.Outputs {
			shapes[v] = s.Outputs[i]
		}
		for _, p := range s.Params {
			n.Params = append(n.Params, ir.Seeded(n.Name+"/"+p.Role, 1, 0.1, p.Shape...))
		}
	}
	return g
}

// TestZooNetsReadByStructure takes the marks off: nets whose pools TensorFlow
// has by itself must come back with their digest all the same.
func TestZooNetsReadByStructure(t *testing.T) {
	for _, name := range []string{"tf_alexnet", "tflearn_alexnet", "mnist_alexnet", "torchvision_alexnet"} {
		t.Run(name, func(t *testing.T) {
			net, err := zoo.Find(name)
			if err != nil {
				t.Fatal(err)
			}
			g := small(t, net)
			def, err := lowerGraph(g, WriteOptions{})
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range def.nodes {
				n.attributes = slices.DeleteFunc(n.attributes, func(a *attribute) bool { return a.name == markName })
			}
			m, err := encodeGraph(def)
			if err != nil {
				t.Fatal(err)
			}
			var b bytes.Buffer
			if _, err := m.WriteTo(&b); err != nil {
				t.Fatal(err)
			}
			if got, want := digest(t, read(t, b.Bytes())), digest(t, g); got != want {
				t.Errorf("digest %s, want %s", got, want)
			}
		})
	}
}
