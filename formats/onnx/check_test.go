package onnx

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/alexconv/alexconv/ir"
)

// checkable is a small valid model: a convolution, a pooling, a softmax.
func checkable(t *testing.T) *model {
	t.Helper()
	b := newBuilder(t)
	x := b.input("x", 1, 2, 6, 6)
	x = b.layer("conv", &ir.Conv{OutChannels: 3, Window: window(3, 1, 1), Group: 1, Axis: 1, Bias: true}, x)[0]
	x = b.layer("pool", &ir.Pool{Window: window(2, 2, 0)}, x)[0]
	x = b.layer("relu", &ir.ReLU{}, x)[0]
	m, err := lowerModel(b.graph(x), WriteOptions{Opset: DefaultOpset})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func findingsOf(t *testing.T, m *model) []ir.Finding {
	t.Helper()
	encoded, err := encodeModel(m)
	if err != nil {
		t.Fatal(err)
	}
	var src strings.Builder
	if _, err := encoded.WriteTo(&src); err != nil {
		t.Fatal(err)
	}
	_, findings, err := Check([]byte(src.String()), ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return findings
}

// TestCheckFinds breaks a valid model in one place after the other.
func TestCheckFinds(t *testing.T) {
	remove := func(m *model, node int) { m.graph.nodes = slices.Delete(m.graph.nodes, node, node+1) }
	half := func(name string) *tensor {
		return &tensor{name: name, dims: []int{0}, kind: elementFloat16, floats: []float32{}}
	}
	cases := []struct {
		name  string
		spoil func(*model)
		want  string // CODE severity where, joined with commas
	}{
		{"nothing", func(*model) {}, ""},
		{"no ir_version", func(m *model) { m.irVersion = 0 }, "ONNX_IR_VERSION error "},
		{"an ir_version of the future", func(m *model) { m.irVersion = 99 }, "ONNX_IR_VERSION error "},
		{"no opset", func(m *model) { m.opsets = nil }, "ONNX_OPSET error "},
		{"an opset of the future", func(m *model) { m.opsets[0].version = 99 }, "ONNX_OPSET error "},
		{"an opset twice", func(m *model) { m.opsets = append(m.opsets, opsetID{"ai.onnx", 13}) }, "ONNX_OPSET error "},
		{"metadata twice", func(m *model) { m.metadata = []property{{"a", "1"}, {"a", "2"}} }, "ONNX_METADATA error "},
		{"a graph without a name", func(m *model) { m.graph.name = "" }, "ONNX_NAME error "},
		{"an input without a name", func(m *model) { m.graph.inputs = append(m.graph.inputs, &valueInfo{kind: elementFloat, ranked: true}) }, "ONNX_NAME error "},
		{"an input twice", func(m *model) { m.graph.inputs = append(m.graph.inputs, m.graph.inputs[0]) }, "ONNX_SSA error x"},
		{"an input without a type", func(m *model) { m.graph.inputs[0].kind = 0 }, "ONNX_TYPE error x"},
		{"an output without a shape", func(m *model) { m.graph.outputs[0].ranked = false }, "ONNX_SHAPE error relu"},
		{"no outputs", func(m *model) { m.graph.outputs = nil }, "ONNX_UNDEFINED error "},
		{"an output that nothing writes", func(m *model) {
			m.graph.outputs = append(m.graph.outputs, &valueInfo{name: "y", kind: elementFloat, ranked: true})
		}, "ONNX_UNDEFINED error y"},
		{"an initialiser without a name", func(m *model) {
			m.graph.initialisers = append(m.graph.initialisers, floatTensor("", []int{1}, []float32{1}))
		}, "ONNX_NAME error "},
		{"an initialiser twice", func(m *model) { m.graph.initialisers = append(m.graph.initialisers, m.graph.initialisers[0]) }, "ONNX_SSA error conv/weights"},
		{"an initialiser that must be an input", func(m *model) { m.irVersion = 3 }, "ONNX_INPUT error conv/weights,ONNX_INPUT error conv/bias"},
		{"an input of another shape than its initialiser", func(m *model) {
			m.graph.inputs = append(m.graph.inputs, fixedInfo("conv/bias", elementFloat, ir.Shape{4}))
		}, "ONNX_SHAPE error conv/bias"},
		{"an input of another type than its initialiser", func(m *model) {
			m.graph.inputs = append(m.graph.inputs, fixedInfo("conv/bias", elementDouble, ir.Shape{3}))
		}, "ONNX_TYPE error conv/bias"},
		{"an unused initialiser", func(m *model) {
			m.graph.initialisers = append(m.graph.initialisers, floatTensor("spare", []int{1}, []float32{1}))
		}, "INITIALIZER_UNUSED warning spare"},
		{"an unused initialiser of half precision", func(m *model) { m.graph.initialisers = append(m.graph.initialisers, half("spare")) }, "WEIGHT_PRECISION warning spare,INITIALIZER_UNUSED warning spare"},
		{"an unused input", func(m *model) {
			m.graph.inputs = append(m.graph.inputs, fixedInfo("spare", elementFloat, ir.Shape{1}))
		}, "INPUT_UNUSED warning spare"},
		{"an unused node", func(m *model) {
			m.graph.nodes = append(m.graph.nodes, &node{name: "spare", opType: "Abs", inputs: []string{"x"}, outputs: []string{"spare"}})
		}, "NODE_UNUSED warning spare"},
		{"nodes out of order", func(m *model) { slices.Reverse(m.graph.nodes[1:]) }, "ONNX_ORDER error relu"},
		{"a value that nothing writes", func(m *model) { remove(m, 1) }, "ONNX_UNDEFINED error relu"},
		{"a cycle", func(m *model) { m.graph.nodes[0].inputs[0] = "relu" }, "ONNX_ORDER error conv"},
		{"a value written twice", func(m *model) { m.graph.nodes[2].outputs[0] = "pool" }, "ONNX_SSA error relu,ONNX_UNDEFINED error relu"},
		{"an operation that nobody knows", func(m *model) { m.graph.nodes[2].opType = "Rleu" }, "ONNX_OPERATION error relu"},
		{"an operation of a later opset", func(m *model) { m.graph.nodes[2].opType = "Mish" }, "ONNX_OPERATION error relu"},
		{"an operation of an earlier opset", func(m *model) { m.graph.nodes[2].opType = "Upsample" }, "ONNX_OPERATION error relu"},
		{"a domain that is not imported", func(m *model) { m.graph.nodes[2].domain = "com.microsoft" }, "ONNX_DOMAIN error relu"},
		{"a domain that is not examined", func(m *model) {
			m.opsets = append(m.opsets, opsetID{"com.microsoft", 1})
			m.graph.nodes[2].domain = "com.microsoft"
		}, "MODEL_UNSUPPORTED error relu"},
		{"too few inputs", func(m *model) { m.graph.nodes[0].inputs = m.graph.nodes[0].inputs[:1] }, "ONNX_ARITY error conv"},
		{"too many outputs", func(m *model) { m.graph.nodes[2].outputs = append(m.graph.nodes[2].outputs, "more") }, "ONNX_ARITY error relu"},
		{"an input left out", func(m *model) { m.graph.nodes[0].inputs[1] = "" }, "ONNX_ARITY error conv"},
		{"an attribute that the operation does not have", func(m *model) { m.graph.nodes[2].attributes = []*attribute{intAttribute("inplace", 1)} }, "ONNX_ATTRIBUTE error relu"},
		{"an attribute without a name", func(m *model) { m.graph.nodes[2].attributes = []*attribute{intAttribute("", 1)} }, "ONNX_ATTRIBUTE error relu"},
		{"an attribute twice", func(m *model) {
			m.graph.nodes[0].attributes = append(m.graph.nodes[0].attributes, intAttribute("group", 1))
		}, "ONNX_ATTRIBUTE error conv"},
		{"inputs of several types", func(m *model) {
			m.graph.initialisers[1] = &tensor{name: "conv/bias", dims: []int{3}, kind: elementInt64, ints: []int64{1, 2, 3}}
		}, "ONNX_TYPE error conv"},
		{"an output of another type", func(m *model) { m.graph.outputs[0].kind = elementDouble }, "ONNX_TYPE error relu"},
		{"an attribute of another type", func(m *model) { m.graph.nodes[0].attributes = []*attribute{floatAttribute("group", 1)} }, "ONNX_ATTRIBUTE error conv"},
		{"an attribute that must be given", func(m *model) { m.graph.nodes[1].attributes = nil }, "ONNX_ATTRIBUTE error pool"},
		{"pads that depend on the input", func(m *model) {
			m.graph.nodes[1].attributes = []*attribute{stringAttribute("auto_pad", "SAME_UPPER"), intsAttribute("kernel_shape", 2, 2), intsAttribute("strides", 2, 2)}
		}, "AUTO_PAD warning pool"},
		{"a softmax whose meaning changed", func(m *model) {
			m.opsets[0].version = 9
			m.graph.nodes = []*node{{name: "relu", opType: "Softmax", inputs: []string{"x"}, outputs: []string{"relu"}}}
			m.graph.initialisers, m.graph.values = nil, nil
			m.graph.outputs = []*valueInfo{fixedInfo("relu", elementFloat, ir.Shape{1, 2, 6, 6})}
		}, "SOFTMAX_FLATTENS warning relu"},
		{"a shape that does not follow", func(m *model) { m.graph.outputs[0].dims[1].value = 7 }, "ONNX_SHAPE error relu"},
		{"a value of other axes", func(m *model) { m.graph.values[0].dims = m.graph.values[0].dims[:2] }, "ONNX_SHAPE error conv"},
		{"weights of another shape", func(m *model) {
			m.graph.initialisers[0] = floatTensor("conv/weights", []int{3, 1, 1, 1}, []float32{1, 2, 3})
		}, "MODEL_INVALID error conv"},
		{"the digest of another model", func(m *model) { m.metadata = []property{{digestKey, "0"}} }, "DIGEST_MISMATCH error "},
		{"what only other programs run", func(m *model) { m.graph.nodes[2].opType = "Round" }, "MODEL_UNSUPPORTED error relu"},
	}
	documented, err := os.ReadFile("../../docs/check.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			m := checkable(t)
			c.spoil(m)
			var got []string
			for _, f := range findingsOf(t, m) {
				got = append(got, f.Code+" "+string(f.Severity)+" "+f.Node)
				if !strings.Contains(string(documented), "`"+f.Code+"`") {
					t.Errorf("docs/check.md does not explain %s", f.Code)
				}
				if f.Text == "" || strings.HasSuffix(f.Text, ".") || strings.Contains(f.Text, "\n") {
					t.Errorf("text %q", f.Text)
				}
			}
			if diff := cmp.Diff(c.want, strings.Join(got, ",")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCheckFindsNothingInWhatIsWritten(t *testing.T) {
	for _, c := range opCases {
		for _, opset := range []int{max(OldestWrite, opsetLimit(c)), 13, NewestOpset} {
			if opset < opsetLimit(c) {
				continue
			}
			_, findings, err := Check(write(t, c.graph(t), WriteOptions{Opset: opset}), ReadOptions{})
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range findings {
				if f.Severity == ir.SeverityError {
					t.Errorf("%s, opset %d: %s %s: %s", c.name, opset, f.Code, f.Node, f.Text)
				}
			}
		}
	}
}

func TestCheckRefusesWhatIsNoModel(t *testing.T) {
	if _, _, err := Check([]byte("\x08\x07garbage"), ReadOptions{}); err == nil {
		t.Error("no error")
	}
}
