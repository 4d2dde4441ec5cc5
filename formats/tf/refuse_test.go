package tf

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/alexconv/alexconv/ir"
)

// field is one field of a hand-made message.
func field(number protowire.Number, body ...[]byte) []byte {
	var all []byte
	for _, b := range body {
		all = append(all, b...)
	}
	return protowire.AppendBytes(protowire.AppendTag(nil, number, protowire.BytesType), all)
}

func varint(number protowire.Number, v uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(nil, number, protowire.VarintType), v)
}

func TestReadRefusesHostileBytes(t *testing.T) {
	good := write(t, alexNet(t), WriteOptions{})
	name := func(s string) []byte { return field(1, []byte(s)) }
	attribute := func(key string, value ...[]byte) []byte { return field(5, name(key), field(2, value...)) }
	// constant is a graph of one Const with a relu that reads it.
	constant := func(tensor ...[]byte) []byte {
		return field(1, name("w"), field(2, []byte("Const")), attribute("value", field(8, tensor...)))
	}
	dims := func(list ...uint64) []byte {
		var all []byte
		for _, d := range list {
			all = append(all, field(2, varint(1, d))...)
		}
		return field(2, all)
	}
	float, int32 := varint(1, 1), varint(1, 3)
	reader := foreign{x: []int64{1, 4}, nodes: []*node{op("Mul", "m:x w")}}.bytes(t)
	cases := []struct {
		name string
		src  []byte
		want string
	}{
		{"nothing", nil, "the graph has no nodes"},
		{"text", []byte("node {\n  name: \"x\"\n}\n"), "byte 0: GraphDef"},
		{"the first half", good[:len(good)/2], "reaches beyond the end of its message"},
		{"all but the last byte", good[:len(good)-1], "reaches beyond the end"},
		{"a length beyond the file", []byte{0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f}, "byte 0: GraphDef: field 1"},
		{"a varint without an end", []byte{0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, "byte 0: GraphDef: field 3"},
		{"a node that is a number", varint(1, 3), "field 1 has wire type 0 instead of 2"},
		{"a group", []byte{0x0b, 0x0c}, "wire type 3"},
		{"a node without a name", field(1, field(2, []byte("Relu"))), "has no name"},
		{"a constant without a value", field(1, name("w"), field(2, []byte("Const"))), `layer "w": the constant has no value`},
		{"dimensions of 2^62", constant(float, dims(1<<62)), `node "w": attribute "value": dimension 4611686018427387904 is out of range`},
		{"a negative dimension", constant(float, dims(1<<63)), "is out of range"},
		{"dimensions whose product overflows", constant(float, dims(1<<20, 1<<20, 1<<30)), "has more than 2147483647 elements"},
		{"a tensor without a shape", constant(float, field(2, varint(3, 1))), "a tensor without a shape"},
		{"tensor_content too short", constant(float, dims(2), field(4, make([]byte, 7))), "float32 of 2 needs 8 bytes of tensor_content, 7 are present"},
		{"tensor_content too long", constant(float, dims(1), field(4, make([]byte, 8))), "needs 4 bytes of tensor_content, 8 are present"},
		{"float_val too long", constant(float, dims(1), field(5, make([]byte, 8))), "1 needs 1 values, 2 are present"},
		{"float_val cut in a value", constant(float, dims(2), field(5, make([]byte, 7))), "not a multiple of 4"},
		{"int_val too long", constant(int32, dims(1), field(7, []byte{1, 2})), "1 needs 1 values, 2 are present"},
		{"int_val cut in a value", constant(int32, dims(1), field(7, []byte{0x80})), "malformed varint"},
		{"values in two fields", constant(float, dims(1), field(4, make([]byte, 4)), field(5, make([]byte, 4))), "more than one field"},
		{"floats in int_val", constant(float, dims(1), field(7, []byte{1})), "float32 values in int_val"},
		{"a value repeated to gigabytes", append(constant(float, dims(1<<26, 4), field(5, make([]byte, 4))), reader...), "bytes of the constants' repeated values: 1073741820, the limit is"},
		{"a placeholder of another type", field(1, name("x"), field(2, []byte("Placeholder")), attribute("dtype", varint(6, 3))), `layer "x": the placeholder does not hold float32`},
		{"a placeholder without a shape", field(1, name("x"), field(2, []byte("Placeholder")), attribute("dtype", varint(6, 1))), "shape is not declared"},
		{"a placeholder without a rank", field(1, name("x"), field(2, []byte("Placeholder")), attribute("dtype", varint(6, 1)), attribute("shape", field(7, varint(3, 1)))), "shape is not declared"},
		{"a name of a megabyte", field(1, name(strings.Repeat("x\x1b", 1<<19)), varint(2, 1)), `x\x1b...`},
		{"only constants", constant(float, dims(1), field(5, make([]byte, 4))), "the graph has no outputs"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := Read(c.src, ReadOptions{})
			if err == nil {
				t.Fatalf("no error, want %q", c.want)
			}
			if text := err.Error(); !strings.Contains(text, c.want) || strings.Contains(text, "\n") || len(text) > 300 {
				t.Errorf("%.400s\nwant %q", text, c.want)
			}
			if !errors.Is(err, ir.ErrInvalid) && !errors.Is(err, ir.ErrUnsupported) && !errors.Is(err, ir.ErrLimit) {
				t.Errorf("%v is of no kind", err)
			}
		})
	}
}

