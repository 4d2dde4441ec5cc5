package onnx

import "github.com/alexconv/alexconv/ir"

// writeCrop writes Slice with the extents that the second input has.
func writeCrop(l *lowering, o *ir.Crop) error {
	axis, err := ir.Axis(o.Axis, len(l.in[0]))
	if err != nil {
		return err
	}
	var axes, starts, ends []int
	for i := axis; i < len(l.in[0]); i++ {
		start := o.Offset(i - axis)
		axes, starts, ends = append(axes, i), append(starts, start), append(ends, start+l.out[0][i])
	}
	if l.opset < 10 {
		l.result("Slice", l.inputs[:1], intsAttribute("axes", axes...), intsAttribute("starts", starts...), intsAttribute("ends", ends...))
		return nil
	}
	l.result("Slice", []string{l.inputs[0], l.integers("starts", starts...), l.integers("ends", ends...), l.integers("axes", axes...)})
	return nil
}
