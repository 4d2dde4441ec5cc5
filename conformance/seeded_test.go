package conformance

import (
	"fmt"
	"math"
	"testing"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/zoo"
)

// seededReference is what Caffe computed for the full-size net with the
// formula's weights; see testdata/seeded/README.md.
type seededReference struct {
	Seed  uint64
	Input struct {
		Name  string
		Shape ir.Shape
		Bound float32
	}
	Layers []struct {
		Layer string
		Tops  map[string]struct {
			Shape    ir.Shape
			Min, Max float32
			Mean, L2 float64
			Index    []int
			Value    []float32
		}
	}
	Outputs map[string][]float32
}

// seededTolerance bounds every sampled value relative to its blob's largest
// magnitude, as the README of the reference proposes.
const seededTolerance = 1e-5

func TestSeededAlexNetAgreesWithCaffeAtEveryLayer(t *testing.T) {
	net, err := zoo.Find("bvlc_alexnet")
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []string{"227", "224"} {
		var want seededReference
		if err := readJSON("../testdata/seeded/alexnet_"+size+".json", &want); err != nil {
			t.Fatal(err)
		}
		g, err := net.Seeded(want.Seed)
		if err != nil {
			t.Fatal(err)
		}
		inputs := map[string]*ir.Tensor{
			want.Input.Name: ir.Seeded(want.Input.Name, want.Seed, want.Input.Bound, want.Input.Shape...),
		}
		for _, engine := range engines {
			values, err := runAll(g, inputs, engine.options)
			if err != nil {
				t.Fatal(err)
			}
			if len(values) != len(want.Layers) {
				t.Fatalf("%s, %v: %d values, Caffe has %d", size, engine.name, len(values), len(want.Layers))
			}
			for i, layer := range want.Layers {
				top, ok := layer.Tops[values[i].blob]
				if !ok || values[i].layer != layer.Layer {
					t.Fatalf("%s, %v: step %d is %s of %s, Caffe's is of %s", size, engine.name, i, values[i].blob, values[i].layer, layer.Layer)
				}
				largest := max(math.Abs(float64(top.Min)), math.Abs(float64(top.Max)))
				if err := compareSampled(values[i].tensor, top.Shape, top.Index, top.Value, top.L2, largest); err != nil {
					t.Errorf("%s, %v: %s: %v", size, engine.name, layer.Layer, err)
				}
			}
			prob := values[len(values)-1].tensor.Data
			for i, p := range want.Outputs["prob"] {
				if math.Abs(float64(p-prob[i])) > seededTolerance {
					t.Fatalf("%s, %v: prob[%d] is %g, Caffe has %g", size, engine.name, i, prob[i], p)
				}
			}
		}
	}
}

func compareSampled(got *ir.Tensor, shape ir.Shape, index []int, value []float32, l2, largest float64) error {
	if !got.Shape.Equal(shape) {
		return fmt.Errorf("%v, Caffe has %v", got.Shape, shape)
	}
	for k, i := range index {
		if diff := math.Abs(float64(got.Data[i]) - float64(value[k])); !(diff <= seededTolerance*largest) {
			return fmt.Errorf("element %d is %g, Caffe has %g", i, got.Data[i], value[k])
		}
	}
	sum := 0.0
	for _, v := range got.Data {
		sum += float64(v) * float64(v)
	}
	if norm := math.Sqrt(sum); !(math.Abs(norm-l2) <= seededTolerance*l2) {
		return fmt.Errorf("the norm is %g, Caffe has %g", norm, l2)
	}
	return nil
}
