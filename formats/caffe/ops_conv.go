package caffe

import (
	"slices"

	"github.com/alexconv/alexconv/ir"
)

var convolutionLayer = &layerType{
	name:    "Convolution",
	bottoms: atLeast(1), tops: atLeast(1), each: true,
	op: (*ir.Conv)(nil),
	read: func(l *layer, in []ir.Shape) (ir.Op, error) {
		c, err := readConvolution(l, in[0])
		return &c, err
	},
	write: func(n *ir.Node, l *message) error {
		return writeConvolution(n, *n.Op.(*ir.Conv), l)
	},
}

// deconvolutionLayer has the fields of a convolution.
var deconvolutionLayer = &layerType{
	name:    "Deconvolution",
	bottoms: atLeast(1), tops: atLeast(1), each: true,
	op: (*ir.Deconv)(nil),
	read: func(l *layer, in []ir.Shape) (ir.Op, error) {
		c, err := readConvolution(l, in[0])
		return &ir.Deconv{OutChannels: c.OutChannels, Window: c.Window, Group: c.Group, Axis: c.Axis, Bias: c.Bias}, err
	},
	write: func(n *ir.Node, l *message) error {
		op := n.Op.(*ir.Deconv)
		if slices.ContainsFunc(op.OutputPad, func(pad int) bool { return pad != 0 }) {
			return refuse(n, "it pads its output by %v, which a Caffe layer does not", op.OutputPad)
		}
		return writeConvolution(n, ir.Conv{OutChannels: op.OutChannels, Window: op.Window, Group: op.Group, Axis: op.Axis, Bias: op.Bias}, l)
	},
}

func readConvolution(l *layer, in ir.Shape) (c ir.Conv, err error) {
	p := l.message.message("convolution_param")
	axis, err := ir.Axis(p.num("axis", 1), len(in))
	if err != nil {
		return c, l.at(p.place("axis"), err)
	}
	axes := len(in) - axis - 1
	c = ir.Conv{
		OutChannels: p.num("num_output", 0),
		Group:       p.num("group", 1),
		Axis:        axis,
		Bias:        p.flag("bias_term", true),
	}
	for _, f := range []struct {
		to                  *[]int
		name, height, width string
		absent              int // -1: must be given
	}{
		{&c.Kernel, "kernel_size", "kernel_h", "kernel_w", -1},
		{&c.Stride, "stride", "stride_h", "stride_w", 1},
		{&c.PadBegin, "pad", "pad_h", "pad_w", 0},
		{&c.Dilation, "dilation", "", "", 1},
	} {
		if *f.to, err = spatial(l, p, axes, f.name, f.height, f.width, f.absent); err != nil {
			return c, err
		}
	}
	c.PadEnd = c.PadBegin
	return c, nil
}

func writeConvolution(n *ir.Node, c ir.Conv, l *message) error {
	p := l.addMessage("convolution_param")
	if err := symmetric(n, c.Window); err != nil {
		return err
	}
	p.addNum("num_output", c.OutChannels)
	if !c.Bias {
		p.addFlag("bias_term", false)
	}
	addSpatial(p, "pad", c.PadBegin, 0)
	addSpatial(p, "kernel_size", c.Kernel, -1)
	if c.Group != 1 {
		p.addNum("group", c.Group)
	}
	addSpatial(p, "stride", c.Stride, 1)
	addSpatial(p, "dilation", c.Dilation, 1)
	if c.Axis != 1 {
		p.addNum("axis", c.Axis)
	}
	return nil
}

// spatial reads a convolution's field that is given once for all axes, or once
// per axis, or in its two-dimensional form, of which a missing half is 0.
func spatial(l *layer, p *message, axes int, name, height, width string, absent int) ([]int, error) {
	values := p.nums(name)
	if p.has(height) || p.has(width) {
		switch at := p.place(height); {
		case axes != 2:
			return nil, l.errorAt(at, "%s and %s are for 2 spatial axes, the input has %d", height, width, axes)
		case len(values) > 0:
			return nil, l.errorAt(p.place(name), "has %s and also %s or %s; give one form", name, height, width)
		}
		return []int{p.num(height, 0), p.num(width, 0)}, nil
	}
	switch {
	case len(values) == axes:
		return values, nil
	case len(values) == 1:
		return slices.Repeat(values, axes), nil
	case len(values) == 0 && absent >= 0:
		return slices.Repeat([]int{absent}, axes), nil
	}
	return nil, l.errorAt(p.place(name), "%s must be given once, or once per spatial axis (%d), it is given %d times", name, axes, len(values))
}

// addSpatial writes a convolution's field, once where all axes agree, and not
// at all where they have the default.
func addSpatial(p *message, name string, values []int, absent int) {
	if slices.Min(values) == slices.Max(values) {
		values = values[:1]
		if values[0] == absent {
			return
		}
	}
	for _, v := range values {
		p.addNum(name, v)
	}
}
