package caffe

import "github.com/alexconv/alexconv/ir"

var absValLayer = &layerType{
	name:    "AbsVal",
	bottoms: exactly(1), tops: exactly(1),
	op: (*ir.Abs)(nil),
	read: func(l *layer, _ []ir.Shape) (ir.Op, error) {
		if l.overwrites() {
			return nil, l.errorf("AbsVal cannot overwrite its own bottom %q: give its top a name of its own", l.bottoms[0])
		}
		return &ir.Abs{}, nil
	},
}

var eluLayer = &layerType{
	name:    "ELU",
	bottoms: exactly(1), tops: exactly(1), inPlace: always,
	op: (*ir.ELU)(nil),
	read: func(l *layer, _ []ir.Shape) (ir.Op, error) {
		return &ir.ELU{Alpha: l.message.message("elu_param").float("alpha", 1)}, nil
	},
	write: func(n *ir.Node, l *message) error {
		l.addMessage("elu_param").addFloat("alpha", n.Op.(*ir.ELU).Alpha)
		return nil
	},
}

var bnllLayer = &layerType{
	name:    "BNLL",
	bottoms: exactly(1), tops: exactly(1), inPlace: always,
	op: (*ir.Softplus)(nil), read: without(&ir.Softplus{}),
}

var swishLayer = &layerType{
	name:    "Swish",
	bottoms: exactly(1), tops: exactly(1), inPlace: always,
	op: (*ir.Swish)(nil),
	read: func(l *layer, _ []ir.Shape) (ir.Op, error) {
		return &ir.Swish{Beta: l.message.message("swish_param").float("beta", 1)}, nil
	},
	write: func(n *ir.Node, l *message) error {
		l.addMessage("swish_param").addFloat("beta", n.Op.(*ir.Swish).Beta)
		return nil
	},
}

var clipLayer = &layerType{
	name:    "Clip",
	bottoms: exactly(1), tops: exactly(1), inPlace: always,
	op: (*ir.Clip)(nil),
	read: func(l *layer, _ []ir.Shape) (ir.Op, error) {
		p := l.message.message("clip_param")
		return &ir.Clip{Min: p.float("min", 0), Max: p.float("max", 0)}, nil
	},
	write: func(n *ir.Node, l *message) error {
		op, p := n.Op.(*ir.Clip), l.addMessage("clip_param")
		p.addFloat("min", op.Min)
		p.addFloat("max", op.Max)
		return nil
	},
}

var thresholdLayer = &layerType{
	name:    "Threshold",
	bottoms: exactly(1), tops: exactly(1), inPlace: always,
	op: (*ir.Threshold)(nil),
	read: func(l *layer, _ []ir.Shape) (ir.Op, error) {
		return &ir.Threshold{Limit: l.message.message("threshold_param").float("threshold", 0)}, nil
	},
	write: func(n *ir.Node, l *message) error {
		l.addMessage("threshold_param").addFloat("threshold", n.Op.(*ir.Threshold).Limit)
		return nil
	},
}

var powerLayer = &layerType{
	name:    "Power",
	bottoms: exactly(1), tops: exactly(1), inPlace: always,
	op: (*ir.Power)(nil),
	read: func(l *layer, _ []ir.Shape) (ir.Op, error) {
		p := l.message.message("power_param")
		return &ir.Power{Power: p.float("power", 1), Scale: p.float("scale", 1), Shift: p.float("shift", 0)}, nil
	},
	write: func(n *ir.Node, l *message) error {
		op, p := n.Op.(*ir.Power), l.addMessage("power_param")
		p.addFloat("power", op.Power)
		p.addFloat("scale", op.Scale)
		p.addFloat("shift", op.Shift)
		return nil
	},
}

var expLayer = &layerType{
	name:    "Exp",
	bottoms: exactly(1), tops: exactly(1), inPlace: always,
	op: (*ir.Exp)(nil),
	read: func(l *layer, _ []ir.Shape) (ir.Op, error) {
		base, scale, shift, err := l.exponential("exp_param")
		return &ir.Exp{Base: base, Scale: scale, Shift: shift}, err
	},
	write: func(n *ir.Node, l *message) error {
		op := n.Op.(*ir.Exp)
		addExponential(l.addMessage("exp_param"), op.Base, op.Scale, op.Shift)
		return nil
	},
}

var logLayer = &layerType{
	name:    "Log",
	bottoms: exactly(1), tops: exactly(1), inPlace: always,
	op: (*ir.Log)(nil),
	read: func(l *layer, _ []ir.Shape) (ir.Op, error) {
		base, scale, shift, err := l.exponential("log_param")
		return &ir.Log{Base: base, Scale: scale, Shift: shift}, err
	},
	write: func(n *ir.Node, l *message) error {
		op := n.Op.(*ir.Log)
		addExponential(l.addMessage("log_param"), op.Base, op.Scale, op.Shift)
		return nil
	},
}

// naturalBase is Caffe's base that stands for e, which is 0 in ir.
const naturalBase = -1

// exponential reads the fields that Exp and Log share.
func (l *layer) exponential(param string) (base, scale, shift float32, err error) {
	p := l.message.message(param)
	base, scale, shift = p.float("base", naturalBase), p.float("scale", 1), p.float("shift", 0)
	switch base {
	case naturalBase:
		base = 0
	case 0:
		err = l.errorAt(p.place("base"), "the base must be positive, or -1 for e, it is 0")
	}
	return base, scale, shift, err
}

func addExponential(p *message, base, scale, shift float32) {
	if base != 0 {
		p.addFloat("base", base)
	}
	p.addFloat("scale", scale)
	p.addFloat("shift", shift)
}
