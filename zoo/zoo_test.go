package zoo

import (
	"encoding/json"
	"errors"
	"os"
	"slices"
	"testing"

	"github.com/alexconv/alexconv/ir"
)

// reference is what real Caffe says of the seeded net; see
// testdata/seeded/README.md.
type reference struct {
	Seed   uint64
	Params []struct {
		Name  string
		Shape ir.Shape
		Bound float32
	}
	Layers []struct {
		Layer string
		Tops  map[string]struct{ Shape ir.Shape }
	}
}

func readReference(t *testing.T, size string) reference {
	t.Helper()
	data, err := os.ReadFile("../testdata/seeded/alexnet_" + size + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var r reference
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestBVLCAlexNetShapesAreCaffes(t *testing.T) {
	for _, size := range []struct {
		name  string
		shape ir.Shape
	}{{"227", ir.Shape{1, 3, 227, 227}}, {"224", ir.Shape{1, 3, 224, 224}}} {
		g := bvlcAlexNet.Build()
		shapes, err := g.Infer(map[string]ir.Shape{"data": size.shape})
		if err != nil {
			t.Fatal(err)
		}
		layers := readReference(t, size.name).Layers
		if len(layers) != len(g.Nodes) {
			t.Fatalf("%s: %d layers, Caffe has %d", size.name, len(g.Nodes), len(layers))
		}
		for i, want := range layers {
			node := g.Nodes[i]
			if node.Name != want.Layer {
				t.Errorf("%s: layer %d is %q, Caffe's is %q", size.name, i, node.Name, want.Layer)
			}
			out := node.Outputs[0]
			if top, ok := want.Tops[out.Blob]; !ok || !shapes[out].Equal(top.Shape) {
				t.Errorf("%s: %s gives %s %v, Caffe %v", size.name, node.Name, out.Blob, shapes[out], want.Tops)
			}
		}
	}
}

func TestSeededParametersFollowTheFormula(t *testing.T) {
	r := readReference(t, "227")
	g, err := bvlcAlexNet.Seeded(r.Seed)
	if err != nil {
		t.Fatal(err)
	}
	var params []*ir.Tensor
	for _, n := range g.Nodes {
		params = append(params, n.Params...)
	}
	if len(params) != len(r.Params) {
		t.Fatalf("%d parameters, want %d", len(params), len(r.Params))
	}
	for i, want := range r.Params {
		if !params[i].Shape.Equal(want.Shape) {
			t.Errorf("%s is %v, want %v", want.Name, params[i].Shape, want.Shape)
		}
		first := ir.Seeded(want.Name, r.Seed, want.Bound, 2).Data
		if got := params[i].Data[:2]; got[0] != first[0] || got[1] != first[1] {
			t.Errorf("%s begins %v, want %v", want.Name, got, first)
		}
	}
	if got := g.Weights(); got != 60965224 {
		t.Errorf("%d weights, want 60965224", got)
	}
}

func TestSeededParametersAreAFunctionOfTheSeed(t *testing.T) {
	build := func(seed uint64) *ir.Graph {
		g, err := mnistAlexNet.Seeded(seed)
		if err != nil {
			t.Fatal(err)
		}
		return g
	}
	first, again, other := build(7), build(7), build(8)
	for i, n := range first.Nodes {
		for k, p := range n.Params {
			if !slices.Equal(p.Data, again.Nodes[i].Params[k].Data) {
				t.Errorf("%s: parameter %d differs for the same seed", n.Name, k)
			}
			if slices.Equal(p.Data, other.Nodes[i].Params[k].Data) {
				t.Errorf("%s: parameter %d is the same for another seed", n.Name, k)
			}
		}
	}
}

func TestFindNamesTheNetsThereAre(t *testing.T) {
	for _, n := range Nets() {
		if found, err := Find(n.Name); err != nil || found.Name != n.Name {
			t.Errorf("Find(%q) gives %q, %v", n.Name, found.Name, err)
		}
	}
	_, err := Find("alexnot")
	want := `the zoo has no net "alexnot"; it has bvlc_alexnet, caffenet, krizhevsky2012, tf_alexnet, mnist_alexnet, tflearn_alexnet, torchvision_alexnet`
	if err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	if !errors.Is(err, ir.ErrInvalid) {
		t.Errorf("error %v is not ErrInvalid", err)
	}
}
