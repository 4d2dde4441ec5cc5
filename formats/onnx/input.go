package onnx

import "github.com/alexconv/alexconv/formats/internal/wire"

import "github.com/alexconv/alexconv/ir"

// addInput reads a graph input: float32, every axis known but the batch.
func (r *reader) addInput(v *valueInfo, given map[string]int) error {
	fail := func(kind error, format string, args ...any) error {
		return ir.Errorf(kind, "onnx: input %s: %w", wire.Quote(v.name), ir.Errorf(kind, format, args...))
	}
	switch {
	case v.name == "":
		return ir.Errorf(ir.ErrInvalid, "onnx: an input has no name")
	case v.kind != elementFloat:
		return fail(ir.ErrUnsupported, "it holds %v values; only float32 is supported", v.kind)
	case !v.ranked:
		return fail(ir.ErrUnsupported, "its shape is not given")
	}
	var shape ir.Shape
	for axis, d := range v.dims {
		size, ok := given[d.param]
		switch {
		case d.param != "" && ok:
		case d.known && d.value > 0 && d.value <= ir.MaxElements:
			size = int(d.value)
		case axis == 0 && (!d.known || d.value == 0 || d.value == -1):
			size = 1
		case d.known:
			return fail(ir.ErrInvalid, "axis %d has the size %d", axis, d.value)
		case d.param != "":
			return fail(ir.ErrUnsupported, "axis %d is the symbolic %s, whose size is not given", axis, wire.Quote(d.param))
		default:
			return fail(ir.ErrUnsupported, "the size of axis %d is not given", axis)
		}
		shape = append(shape, size)
	}
	n := &ir.Node{Name: v.name, Op: &ir.Input{Shape: shape}, Outputs: []*ir.Value{r.newValue(v.name)}}
	var m valueMark
	if m.parse(v.doc) && m.Layer != nil {
		n.Name = *m.Layer
	}
	if r.values[v.name] != nil {
		return ir.Errorf(ir.ErrInvalid, "onnx: input %s is declared twice", wire.Quote(v.name))
	}
	if err := r.add(n); err != nil {
		return fail(ir.ErrInvalid, "%w", err)
	}
	return nil
}
