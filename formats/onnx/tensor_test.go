package onnx

import (
	"encoding/binary"
	"math"
	"runtime"
	"slices"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/alexconv/alexconv/formats/internal/wire"
	"github.com/alexconv/alexconv/ir"
)

// TestTensorsInEveryForm reads the values 1, -2 and 0.5 (integers: 1, -2 and 3)
// from each place in which TensorProto may hold them.
func TestTensorsInEveryForm(t *testing.T) {
	floats := []float32{1, -2, 0.5}
	packed32, packed64, half, brain := []byte{}, []byte{}, []byte{}, []byte{}
	var single32, halfInts, brainInts []byte
	halves, brains := []uint16{0x3c00, 0xc000, 0x3800}, []uint16{0x3f80, 0xc000, 0x3f00}
	for i, v := range floats {
		packed32 = binary.LittleEndian.AppendUint32(packed32, math.Float32bits(v))
		packed64 = binary.LittleEndian.AppendUint64(packed64, math.Float64bits(float64(v)))
		half = binary.LittleEndian.AppendUint16(half, halves[i])
		brain = binary.LittleEndian.AppendUint16(brain, brains[i])
		single32 = protowire.AppendFixed32(protowire.AppendTag(single32, 4, protowire.Fixed32Type), math.Float32bits(v))
		halfInts = protowire.AppendVarint(halfInts, uint64(halves[i]))
		brainInts = append(brainInts, varint(5, uint64(brains[i]))...)
	}
	ints := []int64{1, -2, 3}
	int64s, int32s, int8s := []byte{}, []byte{}, []byte{}
	var varints, single64 []byte
	for _, v := range ints {
		int64s = binary.LittleEndian.AppendUint64(int64s, uint64(v))
		int32s = binary.LittleEndian.AppendUint32(int32s, uint32(v))
		int8s = append(int8s, byte(v))
		varints = protowire.AppendVarint(varints, uint64(v))
		single64 = append(single64, varint(7, uint64(v))...)
	}
	cases := []struct {
		name string
		kind elementType
		body []byte
	}{
		{"float in raw_data", elementFloat, field(9, packed32)},
		{"float in float_data, packed", elementFloat, field(4, packed32)},
		{"float in float_data, one by one", elementFloat, single32},
		{"float in float_data, in two runs", elementFloat, slices.Concat(field(4, packed32[:4]), field(4, packed32[4:]))},
		{"float in float_data, packed and single", elementFloat, slices.Concat(single32[:5], field(4, packed32[4:]))},
		{"double in raw_data", elementDouble, field(9, packed64)},
		{"double in double_data", elementDouble, field(10, packed64)},
		{"float16 in raw_data", elementFloat16, field(9, half)},
		{"float16 in int32_data", elementFloat16, field(5, halfInts)},
		{"bfloat16 in raw_data", elementBfloat16, field(9, brain)},
		{"bfloat16 in int32_data, one by one", elementBfloat16, brainInts},
		{"int64 in raw_data", elementInt64, field(9, int64s)},
		{"int64 in int64_data, packed", elementInt64, field(7, varints)},
		{"int64 in int64_data, one by one", elementInt64, single64},
		{"int32 in raw_data", elementInt32, field(9, int32s)},
		{"int32 in int32_data", elementInt32, field(5, varints)},
		{"int8 in raw_data", elementInt8, field(9, int8s)},
		{"int8 in int32_data", elementInt8, field(5, varints)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			outer := encoding(ir.DefaultLimits).Open("GraphProto", field(5, field(1, []byte{3}), varint(2, uint64(c.kind)), c.body))
			outer.Next()
			tensor := decodeTensor(outer)
			if outer.Err() != nil {
				t.Fatal(outer.Err())
			}
			switch c.kind {
			case elementInt64, elementInt32, elementInt8:
				got, err := tensor.asInts()
				if diff := cmp.Diff(ints, got); err != nil || diff != "" {
					t.Errorf("%v\n%s", err, diff)
				}
			default:
				got, err := tensor.asFloats()
				if diff := cmp.Diff(floats, got); err != nil || diff != "" {
					t.Errorf("%v\n%s", err, diff)
				}
			}
		})
	}
}

