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
		pooled, err := l.pooled(pool, o.Levels == 1)
		if err != nil {
			return err
		}
		if o.Levels > 1 {
			levels = append(levels, l.step("Flatten", []string{pooled}, intAttribute("axis", 1)))
		}
	}
	if o.Levels > 1 {
		l.result("Concat", levels, intAttribute("axis", 1))
	}
	return nil
}
