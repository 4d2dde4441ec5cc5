package convert

import (
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// WithBatch is the graph with another batch size, the first extent of every
// input.
func WithBatch(g *ir.Graph, batch int) (*ir.Graph, error) {
	if batch < 1 {
		return nil, ir.Errorf(ir.ErrInvalid, "the batch size must be positive, it is %d", batch)
	}
	c := g.Clone()
	for _, n := range c.Nodes {
		if in, ok := n.Op.(*ir.Input); ok && len(in.Shape) > 0 {
			shape := in.Shape.Clone()
			shape[0] = batch
			n.Op = &ir.Input{Shape: shape}
		}
	}
	_, err := c.Validate()
	return c, err
}

// ResolvePadding is the graph with every padding rule that depends on the
// input's size replaced by the pads that it means for the declared inputs.
func ResolvePadding(g *ir.Graph) (*ir.Graph, error) {
	shapes, err := g.Infer(nil)
	if err != nil {
		return nil, err
	}
	c := g.Clone()
	for i, n := range c.Nodes {
		in := shapes.Of(g.Nodes[i].Inputs)
		switch op := n.Op.(type) {
		case *ir.Conv:
			resolved := *op
			axis := len(in[0]) - op.Axes()
			resolved.Window = op.Window.Resolved(slices.Clone(in[0][axis:]))
			n.Op = &resolved
		case *ir.Pool:
			if !op.Global {
				resolved := *op
				resolved.Window = op.Window.Resolved(slices.Clone(in[0][2:]))
				n.Op = &resolved
			}
		}
	}
	return c, nil
}
