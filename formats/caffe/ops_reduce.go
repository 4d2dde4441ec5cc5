package caffe

import "github.com/alexconv/alexconv/ir"

var reductionKinds = map[ir.ReductionKind]string{
	ir.ReduceSum:        "SUM",
	ir.ReduceAbsSum:     "ASUM",
	ir.ReduceSumSquares: "SUMSQ",
	ir.ReduceMean:       "MEAN",
}

var reductionLayer = &layerType{
	name:    "Reduction",
	bottoms: exactly(1), tops: exactly(1),
	op: (*ir.Reduction)(nil),
	read: func(l *layer, _ []ir.Shape) (ir.Op, error) {
		p := l.message.message("reduction_param")
		op := &ir.Reduction{Axis: p.num("axis", 0), Coefficient: p.float("coeff", 1)}
		for kind, name := range reductionKinds {
			if name == p.choice("operation", "SUM") {
				op.Kind = kind
			}
		}
		return op, nil
	},
	write: func(n *ir.Node, l *message) error {
		op, p := n.Op.(*ir.Reduction), l.addMessage("reduction_param")
		p.addChoice("operation", reductionKinds[op.Kind])
		p.addNum("axis", op.Axis)
		p.addFloat("coeff", op.Coefficient)
		return nil
	},
}

var argMaxLayer = &layerType{
	name:    "ArgMax",
	bottoms: exactly(1), tops: exactly(1),
	op: (*ir.ArgMax)(nil),
	read: func(l *layer, _ []ir.Shape) (ir.Op, error) {
		p := l.message.message("argmax_param")
		return &ir.ArgMax{
			Flat:   !p.has("axis"),
			Axis:   p.num("axis", 0),
			TopK:   p.num("top_k", 1),
			Values: p.flag("out_max_val", false),
		}, nil
	},
	write: func(n *ir.Node, l *message) error {
		op, p := n.Op.(*ir.ArgMax), l.addMessage("argmax_param")
		if op.Values {
			p.addFlag("out_max_val", true)
		}
		p.addNum("top_k", op.TopK)
		if !op.Flat {
			p.addNum("axis", op.Axis)
		}
		return nil
	},
}

var sppLayer = &layerType{
	name:    "SPP",
	bottoms: exactly(1), tops: exactly(1),
	op: (*ir.SPP)(nil),
	read: func(l *layer, _ []ir.Shape) (ir.Op, error) {
		p := l.message.message("spp_param")
		op := &ir.SPP{Levels: p.num("pyramid_height", 0)}
		switch p.choice("pool", "MAX") {
		case "AVE":
			op.Kind = ir.Average
		case "STOCHASTIC":
			return nil, l.unsupported(p.place("pool"), "stochastic pooling is not supported; use MAX or AVE")
		}
		return op, nil
	},
	write: func(n *ir.Node, l *message) error {
		op, p := n.Op.(*ir.SPP), l.addMessage("spp_param")
		p.addNum("pyramid_height", op.Levels)
		if op.Kind == ir.Average {
			p.addChoice("pool", "AVE")
		}
		return nil
	},
}
