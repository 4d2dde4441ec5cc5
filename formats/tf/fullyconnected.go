package tf

import "github.com/alexconv/alexconv/ir"

// readMatMul reads a computed value of two axes times a constant matrix,
// (in, out) or, with transpose_b, (out, in). Where the value is a flattened
// image, the rows are converted from H, W, C to C, H, W.
func readMatMul(c *call) {
	in, weights := c.any(0), c.weights(1)
	turned := c.bool("transpose_b", false)
	if c.bool("transpose_a", false) {
		c.unsupported("a transposed first input is not supported")
	}
	if c.failed() {
		return
	}
	x, d := c.shapes[in.value], weights.dims
	if len(x) != 2 || len(d) != 2 {
		c.invalid("the input is %v, the weights are %v; both must have 2 axes", stored(x), d)
		return
	}
	image := ir.Shape{x[1], 1, 1}
	if in.order == rows {
		image = in.image
	}
	units := d[1]
	if turned {
		units = d[0]
	}
	if units*x[1] != d.Elements() || units == 0 {
		c.invalid("the input is %v, the weights are %v: the product has no meaning", x, d)
		return
	}
	o := &ir.FullyConnected{Units: units, Axis: 1, Transposed: !turned}
	shape := ir.Shape{x[1], units}
	if turned {
		shape = d
	}
	c.emitNode(o, []*ir.Value{in.value}, c.param(shape, piece{weights, matrixLayout(units, image, !turned, turned)}))
}

// writeFullyConnected writes MatMul and BiasAdd. An image in front is flattened
// as it is stored, and the rows of the matrix follow; from another axis than 1
// on, the product stands between reshapings.
func writeFullyConnected(l *lowering, o *ir.FullyConnected) error {
	x := l.in[0]
	axis, err := ir.Axis(o.Axis, len(x))
	if err != nil {
		return err
	}
	data, image := l.inputs[0], ir.Shape{x[axis:].Elements(), 1, 1}
	between := axis != 1
	switch in := l.input(0); {
	case in.order == rows:
		image = in.image
	case axis == 1 && len(x) == 4:
		image = x[1:]
		data = l.reshaped(false, data, x[0], image.Elements())
	case between || len(x) != 2:
		data = l.reshaped(false, l.planes(0), x[:axis].Elements(), image.Elements())
	}
	weights := l.param(0, "weights", matrixLayout(o.Units, image, o.Transposed, false), image.Elements(), o.Units)
	y := l.chain(!between && !o.Bias, "MatMul", []string{data, weights}, boolAttribute("transpose_a", false), boolAttribute("transpose_b", false))
	if o.Bias {
		y = l.chain(!between, "BiasAdd", []string{y, l.bias(1)}, stringAttribute("data_format", "NHWC"))
	}
	if between {
		l.fromPlanes(y)
	}
	return nil
}
