package verify_test

import (
	"context"
	"fmt"
	"log"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/verify"
	"github.com/alexconv/alexconv/zoo"
)

// Two models that differ in one attribute: the report names where they part
// and why.
func ExampleCompare() {
	net, err := zoo.Find("mnist_alexnet")
	if err != nil {
		log.Fatal(err)
	}
	right, err := net.Seeded(1)
	if err != nil {
		log.Fatal(err)
	}
	wrong := right.Clone()
	for _, n := range wrong.Nodes {
		if lrn, ok := n.Op.(*ir.LRN); ok {
			changed := *lrn
			changed.C *= float32(lrn.Size)
			n.Op = &changed
			break
		}
	}
	input := right.Inputs()[0]
	inputs := map[string]*ir.Tensor{input.Name: ir.Seeded(input.Blob, 1, 1, 1, 1, 28, 28)}
	report, err := verify.Compare(context.Background(), verify.Model{Name: "right", Graph: right}, verify.Model{Name: "wrong", Graph: wrong}, inputs, verify.Options{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(report.Verdict)
	for _, c := range report.Causes {
		fmt.Println(c.Code, c.Layer)
	}
	// Output:
	// fail
	// LRN_ALPHA_SCALE norm1
}
