package onnx

import "github.com/alexconv/alexconv/ir"

// writeEmbed writes Gather from the table by the input's whole numbers.
func writeEmbed(l *lowering, o *ir.Embed) error {
	indices := l.step("Cast", l.inputs, castTo(elementInt64))
	inputs := []string{l.param(0, o.Entries, o.Units), indices}
	rows := intAttribute("axis", 0)
	if !o.Bias {
		l.result("Gather", inputs, rows)
		return nil
	}
	l.result("Add", []string{l.step("Gather", inputs, rows), l.param(1, o.Units)})
	return nil
}
