package onnx

import (
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// readGemm reads alpha*A*B + beta*C with a computed A of two axes and constant
// B and C; alpha and beta other than 1 are multiplied into the weights. A C that
// differs from row to row is added afterwards.
func readGemm(c *call) {
	x, weights := c.shape(0), c.weights(1)
	alpha, beta := c.float("alpha", 1), c.float("beta", 1)
	if c.opset < 7 {
		c.bool("broadcast", false)
	}
	flip, transposed := c.bool("transA", false), !c.bool("transB", false)
	if c.failed() {
		return
	}
	dims := weights.shape()
	if len(x) != 2 || len(dims) != 2 {
		c.invalid("the input is %v, the weights are %v; both must have 2 axes", x, dims)
		return
	}
	rows := x[0]
	var before, after []stage
	if flip {
		rows, before = x[1], []stage{{suffix: "flipped", op: &ir.Transpose{Order: []int{1, 0}}}}
	}
	o := &ir.FullyConnected{Units: dims[0], Axis: 1, Transposed: transposed}
	if transposed {
		o.Units = dims[1]
	}
	params := []*ir.Tensor{c.scaled(c.tensorOf(weights, dims), alpha)}
	if c.present(2) {
		summand := c.weights(2)
		switch {
		case c.failed() || beta == 0:
		case isRow(summand.shape(), o.Units) || summand.shape().Elements() == 1:
			o.Bias = true
			params = append(params, c.scaled(c.bias(2, o.Units), beta))
		default:
			at := c.align(ir.Shape{rows, o.Units}, summand.shape())
			after = []stage{{op: &ir.Bias{Axis: at.axis, NumAxes: len(at.shape)}, params: []*ir.Tensor{c.scaled(c.filled(summand, at), beta)}}}
		}
	}
	if c.failed() {
		return
	}
	c.conclude(c.input(0), slices.Concat(before, []stage{{suffix: "product", op: o, params: params}}, after)...)
}

// bias gives constant input i as one value per unit.
func (c *call) bias(i, units int) *ir.Tensor {
	t := c.weights(i)
	if t == nil || c.failed() {
		return nil
	}
	shape := ir.Shape{units}
	switch dims := t.shape(); {
	case isRow(dims, units):
		return c.tensorOf(t, shape)
	case dims.Elements() == 1:
		one := c.tensorOf(t, ir.Shape{})
		if one == nil {
			return nil
		}
		return &ir.Tensor{Shape: shape, Data: slices.Repeat(one.Data, units)}
	}
	c.unsupported("the bias is %v; it must have one value per output, %d", t.shape(), units)
	return nil
}

// isRow reports whether the last of dims is n and all others are 1.
func isRow(dims ir.Shape, n int) bool {
	return len(dims) > 0 && dims[len(dims)-1] == n && dims.Elements() == n
}

// scaled is the tensor times a factor, itself for 1.
func (c *call) scaled(t *ir.Tensor, factor float32) *ir.Tensor {
	if factor == 1 || t == nil {
		return t
	}
	return mapped(t, func(v float32) float32 { return v * factor })
}

// mapped is a tensor of its own with f applied to each element.
func mapped(t *ir.Tensor, f func(float32) float32) *ir.Tensor {
	m := ir.NewTensor(t.Shape...)
	for i, v := range t.Data {
		m.Data[i] = f(v)
	}
	return m
}

// readMatMul reads a computed value times a constant matrix (in, out).
func readMatMul(c *call) {
	x, weights := c.shape(0), c.weights(1)
	if c.failed() {
		return
	}
	dims := weights.shape()
	if len(dims) != 2 || len(x) == 0 {
		c.unsupported("the input is %v, the weights are %v; they must have 2 axes", x, dims)
		return
	}
	c.emit(&ir.FullyConnected{Units: dims[1], Axis: len(x) - 1, Transposed: true}, c.tensorOf(weights, dims))
	if !c.failed() {
		n := c.made[0]
		c.products[n.Outputs[0]] = n
	}
}

// addBias makes an Add the bias of the MatMul before it, if nothing else reads
// that product and the constant has one value per unit.
func addBias(c *call) bool {
	for i := range 2 {
		if !c.present(i) || c.constant(1-i) == nil {
			continue
		}
		product := c.values[c.node.inputs[i]]
		n := c.products[product]
		if n == nil || c.uses[product.Name] != 1 {
			continue
		}
		o := *n.Op.(*ir.FullyConnected)
		t := c.constant(1 - i)
		if !isRow(t.shape(), o.Units) || len(t.shape()) > len(c.shapes[product]) {
			continue
		}
		bias, out := c.tensorOf(t, ir.Shape{o.Units}), c.outputs(1)
		c.input(i)
		if c.failed() {
			return true
		}
		o.Bias = true
		n.Op, n.Outputs, n.Params = &o, out, append(n.Params, bias)
		c.shapes[out[0]], c.values[out[0].Name] = c.shapes[product], out[0]
		delete(c.products, product)
		return true
	}
	return false
}

// writeFullyConnected writes Gemm, behind a Flatten where the input has more
// than two axes; from another axis than 1 on, between two reshapings.
func writeFullyConnected(l *lowering, o *ir.FullyConnected) error {
	x, out := l.in[0], l.out[0]
	axis, err := ir.Axis(o.Axis, len(x))
	if err != nil {
		return err
	}
	data := l.inputs[0]
	switch {
	case axis != 1:
		data = l.reshaped(data, []int{-1, x[axis:].Elements()})
	case len(x) > 2:
		data = l.step("Flatten", []string{data}, intAttribute("axis", 1))
	}
	inputs := []string{data, l.param(0, l.layer.Params[0].Shape...)}
	switch {
	case o.Bias:
		inputs = append(inputs, l.param(1, o.Units))
	case l.opset < 11:
		inputs = append(inputs, l.floats("zero", []int{o.Units}, make([]float32, o.Units)...))
	}
	attributes := []*attribute{
		floatAttribute("alpha", 1),
		floatAttribute("beta", 1),
		intAttribute("transA", 0),
		boolAttribute("transB", !o.Transposed),
	}
	if axis == 1 {
		l.result("Gemm", inputs, attributes...)
		return nil
	}
	l.reshapeResult(l.step("Gemm", inputs, attributes...), append([]int{-1}, out[1:]...))
	return nil
}
