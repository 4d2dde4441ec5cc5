package onnx

import (
	"slices"

	"github.com/alexconv/alexconv/formats/internal/wire"
	"github.com/alexconv/alexconv/ir"
)

// padInputs is the opset from which pads and value are inputs.
const padInputs = 11

// readPad reads Pad of mode constant.
func readPad(c *call) {
	x := c.shape(0)
	if mode := c.text("mode", "constant"); mode != "constant" {
		c.unsupported("padding of mode %s is not supported, only constant is", wire.Quote(mode))
	}
	pads := c.ints("pads")
	o := &ir.Pad{}
	if c.opset < padInputs {
		o.Value = c.float("value", 0)
	} else {
		pads = c.integers(1)
		if c.present(2) {
			if t := c.tensorOf(c.weights(2), ir.Shape{}); t != nil {
				o.Value = t.Data[0]
			}
		}
	}
	if c.present(3) {
		pads = c.padsOfAxes(pads, c.integers(3), len(x))
	}
	switch {
	case c.failed():
		return
	case len(pads) != 2*len(x):
		c.invalid("there are %d pads for an input of %v", len(pads), x)
	case slices.ContainsFunc(pads, func(p int) bool { return p < 0 }):
		c.unsupported("negative pads are not supported")
	case !slices.ContainsFunc(pads, func(p int) bool { return p > 0 }):
		c.conclude(c.input(0))
	default:
		o.Begin, o.End = pads[:len(x):len(x)], pads[len(x):]
		c.emit(o)
	}
}

// padsOfAxes spreads pads that are given for some axes over all.
func (c *call) padsOfAxes(pads, axes []int, rank int) []int {
	full := make([]int, 2*rank)
	if len(pads) != 2*len(axes) {
		c.invalid("there are %d pads for %d axes", len(pads), len(axes))
		return nil
	}
	for i, given := range axes {
		axis, err := ir.Axis(given, rank)
		if err != nil {
			c.fail(err)
			return nil
		}
		full[axis], full[rank+axis] = pads[i], pads[len(axes)+i]
	}
	return full
}

func writePad(l *lowering, o *ir.Pad) error {
	mode, pads := stringAttribute("mode", "constant"), slices.Concat(o.Begin, o.End)
	if l.opset < padInputs {
		l.result("Pad", l.inputs, mode, intsAttribute("pads", pads...), floatAttribute("value", o.Value))
		return nil
	}
	l.result("Pad", []string{l.inputs[0], l.integers("pads", pads...), l.scalar("padding", o.Value)}, mode)
	return nil
}
