package caffe

import "github.com/alexconv/alexconv/ir"

var innerProductLayer = &layerType{
	name:    "InnerProduct",
	bottoms: exactly(1), tops: exactly(1),
	op: (*ir.FullyConnected)(nil),
	read: func(l *layer, _ []ir.Shape) (ir.Op, error) {
		p := l.message.message("inner_product_param")
		return &ir.FullyConnected{
			Units:      p.num("num_output", 0),
			Axis:       p.num("axis", 1),
			Bias:       p.flag("bias_term", true),
			Transposed: p.flag("transpose", false),
		}, nil
	},
	write: func(n *ir.Node, l *message) error {
		op, p := n.Op.(*ir.FullyConnected), l.addMessage("inner_product_param")
		p.addNum("num_output", op.Units)
		if !op.Bias {
			p.addFlag("bias_term", false)
		}
		if op.Axis != 1 {
			p.addNum("axis", op.Axis)
		}
		if op.Transposed {
			p.addFlag("transpose", true)
		}
		return nil
	},
}

var embedLayer = &layerType{
	name:    "Embed",
	bottoms: exactly(1), tops: exactly(1),
	op: (*ir.Embed)(nil),
	read: func(l *layer, _ []ir.Shape) (ir.Op, error) {
		p := l.message.message("embed_param")
		return &ir.Embed{
			Entries: p.num("input_dim", 0),
			Units:   p.num("num_output", 0),
			Bias:    p.flag("bias_term", true),
		}, nil
	},
	write: func(n *ir.Node, l *message) error {
		op, p := n.Op.(*ir.Embed), l.addMessage("embed_param")
		p.addNum("num_output", op.Units)
		p.addNum("input_dim", op.Entries)
		if !op.Bias {
			p.addFlag("bias_term", false)
		}
		return nil
	},
}

var softmaxLayer = &layerType{
	name:    "Softmax",
	bottoms: exactly(1), tops: exactly(1), inPlace: always,
	op: (*ir.Softmax)(nil),
	read: func(l *layer, _ []ir.Shape) (ir.Op, error) {
		return &ir.Softmax{Axis: l.message.message("softmax_param").num("axis", 1)}, nil
	},
	write: func(n *ir.Node, l *message) error {
		if axis := n.Op.(*ir.Softmax).Axis; axis != 1 {
			l.addMessage("softmax_param").addNum("axis", axis)
		}
		return nil
	},
}

var eltwiseLayer = &layerType{
	name:    "Eltwise",
	bottoms: atLeast(2), tops: exactly(1),
	// A sum and a maximum clear their top before they read the bottoms.
	inPlace: func(op ir.Op) bool { return op.(*ir.Eltwise).Kind == ir.Product },
	op:      (*ir.Eltwise)(nil),
	read: func(l *layer, in []ir.Shape) (ir.Op, error) {
		p := l.message.message("eltwise_param")
		operation, coefficients := p.choice("operation", "SUM"), p.floats("coeff")
		switch {
		case len(coefficients) > 0 && len(coefficients) != len(in):
			return nil, l.errorAt(p.place("coeff"), "needs one coeff per bottom, has %d for %d", len(coefficients), len(in))
		case len(coefficients) > 0 && operation == "PROD":
			return nil, l.errorAt(p.place("coeff"), "coeff goes with SUM, not with PROD")
		}
		switch operation {
		case "PROD":
			return &ir.Eltwise{Kind: ir.Product}, nil
		case "MAX":
			if len(coefficients) > 0 {
				l.warn("coeff has no meaning for MAX, it is ignored")
			}
			return &ir.Eltwise{Kind: ir.Maximum}, nil
		}
		return &ir.Eltwise{Kind: ir.Sum, Coefficients: coefficients}, nil
	},
	write: func(n *ir.Node, l *message) error {
		op, p := n.Op.(*ir.Eltwise), l.addMessage("eltwise_param")
		p.addChoice("operation", map[ir.EltwiseKind]string{ir.Sum: "SUM", ir.Product: "PROD", ir.Maximum: "MAX"}[op.Kind])
		for _, c := range op.Coefficients {
			p.addFloat("coeff", c)
		}
		return nil
	},
}
