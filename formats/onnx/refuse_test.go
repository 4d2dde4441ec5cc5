package onnx

import (
	"bytes"
	"errors"
	"runtime"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/alexconv/alexconv/ir"
)

// TestReadRefusesForeign holds what is valid ONNX but not read, and what
// contradicts ONNX, against the error that must name it.
func TestReadRefusesForeign(t *testing.T) {
	img := ir.Shape{1, 2, 6, 6}
	vec := ir.Shape{2, 3}
	kernel := intsAttribute("kernel_shape", 2, 2)
	custom := op("Relu", "x > r")
	custom.domain = "com.example"
	stringly := &attribute{name: "alpha", kind: typeInt, int: 1}
	w := constant("w", []int{1, 2, 3, 3})
	relu := func(wiring string) *node { return op("Relu", wiring) }
	cases := []struct {
		name string
		f    foreign
		kind error
		want string
	}{
		{"an unknown operation", foreign{opset: 13, in: shapes{vec}, nodes: []*node{op("Erf", "x > e")}}, ir.ErrUnsupported, `layer "erf": operation "Erf" is not supported`},
		{"another domain", foreign{opset: 13, in: shapes{vec}, nodes: []*node{custom}}, ir.ErrUnsupported, `layer "relu": operation "Relu" of domain "com.example"`},
		{"an attribute left over", foreign{opset: 13, in: shapes{vec}, nodes: []*node{op("Relu", "x > r", intAttribute("cap", 6))}}, ir.ErrUnsupported, `layer "relu": attribute "cap" of Relu`},
		{"an attribute twice", foreign{opset: 13, in: shapes{vec}, nodes: []*node{op("LeakyRelu", "x > r", floatAttribute("alpha", 1), floatAttribute("alpha", 2))}}, ir.ErrInvalid, `attribute "alpha" is given twice`},
		{"an attribute of another type", foreign{opset: 13, in: shapes{vec}, nodes: []*node{op("LeakyRelu", "x > r", stringly)}}, ir.ErrInvalid, `attribute "alpha" has type int instead of float`},
		{"an attribute out of range", foreign{opset: 13, in: shapes{vec}, nodes: []*node{op("Concat", "x > r", &attribute{name: "axis", kind: typeInt, int: 1 << 40})}}, ir.ErrInvalid, `"axis" is out of range`},
		{"an input left over", foreign{opset: 13, in: shapes{vec, vec}, nodes: []*node{op("Relu", "x y > r")}}, ir.ErrUnsupported, "input 1 of Relu"},
		{"an output that is used", foreign{opset: 13, in: shapes{img}, nodes: []*node{op("MaxPool", "x > p i", kernel), relu("i > r")}}, ir.ErrUnsupported, "output 1 of MaxPool"},
		{"a missing input", foreign{opset: 13, in: shapes{vec}, nodes: []*node{op("Relu", " > r")}}, ir.ErrInvalid, "input 0 is missing"},
		{"computed weights", foreign{opset: 13, in: shapes{vec, {3, 2}}, nodes: []*node{op("Gemm", "x y > g")}}, ir.ErrUnsupported, `input 1, "y", must be a constant`},
		{"a constant as data", foreign{opset: 13, in: shapes{vec}, consts: []*tensor{constant("c", []int{2})}, nodes: []*node{relu("c > r"), relu("x > s")}}, ir.ErrUnsupported, `input 0, "c", is a constant`},
		{"a value that nothing writes", foreign{opset: 13, in: shapes{vec}, nodes: []*node{relu("z > r")}}, ir.ErrInvalid, `layer "relu": reads value "z", which nothing writes`},
		{"a value written twice", foreign{opset: 13, in: shapes{vec}, nodes: []*node{relu("x > r"), relu("x > r")}}, ir.ErrInvalid, `writes value "r", which is written already`},
		{"an input that is written", foreign{opset: 13, in: shapes{vec}, nodes: []*node{relu("x > x")}}, ir.ErrInvalid, `writes value "x", which is written already`},
		{"a cycle", foreign{opset: 13, in: shapes{vec}, nodes: []*node{op("Add", "x b > a"), relu("a > b")}}, ir.ErrInvalid, "stands on a cycle"},
		{"an initialiser twice", foreign{opset: 13, in: shapes{vec}, consts: []*tensor{constant("c", nil, 1), constant("c", nil, 2)}, nodes: []*node{op("Mul", "x c > m")}}, ir.ErrInvalid, `initialiser "c" is given twice`},
		{"an old opset", foreign{opset: 5, in: shapes{vec}, nodes: []*node{relu("x > r")}}, ir.ErrUnsupported, "opset 5 is not supported; 6 to"},
		{"an opset of the future", foreign{opset: 1000, in: shapes{vec}, nodes: []*node{relu("x > r")}}, ir.ErrUnsupported, "opset 1000"},
		{"an empty input", foreign{opset: 13, in: shapes{{2, 0}}, nodes: []*node{relu("x > r")}}, ir.ErrInvalid, `input "x": axis 1 has the size 0`},
		{"an output that is a constant", foreign{opset: 13, in: shapes{vec}, consts: []*tensor{constant("c", nil, 1)}, nodes: []*node{op("Identity", "c > d")}}, ir.ErrUnsupported, `output "d" is a constant`},

		{"conv weights without spatial axes", foreign{opset: 13, in: shapes{img}, consts: []*tensor{constant("w", []int{1, 2})}, nodes: []*node{op("Conv", "x w > c")}}, ir.ErrInvalid, "at least 3 axes"},
		{"conv weights of other channels", foreign{opset: 13, in: shapes{{1, 3, 6, 6}}, consts: []*tensor{w}, nodes: []*node{op("Conv", "x w > c")}}, ir.ErrInvalid, "1x2x3x3, the layer needs 1x3x3x3"},
		{"conv with another kernel_shape", foreign{opset: 13, in: shapes{img}, consts: []*tensor{w}, nodes: []*node{op("Conv", "x w > c", kernel)}}, ir.ErrInvalid, "kernel_shape is [2 2]"},
		{"conv with too many strides", foreign{opset: 13, in: shapes{img}, consts: []*tensor{w}, nodes: []*node{op("Conv", "x w > c", intsAttribute("strides", 1, 1, 1))}}, ir.ErrInvalid, "strides has 3 entries instead of 2"},
		{"conv with a stride of 0", foreign{opset: 13, in: shapes{img}, consts: []*tensor{w}, nodes: []*node{op("Conv", "x w > c", intsAttribute("strides", 0, 1))}}, ir.ErrInvalid, "must be positive"},
		{"conv with negative pads", foreign{opset: 13, in: shapes{img}, consts: []*tensor{w}, nodes: []*node{op("Conv", "x w > c", intsAttribute("pads", -1, 0, 0, 0))}}, ir.ErrUnsupported, "negative pads"},
		{"conv larger than its input", foreign{opset: 13, in: shapes{{1, 2, 2, 6}}, consts: []*tensor{w}, nodes: []*node{op("Conv", "x w > c")}}, ir.ErrInvalid, "the kernel spans 3 positions, the padded input 2"},
		{"conv with another auto_pad", foreign{opset: 13, in: shapes{img}, consts: []*tensor{w}, nodes: []*node{op("Conv", "x w > c", stringAttribute("auto_pad", "FULL"))}}, ir.ErrInvalid, `auto_pad is "FULL"`},
		{"conv with weights that are integers", foreign{opset: 13, in: shapes{img}, consts: []*tensor{{name: "w", dims: []int{1, 2, 1, 1}, kind: elementInt64, ints: []int64{1, 2}}}, nodes: []*node{op("Conv", "x w > c")}}, ir.ErrUnsupported, `tensor "w" holds int64 values`},
		{"pool without a kernel", foreign{opset: 13, in: shapes{img}, nodes: []*node{op("MaxPool", "x > p")}}, ir.ErrInvalid, "the kernel has 0 axes"},
		{"pool that rounds both ways", foreign{opset: 13, in: shapes{img}, nodes: []*node{op("MaxPool", "x > p", kernel, stringAttribute("auto_pad", "VALID"), boolAttribute("ceil_mode", true))}}, ir.ErrUnsupported, "runtimes differ"},
		{"lrn without a size", foreign{opset: 13, in: shapes{img}, nodes: []*node{op("LRN", "x > n")}}, ir.ErrInvalid, "size must be positive"},
		{"prelu per row", foreign{opset: 13, in: shapes{img}, consts: []*tensor{constant("s", []int{6, 1})}, nodes: []*node{op("PRelu", "x s > p")}}, ir.ErrUnsupported, "one per channel"},
		{"gemm of three axes", foreign{opset: 13, in: shapes{img}, consts: []*tensor{constant("w", []int{6, 2})}, nodes: []*node{op("Gemm", "x w > g")}}, ir.ErrInvalid, "both must have 2 axes"},
		{"weights without elements", foreign{opset: 13, in: shapes{vec}, consts: []*tensor{{name: "w", dims: []int{1 << 30, 0}, kind: elementFloat, floats: []float32{}}}, nodes: []*node{op("Gemm", "x w > g", intAttribute("transB", 1))}}, ir.ErrInvalid, `tensor "w"`},
		{"a constant of other extents", foreign{opset: 13, in: shapes{vec}, consts: []*tensor{constant("c", []int{2})}, nodes: []*node{op("Mul", "x c > m")}}, ir.ErrInvalid, "does not fit input 2x3"},
		{"a constant that broadcasts to gigabytes", foreign{opset: 13, in: shapes{{2, 1 << 28, 2}}, consts: []*tensor{constant("c", []int{2, 1, 2})}, nodes: []*node{op("Mul", "x c > m")}}, ir.ErrLimit, "too many elements"},
		{"a clip with crossed limits", foreign{opset: 9, in: shapes{vec}, nodes: []*node{op("Clip", "x > c", floatAttribute("min", 1), floatAttribute("max", 0))}}, ir.ErrUnsupported, "runtimes differ"},
		{"a power per column", foreign{opset: 13, in: shapes{vec}, consts: []*tensor{constant("p", []int{3})}, nodes: []*node{op("Pow", "x p > y")}}, ir.ErrUnsupported, "it must be one number"},
		{"a power of more axes", foreign{opset: 13, in: shapes{vec}, consts: []*tensor{constant("p", []int{1, 1, 1})}, nodes: []*node{op("Pow", "x p > y")}}, ir.ErrUnsupported, "more axes than the base"},
		{"a repetition of other axes", foreign{opset: 13, in: shapes{vec}, consts: []*tensor{list("r", 2)}, nodes: []*node{op("Tile", "x r > y")}}, ir.ErrInvalid, "repeats has 1 entries"},
		{"values that do not go together", foreign{opset: 13, in: shapes{{2, 4}, {1, 3}}, nodes: []*node{op("Add", "x y > a")}}, ir.ErrInvalid, "input 1 is 1x3, the others are 2x4"},
		{"values of two shapes before opset 7", foreign{opset: 6, in: shapes{vec, {3}}, nodes: []*node{op("Add", "x y > a", boolAttribute("broadcast", true))}}, ir.ErrUnsupported, "before opset 7"},
		{"a maximum with a list", foreign{opset: 13, in: shapes{vec}, consts: []*tensor{constant("c", []int{3})}, nodes: []*node{op("Max", "x c > a")}}, ir.ErrUnsupported, "must be one number"},
		{"padding by reflection", foreign{opset: 13, in: shapes{vec}, consts: []*tensor{list("p", 0, 1, 0, 1)}, nodes: []*node{op("Pad", "x p > y", stringAttribute("mode", "reflect"))}}, ir.ErrUnsupported, `mode "reflect"`},
		{"padding that crops", foreign{opset: 13, in: shapes{vec}, consts: []*tensor{list("p", 0, -1, 0, 0)}, nodes: []*node{op("Pad", "x p > y")}}, ir.ErrUnsupported, "negative pads"},
		{"padding of other axes", foreign{opset: 13, in: shapes{vec}, consts: []*tensor{list("p", 0, 1)}, nodes: []*node{op("Pad", "x p > y")}}, ir.ErrInvalid, "2 pads for an input of 2x3"},
		{"a transposition that names an axis twice", foreign{opset: 13, in: shapes{vec}, nodes: []*node{op("Transpose", "x > y", intsAttribute("perm", 0, 0))}}, ir.ErrInvalid, "does not name every axis"},
		{"a slice backwards", foreign{opset: 13, in: shapes{vec}, consts: []*tensor{list("b", 2), list("e", -9), list("a", 1), list("s", -1)}, nodes: []*node{op("Slice", "x b e a s > y")}}, ir.ErrUnsupported, "negative step"},
		{"a slice with a step of 0", foreign{opset: 13, in: shapes{vec}, consts: []*tensor{list("b", 0), list("e", 2), list("a", 1), list("s", 0)}, nodes: []*node{op("Slice", "x b e a s > y")}}, ir.ErrInvalid, "the step along axis 1 is 0"},
		{"a slice of nothing", foreign{opset: 13, in: shapes{vec}, consts: []*tensor{list("b", 7), list("e", 9)}, nodes: []*node{op("Slice", "x b e > y")}}, ir.ErrUnsupported, "nothing is left of axis 0"},
		{"gathering several positions", foreign{opset: 13, in: shapes{vec}, consts: []*tensor{list("i", 0, 1)}, nodes: []*node{op("Gather", "x i > y")}}, ir.ErrUnsupported, "only one position"},
		{"gathering beyond the end", foreign{opset: 13, in: shapes{vec}, consts: []*tensor{{name: "i", kind: elementInt64, ints: []int64{2}}}, nodes: []*node{op("Gather", "x i > y")}}, ir.ErrInvalid, "index 2 is out of range"},
		{"a cast to integers", foreign{opset: 13, in: shapes{vec}, nodes: []*node{op("Cast", "x > y", intAttribute("to", 7))}}, ir.ErrUnsupported, "a cast of a computed value to int64"},
		{"an expansion that does not fit", foreign{opset: 13, in: shapes{vec}, consts: []*tensor{list("d", 2, 4)}, nodes: []*node{op("Expand", "x d > y")}}, ir.ErrInvalid, "2x3 does not expand to 2x4"},
		{"an expansion beyond all memory", foreign{opset: 13, in: shapes{{1}}, consts: []*tensor{list("d", 1<<20, 1<<20)}, nodes: []*node{op("Expand", "x d > y")}}, ir.ErrLimit, "more than"},
		{"a constant expanded beyond all memory", foreign{opset: 13, in: shapes{{1}}, consts: []*tensor{constant("c", []int{1}), list("d", 1<<15, 1<<15)}, nodes: []*node{op("Expand", "c d > e"), op("Mul", "x e > y")}}, ir.ErrLimit, "bytes of the constants that the model computes"},
		{"a constant that divides by 0", foreign{opset: 13, in: shapes{vec}, consts: []*tensor{list("a", 1), list("b", 0)}, nodes: []*node{op("Div", "a b > d"), op("Reshape", "x d > y")}}, ir.ErrInvalid, "divides by 0"},
		{"a reduction of nothing", foreign{opset: 18, in: shapes{vec}, nodes: []*node{op("ReduceL1", "x > y", boolAttribute("noop_with_empty_axes", true))}}, ir.ErrUnsupported, "noop_with_empty_axes"},
		{"a transposed convolution to more than it reaches", foreign{opset: 13, in: shapes{img}, consts: []*tensor{constant("w", []int{2, 1, 1, 1})},
			nodes: []*node{op("ConvTranspose", "x w > y", intsAttribute("output_shape", 7, 6))}}, ir.ErrUnsupported, "larger than what the kernels reach"},
		{"a transposed convolution of no groups", foreign{opset: 13, in: shapes{img}, consts: []*tensor{constant("w", []int{2, 1, 1, 1})},
			nodes: []*node{op("ConvTranspose", "x w > y", intAttribute("group", 0))}}, ir.ErrInvalid, "the number of groups is 0"},
		{"dropout in training", foreign{opset: 13, in: shapes{vec}, consts: []*tensor{constant("r", nil, 1), {name: "t", kind: elementInt64, ints: []int64{1}}}, nodes: []*node{op("Dropout", "x r t > d")}}, ir.ErrUnsupported, "training mode"},
		{"batch norm per element", foreign{opset: 8, in: shapes{img}, consts: []*tensor{w}, nodes: []*node{op("BatchNormalization", "x w w w w > n", intAttribute("spatial", 0))}}, ir.ErrUnsupported, "spatial=0"},
		{"a reshape that allows 0", foreign{opset: 14, in: shapes{vec}, consts: []*tensor{list("d", 0, 3)}, nodes: []*node{op("Reshape", "x d > r", intAttribute("allowzero", 1))}}, ir.ErrUnsupported, "allowzero"},
		{"a reshape to an extent out of range", foreign{opset: 14, in: shapes{vec}, consts: []*tensor{list("d", 1<<40)}, nodes: []*node{op("Reshape", "x d > r")}}, ir.ErrInvalid, `input "d" is out of range`},
		{"a reshape by floats", foreign{opset: 14, in: shapes{vec}, consts: []*tensor{constant("d", []int{2})}, nodes: []*node{op("Reshape", "x d > r")}}, ir.ErrUnsupported, "where integers are needed"},
		{"a squeeze of a long axis", foreign{opset: 13, in: shapes{vec}, consts: []*tensor{list("a", 1)}, nodes: []*node{op("Squeeze", "x a > s")}}, ir.ErrInvalid, "axis 1 of 2x3 cannot be squeezed"},
		{"an unsqueeze of one axis twice", foreign{opset: 13, in: shapes{vec}, consts: []*tensor{list("a", 1, 1)}, nodes: []*node{op("Unsqueeze", "x a > s")}}, ir.ErrInvalid, "named twice"},
		{"a concat without an axis", foreign{opset: 13, in: shapes{vec}, nodes: []*node{op("Concat", "x > c")}}, ir.ErrInvalid, `attribute "axis" is missing`},
		{"a split of another number", foreign{opset: 18, in: shapes{vec}, nodes: []*node{op("Split", "x > a b", intAttribute("num_outputs", 3))}}, ir.ErrInvalid, "num_outputs is 3"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			g, err := Read(c.f.bytes(t), ReadOptions{})
			if err == nil {
				t.Fatalf("read as %v, want the error %q", nodes(g), c.want)
			}
			if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%v (%v), want %q", err, errors.Is(err, c.kind), c.want)
			}
		})
	}
}

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
	opset := field(8, varint(2, 13))
	model := func(graph ...[]byte) []byte {
		return append(append(varint(1, 8), field(7, graph...)...), opset...)
	}
	name := field(8, []byte("w"))
	float := varint(2, 1)
	cases := []struct {
		name string
		src  []byte
		want string
	}{
		{"nothing", nil, "the model has no graph"},
		{"text", []byte("name: \"LeNet\"\nlayer {\n}\n"), "byte 0: ModelProto"},
		{"the first half", good[:len(good)/2], "reaches beyond the end of its message"},
		{"all but the last byte", good[:len(good)-1], "reaches beyond the end"},
		{"a length beyond the file", []byte{0x08, 7, 0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f}, "byte 2: ModelProto: field 7"},
		{"a varint without an end", []byte{0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, "byte 0: ModelProto: field 1"},
		{"a graph that is a number", append(varint(1, 8), varint(7, 3)...), "field 7 has wire type 0 instead of 2"},
		{"two graphs", append(model(), model()...), "a second graph"},
		{"a group", []byte{0x08, 7, 0x4b, 0x4c}, "is a group"},
		{"no opset", append(varint(1, 8), field(7)...), "does not import the default operator set"},
		{"two opsets", append(model(), opset...), "two versions"},
		{"no outputs", model(), "the graph has no outputs"},
		{"dimensions of 2^62", model(field(5, varint(1, 1<<62), float, name)), `tensor "w": dimension 4611686018427387904 is out of range`},
		{"a negative dimension", model(field(5, varint(1, 1<<63), float, name)), "is out of range"},
		{"dimensions whose product overflows", model(field(5, varint(1, 1<<20), varint(1, 1<<20), varint(1, 1<<30), float, name)), "has more than 2147483647 elements"},
		{"raw_data too short", model(field(5, varint(1, 2), float, name, field(9, make([]byte, 7)))), `tensor "w": float32 of 2 needs 8 bytes of raw_data, 7 are present`},
		{"raw_data too long", model(field(5, varint(1, 1), float, name, field(9, make([]byte, 8)))), "needs 4 bytes of raw_data, 8 are present"},
		{"float_data too short", model(field(5, varint(1, 2), float, name, field(4, make([]byte, 4)))), "2 needs 2 values, 1 are present"},
		{"float_data cut in a value", model(field(5, varint(1, 2), float, name, field(4, make([]byte, 7)))), "not a multiple of 4"},
		{"int64_data too long", model(field(5, varint(1, 1), varint(2, 7), name, field(7, []byte{1, 2}))), "1 needs 1 values, 2 are present"},
		{"int64_data cut in a value", model(field(5, varint(1, 1), varint(2, 7), name, field(7, []byte{0x80}))), "-1 are present"},
		{"no values", model(field(5, varint(1, 3), float, name)), "3 needs 3 values, none are present"},
		{"values in two fields", model(field(5, varint(1, 1), float, name, field(4, make([]byte, 4)), field(9, make([]byte, 4)))), "more than one field"},
		{"floats in int64_data", model(field(5, varint(1, 1), float, name, field(7, []byte{1}))), "in a field for another type"},
		{"a segment", model(field(5, field(3))), "segments"},
		{"a sparse initialiser", model(field(15)), "sparse"},
		{"a function", append(model(), field(25)...), "functions"},
		{"a subgraph", model(field(1, field(3, []byte("if")), field(4, []byte("If")), field(5, field(1, []byte("then_branch")), field(6)))), `node "if": attribute "then_branch": subgraphs are not supported`},
		{"subgraphs within subgraphs", model(nested(10000)), "subgraphs are not supported"},
		{"an initialiser without a name", model(field(5, float)), "needs 1 values"},
		{"an input without a type", model(field(11, field(1, []byte("x")))), `input "x": it holds undefined values`},
		{"an input without a shape", model(field(11, field(1, []byte("x")), field(2, field(1, varint(1, 1))))), "its shape is not given"},
		{"a million nodes", model(bytes.Repeat(field(1), 1<<20)), "messages and strings in the file: 262145, the limit is 262144"},
		{"a million names", model(field(1, bytes.Repeat(field(1), 1<<20))), "messages and strings in the file: 262145, the limit is 262144"},
		{"a name of a megabyte", model(field(11, field(1, []byte(strings.Repeat("x\x1b", 1<<19))))), `bytes in the name "x\x1bx`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := Read(c.src, ReadOptions{})
			runtime.ReadMemStats(&after)
			if err == nil {
				t.Fatalf("no error, want %q", c.want)
			}
			if took := after.TotalAlloc - before.TotalAlloc; took > 100<<20 {
				t.Errorf("took %d bytes of memory for a file of %d", took, len(c.src))
			}
			text := err.Error()
			if !strings.Contains(text, c.want) || !strings.HasPrefix(text, "onnx: ") || strings.Contains(text, "\n") || len(text) > 300 {
				t.Errorf("%.400s\nwant %q", text, c.want)
			}
			if !errors.Is(err, ir.ErrInvalid) && !errors.Is(err, ir.ErrUnsupported) && !errors.Is(err, ir.ErrLimit) {
				t.Errorf("%v is of no kind", err)
			}
		})
	}
}

// nested is a graph's node with a subgraph, so many deep.
func nested(depth int) []byte {
	var b []byte
	for range depth {
		b = field(1, field(5, field(6, b)))
		if len(b) > 1<<20 {
			break
		}
	}
	return b
}
