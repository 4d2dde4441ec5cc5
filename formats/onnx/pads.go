package onnx

import (
	"math"
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// foldPads is the pass that makes a Pad of an image a padding of the convolution
// or pooling that alone reads it, where that computes the same: zeros before a
// convolution, zeros that an average counts, and before a maximum what no value
// is less than, the lowest number or, behind a ReLU, 0.
func foldPads(g *ir.Graph) {
	consumers, producers := g.Consumers(), g.Producers()
	folded := make(map[*ir.Node]bool)
	for _, n := range g.Nodes {
		pad, ok := n.Op.(*ir.Pad)
		if !ok || len(consumers[n.Outputs[0]]) != 1 || slices.Contains(g.Outputs, n.Outputs[0]) || !spatial(pad) {
			continue
		}
		reader := consumers[n.Outputs[0]][0]
		op := padded(reader.Op, pad, positive(producers, n.Inputs[0]))
		if op == nil {
			continue
		}
		reader.Op, reader.Inputs = op, n.Inputs
		folded[n] = true
	}
	g.Nodes = slices.DeleteFunc(g.Nodes, func(n *ir.Node) bool { return folded[n] })
}

// spatial reports whether only axes after the first two are padded.
func spatial(p *ir.Pad) bool {
	return len(p.Begin) > 2 && p.Begin[0] == 0 && p.Begin[1] == 0 && p.End[0] == 0 && p.End[1] == 0
}

// positive reports whether a value cannot be less than 0.
func positive(producers map[*ir.Value]*ir.Node, v *ir.Value) bool {
	for {
		n := producers[v]
		switch o := n.Op.(type) {
		case *ir.Sigmoid, *ir.Softmax:
			return true
		case *ir.ReLU:
			return o.Slope == 0
		case *ir.Clip:
			return o.Min >= 0
		case *ir.LRN:
			// Divides by what is greater than 0.
			if o.InPlace || !(o.K > 0 && o.C >= 0) {
				return false
			}
		case *ir.Pool:
			// A window wholly in the padding gives the lowest number.
			if o.Kind != ir.Max || !o.Global && (o.Padded() || o.Ceil || o.Same != ir.Explicit) {
				return false
			}
		default:
			if !ir.PassesThrough(o) {
				return false
			}
		}
		v = n.Inputs[0]
	}
}

// padded is an operation that pads by itself, nil where that would compute
// something else.
func padded(op ir.Op, p *ir.Pad, positive bool) ir.Op {
	begin, end := p.Begin[2:], p.End[2:]
	switch o := op.(type) {
	case *ir.Conv:
		if p.Value != 0 || o.Same != ir.Explicit || o.Axis != 1 || o.Axes() != len(begin) {
			return nil
		}
		c := *o
		c.Window = wider(o.Window, begin, end)
		return &c
	case *ir.Pool:
		// Rounding up looks at where the padding ends.
		if o.Global || o.Ceil || o.Mask || o.InPlace || o.Same != ir.Explicit || o.Axes() != len(begin) {
			return nil
		}
		c := *o
		c.Window = wider(o.Window, begin, end)
		for i := range begin {
			if c.PadBegin[i] >= o.Kernel[i] || c.PadEnd[i] >= o.Kernel[i] {
				return nil
			}
		}
		lowest := p.Value <= -math.MaxFloat32 || p.Value == 0 && positive
		switch {
		case o.Kind == ir.Max && lowest:
			return &c
		case o.Kind == ir.Average && p.Value == 0 && (o.CountPad || !o.Padded()):
			c.CountPad = true
			return &c
		}
	}
	return nil
}

// wider is a window with more explicit padding.
func wider(w ir.Window, begin, end []int) ir.Window {
	w.PadBegin, w.PadEnd = slices.Clone(w.PadBegin), slices.Clone(w.PadEnd)
	for i := range begin {
		w.PadBegin[i] += begin[i]
		w.PadEnd[i] += end[i]
	}
	return w
}
