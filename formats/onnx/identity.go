package onnx

import "github.com/alexconv/alexconv/ir"

// readDropout reads Dropout as inference sees it. Ratio and training_mode are
// inputs from opset 12 on.
func readDropout(c *call) {
	ratio := float32(0.5)
	if c.opset < 12 {
		ratio = c.float("ratio", ratio)
	} else {
		c.int("seed", 0)
	}
	if c.opset < 7 {
		c.bool("is_test", false)
	}
	if c.present(1) {
		if t := c.tensorOf(c.weights(1), ir.Shape{}); t != nil {
			ratio = t.Data[0]
		}
	}
	if c.present(2) {
		if training := c.integers(2); len(training) != 1 || training[0] != 0 {
			c.unsupported("dropout in training mode is not supported")
		}
	}
	c.emit(&ir.Dropout{Ratio: ratio})
}

func writeDropout(l *lowering, o *ir.Dropout) error {
	if l.opset < 12 {
		l.result("Dropout", l.inputs, floatAttribute("ratio", o.Ratio))
		return nil
	}
	l.result("Dropout", []string{l.inputs[0], l.scalar("ratio", o.Ratio)})
	return nil
}

// readIdentity reads a copy of a value as a split into one, and gives a
// constant a second name.
func readIdentity(c *call) {
	t := c.constant(0)
	if t == nil {
		c.emit(&ir.Split{Copies: 1})
		return
	}
	c.define(t)
}

// define makes the output a name of a constant.
func (c *call) define(t *tensor) {
	if c.failed() {
		return
	}
	if len(c.node.outputs) != 1 {
		c.invalid("has %d outputs instead of 1", len(c.node.outputs))
		return
	}
	c.constants[c.node.outputs[0]] = t
}

// writeCopies writes one Identity per copy.
func writeCopies(l *lowering, _ *ir.Split) error {
	for _, out := range l.outputs {
		l.add("Identity", l.base(), l.inputs, out, nil)
	}
	return nil
}

// readConstant reads the forms of Constant that hold numbers.
func readConstant(c *call) {
	name := displayName(c.node)
	var t *tensor
	switch {
	case c.has("value"):
		t = c.tensor("value")
	case c.has("value_float"):
		t = floatTensor(name, nil, []float32{c.float("value_float", 0)})
	case c.has("value_floats"):
		if a := c.take("value_floats", typeFloats); a != nil {
			t = floatTensor(name, []int{len(a.floats)}, a.floats)
		}
	case c.has("value_int"):
		if a := c.take("value_int", typeInt); a != nil {
			t = &tensor{name: name, kind: elementInt64, ints: []int64{a.int}}
		}
	case c.has("value_ints"):
		if a := c.take("value_ints", typeInts); a != nil {
			t = intTensor(name, a.ints)
		}
	}
	if t == nil {
		c.unsupported("the constant holds no numbers")
		return
	}
	if t.name == "" {
		t.name = name
	}
	c.define(t)
}
