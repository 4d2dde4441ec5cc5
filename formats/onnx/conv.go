package onnx

import "github.com/alexconv/alexconv/ir"

// readConv reads Conv with constant weights (out, in/group, kernel...).
func readConv(c *call) {
	x, weights := c.shape(0), c.weights(1)
	if c.failed() {
		return
	}
	dims := weights.shape()
	if len(dims) < 3 {
		c.invalid("the weights are %v; they need at least 3 axes", dims)
		return
	}
	if len(x) != len(dims) {
		c.invalid("the input is %v, the weights are %v: the number of axes must agree", x, dims)
		return
	}
	kernel := []int(dims[2:])
	if given := c.ints("kernel_shape"); given != nil && !ir.Shape(given).Equal(kernel) {
		c.invalid("kernel_shape is %v, the weights are %v", given, dims)
	}
	o := &ir.Conv{
		OutChannels: dims[0],
		Window:      c.window(kernel),
		Group:       c.int("group", 1),
		Axis:        1,
		Bias:        c.present(2),
	}
	c.fits(o.Window, x[2:])
	params := []*ir.Tensor{c.tensorOf(weights, dims)}
	if o.Bias {
		if bias := c.weights(2); bias != nil {
			params = append(params, c.tensorOf(bias, bias.shape()))
		}
	}
	c.emit(o, params...)
}

// writeConv writes Conv; where the channel axis is not 1, between two
// reshapings that make one batch axis of those before it.
func writeConv(l *lowering, o *ir.Conv) error {
	x, out := l.in[0], l.out[0]
	axis, err := ir.Axis(o.Axis, len(x))
	if err != nil {
		return err
	}
	spatial := x[axis+1:]
	begin, end := make([]int, o.Axes()), make([]int, o.Axes())
	for i := range o.Kernel {
		begin[i], end[i] = o.Pads(i, spatial[i])
		// ir's division rounds towards zero, ONNX's down.
		end[i] += max(o.Extent(i)-(spatial[i]+begin[i]+end[i]), 0)
	}
	attributes := append(windowAttributes(o.Window, begin, end),
		intsAttribute("dilations", o.Dilation...),
		intAttribute("group", o.Group))

	data := l.inputs[0]
	if axis != 1 {
		data = l.reshaped(data, append([]int{-1}, x[axis:]...))
	}
	inputs := []string{data, l.param(0, l.layer.Params[0].Shape...)}
	if o.Bias {
		inputs = append(inputs, l.param(1, o.OutChannels))
	}
	if axis == 1 {
		l.result("Conv", inputs, attributes...)
		return nil
	}
	l.reshapeResult(l.step("Conv", inputs, attributes...), append([]int{-1}, out[1:]...))
	return nil
}