func TestTensorsOfEveryForm(t *testing.T) {
	dims := field(2, field(2, varint(1, 3)))
	cases := []struct {
		name  string
		parts [][]byte
		want  []float32
	}{
		{"float_val, the last repeated", [][]byte{varint(1, 1), field(5, []byte{0, 0, 0x80, 0x3f, 0, 0, 0, 0x40})}, []float32{1, 2, 2}},
		{"no values, which are zeros", [][]byte{varint(1, 1)}, []float32{0, 0, 0}},
		{"double_val", [][]byte{varint(1, 2), field(6, []byte{0, 0, 0, 0, 0, 0, 0xf8, 0x3f})}, []float32{1.5, 1.5, 1.5}},
		{"half_val", [][]byte{varint(1, 19), field(13, []byte{0x80, 0x78})}, []float32{1, 1, 1}},
		{"halves in tensor_content", [][]byte{varint(1, 19), field(4, []byte{0, 0x3c, 0, 0x40, 0, 0xbc})}, []float32{1, 2, -1}},
		{"bfloat16 in tensor_content", [][]byte{varint(1, 14), field(4, []byte{0x80, 0x3f, 0, 0x40, 0x80, 0xbf})}, []float32{1, 2, -1}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := encoding(ir.DefaultLimits).Open("test", field(8, append([][]byte{dims}, c.parts...)...))
			f.Next()
			tensor := decodeTensor(f)
			if f.Err() != nil {
				t.Fatal(f.Err())
			}
			got, err := tensor.asFloats()
			if err != nil || !tensor.equal(floats("", tensor.dims, c.want...)) && tensor.kind == typeFloat {
				t.Errorf("%v (%v), want %v", got, err, c.want)
			}
			for i, want := range c.want {
				if got[i] != want {
					t.Errorf("element %d is %v, want %v", i, got[i], want)
				}
			}
		})
	}
}

func TestDetect(t *testing.T) {
	good := write(t, alexNet(t), WriteOptions{})
	cases := []struct {
		name   string
		prefix []byte
		want   bool
	}{
		{"a frozen graph", good, true},
		{"its first bytes", good[:64], true},
		{"too few of them", good[:4], false},
		{"nothing", nil, false},
		{"an ONNX model", append(varint(1, 8), field(7, []byte{1})...), false},
		{"a caffemodel", append(field(1, []byte("AlexNet")), field(100, []byte{})...), false},
		{"a caffemodel named like a field", append(field(1, []byte("\n\x01x")), field(100, []byte{})...), false},
		{"an old caffemodel", append(field(1, []byte("AlexNet")), field(2, []byte{1, 2})...), false},
		{"a prototxt", []byte("name: \"AlexNet\"\n"), false},
		{"a prototxt that begins with a line break", []byte("\n\nname: \"AlexNet\"\n"), false},
		{"an npy array", []byte("\x93NUMPY\x01\x00"), false},
		{"a zip", []byte("PK\x03\x04"), false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := Detect(c.prefix); got != c.want {
				t.Errorf("Detect is %v, want %v", got, c.want)
			}
		})
	}
}

func TestWriteRefuses(t *testing.T) {
	changed := func(change func(*ir.Graph)) *ir.Graph {
		g := alexNet(t)
		change(g)
		return g
	}
	cases := []struct {
		name string
		g    *ir.Graph
		o    WriteOptions
		kind error
		want string
	}{
		{"a topology", changed(func(g *ir.Graph) { g.Nodes[1].Params = nil }), WriteOptions{}, ir.ErrNoWeights, `layer "conv1"`},
		{"an output twice", changed(func(g *ir.Graph) { g.Outputs = append(g.Outputs, g.Outputs[0]) }), WriteOptions{}, ir.ErrUnsupported, `"prob" is an output of the model twice`},
		{"a name that is no text", changed(func(g *ir.Graph) { g.Nodes[1].Name = "\xff" }), WriteOptions{}, ir.ErrUnsupported, "not valid UTF-8"},
		{"an infinite attribute in a group", opCase{op: &ir.Eltwise{Coefficients: []float32{1, infinity}}, in: shapes{image, image}}.graph(t), WriteOptions{}, ir.ErrUnsupported, `layer "layer": an attribute is not a finite number`},
		{"an open batch that a shape fixes", opCase{op: &ir.Reshape{Dims: []int{2, 288}, NumAxes: -1}, in: shapes{image}}.graph(t), WriteOptions{DynamicBatch: true}, ir.ErrUnsupported, "cannot be left open"},
		{"an open batch that leaves the front", opCase{op: &ir.Reshape{Dims: []int{288, -1}, NumAxes: -1}, in: shapes{image}}.graph(t), WriteOptions{DynamicBatch: true}, ir.ErrUnsupported, "batch of this layer open"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			err := Write(&out, c.g, c.o)
			if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.want) || out.Len() > 0 {
				t.Errorf("Write: %v with %d bytes, want %q", err, out.Len(), c.want)
			}
		})
	}
}
