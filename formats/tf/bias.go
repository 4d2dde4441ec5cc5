package tf

import "github.com/alexconv/alexconv/ir"

// readBiasAdd reads the bias of what is in front, else a sum with one value per
// channel.
func readBiasAdd(c *call) {
	c.channelsLast()
	if len(c.node.inputs) != 2 || c.constant(1) == nil {
		c.unsupported("the bias must be a constant")
		return
	}
	if !foldBias(c, 1) {
		c.shiftBy(itself)
	}
}

// shiftBy makes a Bias of a value and a function of a constant.
func (c *call) shiftBy(f func(float32) float32) {
	in, constant, o := c.valueAndConstant()
	if c.failed() {
		return
	}
	c.emitIn(&ir.Bias{Axis: o.axis, NumAxes: len(o.shape)}, []*ir.Value{in.value}, &in, mapped(constant, f))
}

func itself(v float32) float32   { return v }
func negative(v float32) float32 { return -v }

// writeBias writes AddV2.
func writeBias(l *lowering, o *ir.Bias) error {
	if len(l.inputs) != 1 {
		return l.unsupported("TensorFlow's form of a sum with a smaller value is not supported")
	}
	summand, err := l.operand(0, "bias", o.Axis)
	if err != nil {
		return err
	}
	l.result("AddV2", []string{l.inputs[0], summand})
	return nil
}
