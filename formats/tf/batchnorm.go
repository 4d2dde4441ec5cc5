package tf

import (
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// readFusedBatchNorm reads FusedBatchNorm as ir's BatchNorm and, unless its
// factors are all 1 and its summands all 0, a Scale after it.
func readFusedBatchNorm(c *call) {
	c.channelsLast()
	x := c.shape(0)
	eps := c.float("epsilon", 1e-4)
	c.float("exponential_avg_factor", 1) // concerns only training
	if c.bool("is_training", true) {
		c.unsupported("batch normalisation in training is not supported")
	}
	if c.failed() {
		return
	}
	if len(x) != 4 {
		c.invalid("the input is %v; it must have 4 axes", x)
		return
	}
	channels := x[1]
	plain := c.holds(1, 1) && c.holds(2, 0)
	scale, offset := c.vector(1, channels), c.vector(2, channels)
	mean, variance := c.vector(3, channels), c.vector(4, channels)
	o := &ir.BatchNorm{Eps: eps}
	if c.failed() || plain {
		c.emit(o, mean, variance)
		return
	}
	normal := &ir.Value{Name: c.values.free(c.node.name + "/normal")}
	normal.Blob = normal.Name
	n := &ir.Node{
		Name: c.node.name + "/norm", Op: o, Inputs: []*ir.Value{c.input(0)}, Outputs: []*ir.Value{normal},
		Params: []*ir.Tensor{mean, variance},
	}
	if err := c.add(n, nil, nil); err != nil {
		c.fail(err)
		return
	}
	c.emitNode(&ir.Scale{Axis: 1, NumAxes: 1, Bias: true}, []*ir.Value{normal}, scale, offset)
}

// holds reports whether input i is a constant of one value throughout.
func (c *call) holds(i int, want float32) bool {
	t := c.constant(i)
	if t == nil {
		return false
	}
	list, err := t.asFloats()
	return err == nil && !slices.ContainsFunc(list, func(v float32) bool { return v != want })
}

// writeBatchNorm writes FusedBatchNormV3 with factors 1 and summands 0.
func writeBatchNorm(l *lowering, o *ir.BatchNorm) error {
	switch {
	case o.BatchStats:
		return l.unsupported("TensorFlow's form of a normalisation by the batch's own statistics is not supported")
	case len(l.in[0]) != 4:
		return l.unsupported("TensorFlow's FusedBatchNorm needs an image of 4 axes, the input is %v", l.in[0])
	}
	n := l.layer.Params[0].Shape.Elements()
	l.result("FusedBatchNormV3", []string{
		l.inputs[0],
		l.floats("scale", []int{n}, slices.Repeat([]float32{1}, n)...),
		l.floats("offset", []int{n}, make([]float32, n)...),
		l.param(0, "mean", plainLayout(n), n),
		l.param(1, "variance", plainLayout(n), n),
	}, floatAttribute("epsilon", o.Eps), boolAttribute("is_training", false), stringAttribute("data_format", "NHWC"), typeAttribute("U", typeFloat))
	return nil
}
