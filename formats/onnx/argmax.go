package onnx

import "github.com/alexconv/alexconv/ir"

// writeArgMax writes TopK. Of equal values TopK puts the one with the smaller
// index first, so it is given the lists from behind where indices are wanted.
func writeArgMax(l *lowering, o *ir.ArgMax) error {
	if l.opset < 10 {
		return l.unsupported("the indices of the largest values need opset 10, this is %d", l.opset)
	}
	x := l.in[0]
	_, count, _, err := o.Lists(x)
	if err != nil {
		return err
	}
	data, axis := l.inputs[0], 1
	if o.Flat {
		data = l.reshaped(data, []int{0, -1})
	} else if axis, err = ir.Axis(o.Axis, len(x)); err != nil {
		return err
	}
	attributes := []*attribute{intAttribute("axis", axis)}
	if l.opset >= 11 {
		attributes = append(attributes, intAttribute("largest", 1), intAttribute("sorted", 1))
	}
	k := l.integers("k", o.TopK)
	if o.Values && !o.Flat {
		l.result("TopK", []string{data, k}, attributes...)
		l.second("indices")
		return nil
	}
	reversed := l.step("Slice", []string{data, l.integers("starts", -1), l.integers("ends", -count-1), l.integers("axes", axis), l.integers("steps", -1)})
	values := l.step("TopK", []string{reversed, k}, attributes...)
	behind := l.step("Cast", []string{l.second("indices")}, castTo(elementFloat))
	inputs := []string{l.scalar("last", float32(count-1)), behind}
	if !o.Flat {
		l.result("Sub", inputs)
		return nil
	}
	indices := l.step("Sub", inputs)
	dims := []int{0, 1, o.TopK}
	for len(dims) < len(x) {
		dims = append(dims, 1)
	}
	if !o.Values {
		l.reshapeResult(indices, dims)
		return nil
	}
	l.result("Concat", []string{l.reshaped(indices, dims), l.reshaped(values, dims)}, intAttribute("axis", 1))
	return nil
}

// second gives the last node another output inside the group.
func (l *lowering) second(suffix string) string {
	out := l.values.free(l.base() + "/" + suffix)
	last := l.nodes[len(l.nodes)-1]
	last.outputs = append(last.outputs, out)
	return out
}
