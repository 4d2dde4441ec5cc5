package onnx

import (
	"math"

	"github.com/alexconv/alexconv/ir"
)

func readAbs(c *call)      { c.emit(&ir.Abs{}) }
func readElu(c *call)      { c.emit(&ir.ELU{Alpha: c.float("alpha", 1)}) }
func readSoftplus(c *call) { c.emit(&ir.Softplus{}) }

// readSqrt reads a square root as a power.
func readSqrt(c *call) { c.emit(&ir.Power{Power: .5, Scale: 1}) }

// readCast reads a cast of a value to the type that every value has.
func readCast(c *call) {
	if to := elementType(c.int("to", 0)); to != elementFloat {
		c.unsupported("a cast of a computed value to %v is not supported", to)
		return
	}
	c.conclude(c.input(0))
}

func writeAbs(l *lowering, _ *ir.Abs) error {
	l.result("Abs", l.inputs)
	return nil
}

func writeELU(l *lowering, o *ir.ELU) error {
	l.result("Elu", l.inputs, floatAttribute("alpha", o.Alpha))
	return nil
}

func writeSoftplus(l *lowering, _ *ir.Softplus) error {
	l.result("Softplus", l.inputs)
	return nil
}

func writeSwish(l *lowering, o *ir.Swish) error {
	x := l.inputs[0]
	scaled := x
	if o.Beta != 1 {
		scaled = l.step("Mul", []string{x, l.scalar("beta", o.Beta)})
	}
	l.result("Mul", []string{x, l.step("Sigmoid", []string{scaled})})
	return nil
}

// clipInputs is the opset from which the limits of Clip are inputs.
const clipInputs = 11

// readClip reads Clip, whose limits are optional.
func readClip(c *call) {
	o := &ir.Clip{Min: -math.MaxFloat32, Max: math.MaxFloat32}
	if c.opset < clipInputs {
		o.Min, o.Max = c.float("min", o.Min), c.float("max", o.Max)
	}
	for i, limit := range []*float32{&o.Min, &o.Max} {
		if c.opset < clipInputs || !c.present(1+i) {
			continue
		}
		if t := c.tensorOf(c.weights(1+i), ir.Shape{}); t != nil {
			*limit = t.Data[0]
		}
	}
	if o.Min > o.Max {
		c.unsupported("the minimum %v exceeds the maximum %v: runtimes differ on which holds", o.Min, o.Max)
	}
	c.emit(o)
}

// writeClip writes crossed limits, of which the minimum holds, as two that are
// equal.
func writeClip(l *lowering, o *ir.Clip) error {
	high := o.Max
	if o.Min > high {
		high = o.Min
	}
	if l.opset < clipInputs {
		l.result("Clip", l.inputs, floatAttribute("min", o.Min), floatAttribute("max", high))
		return nil
	}
	l.result("Clip", []string{l.inputs[0], l.scalar("min", o.Min), l.scalar("max", high)})
	return nil
}

func writeThreshold(l *lowering, o *ir.Threshold) error {
	l.result("Cast", []string{l.step("Greater", []string{l.inputs[0], l.scalar("limit", o.Limit)})}, castTo(elementFloat))
	return nil
}

func castTo(kind elementType) *attribute { return intAttribute("to", int(kind)) }
