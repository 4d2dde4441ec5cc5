package onnx

import (
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// readConvTranspose reads ConvTranspose with constant weights (in, out/group,
// kernel...).
func readConvTranspose(c *call) {
	x, weights := c.shape(0), c.weights(1)
	if c.failed() {
		return
	}
	dims := weights.shape()
	if len(dims) < 3 || len(x) != len(dims) {
		c.invalid("the input is %v, the weights are %v: both must have the same number of axes, at least 3", x, dims)
		return
	}
	kernel := []int(dims[2:])
	if given := c.ints("kernel_shape"); given != nil && !ir.Shape(given).Equal(kernel) {
		c.invalid("kernel_shape is %v, the weights are %v", given, dims)
	}
	group := c.int("group", 1)
	if group < 1 || group > ir.MaxElements {
		c.invalid("the number of groups is %d", group)
		return
	}
	o := &ir.Deconv{
		OutChannels: dims[1] * group,
		Window:      c.window(kernel),
		OutputPad:   c.perAxis("output_padding", len(kernel), 0),
		Group:       group,
		Axis:        1,
		Bias:        c.present(2),
	}
	c.settleOutput(o, x[2:], c.ints("output_shape"))
	if !slices.ContainsFunc(o.OutputPad, func(p int) bool { return p != 0 }) {
		o.OutputPad = nil
	}
	params := []*ir.Tensor{c.tensorOf(weights, dims)}
	if o.Bias {
		if bias := c.weights(2); bias != nil {
			params = append(params, c.tensorOf(bias, bias.shape()))
		}
	}
	c.emit(o, params...)
}

// settleOutput resolves the forms that give the output's extents instead of
// pads: auto_pad, by which they are the input's times the stride, and
// output_shape. An odd pad goes to the end with SAME_UPPER, else to the begin.
func (c *call) settleOutput(o *ir.Deconv, spatial, given []int) {
	rule := o.Same
	o.Same = ir.Explicit
	if c.failed() || rule == ir.Explicit && given == nil {
		return
	}
	if given != nil && len(given) != o.Axes() {
		c.unsupported("output_shape is %v; it must have one extent per spatial axis", given)
		return
	}
	for i, in := range spatial {
		if o.Stride[i] <= 0 || o.Dilation[i] <= 0 {
			c.invalid("strides and dilations must be positive")
			return
		}
		out := in * o.Stride[i]
		if given != nil {
			out = given[i]
		}
		total := (in-1)*o.Stride[i] + o.Extent(i) + o.OutputPad[i] - out
		if total < 0 {
			c.unsupported("the output of %d along axis %d is larger than what the kernels reach", out, 2+i)
			return
		}
		o.PadBegin[i], o.PadEnd[i] = total-total/2, total/2
		if rule == ir.SameUpper {
			o.PadBegin[i], o.PadEnd[i] = total/2, total-total/2
		}
	}
}

// writeDeconv writes ConvTranspose; where the channel axis is not 1, between two
// reshapings that make one batch axis of those before it.
func writeDeconv(l *lowering, o *ir.Deconv) error {
	x, out := l.in[0], l.out[0]
	axis, err := ir.Axis(o.Axis, len(x))
	if err != nil {
		return err
	}
	extra := o.OutputPad
	if len(extra) == 0 {
		extra = make([]int, o.Axes())
	}
	attributes := append(windowAttributes(o.Window, o.PadBegin, o.PadEnd),
		intsAttribute("dilations", o.Dilation...),
		intAttribute("group", o.Group),
		intsAttribute("output_padding", extra...))

	data := l.inputs[0]
	if axis != 1 {
		data = l.reshaped(data, append([]int{-1}, x[axis:]...))
	}
	inputs := []string{data, l.param(0, l.layer.Params[0].Shape...)}
	if o.Bias {
		inputs = append(inputs, l.param(1, o.OutChannels))
	}
	if axis == 1 {
		l.result("ConvTranspose", inputs, attributes...)
		return nil
	}
	l.reshapeResult(l.step("ConvTranspose", inputs, attributes...), append([]int{-1}, out[1:]...))
	return nil
}
