package onnx

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEveryAttributeIsWritten holds the attributes of each ONNX operation that
// the writer uses against all that opset 13 defines for it, also where a value
// is the default: defaults differ between formats.
func TestEveryAttributeIsWritten(t *testing.T) {
	want := map[string]string{
		"Add": "", "Sub": "", "Mul": "", "Div": "", "Pow": "", "Sqrt": "", "Sum": "", "Max": "",
		"Relu": "", "PRelu": "", "Sigmoid": "", "Tanh": "", "Identity": "", "Reshape": "",
		"GlobalMaxPool": "", "GlobalAveragePool": "",
		"Abs": "", "Softplus": "", "Exp": "", "Log": "", "Clip": "", "Greater": "", "Slice": "", "Tile": "",
		"Elu":                "alpha",
		"ConvTranspose":      "auto_pad dilations group kernel_shape output_padding pads strides",
		"Cast":               "to",
		"Gather":             "axis",
		"TopK":               "axis largest sorted",
		"ReduceSum":          "keepdims noop_with_empty_axes",
		"ReduceL1":           "axes keepdims",
		"ReduceSumSquare":    "axes keepdims",
		"LeakyRelu":          "alpha",
		"Conv":               "auto_pad dilations group kernel_shape pads strides",
		"MaxPool":            "auto_pad ceil_mode dilations kernel_shape pads storage_order strides",
		"AveragePool":        "auto_pad ceil_mode count_include_pad kernel_shape pads strides",
		"LRN":                "alpha beta bias size",
		"Gemm":               "alpha beta transA transB",
		"Softmax":            "axis",
		"LogSoftmax":         "axis",
		"Transpose":          "perm",
		"Concat":             "axis",
		"Split":              "axis",
		"Flatten":            "axis",
		"BatchNormalization": "epsilon momentum",
		"ReduceMean":         "axes keepdims",
		"Pad":                "mode",
		// Its seed concerns only training.
		"Dropout": "",
	}
	seen := make(map[string]bool)
	for _, c := range opCases {
		m, err := lowerModel(c.graph(t), WriteOptions{Opset: 13})
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range m.graph.nodes {
			seen[n.opType] = true
			var names []string
			for _, a := range n.attributes {
				names = append(names, a.name)
			}
			slices.Sort(names)
			expected, known := want[n.opType]
			if !known {
				t.Errorf("%s: %s is not in the list", c.name, n.opType)
			}
			if diff := cmp.Diff(expected, strings.Join(names, " ")); diff != "" {
				t.Errorf("%s: %s:\n%s", c.name, n.opType, diff)
			}
		}
	}
	for name := range want {
		if !seen[name] {
			t.Errorf("no case writes %s", name)
		}
	}
}

func TestProducerAndDigestAreNoted(t *testing.T) {
	g := alexNet(t)
	m, err := decodeModel(write(t, g, WriteOptions{Version: "1.2", Digest: "abc"}), ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if m.producer != Producer || m.producerVersion != "1.2" || m.irVersion != 7 {
		t.Errorf("producer %q %q, IR version %d", m.producer, m.producerVersion, m.irVersion)
	}
	if diff := cmp.Diff([]property{{"alexconv.digest", "abc"}}, m.metadata, cmp.AllowUnexported(property{})); diff != "" {
		t.Error(diff)
	}
}
