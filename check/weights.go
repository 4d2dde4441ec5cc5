package check

import (
	"errors"
	"math"

	"github.com/alexconv/alexconv/ir"
)

// weights examines every parameter once, under the first layer that has it.
func (r *report) weights(g *ir.Graph) {
	var missing *ir.NodeError
	if errors.As(g.CheckWeights(), &missing) {
		r.warn(WeightMissing, missing.Node, "%v", missing.Err)
	}
	seen := make(map[*ir.Tensor]bool)
	for _, n := range g.Nodes {
		for i, p := range n.Params {
			if !seen[p] {
				seen[p] = true
				r.parameter(n, i, p)
			}
		}
	}
}

func (r *report) parameter(n *ir.Node, i int, p *ir.Tensor) {
	c := countSpecial(p.Data)
	if c.nan > 0 {
		r.error(WeightNaN, n.Name, "parameter %d (%v): %d of %d values are not a number, the first at index %d", i, p.Shape, c.nan, len(p.Data), c.firstNaN)
	}
	if c.infinite > 0 {
		r.error(WeightInf, n.Name, "parameter %d (%v): %d of %d values are infinite, the first at index %d", i, p.Shape, c.infinite, len(p.Data), c.firstInfinite)
	}
	_, normalisation := n.Op.(*ir.BatchNorm)
	switch {
	case i == 0 && !normalisation && !c.nonzero && len(p.Data) > 1:
		r.warn(WeightZero, n.Name, "all %d weights are 0: a layer that was never filled?", len(p.Data))
	case i == 1 && normalisation && c.negative > 0:
		r.error(VarianceNegative, n.Name, "%d of %d variances are negative: their roots are not a number", c.negative, len(p.Data))
	}
}

// special counts the values of a parameter that deserve attention.
type special struct {
	nan, infinite, negative int
	firstNaN, firstInfinite int
	nonzero                 bool
}

func countSpecial(data []float32) (c special) {
	const exponent = 0x7f800000
	for i, v := range data {
		bits := math.Float32bits(v)
		c.nonzero = c.nonzero || bits<<1 != 0
		if v < 0 {
			c.negative++
		}
		if bits&exponent != exponent {
			continue
		}
		if v != v {
			if c.nan == 0 {
				c.firstNaN = i
			}
			c.nan++
			continue
		}
		if c.infinite == 0 {
			c.firstInfinite = i
		}
		c.infinite++
	}
	return c
}
