package onnx

import "github.com/alexconv/alexconv/ir"

// writeSPP writes a pooling and a Flatten for each level, and Concat.
func writeSPP(l *lowering, o *ir.SPP) error {
	var levels []string
	for level := range o.Levels {
		pool, err := o.Level(level, l.in[0])
		if err != nil {
			return err
		}
		kind, inputs, attributes, err := l.pooling(pool, planPool(pool, l.in[0][2:]))
		if err != nil {
			return err
		}
		if o.Levels == 1 {
			l.result(kind, inputs, attributes...)
			return nil
		}
		levels = append(levels, l.step("Flatten", []string{l.step(kind, inputs, attributes...)}, intAttribute("axis", 1)))
	}
	l.result("Concat", levels, intAttribute("axis", 1))
	return nil
}
