package caffe

import (
	"strings"
	"testing"
)

func TestFormatsAreToldApart(t *testing.T) {
	alexnet := "\n\aAlexNet\xa2\x06\x13\n\x04data\x12\x05Input"
	for _, c := range []struct {
		name        string
		prefix      string
		text, model bool
	}{
		{"nothing", "", false, false},
		{"a prototxt", "name: \"AlexNet\"\nlayer {", true, false},
		{"a prototxt that begins with a comment", "# ImageNet\n\nlayer {", true, false},
		{"a prototxt that begins with a long comment", strings.Repeat("# licence\n", 400), true, false},
		{"a prototxt that begins with an empty line", "\n\nlayers <", true, false},
		{"a prototxt with a byte order mark", "\xef\xbb\xbfname: 'x'", true, false},
		{"a caffemodel", alexnet, false, true},
		{"a caffemodel, cut in its first layer's head", alexnet[:11], false, true},
		{"a caffemodel of V1 layers without a name", "\x12\x08\x12\x04data\x28\x05", false, true},
		{"a caffemodel with a name as long as a line feed's code", "\n\nabcdefghij\xa2\x06\x02\n\x00", false, true},
		{"a caffemodel whose name is not UTF-8", "\n#in\xb6" + strings.Repeat("x", 32) + "\xa2\x06\x02\n\x00", false, true},
		{"a name that is not UTF-8 and no layer", "\n\x02\xb6\xb6\x20\x01", false, false},
		{"an ONNX model", "\x08\x07\x12\x07pytorch\x1a\x051.9.0:\xd4\x01\n\x1c", false, false},
		{"a TensorFlow graph", "\n\x12\n\x04data\x12\nPlaceholder\n\x10\n\x01w\x12\x05Const", false, false},
		{"a numpy array", "\x93NUMPY\x01\x00v\x00{'descr': '<f4'", false, false},
		{"a numpy archive", "PK\x03\x04\x14\x00\x00\x00", false, false},
		{"an HDF5 file", "\x89HDF\r\n\x1a\n", false, false},
		{"a pickle", "\x80\x02}q\x00", false, false},
		{"a text pickle", "(dp0\nS'conv1'", false, false},
		{"JSON", `{"name": "x"}`, false, false},
		{"XML", `<?xml version="1.0"?>`, false, false},
		{"an image", "\x89PNG\r\n\x1a\n\x00", false, false},
		{"prose", "Once upon a time", false, false},
	} {
		prefix := []byte(c.prefix)
		if text, model := LooksLikeText(prefix), LooksLikeModel(prefix); text != c.text || model != c.model {
			t.Errorf("%s: text %v, model %v, want %v, %v", c.name, text, model, c.text, c.model)
		}
	}
	for _, refused := range []bool{false, true} {
		for _, name := range cases(t, refused) {
			text := readFile(t, fixtures, name, "deploy.prototxt")
			if !LooksLikeText(text) || LooksLikeModel(text) {
				t.Errorf("%s: deploy.prototxt does not look like text alone", name)
			}
			if refused {
				continue
			}
			if model := readFile(t, fixtures, name, "weights.caffemodel"); LooksLikeText(model) || !LooksLikeModel(model) {
				t.Errorf("%s: weights.caffemodel does not look like a model alone", name)
			}
		}
	}
}
