package zoo

import "github.com/alexconv/alexconv/ir"

// Seeded builds the net with weights from the formula of [ir.Graph.SeedWeights]
// and the net's HeadGain.
func (n Net) Seeded(seed uint64) (*ir.Graph, error) {
	g := n.Build()
	if err := g.SeedWeights(seed, n.HeadGain); err != nil {
		return nil, err
	}
	return g, nil
}
