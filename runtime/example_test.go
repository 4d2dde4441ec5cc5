package runtime_test

import (
	"context"
	"fmt"
	"log"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime"
	"github.com/alexconv/alexconv/zoo"
)

// A plan is compiled once and run many times, by several goroutines at once if
// need be.
func Example() {
	net, err := zoo.Find("mnist_alexnet")
	if err != nil {
		log.Fatal(err)
	}
	g, err := net.Seeded(1)
	if err != nil {
		log.Fatal(err)
	}
	p, err := runtime.Compile(g, runtime.Options{Engine: runtime.Fast})
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()

	input := g.Inputs()[0]
	inputs := map[string]*ir.Tensor{input.Name: ir.Seeded(input.Blob, 1, 1, p.Shapes()[input]...)}
	outputs, err := p.Run(context.Background(), inputs, nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, v := range g.Outputs {
		fmt.Println(v.Name, outputs[v.Name].Shape)
	}
	// Output: fc3 1x10
}
