package caffe

import "github.com/alexconv/alexconv/ir"

var reluLayer = &layerType{
	name:    "ReLU",
	bottoms: exactly(1), tops: exactly(1), inPlace: always,
	op: (*ir.ReLU)(nil),
	read: func(l *layer, _ []ir.Shape) (ir.Op, error) {
		return &ir.ReLU{Slope: l.message.message("relu_param").float("negative_slope", 0)}, nil
	},
	write: func(n *ir.Node, l *message) error {
		if slope := n.Op.(*ir.ReLU).Slope; slope != 0 {
			l.addMessage("relu_param").addFloat("negative_slope", slope)
		}
		return nil
	},
}

var preluLayer = &layerType{
	name:    "PReLU",
	bottoms: exactly(1), tops: exactly(1), inPlace: always,
	op:   (*ir.PReLU)(nil),
	fill: map[string]float32{"slope": 0.25},
	read: func(l *layer, _ []ir.Shape) (ir.Op, error) {
		return &ir.PReLU{Shared: l.message.message("prelu_param").flag("channel_shared", false)}, nil
	},
	write: func(n *ir.Node, l *message) error {
		if n.Op.(*ir.PReLU).Shared {
			l.addMessage("prelu_param").addFlag("channel_shared", true)
		}
		return nil
	},
}

var sigmoidLayer = &layerType{
	name:    "Sigmoid",
	bottoms: exactly(1), tops: exactly(1), inPlace: always,
	op: (*ir.Sigmoid)(nil), read: without(&ir.Sigmoid{}),
}

var tanhLayer = &layerType{
	name:    "TanH",
	bottoms: exactly(1), tops: exactly(1), inPlace: always,
	op: (*ir.Tanh)(nil), read: without(&ir.Tanh{}),
}

var dropoutLayer = &layerType{
	name:    "Dropout",
	bottoms: exactly(1), tops: exactly(1), inPlace: always,
	op: (*ir.Dropout)(nil),
	read: func(l *layer, _ []ir.Shape) (ir.Op, error) {
		if l.phase == Train && l.options.Phase == Test {
			return nil, l.unsupported(l.message.place("phase"), "is set to phase TRAIN, where it drops at random")
		}
		return &ir.Dropout{Ratio: l.message.message("dropout_param").float("dropout_ratio", 0.5)}, nil
	},
	write: func(n *ir.Node, l *message) error {
		l.addMessage("dropout_param").addFloat("dropout_ratio", n.Op.(*ir.Dropout).Ratio)
		return nil
	},
}
