package code

import (
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// keepsFeatures reports whether an operation works on each element of its one
// input where it is.
func keepsFeatures(op ir.Op) bool {
	switch op.(type) {
	case *ir.ReLU, *ir.Sigmoid, *ir.Tanh, *ir.Dropout, *ir.Split:
		return true
	}
	return false
}

// rowValues finds the values that a module of N, H, W, C images keeps in the
// order H, W, C: an image flattened to (batch, features), and what element-wise
// layers make of it, provided that nothing but fully connected layers reads
// them in the end.
func rowValues(g *ir.Graph, shapes ir.Shapes) map[*ir.Value]bool {
	consumers := g.Consumers()
	open := make(map[*ir.Value]bool) // has a reader that needs ir's own order
	for _, v := range g.Outputs {
		open[v] = true
	}
	for _, writer := range slices.Backward(g.Nodes) {
		for _, v := range writer.Outputs {
			for _, n := range consumers[v] {
				if keepsFeatures(n.Op) {
					for _, out := range n.Outputs {
						open[v] = open[v] || open[out]
					}
				} else if _, ok := n.Op.(*ir.FullyConnected); !ok || len(shapes[v]) != 2 {
					open[v] = true
				}
			}
		}
	}
	found := make(map[*ir.Value]bool)
	for _, n := range g.Nodes {
		if len(n.Inputs) == 0 {
			continue
		}
		x := shapes[n.Inputs[0]]
		switch n.Op.(type) {
		case *ir.Flatten, *ir.Reshape:
			out := n.Outputs[0]
			found[out] = len(x) == 4 && len(shapes[out]) == 2 && shapes[out][0] == x[0] && !open[out]
		default:
			for _, out := range n.Outputs {
				found[out] = found[n.Inputs[0]] && keepsFeatures(n.Op)
			}
		}
	}
	return found
}

// flattened finds the image whose elements a value of two axes has as its
// features, as C, H, W: nil where there is none, or it has one position. whole
// is false where the value has only some of its features, or others beside
// them. The weights file counts the rows of a matrix behind it as H, W, C.
func (p *program) flattened(v *ir.Value) (chw ir.Shape, whole bool) {
	producers := p.graph.Producers()
	for {
		if s := p.shapes[v]; len(s) == 4 {
			if s[2]*s[3] == 1 {
				return nil, true
			}
			return s[1:], true
		}
		n := producers[v]
		if n == nil || len(n.Inputs) == 0 {
			return nil, true
		}
		switch n.Op.(type) {
		case *ir.FullyConnected:
			return nil, true
		case *ir.Flatten, *ir.Reshape:
		case *ir.Concat, *ir.Slice:
			for _, in := range n.Inputs {
				if image, _ := p.flattened(in); image != nil {
					return image, false
				}
			}
			return nil, true
		default:
			if !p.shapes[n.Inputs[0]].Equal(p.shapes[v]) {
				return nil, true
			}
		}
		v = n.Inputs[0]
	}
}
