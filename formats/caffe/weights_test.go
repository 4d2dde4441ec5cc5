package caffe

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alexconv/alexconv/ir"
	"google.golang.org/protobuf/encoding/protowire"
)

// ip is a net with one InnerProduct of 2x3 weights and 2 biases.
const ip = `layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 1 dim: 3 } } }
layer { name: "ip" type: "InnerProduct" bottom: "data" top: "y" inner_product_param { num_output: 2 } }`

// ipBlobs is the text of a weights file for it.
func ipBlobs(weights, bias string) string {
	return `layer { name: "ip" blobs { ` + weights + ` } blobs { ` + bias + ` } }`
}

// asWire is a net in text form as a caffemodel.
func asWire(t testing.TB, text string) []byte {
	t.Helper()
	m, err := parseText(text, netParameter, ir.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := encode(m).WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWeights(t *testing.T) {
	const (
		weights = "shape { dim: [2, 3] } data: [1, 2, 3, 4, 5, 6]"
		bias    = "shape { dim: 2 } data: [7, 8]"
	)
	for _, c := range []struct {
		name, text string
		want       string // an error, empty for none
	}{
		{"as they should be", ipBlobs(weights, bias), ""},
		{"as doubles", ipBlobs("shape { dim: [2, 3] } double_data: [1, 2, 3, 4, 5, 6]", bias), ""},
		{"doubles go before floats", ipBlobs("shape { dim: [2, 3] } data: [9] double_data: [1, 2, 3, 4, 5, 6]", bias), ""},
		{"with differences", ipBlobs(weights+" diff: [9, 9] double_diff: 1", bias), ""},
		{"legacy dimensions", ipBlobs("num: 1 channels: 1 height: 2 width: 3 data: [1, 2, 3, 4, 5, 6]", "num: 1 channels: 1 height: 1 width: 2 data: [7, 8]"), ""},
		{"legacy dimensions go before a shape", ipBlobs("num: 1 channels: 1 height: 2 width: 3 shape { dim: 6 } data: [1, 2, 3, 4, 5, 6]", bias), ""},
		{"a layer that the net does not have", ipBlobs(weights, bias) + ` layer { name: "other" blobs { } }`, ""},
		{"a name given twice, the last counts", ipBlobs("shape { dim: [2, 3] } data: [0, 0, 0, 0, 0, 0]", bias) + ipBlobs(weights, bias), ""},
		{"V1 layers", `layers { name: "ip" type: INNER_PRODUCT blobs { ` + weights + ` } blobs { ` + bias + ` } }`, ""},
		{"V0 layers", `layers { layer { name: "ip" type: "innerproduct" blobs { ` + weights + ` } blobs { ` + bias + ` } } }`, ""},
		{"a layer that is missing", `layer { name: "ipp" blobs { } }`, `layer "ip": has no weights in the file (did you mean "ipp"?)`},
		{"a file without weights", `layer { name: "data" }`, `layer "ip": has no weights: the weights file has none for any layer`},
		{"the layer without its blobs", `layer { name: "ip" }`, `layer "ip": the weights file has 0 blobs for it, the layer has 2`},
		{"blobs for a layer without any", `layer { name: "data" blobs { } }` + ipBlobs(weights, bias), `layer "data": the weights file has 1 blobs for it, the layer has 0`},
		{"the transposed shape", ipBlobs("shape { dim: [3, 2] } data: [1, 2, 3, 4, 5, 6]", bias), `layer "ip": blob 0 of the weights file (byte 9) has shape 3x2, the layer needs 2x3: these are the weights of another net`},
		{"legacy dimensions with ones behind", ipBlobs("num: 2 channels: 3 height: 1 width: 1 data: [1, 2, 3, 4, 5, 6]", bias), `layer "ip": blob 0 of the weights file (byte 9) has shape 2x3x1x1, the layer needs 2x3: these are the weights of another net`},
		{"no shape for what is no scalar", ipBlobs(weights, "data: [7, 8]"), `layer "ip": blob 1 of the weights file (byte 43) has shape scalar, the layer needs 2: these are the weights of another net`},
		{"fewer values than the shape", ipBlobs(weights, "shape { dim: 2 } data: 7"), `layer "ip": blob 1 of the weights file (byte 43) has shape 2 but 1 values`},
		{"more values than the shape", ipBlobs(weights, "shape { dim: 2 } data: [7, 8, 9]"), `layer "ip": blob 1 of the weights file (byte 43) has shape 2 but 3 values`},
	} {
		for _, text := range []bool{false, true} {
			file, want := asWire(t, c.text), c.want
			if text {
				file = []byte(c.text)
			}
			g, err := ReadTopology([]byte(ip), ReadOptions{})
			if err != nil {
				t.Fatal(err)
			}
			err = LoadWeights(g, file, ReadOptions{})
			if c.want != "" {
				if text {
					want = strings.NewReplacer("byte 9", textPlace(c.text, 0), "byte 43", textPlace(c.text, 1)).Replace(want)
				}
				if err == nil || err.Error() != want || !errors.Is(err, ir.ErrInvalid) || g.Nodes[1].Params != nil {
					t.Errorf("%s: %v, want %s", c.name, err, want)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
				continue
			}
			p := g.Nodes[1].Params
			if !slices.Equal(p[0].Data, []float32{1, 2, 3, 4, 5, 6}) || !slices.Equal(p[1].Data, []float32{7, 8}) {
				t.Errorf("%s: %v, %v", c.name, p[0].Data, p[1].Data)
			}
		}
	}
}

// textPlace is where a blob begins in a one-line text.
func textPlace(text string, blob int) string {
	column := 1
	for range blob + 1 {
		column += strings.Index(text[column:], "blobs") + 1
	}
	return fmt.Sprintf("1:%d", column)
}

// How numbers may lie in a file besides packed in one piece.
func TestScatteredNumbers(t *testing.T) {
	packed := func(number protowire.Number, values ...float32) []byte {
		var content []byte
		for _, v := range values {
			content = protowire.AppendFixed32(content, math.Float32bits(v))
		}
		return protowire.AppendBytes(protowire.AppendTag(nil, number, protowire.BytesType), content)
	}
	loose := func(values ...float32) (b []byte) {
		for _, v := range values {
			b = protowire.AppendFixed32(protowire.AppendTag(b, blobData, protowire.Fixed32Type), math.Float32bits(v))
		}
		return b
	}
	longTag := append([]byte{blobData<<3 | 5 | 0x80, 0}, binary.LittleEndian.AppendUint32(nil, math.Float32bits(2))...)
	for _, c := range []struct {
		name string
		blob []byte
		want []float32
		view bool
	}{
		{"packed", packed(blobData, 1, 2, 3), []float32{1, 2, 3}, true},
		{"packed among other fields", slices.Concat([]byte{0x78, 1}, packed(blobDiff, 9), packed(blobData, 1, 2)), []float32{1, 2}, true},
		{"in two pieces", slices.Concat(packed(blobData, 1), packed(blobData, 2, 3)), []float32{1, 2, 3}, false},
		{"in an empty piece and another", slices.Concat(packed(blobData), packed(blobData, 2, 3)), []float32{2, 3}, true},
		{"unpacked", loose(1, 2, 3), []float32{1, 2, 3}, false},
		{"unpacked, then packed", slices.Concat(loose(1, 2), packed(blobData, 3)), []float32{1, 2, 3}, false},
		{"unpacked behind a longer tag", slices.Concat(loose(1), longTag, loose(3)), []float32{1, 2, 3}, false},
		{"with another wire type, which does not count", slices.Concat([]byte{blobData << 3, 7}, packed(blobData, 1)), []float32{1}, true},
	} {
		file := protowire.AppendBytes(protowire.AppendTag(nil, 7, protowire.BytesType), c.blob)
		file = protowire.AppendBytes(protowire.AppendTag(nil, 100, protowire.BytesType), file)
		m, err := parseWire(file, netParameter, ir.Limits{Values: 100})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		b := m.message("layer").last("blobs").blob
		got := b.floats()
		if !slices.Equal(got, c.want) || b.count() != len(c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
		if ir.ViewsFiles() {
			clear(file)
			if viewed := !slices.Equal(got, c.want); viewed != c.view {
				t.Errorf("%s: a view of the file: %v, want %v", c.name, viewed, c.view)
			}
		}
	}
}

func TestMalformedWire(t *testing.T) {
	for _, c := range []struct {
		name string
		src  []byte
		want string
	}{
		{"a field longer than the file", []byte{0x0a, 5, 'a'}, "byte 1: truncated: a field of 5 bytes begins here, 1 are left"},
		{"a length of 2^63", []byte{0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}, "byte 1: truncated: a field of 9223372036854775807 bytes begins here, 0 are left"},
		{"half a tag", []byte{0xa2}, "byte 0: truncated: the file ends inside the field that begins here"},
		{"half a varint", []byte{0x28, 0x80}, "byte 1: truncated: the file ends inside the field that begins here"},
		{"field 0", []byte{0x00, 0x00}, "byte 0: malformed: no protobuf field begins here"},
		{"an end without a group", []byte{0x0c}, "byte 0: field 1 has wire type 4, which cannot stand here"},
		{"wire type 6", []byte{0x0e}, "byte 0: field 1 has wire type 6, which cannot stand here"},
		{"packed floats of five bytes", []byte{0xa2, 6, 9, 0x3a, 7, 0x2a, 5, 1, 2, 3, 4, 5}, "byte 7: 5 bytes of packed numbers are not a multiple of 4"},
		{"half an unpacked float", []byte{0xa2, 6, 5, 0x3a, 3, 0x2d, 1, 2}, "byte 6: truncated: a number of 4 bytes begins here, 2 are left"},
		{"a clip without its maximum", []byte{0xa2, 6, 8, 0xa2, 9, 5, 0x0d, 0, 0, 0, 0}, `byte 11: required field "layer.clip_param.max" is missing`},
	} {
		_, err := parseWire(c.src, netParameter, ir.Limits{Values: 100})
		var wire *WireError
		if err == nil || err.Error() != c.want || !errors.As(err, &wire) || !errors.Is(err, ir.ErrInvalid) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
	if _, err := parseWire(bytes.Repeat([]byte{0x20, 1}, 101), netParameter, ir.Limits{Values: 100}); !errors.Is(err, ir.ErrLimit) {
		t.Errorf("101 values of 100: %v", err)
	}
}

func TestWireReadsAsProtobuf(t *testing.T) {
	for _, c := range []struct {
		name string
		src  []byte
		want string
	}{
		{"the last of two scalars", []byte{0x0a, 1, 'a', 0x0a, 1, 'b'}, `name: "b"`},
		{"two messages of one field are merged", []byte{0x32, 2, 0x10, 7, 0x32, 3, 0x1a, 1, 's'}, `state { level: 7 stage: "s" }`},
		{"an unknown field is skipped", []byte{0x78, 1, 0x28, 1}, `force_backward: true`},
		{"an unknown group is skipped", []byte{0x7b, 0x08, 1, 0x7c, 0x28, 1}, `force_backward: true`},
		{"a field of another wire type is skipped", []byte{0x08, 1, 0x28, 1}, `force_backward: true`},
		{"an unknown enum number is skipped", []byte{0x32, 4, 0x08, 9, 0x10, 1}, `state { level: 1 }`},
		{"int32 keeps the low bits", []byte{0x20, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1}, `input_dim: -1`},
		{"any other number is true", []byte{0x28, 7}, `force_backward: true`},
		{"packed and unpacked integers", []byte{0x22, 2, 1, 2, 0x20, 3}, `input_dim: 1 input_dim: 2 input_dim: 3`},
	} {
		m, err := parseWire(c.src, netParameter, ir.Limits{Values: 100})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := strings.Join(strings.Fields(string(formatText(m))), " "); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestMissingWeightsMayBeAllowed(t *testing.T) {
	src := input + `layer { name: "s" type: "Scale" bottom: "data" top: "s" scale_param { bias_term: true } }
layer { name: "p" type: "PReLU" bottom: "s" top: "p" }
layer { name: "b" type: "BatchNorm" bottom: "p" top: "b" }
layer { name: "ip" type: "InnerProduct" bottom: "b" top: "ip" inner_product_param { num_output: 1 } }`
	var warnings []string
	g, err := readModel([]byte(src), asWire(t, `name: "x"`), ReadOptions{AllowMissing: true, Warn: func(s string) { warnings = append(warnings, s) }})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := g.Validate(); err != nil {
		t.Fatal(err)
	}
	want := []string{`layer "s": has no weights in the file, it gets constants`, `layer "p": has no weights in the file, it gets constants`,
		`layer "b": has no weights in the file, it gets constants`, `layer "ip": has no weights in the file, it gets constants`}
	if !slices.Equal(warnings, want) {
		t.Errorf("%q", warnings)
	}
	for i, want := range [][]float32{nil, {1, 0}, {0.25}, {0, 0}, {0, 0}} {
		for j, w := range want {
			if got := g.Nodes[i].Params[j].Data[0]; got != w {
				t.Errorf("parameter %d of %q begins with %v, want %v", j, g.Nodes[i].Name, got, w)
			}
		}
	}
}

func TestBatchNormStatistics(t *testing.T) {
	src := `layer { name: "d" type: "Input" top: "d" input_param { shape { dim: [1, 2] } } } layer { name: "b" type: "BatchNorm" bottom: "d" top: "b" }`
	for _, c := range []struct {
		name, factor   string
		mean, variance []float32
	}{
		{"divided by their factor", "4", []float32{2, 4}, []float32{1, 3}},
		{"a factor of 1", "1", []float32{8, 16}, []float32{4, 12}},
		{"a factor of 0 means none", "0", []float32{0, 0}, []float32{0, 0}},
	} {
		g, err := readModel([]byte(src), asWire(t, `layer { name: "b" blobs { shape { dim: 2 } data: [8, 16] } blobs { shape { dim: 2 } data: [4, 12] } blobs { shape { dim: 1 } data: `+c.factor+` } }`), ReadOptions{})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if p := g.Nodes[1].Params; !slices.Equal(p[0].Data, c.mean) || !slices.Equal(p[1].Data, c.variance) {
			t.Errorf("%s: %v and %v, want %v and %v", c.name, p[0].Data, p[1].Data, c.mean, c.variance)
		}
	}
}

// A convolution of several bottoms is several nodes with one set of weights.
func TestBottomsShareTheWeights(t *testing.T) {
	src := `layer { name: "d" type: "Input" top: "a" top: "b" input_param { shape { dim: [1, 1, 1, 1] } } }
layer { name: "c" type: "Convolution" bottom: "a" bottom: "b" top: "x" top: "y" convolution_param { num_output: 1 kernel_size: 1 bias_term: false } }`
	g, err := readModel([]byte(src), asWire(t, `layer { name: "c" blobs { shape { dim: [1, 1, 1, 1] } data: 5 } }`), ReadOptions{Warn: func(s string) { t.Error(s) }})
	if err != nil {
		t.Fatal(err)
	}
	if x, y := g.Nodes[2].Params, g.Nodes[3].Params; len(x) != 1 || len(y) != 1 || x[0] != y[0] || x[0].Data[0] != 5 {
		t.Errorf("%v and %v", x, y)
	}
}

func TestSharedParameters(t *testing.T) {
	g := readFixture(t, "shared_params")
	a, b := g.Nodes[1].Params, g.Nodes[2].Params
	if a[0] != b[0] || a[1] != b[1] || a[0].Name != "w" || a[1].Name != "b" {
		t.Error("the layers do not share their tensors")
	}
	// A topology keeps the names when it is written without weights.
	topology, err := ReadTopology(readFile(t, fixtures, "shared_params", "deploy.prototxt"), ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	text, err := WriteTopology(topology)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), `name: "w"`); n != 2 {
		t.Errorf("%d layers name the shared weights in\n%s", n, text)
	}
	src := ip[:strings.LastIndex(ip, "}")] + ` param { name: "w" } }
layer { name: "b" type: "InnerProduct" bottom: "data" top: "z" param { name: "w" share_mode: PERMISSIVE } inner_product_param { num_output: 2 transpose: true bias_term: false } }`
	g, err = readModel([]byte(src), asWire(t, ipBlobs("shape { dim: [2, 3] } data: [1, 2, 3, 4, 5, 6]", "shape { dim: 2 } data: [7, 8]")), ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	last := g.Nodes[len(g.Nodes)-1].Params[0]
	if !last.Shape.Equal(ir.Shape{3, 2}) || !sameData(last, g.Nodes[2].Params[0]) {
		t.Errorf("a permissive share is %v of other data", last.Shape)
	}
}

// A large net is read without looking at its numbers.
func TestReadingIsFast(t *testing.T) {
	const side = 1 << 12
	text := `layer { name: "data" type: "Input" top: "data" input_param { shape { dim: [1, 4096] } } }
layer { name: "ip" type: "InnerProduct" bottom: "data" top: "y" inner_product_param { num_output: 4096 bias_term: false } }`
	const numbers = 4 * side * side
	blob := protowire.AppendBytes(protowire.AppendTag(nil, blobShapeField, protowire.BytesType), []byte{0x0a, 4, 0x80, 0x20, 0x80, 0x20})
	blob = protowire.AppendVarint(protowire.AppendTag(blob, blobData, protowire.BytesType), numbers)
	layer := protowire.AppendString(protowire.AppendTag(nil, 1, protowire.BytesType), "ip")
	layer = protowire.AppendVarint(protowire.AppendTag(layer, 7, protowire.BytesType), uint64(len(blob)+numbers))
	head := protowire.AppendVarint(protowire.AppendTag(nil, 100, protowire.BytesType), uint64(len(layer)+len(blob)+numbers))
	head = slices.Concat(head, layer, blob)
	file := make([]byte, len(head)+numbers)
	copy(file, head)
	best := time.Hour
	for range 5 {
		start := time.Now()
		if _, err := readModel([]byte(text), file, ReadOptions{}); err != nil {
			t.Fatal(err)
		}
		best = min(best, time.Since(start))
	}
	if best > 10*time.Millisecond && ir.ViewsFiles() {
		t.Errorf("%d MB took %v", len(file)>>20, best)
	}
}
