package conformance

import (
	"math"
	"testing"

	"github.com/alexconv/alexconv/formats/caffe"
	"github.com/alexconv/alexconv/ir"
)

// TestNormalizeComputesWhatItsForkDoes divides each position by the length of
// its channels and scales, on every engine.
func TestNormalizeComputesWhatItsForkDoes(t *testing.T) {
	const channels, plane, eps = 5, 3 * 4, 0.25
	g, err := caffe.ReadTopology([]byte(`
layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 2 dim: 5 dim: 3 dim: 4 } } }
layer { name: "norm" type: "Normalize" bottom: "data" top: "norm" norm_param { across_spatial: false channel_shared: false eps: 0.25 } }
layer { name: "perm" type: "Permute" bottom: "norm" top: "perm" permute_param { order: 0 order: 2 order: 3 order: 1 } }
`), caffe.ReadOptions{Dialect: caffe.SSD})
	if err != nil {
		t.Fatal(err)
	}
	if err := g.SeedWeights(1, 1); err != nil {
		t.Fatal(err)
	}
	var scale []float32
	for _, n := range g.Nodes {
		if n.Name == "norm" {
			scale = n.Params[0].Data
		}
	}
	x := ir.Seeded("data", 1, 3, 2, channels, 3, 4)
	for _, engine := range engines {
		values, err := runAll(g, map[string]*ir.Tensor{"data": x}, engine.options)
		if err != nil {
			t.Fatal(err)
		}
		got := values[len(values)-1].tensor
		if want := (ir.Shape{2, 3, 4, channels}); !got.Shape.Equal(want) {
			t.Fatalf("%s: the output is %v, want %v", engine.name, got.Shape, want)
		}
		for image := range 2 {
			for at := range plane {
				sum := eps
				for c := range channels {
					v := float64(x.Data[(image*channels+c)*plane+at])
					sum += v * v
				}
				for c := range channels {
					want := float64(x.Data[(image*channels+c)*plane+at]) / math.Sqrt(sum) * float64(scale[c])
					if v := float64(got.Data[(image*plane+at)*channels+c]); !(math.Abs(v-want) <= 1e-6) {
						t.Fatalf("%s: image %d, position %d, channel %d: %g, want %g", engine.name, image, at, c, v, want)
					}
				}
			}
		}
	}
}
