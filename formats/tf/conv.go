package tf

import (
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// readConv2D reads Conv2D with constant filters (kh, kw, in, out); where in
// divides the input's channels, it is a convolution in groups.
func readConv2D(c *call) {
	weights := c.weights(1)
	if c.failed() {
		return
	}
	d := weights.dims
	if len(d) != 4 || d.Elements() == 0 {
		c.invalid("the filters are %v; they need 4 axes", d)
		return
	}
	value, w := c.window([]int{d[0], d[1]}, isZero)
	if c.failed() {
		return
	}
	x := c.shapes[value]
	if x[1]%d[2] != 0 {
		c.invalid("the filters are %v, the input has %d channels", d, x[1])
		return
	}
	shape := ir.Shape{d[3], d[2], d[0], d[1]}
	o := &ir.Conv{OutChannels: d[3], Window: w, Group: x[1] / d[2], Axis: 1}
	c.emitNode(o, []*ir.Value{value}, c.param(shape, piece{weights, filterLayout(shape, 0, 1)}))
}

// readDepthwise reads DepthwiseConv2dNative with filters (kh, kw, in,
// multiplier), which lie as those of a convolution in as many groups as
// channels do.
func readDepthwise(c *call) {
	weights := c.weights(1)
	if c.failed() {
		return
	}
	d := weights.dims
	if len(d) != 4 || d.Elements() == 0 {
		c.invalid("the filters are %v; they need 4 axes", d)
		return
	}
	value, w := c.window([]int{d[0], d[1]}, isZero)
	if c.failed() {
		return
	}
	if x := c.shapes[value]; x[1] != d[2] {
		c.invalid("the filters are %v, the input has %d channels", d, x[1])
		return
	}
	shape := ir.Shape{d[2] * d[3], 1, d[0], d[1]}
	o := &ir.Conv{OutChannels: shape[0], Window: w, Group: d[2], Axis: 1}
	c.emitNode(o, []*ir.Value{value}, c.param(shape, piece{weights, filterLayout(shape, 0, 1)}))
}

func isZero(v float32) bool { return v == 0 }

// writeConv writes Conv2D: in groups as a Split, one Conv2D each and a
// ConcatV2, and with one channel in each group as DepthwiseConv2dNative. A
// BiasAdd follows.
func writeConv(l *lowering, o *ir.Conv) error {
	x := l.in[0]
	axis, err := ir.Axis(o.Axis, len(x))
	if err != nil {
		return err
	}
	if len(x) != 4 || axis != 1 {
		return l.unsupported("TensorFlow's Conv2D needs a batch, channels, height and width; the input is %v, with its channels at axis %d", x, axis)
	}
	rule, begin, end := "EXPLICIT", []int{0, 0}, []int{0, 0}
	for i, in := range x[2:] {
		begin[i], end[i] = o.Pads(i, in)
		// ir's division rounds towards zero, TensorFlow's down.
		end[i] += max(o.Extent(i)-(in+begin[i]+end[i]), 0)
	}
	switch {
	case o.Same == ir.SameUpper:
		rule = "SAME"
	case slices.Max(begin) == 0 && slices.Max(end) == 0:
		rule = "VALID"
	}
	attributes := append(windowAttributes(o.Window, rule, begin, end),
		intsAttribute("dilations", 1, o.Dilation[0], o.Dilation[1], 1))

	filters := l.layer.Params[0].Shape
	last := !o.Bias
	var y string
	switch {
	case o.Group == 1:
		weights := l.param(0, "weights", filterLayout(filters, 0, 1), filters[2], filters[3], filters[1], filters[0])
		y = l.chain(last, "Conv2D", []string{l.inputs[0], weights}, attributes...)
	case o.Group == x[1] && o.Stride[0] == o.Stride[1]:
		weights := l.param(0, "weights", filterLayout(filters, 0, 1), filters[2], filters[3], x[1], filters[0]/x[1])
		y = l.chain(last, "DepthwiseConv2dNative", []string{l.inputs[0], weights}, attributes...)
	default:
		y = l.grouped(last, o, attributes)
	}
	if o.Bias {
		l.result("BiasAdd", []string{y, l.bias(1)}, stringAttribute("data_format", "NHWC"))
	}
	return nil
}

func (l *lowering) grouped(last bool, o *ir.Conv, attributes []*attribute) string {
	split := l.step("Split", []string{l.integers("split_dim", nil, 3), l.inputs[0]}, intAttribute("num_split", o.Group))
	part := l.layer.Params[0].Shape.Clone()
	part[0] /= o.Group
	var pieces []string
	for i := range o.Group {
		weights := l.param(0, "weights", filterLayout(part, i, o.Group), part[2], part[3], part[1], part[0])
		pieces = append(pieces, l.step("Conv2D", []string{portName(split, i), weights}, attributes...))
	}
	return l.joined(last, pieces, 3)
}

// bias gives the constant that holds parameter i, one value per channel.
func (l *lowering) bias(i int) string {
	n := l.layer.Params[i].Shape.Elements()
	return l.param(i, "biases", plainLayout(n), n)
}

// foldBias makes constant input at the bias of the convolution or matrix
// product that input 1-at is, if nothing else reads that and there is one value
// per channel.
func foldBias(c *call, at int) bool {
	name := c.node.inputs[1-at]
	before, ok := c.refs[name]
	t := c.constants[c.node.inputs[at]]
	if !ok || t == nil || !c.only(1-at) {
		return false
	}
	n := c.producers[before.value]
	if n == nil {
		return false
	}
	var op ir.Op
	var channels int
	switch o := n.Op.(type) {
	case *ir.Conv:
		biased := *o
		biased.Bias, channels, op = true, o.OutChannels, &biased
		ok = !o.Bias
	case *ir.FullyConnected:
		biased := *o
		biased.Bias, channels, op = true, o.Units, &biased
		ok = !o.Bias
	default:
		return false
	}
	d := t.dims
	if !ok || len(d) == 0 || len(d) > len(c.shapes[before.value]) || d[len(d)-1] != channels || d.Elements() != channels {
		return false
	}
	bias := c.vector(at, channels)
	c.any(1 - at)
	if c.failed() {
		return true
	}
	out := c.newValues(c.node, []string{c.node.name})
	n.Name, n.Op, n.Outputs, n.Params = layerName(c.node), op, out, append(slices.Clip(n.Params), bias)
	c.shapes[out[0]], c.refs[c.node.name], c.producers[out[0]] = c.shapes[before.value], before.to(out[0]), n
	delete(c.refs, name)
	return true
}

// foldGroups makes one convolution in groups of a ConcatV2 over channels of
// convolutions that are alike, each of which reads its piece of one Slice into
// equal parts, if nothing else reads what lies between.
func foldGroups(c *call, inputs []ref) bool {
	groups := len(inputs)
	var slice *ir.Node
	var first *ir.Conv
	pieces, biases := []piece(nil), []piece(nil)
	made := make(map[*ir.Node]bool)
	for i, in := range inputs {
		n := c.producers[in.value]
		if n == nil {
			return false
		}
		o, ok := n.Op.(*ir.Conv)
		if !ok || made[n] || !c.only(i) || o.Group != 1 || len(n.Inputs) != 1 {
			return false
		}
		from := c.producers[n.Inputs[0]]
		if from == nil {
			return false
		}
		if _, ok := from.Op.(*ir.Slice); !ok || len(from.Outputs) != groups || from.Outputs[i] != n.Inputs[0] {
			return false
		}
		if i == 0 {
			slice, first = from, o
		}
		if from != slice || !sameOp(o, first) || !c.shapes[n.Inputs[0]].Equal(c.shapes[slice.Outputs[0]]) {
			return false
		}
		made[n] = true
		shape := n.Params[0].Shape
		weights := c.origins[n.Params[0]]
		if len(weights) != 1 {
			return false
		}
		pieces = append(pieces, piece{weights[0].tensor, filterLayout(shape, i, groups)})
		if o.Bias {
			bias := c.origins[n.Params[1]][0]
			bias.layout.part, bias.layout.parts = i, groups
			biases = append(biases, bias)
		}
	}
	if axis, _ := ir.Axis(slice.Op.(*ir.Slice).Axis, 4); axis != 1 || len(c.shapes[slice.Inputs[0]]) != 4 || c.slicedElsewhere(slice) {
		return false
	}
	o := *first
	o.Group, o.OutChannels = groups, groups*first.OutChannels
	shape := pieces[0].layout
	params := []*ir.Tensor{c.param(ir.Shape{o.OutChannels, shape.i, shape.h, shape.w}, pieces...)}
	if o.Bias {
		params = append(params, c.param(ir.Shape{o.OutChannels}, biases...))
	}
	c.graph.Nodes = slices.DeleteFunc(c.graph.Nodes, func(n *ir.Node) bool { return made[n] || n == slice })
	c.emitNode(&o, slice.Inputs, params...)
	return true
}

// slicedElsewhere reports whether a piece of a slice has other than one reader.
func (c *call) slicedElsewhere(slice *ir.Node) bool {
	for name, r := range c.refs {
		if slices.Contains(slice.Outputs, r.value) && c.uses[name] != 1 {
			return true
		}
	}
	return false
}
