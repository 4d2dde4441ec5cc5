package hostile

import "slices"

// The parts of an ONNX model: a graph of Y = Gemm(X, W) with a weight of 3x2.

func onnxInput(name string, dims ...uint64) []byte {
	var shape [][]byte
	for _, d := range dims {
		shape = append(shape, field(1, number(1, d)))
	}
	return slices.Concat(text(1, name), field(2, field(1, number(1, 1), field(2, shape...))))
}

func onnxTensor(name string, raw []byte, dims ...uint64) []byte {
	return slices.Concat(field(1, varints(dims...)), number(2, 1), text(8, name), field(9, raw))
}

func onnxNode(op, name string, inputs []string, attributes ...[]byte) []byte {
	var b []byte
	for _, in := range inputs {
		b = append(b, text(1, in)...)
	}
	b = slices.Concat(b, text(2, "y"), text(3, name), text(4, op))
	for _, a := range attributes {
		b = append(b, field(5, a)...)
	}
	return b
}

// onnxModel is a model with one node and weights.
func onnxModel(node []byte, weights ...[]byte) []byte {
	graph := slices.Concat(field(1, node), text(2, "g"))
	for _, w := range weights {
		graph = append(graph, field(5, w)...)
	}
	graph = slices.Concat(graph, field(11, onnxInput("x", 1, 3)), field(12, onnxInput("y", 1, 2)))
	return slices.Concat(number(1, 8), field(8, number(2, 13)), field(7, graph))
}

func gemm() []byte { return onnxNode("Gemm", "fc", []string{"x", "w"}) }

// onnxWhole is a sound model whose last field is its graph.
func onnxWhole() []byte { return onnxModel(gemm(), onnxTensor("w", floats(6), 3, 2)) }

// nested is an attribute that holds a graph that holds a node that holds one.
func nested(depth int) []byte {
	attribute := slices.Concat(text(1, "body"), number(20, 5))
	for range depth {
		attribute = slices.Concat(text(1, "body"), field(6, field(1, text(4, "If"), field(5, attribute))), number(20, 5))
	}
	return attribute
}

// external is a tensor whose numbers are in another file.
func external(location string) []byte {
	entry := func(key, value string) []byte { return field(13, text(1, key), text(2, value)) }
	return slices.Concat(field(1, varints(3, 2)), number(2, 1), text(8, "w"), entry("location", location), number(14, 1))
}

func onnxCases() []Case {
	x := func(name string, model []byte, says string) Case { return digests(name, "x.onnx", model, says) }
	cases := []Case{
		x("an unknown operation", onnxModel(onnxNode("Backdoor", "fc", []string{"x"})), `: layer "fc": operation "Backdoor" is not supported`),
		x("an operation of another domain", onnxModel(append(gemm(), text(7, "com.example")...), onnxTensor("w", floats(6), 3, 2)), `: layer "fc": operation "Gemm" of domain "com\.example" is not supported`),
		x("a weight without its values", onnxModel(gemm(), onnxTensor("w", floats(5), 3, 2)), `: onnx: byte 43: tensor "w": float32 of 3x2 needs 24 bytes of raw_data, 20 are present`),
		x("a weight whose product overflows", onnxModel(gemm(), onnxTensor("w", floats(6), 1<<32, 1<<32)), `: onnx: byte 51: tensor "w": dimension 4294967296 is out of range`),
		x("a weight of negative extents", onnxModel(gemm(), onnxTensor("w", floats(6), 1<<64-3, 1<<64-2)), `: onnx: byte 61: tensor "w": dimension -3 is out of range`),
		x("a weight twice", onnxModel(gemm(), onnxTensor("w", floats(6), 3, 2), onnxTensor("w", floats(6), 3, 2)), `: onnx: initialiser "w" is given twice`),
		x("an input that nothing writes", onnxModel(onnxNode("Gemm", "fc", []string{"x", "nothing"})), `: layer "fc": reads value "nothing", which nothing writes`),
		x("a value that is its own input", onnxModel(onnxNode("Relu", "loop", []string{"y"})), `: layer "loop": stands on a cycle through value "y"`),
		x("graphs within graphs", onnxModel(onnxNode("If", "if", []string{"x"}, nested(20_000))), `: onnx: byte 38: node "if": attribute "body": subgraphs are not supported`),
		x("an attribute that the operation does not have", onnxModel(onnxNode("Gemm", "fc", []string{"x", "w"}, slices.Concat(text(1, "gamma"), number(20, 2), number(3, 1))), onnxTensor("w", floats(6), 3, 2)), `: layer "fc": attribute "gamma" of Gemm is not supported`),
		x("half a million nodes", slices.Concat(number(1, 8), field(7, slices.Repeat(field(1), 1<<19))), `: onnx: byte \d+: messages and strings in the file: 262145, the limit is 262144; --limit values=N raises it`),
		x("an opset from the future", slices.Concat(number(1, 8), field(8, number(2, 1<<40)), field(7, field(1, gemm()))), `: onnx: opset 1099511627776 is not supported; 6 to 26 are`),
		x("weights in a parent folder", onnxModel(gemm(), external("../../etc/passwd")), `: onnx: tensor "w": external data in "\.\./\.\./etc/passwd": the location must lie in the model's folder`),
		x("weights at an absolute path", onnxModel(gemm(), external("/etc/passwd")), `: onnx: tensor "w": external data in "/etc/passwd": the location must lie in the model's folder`),
	}
	link := x("weights behind a symbolic link that leads out", onnxModel(gemm(), external("w.bin")), `: onnx: tensor "w": external data in "w\.bin": cannot be opened in the model's folder: path escapes from parent`)
	link.Links = map[string]string{"w.bin": "/etc/hostname"}
	cases = append(cases, link)
	return append(cases, cuts(digests, "x.onnx", onnxWhole(), boundaries(onnxWhole(), 3), `: .*`)...)
}
