package npy_test

import (
	"bytes"
	"fmt"
	"log"

	"github.com/alexconv/alexconv/formats/npy"
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/zoo"
)

// A dict of weights goes into a topology that comes from elsewhere.
func ExampleLoadWeights() {
	net, err := zoo.Find("mnist_alexnet")
	if err != nil {
		log.Fatal(err)
	}
	trained, err := net.Seeded(1)
	if err != nil {
		log.Fatal(err)
	}
	var file bytes.Buffer
	if err := npy.WriteWeights(&file, trained, npy.WriteOptions{}); err != nil {
		log.Fatal(err)
	}

	g := net.Build()
	if err := npy.LoadWeights(g, file.Bytes(), npy.ReadOptions{}); err != nil {
		log.Fatal(err)
	}
	fmt.Println(g.Weights() == trained.Weights(), g.Weights())
	// Output: true 5624842
}

// Arrays are what numpy.load and numpy.save read and write.
func ExampleReadArray() {
	var file bytes.Buffer
	if err := npy.WriteArray(&file, &ir.Tensor{Shape: ir.Shape{1, 3}, Data: []float32{1, 2, 3}}); err != nil {
		log.Fatal(err)
	}
	t, err := npy.ReadArray(file.Bytes())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(t.Shape, t.Data)
	// Output: 1x3 [1 2 3]
}
