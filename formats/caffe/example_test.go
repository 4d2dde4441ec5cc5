package caffe_test

import (
	"fmt"
	"log"

	"github.com/alexconv/alexconv/formats/caffe"
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/sample"
)

// A prototxt gives the layers, a caffemodel the weights.
func Example() {
	g, err := caffe.ReadTopology(sample.Prototxt, caffe.ReadOptions{})
	if err != nil {
		log.Fatal(err)
	}
	if err := caffe.LoadWeights(g, sample.Caffemodel, caffe.ReadOptions{}); err != nil {
		log.Fatal(err)
	}
	for _, n := range g.Nodes {
		if conv, ok := n.Op.(*ir.Conv); ok {
			fmt.Println(n.Name, conv.Kernel, n.Params[0].Shape)
		}
	}
	// Output:
	// conv1 [11 11] 16x3x11x11
	// conv2 [5 5] 32x8x5x5
	// conv3 [3 3] 48x32x3x3
	// conv4 [3 3] 48x24x3x3
	// conv5 [3 3] 32x24x3x3
}

// A mistake is reported with its place.
func ExampleReadTopology_error() {
	_, err := caffe.ReadTopology([]byte("layer {\n  name: \"relu1\"\n  typ: \"ReLU\"\n}"), caffe.ReadOptions{})
	fmt.Println(err)
	// Output: 3:3: layer "relu1": unknown field "typ" in LayerParameter (did you mean "type"?)
}
