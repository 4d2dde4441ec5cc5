package tf

import "github.com/alexconv/alexconv/ir"

func readRelu(c *call)      { c.emitSame(&ir.ReLU{}, c.any(0)) }
func readLeakyRelu(c *call) { c.emitSame(&ir.ReLU{Slope: c.float("alpha", 0.2)}, c.any(0)) }
func readSigmoid(c *call)   { c.emitSame(&ir.Sigmoid{}, c.any(0)) }
func readTanh(c *call)      { c.emitSame(&ir.Tanh{}, c.any(0)) }

func writeReLU(l *lowering, o *ir.ReLU) error {
	if o.Slope == 0 {
		l.result("Relu", l.inputs)
		return nil
	}
	l.result("LeakyRelu", l.inputs, floatAttribute("alpha", o.Slope))
	return nil
}

func writeSigmoid(l *lowering, _ *ir.Sigmoid) error {
	l.result("Sigmoid", l.inputs)
	return nil
}

func writeTanh(l *lowering, _ *ir.Tanh) error {
	l.result("Tanh", l.inputs)
	return nil
}

// writePReLU writes max(x, 0) - slope*max(-x, 0).
func writePReLU(l *lowering, o *ir.PReLU) error {
	x := l.inputs[0]
	slope, err := l.operand(0, "slope", 1)
	if err != nil {
		return err
	}
	positive := l.step("Relu", []string{x})
	// A product, because OpenCV does not know Neg.
	negated := l.step("Mul", []string{x, l.floats("sign", nil, -1)})
	negative := l.step("Relu", []string{negated})
	l.result("Sub", []string{positive, l.step("Mul", []string{negative, slope})})
	return nil
}
