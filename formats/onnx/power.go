package onnx

import (
	"slices"

	"github.com/alexconv/alexconv/ir"
)

func readExp(c *call)        { c.emit(&ir.Exp{Scale: 1}) }
func readLog(c *call)        { c.emit(&ir.Log{Scale: 1}) }
func readNeg(c *call)        { c.emit(&ir.Power{Power: 1, Scale: -1}) }
func readReciprocal(c *call) { c.emit(&ir.Power{Power: -1, Scale: 1}) }

// readPow reads a power whose exponent is one constant number.
func readPow(c *call) {
	c.input(0)
	t := c.weights(1)
	if t != nil && t.shape().Elements() != 1 {
		c.unsupported("the exponent is %v; it must be one number", t.shape())
	}
	if c.opset < 7 {
		c.bool("broadcast", false)
		c.int("axis", 0)
	}
	if c.failed() || len(t.shape()) > len(c.shape(0)) {
		c.unsupported("the exponent has more axes than the base")
		return
	}
	if p := c.tensorOf(t, ir.Shape{}); p != nil {
		c.emit(&ir.Power{Power: p.Data[0], Scale: 1})
	}
}

func writePower(l *lowering, o *ir.Power) error {
	if value, ok := o.Constant(); ok {
		// Nothing is greater than itself, not even NaN.
		never := l.step("Greater", []string{l.inputs[0], l.inputs[0]})
		l.result("Add", []string{l.step("Cast", []string{never}, castTo(elementFloat)), l.scalar("value", value)})
		return nil
	}
	l.chain(link{"Mul", o.Scale}, link{"Add", o.Shift}, link{"Pow", o.Power})
	return nil
}

func writeExp(l *lowering, o *ir.Exp) error {
	inner, outer := o.Factors()
	l.chain(link{"Mul", inner}, link{op: "Exp"}, link{"Mul", outer})
	return nil
}

func writeLog(l *lowering, o *ir.Log) error {
	l.chain(link{"Mul", o.Scale}, link{"Add", o.Shift}, link{op: "Log"}, link{"Mul", o.Factor()})
	return nil
}

// link is one operation of a chain, with the number that Mul, Add and Pow take.
type link struct {
	op    string
	value float32
}

// neutral reports whether the link changes nothing.
func (k link) neutral() bool {
	switch k.op {
	case "Mul", "Pow":
		return k.value == 1
	case "Add":
		return k.value == 0
	}
	return false
}

// chain writes the links that change something, one after the other, from the
// layer's input to its output.
func (l *lowering) chain(links ...link) {
	links = slices.DeleteFunc(links, link.neutral)
	data := l.inputs[0]
	if len(links) == 0 {
		l.result("Identity", []string{data})
		return
	}
	for i, k := range links {
		inputs := []string{data}
		switch k.op {
		case "Mul":
			inputs = append(inputs, l.scalar("factor", k.value))
		case "Add":
			inputs = append(inputs, l.scalar("summand", k.value))
		case "Pow":
			inputs = append(inputs, l.scalar("exponent", k.value))
		}
		if i == len(links)-1 {
			l.result(k.op, inputs)
			return
		}
		data = l.step(k.op, inputs)
	}
}
