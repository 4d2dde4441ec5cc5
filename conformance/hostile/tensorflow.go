package hostile

import "slices"

func tfNode(name, op string, inputs []string, attributes ...[]byte) []byte {
	b := slices.Concat(text(1, name), text(2, op))
	for _, in := range inputs {
		b = append(b, text(3, in)...)
	}
	for _, a := range attributes {
		b = append(b, field(5, a)...)
	}
	return field(1, b)
}

// tfAttribute is an entry of a node's map of attributes.
func tfAttribute(key string, value []byte) []byte {
	return slices.Concat(text(1, key), field(2, value))
}

func tfDims(dims ...uint64) []byte {
	var b []byte
	for _, d := range dims {
		b = append(b, field(2, number(1, d))...)
	}
	return b
}

func tfFloat() []byte { return tfAttribute("dtype", number(6, 1)) }

func tfPlaceholder() []byte {
	return tfNode("x", "Placeholder", nil, tfFloat(), tfAttribute("shape", field(7, tfDims(1, 3))))
}

// tfConstant is a weight of the given shape with the parts of its TensorProto.
func tfConstant(dims []byte, parts ...[]byte) []byte {
	return tfNode("w", "Const", nil, tfFloat(), tfAttribute("value", field(8, number(1, 1), field(2, dims), slices.Concat(parts...))))
}

func tfProduct() []byte {
	return tfNode("y", "MatMul", []string{"x", "w"}, tfAttribute("T", number(6, 1)))
}

func tfWhole() []byte {
	return slices.Concat(tfPlaceholder(), tfConstant(tfDims(3, 2), field(4, floats(6))), tfProduct())
}

func tensorflowCases() []Case {
	x := func(name string, model []byte, says string) Case { return digests(name, "x.pb", model, says) }
	cases := []Case{
		x("an operation that runs a program", slices.Concat(tfPlaceholder(), tfNode("y", "PyFunc", []string{"x"})), `: layer "y": operation "PyFunc" is not supported`),
		x("an operation that reads a file", slices.Concat(tfPlaceholder(), tfNode("y", "ReadFile", []string{"x"})), `: layer "y": operation "ReadFile" is not supported`),
		x("variables that are not frozen", slices.Concat(tfPlaceholder(), tfNode("w", "VariableV2", nil), tfProduct()), `: layer "w": operation "VariableV2" is not supported`),
		x("a constant without its values", slices.Concat(tfPlaceholder(), tfConstant(tfDims(3, 2), field(4, floats(5))), tfProduct()), `: tf: byte 102: node "w": attribute "value": float32 of 3x2 needs 24 bytes of tensor_content, 20 are present`),
		x("a constant whose product overflows", slices.Concat(tfPlaceholder(), tfConstant(tfDims(1<<32, 1<<32), field(4, floats(6))), tfProduct()), `: tf: byte 110: node "w": attribute "value": dimension 4294967296 is out of range`),
		x("a constant that repeats its last value to gigabytes", slices.Concat(tfPlaceholder(), tfConstant(tfDims(1<<15, 1<<15), field(5, floats(1))), tfProduct()), `: layer "w": bytes of the constants' repeated values: 4294967292, the limit is \d+; --limit expansion=N raises it`),
		x("a cycle", slices.Concat(tfPlaceholder(), tfNode("a", "Relu", []string{"b"}), tfNode("b", "Relu", []string{"a"})), `: layer "b": stands on a cycle through value "a"`),
		x("a node twice", slices.Concat(tfPlaceholder(), tfNode("y", "Relu", []string{"x"}), tfNode("y", "Relu", []string{"x"})), `: layer "y": another node has this name already`),
		x("half a million nodes of TensorFlow's", slices.Concat(tfPlaceholder(), slices.Repeat(field(1), 1<<19)), `: tf: byte \d+: messages and strings in the file: 262145, the limit is 262144; --limit values=N raises it`),
	}
	return append(cases, cuts(digests, "x.pb", tfWhole(), within(tfWhole(), 1), `: .*`)...)
}
