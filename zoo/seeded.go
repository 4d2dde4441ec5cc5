package zoo

import (
	"fmt"
	"math"

	"github.com/alexconv/alexconv/ir"
)

// Seeded builds the net with weights from a formula: parameter k of a layer is
// ir.Seeded("layer/k", seed, bound, shape), the bound of a weight tensor being
// sqrt(6/fan_in), rounded to float32, and that of a bias 0.1. Both are
// multiplied by HeadGain in the last layer that has parameters. fan_in is the
// number of inputs to one output.
func (n Net) Seeded(seed uint64) (*ir.Graph, error) {
	g := n.Build()
	shapes, err := g.Infer(nil)
	if err != nil {
		return nil, err
	}
	head := -1
	signatures := make([]ir.Signature, len(g.Nodes))
	for i, node := range g.Nodes {
		if signatures[i], err = node.Op.Infer(shapes.Of(node.Inputs)); err != nil {
			return nil, err
		}
		if len(signatures[i].Params) > 0 {
			head = i
		}
	}
	for i, node := range g.Nodes {
		gain := 1.0
		if i == head {
			gain = n.HeadGain
		}
		for k, p := range signatures[i].Params {
			bound := 0.1
			if len(p.Shape) > 1 {
				bound = float64(float32(math.Sqrt(6 / float64(p.Shape[1:].Elements()))))
			}
			name := fmt.Sprintf("%s/%d", node.Name, k)
			node.Params = append(node.Params, ir.Seeded(name, seed, float32(bound*gain), p.Shape...))
		}
	}
	return g, nil
}
