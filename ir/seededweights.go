package ir

import (
	"fmt"
	"math"
)

// SeedWeights gives every layer of a topology weights from a formula, for tests
// and benchmarks: parameter k of a layer is Seeded("layer/k", seed, bound,
// shape). The bound of a parameter with several axes is sqrt(6/fan_in), rounded
// to float32, fan_in being the number of inputs to one output; that of any
// other is 0.1, and variances and factors of scale layers have 1 added. The
// bounds of the last layer that has parameters are multiplied by headGain, so
// that a softmax behind it need not saturate. Parameters that layers share are
// the first one's.
func (g *Graph) SeedWeights(seed uint64, headGain float64) error {
	shapes, err := g.Infer(nil)
	if err != nil {
		return err
	}
	head := -1
	signatures := make([]Signature, len(g.Nodes))
	for i, n := range g.Nodes {
		if signatures[i], err = n.Op.Infer(shapes.Of(n.Inputs)); err != nil {
			return n.wrap(err)
		}
		if len(signatures[i].Params) > 0 {
			head = i
		}
	}
	shared := make(map[string]*Tensor)
	for i, n := range g.Nodes {
		gain := 1.0
		if i == head {
			gain = headGain
		}
		n.Params = nil
		for k, p := range signatures[i].Params {
			var t *Tensor
			if k < len(n.Shared) && n.Shared[k] != "" {
				t = shared[n.Shared[k]]
			}
			if t == nil {
				t = seedParam(fmt.Sprintf("%s/%d", n.Name, k), seed, gain, p)
			}
			if k < len(n.Shared) && n.Shared[k] != "" {
				shared[n.Shared[k]] = t
			}
			n.Params = append(n.Params, t)
		}
		if err := n.checkParams(signatures[i].Params); err != nil {
			return n.wrap(err)
		}
	}
	return nil
}

func seedParam(name string, seed uint64, gain float64, p Param) *Tensor {
	bound := 0.1
	if len(p.Shape) > 1 {
		bound = float64(float32(math.Sqrt(6 / float64(p.Shape[1:].Elements()))))
	}
	t := Seeded(name, seed, float32(bound*gain), p.Shape...)
	if p.Role == "variance" || p.Role == "scale" {
		for i := range t.Data {
			t.Data[i]++
		}
	}
	return t
}
