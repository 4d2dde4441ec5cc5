package onnx

import (
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// readBatchNormalization reads BatchNormalization as ir's BatchNorm and, unless
// its factors are all 1 and its summands all 0, a Scale after it.
func readBatchNormalization(c *call) {
	x := c.shape(0)
	gamma, beta, mean, variance := c.weights(1), c.weights(2), c.weights(3), c.weights(4)
	o := &ir.BatchNorm{Eps: c.float("epsilon", 1e-5)}
	c.float("momentum", 0.9) // concerns only training
	if c.opset < 9 && !c.bool("spatial", true) {
		c.unsupported("normalising each element by itself (spatial=0) is not supported")
	}
	if c.opset < 7 && !c.bool("is_test", false) {
		c.unsupported("batch normalisation in training (is_test=0) is not supported")
	}
	o.BatchStats = c.bool("training_mode", false)
	if c.failed() {
		return
	}
	channels := ir.Shape{1}
	if len(x) > 1 {
		channels[0] = x[1]
	}
	scale, bias := c.tensorOf(gamma, channels), c.tensorOf(beta, channels)
	params := []*ir.Tensor{c.tensorOf(mean, channels), c.tensorOf(variance, channels)}
	if c.failed() {
		return
	}
	if o.BatchStats {
		params = nil
	}
	if all(scale.Data, 1) && all(bias.Data, 0) {
		c.emit(o, params...)
		return
	}
	normal := c.between("normal")
	c.emitNode(&ir.Node{Op: o, Inputs: []*ir.Value{c.input(0)}, Outputs: []*ir.Value{normal}, Params: params})
	c.emitNode(&ir.Node{
		Name:    displayName(c.node) + "/scale",
		Op:      &ir.Scale{Axis: min(1, len(x)-1), NumAxes: 1, Bias: true},
		Inputs:  []*ir.Value{normal},
		Outputs: c.outputs(1),
		Params:  []*ir.Tensor{scale, bias},
	})
}

func all(data []float32, want float32) bool {
	return !slices.ContainsFunc(data, func(v float32) bool { return v != want })
}

// writeBatchNorm writes BatchNormalization with factors 1 and summands 0, and
// statistics of the input itself in steps.
func writeBatchNorm(l *lowering, o *ir.BatchNorm) error {
	if o.BatchStats {
		return l.batchStatistics(o)
	}
	x := l.in[0]
	data := l.inputs[0]
	if len(x) == 1 {
		data = l.reshaped(data, []int{-1, 1})
	}
	channels := l.layer.Params[0].Shape
	inputs := []string{
		data,
		l.floats("one", channels, slices.Repeat([]float32{1}, channels.Elements())...),
		l.floats("zero", channels, make([]float32, channels.Elements())...),
		l.param(0, channels...),
		l.param(1, channels...),
	}
	attributes := []*attribute{floatAttribute("epsilon", o.Eps), floatAttribute("momentum", 0.9)}
	switch {
	case l.opset < 9:
		attributes = append(attributes, intAttribute("spatial", 1))
	case l.opset >= 14:
		attributes = append(attributes, intAttribute("training_mode", 0))
	}
	if len(x) > 1 {
		l.result("BatchNormalization", inputs, attributes...)
		return nil
	}
	l.reshapeResult(l.step("BatchNormalization", inputs, attributes...), []int{-1})
	return nil
}

// batchStatistics writes (x - mean)/sqrt(variance + Eps) in steps.
func (l *lowering) batchStatistics(o *ir.BatchNorm) error {
	x := l.inputs[0]
	var axes []int
	for axis := range l.in[0] {
		if axis != 1 {
			axes = append(axes, axis)
		}
	}
	centred := l.step("Sub", []string{x, l.mean(x, axes)})
	variance := l.mean(l.step("Mul", []string{centred, centred}), axes)
	shifted := l.step("Add", []string{variance, l.scalar("epsilon", o.Eps)})
	l.result("Div", []string{centred, l.step("Sqrt", []string{shifted})})
	return nil
}
