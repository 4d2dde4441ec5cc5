package onnx

import "github.com/alexconv/alexconv/ir"

// writeArgMax writes TopK. Of equal values TopK puts the one with the smaller
// index first, so it is given the lists from behind where indices are wanted.
func writeArgMax(l *lowering, o *ir.ArgMax) error {
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
	var k []string
	if l.opset < 10 {
		attributes = append(attributes, intAttribute("k", o.TopK))
	} else {
		k = []string{l.integers("k", o.TopK)}
	}
	if o.Values && !o.Flat {
		l.result("TopK", append([]string{data}, k...), attributes...)
		l.second("indices")
		return nil
	}
	values := l.step("TopK", append([]string{l.reversed(data, axis, count)}, k...), attributes...)
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

// reversed gives a value with the entries along an axis in the opposite order.
// Slice has steps from opset 10 on.
func (l *lowering) reversed(data string, axis, count int) string {
	if l.opset < 10 {
		order := make([]int, count)
		for i := range order {
			order[i] = count - 1 - i
		}
		return l.step("Gather", []string{data, l.integers("order", order...)}, intAttribute("axis", axis))
	}
	return l.step("Slice", []string{data, l.integers("starts", -1), l.integers("ends", -count-1), l.integers("axes", axis), l.integers("steps", -1)})
}

// second gives the last node another output inside the group.
func (l *lowering) second(suffix string) string {
	out := l.values.free(l.base() + "/" + suffix)
	last := l.nodes[len(l.nodes)-1]
	last.outputs = append(last.outputs, out)
	return out
}
