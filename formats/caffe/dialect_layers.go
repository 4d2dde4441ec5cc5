package caffe

import (
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// The layers of the forks, and their tables.

var permuteParameter = newSchema("PermuteParameter",
	many(1, "order", kindUint32),
)

var normalizeParameter = newSchema("NormalizeParameter",
	one(1, "across_spatial", kindBool),
	sub(2, "scale_filler", fillerParameter),
	one(3, "channel_shared", kindBool),
	one(4, "eps", kindFloat),
)

var relu6Parameter = newSchema("ReLU6Parameter",
	one(1, "negative_slope", kindFloat),
)

// permuteLayer reorders axes. Axes that the order does not name follow in their
// own order.
var permuteLayer = &layerType{
	name:    "Permute",
	bottoms: exactly(1), tops: exactly(1),
	read: func(l *layer, in []ir.Shape) (ir.Op, error) {
		p := l.message.message("permute_param")
		order := p.nums("order")
		for i, axis := range order {
			if axis >= len(in[0]) || slices.Contains(order[:i], axis) {
				return nil, l.errorAt(p.place("order"), "the order %v must name different axes of the bottom, which has %d", order, len(in[0]))
			}
		}
		for axis := range in[0] {
			if !slices.Contains(order, axis) {
				order = append(order, axis)
			}
		}
		return &ir.Transpose{Order: order}, nil
	},
}

// expandReLU6 is min(max(x, 0), 6).
func expandReLU6(l *layer, _ ir.Shape) ([]*message, error) {
	if p := l.message.message("relu6_param"); p.float("negative_slope", 0) != 0 {
		return nil, l.unsupported(p.place("negative_slope"), "a ReLU6 with a negative slope has no layer of Caffe's")
	}
	m := l.derive("Clip", l.name, l.bottoms[0])
	clip := m.addMessage("clip_param")
	clip.addFloat("min", 0)
	clip.addFloat("max", 6)
	return []*message{m}, nil
}

// expandDepthwise is a convolution in which every channel is a group of its own,
// whatever the layer says of groups: forks differ in whether it must.
func expandDepthwise(l *layer, in ir.Shape) ([]*message, error) {
	p := l.message.message("convolution_param")
	if len(in) != 4 {
		return nil, l.errorf("the input must have 4 axes (num, channels, height, width), it is %v", in)
	}
	for _, name := range []string{"group", "num_output"} {
		if n := p.num(name, in[1]); n != in[1] {
			return nil, l.errorAt(p.place(name), "%s is %d; a depthwise convolution has one group and one output for each of the %d channels", name, n, in[1])
		}
	}
	m := l.derive("Convolution", l.name, l.bottoms[0])
	conv := m.addMessage("convolution_param")
	if p != nil {
		conv.at, conv.values = p.at, slices.Clone(p.values)
	}
	conv.drop("group")
	conv.drop("num_output")
	conv.addNum("group", in[1])
	conv.addNum("num_output", in[1])
	return []*message{m}, nil
}

// expandNormalize is x / sqrt(eps + sum over the channels of x^2), a local
// response normalisation whose window reaches every channel from every other,
// and a learned scale.
func expandNormalize(l *layer, in ir.Shape) ([]*message, error) {
	p := l.message.message("norm_param")
	switch {
	case len(in) != 4:
		return nil, l.errorf("the input must have 4 axes (num, channels, height, width), it is %v", in)
	case p.flag("across_spatial", true):
		return nil, l.unsupported(p.place("across_spatial"), "a Normalize over all of an image (across_spatial) has no layer of Caffe's")
	case l.overwrites():
		return nil, l.unsupported(l.message.at, "Normalize cannot overwrite its own bottom %q: give its top a name of its own", l.bottoms[0])
	}
	norm := l.derive("LRN", l.name+"/norm", l.bottoms[0])
	lrn := norm.addMessage("lrn_param")
	size := 2*in[1] - 1
	lrn.addNum("local_size", size)
	// Caffe divides alpha by the size.
	lrn.addFloat("alpha", float32(size))
	lrn.addFloat("beta", 0.5)
	lrn.addFloat("k", p.float("eps", 1e-10))
	scale := l.derive("Scale", l.name, l.tops[0])
	numAxes := 1
	if p.flag("channel_shared", true) {
		numAxes = 0
	}
	scale.addMessage("scale_param").addNum("num_axes", numAxes)
	return []*message{norm, scale}, nil
}

// derive begins a layer of Caffe's that stands for this one or a part of it.
func (l *layer) derive(typ, name, bottom string) *message {
	m := &message{schema: layerParameter, at: l.message.at}
	m.addStr("name", name)
	m.addStr("type", typ)
	m.addStr("bottom", bottom)
	m.addStr("top", l.tops[0])
	return m
}