func TestConstantNodes(t *testing.T) {
	tensor := func(kind elementType, dims []byte, raw []byte) []byte {
		return field(5, field(1, dims), varint(2, uint64(kind)), field(9, raw))
	}
	three := binary.LittleEndian.AppendUint32(nil, math.Float32bits(3))
	float := protowire.AppendFixed32(protowire.AppendTag(nil, 2, protowire.Fixed32Type), math.Float32bits(3))
	cases := []struct {
		name, attribute string
		value           []byte
		consumer        *node
		want            string
	}{
		{"a tensor", "value", tensor(elementFloat, nil, three), op("Mul", "x c > m"), "Scale (x > m) scalar[3]"},
		{"a tensor without a type on the attribute", "value", tensor(elementFloat, []byte{1}, three), op("Mul", "x c > m"), "Scale (x > m) scalar[3]"},
		{"a float", "value_float", float, op("Mul", "x c > m"), "Scale (x > m) scalar[3]"},
		{"floats", "value_floats", field(7, slices.Repeat(three, 3)), op("Mul", "x c > m"), "Scale Axis=1 NumAxes=1 (x > m) 3[3 3]"},
		{"ints", "value_ints", field(8, []byte{3, 2}), op("Reshape", "x c > r"), "Reshape Dims=3,2 NumAxes=-1 (x > r)"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			n := &wire.Message{}
			n.Append(field(2, []byte("c")))
			n.Append(field(4, []byte("Constant")))
			n.Append(field(5, field(1, []byte(c.attribute)), c.value))
			f := foreign{opset: 13, in: shapes{{2, 3}}, nodes: []*node{c.consumer}, extra: []*wire.Message{n}}
			if diff := cmp.Diff([]string{c.want}, nodes(read(t, f.bytes(t)))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWeightsAreViews(t *testing.T) {
	g := alexNet(t)
	src := write(t, g, WriteOptions{})
	lo := uintptr(unsafe.Pointer(unsafe.SliceData(src)))
	for _, n := range read(t, src).Nodes {
		for _, p := range n.Params {
			at := uintptr(unsafe.Pointer(unsafe.SliceData(p.Data)))
			if inside := at >= lo && at < lo+uintptr(len(src)); !inside && ir.ViewsFiles() {
				t.Errorf("layer %q holds a copy", n.Name)
			}
		}
	}
	runtime.KeepAlive(src)
}

func TestDetect(t *testing.T) {
	good := write(t, alexNet(t), WriteOptions{Version: "1"})
	cases := []struct {
		name   string
		prefix []byte
		want   bool
	}{
		{"an ONNX model", good, true},
		{"its first bytes", good[:16], true},
		{"its first two bytes", good[:2], true},
		{"a model that begins with its graph", append(field(7, []byte{1}), varint(1, 8)...), true},
		{"a model that begins with its producer", append(field(2, []byte("pytorch")), varint(1, 8)...), true},
		{"nothing", nil, false},
		{"a caffemodel", append(field(1, []byte("LeNet")), field(100, []byte{})...), false},
		{"a caffemodel without a name", field(100, []byte{1, 2}), false},
		{"an old caffemodel", append(field(1, []byte("AlexNet")), field(2, []byte{1, 2})...), false},
		{"an old caffemodel without a name", append(field(2, []byte{1, 2}), field(2, []byte{1, 2})...), false},
		{"an old caffemodel with input sizes", append(field(3, []byte("data")), varint(4, 10)...), false},
		{"a caffemodel with debug_info", append(field(2, []byte{1}), varint(7, 1)...), false},
		{"a prototxt", []byte("name: \"AlexNet\"\n"), false},
		{"a prototxt of input", []byte("input: \"data\"\n"), false},
		{"a prototxt that begins with a comment", []byte("# AlexNet\n"), false},
		{"an npy array", []byte("\x93NUMPY\x01\x00"), false},
		{"a zip", []byte("PK\x03\x04"), false},
		{"a pickle", []byte("\x80\x02}q"), false},
		{"HDF5", []byte("\x89HDF\r\n\x1a\n"), false},
		{"JSON", []byte("{\"a\": 1}"), false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := Detect(c.prefix); got != c.want {
				t.Errorf("Detect is %v, want %v", got, c.want)
			}
		})
	}
}

func TestAlphaFor(t *testing.T) {
	cases := []struct {
		alpha float32
		n     int
	}{
		{1e-4, 5}, {1, 5}, {5e-5, 3}, {0.0001, 25}, {2e-5, 1}, {0.3, 9}, {1e-10, 7}, {100, 11}, {0.7, 49}, {-0.1, 3},
	}
	for _, c := range cases {
		if got := alphaFor(c.alpha/float32(c.n), c.n); got != c.alpha {
			t.Errorf("alpha %v over %d comes back as %v", c.alpha, c.n, got)
		}
	}
	// No float32 divided by 3 gives this one.
	c := math.Float32frombits(0x3f2aaaac)
	if got := alphaFor(c, 3); math.Abs(float64(got/3-c)) > 1e-7 {
		t.Errorf("alpha for %v is %v", c, got)
	}
}
