package code_test

import (
	"bytes"
	"fmt"
	"log"
	"strings"

	"github.com/alexconv/alexconv/formats/code"
	"github.com/alexconv/alexconv/zoo"
)

// A graph becomes a module that loads its weights from the file beside it.
func ExampleWriteTorch() {
	net, err := zoo.Find("mnist_alexnet")
	if err != nil {
		log.Fatal(err)
	}
	g, err := net.Seeded(1)
	if err != nil {
		log.Fatal(err)
	}
	var module bytes.Buffer
	if err := code.WriteTorch(&module, g, code.Options{Weights: "net.npz"}); err != nil {
		log.Fatal(err)
	}
	fmt.Println(strings.Contains(module.String(), "import torch"), strings.Contains(module.String(), `"net.npz"`))
	// Output: true true
}
