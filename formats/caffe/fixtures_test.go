package caffe

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/alexconv/alexconv/ir"
	"github.com/google/go-cmp/cmp"
)

const fixtures = "../../testdata/caffe"

// manifest is what Caffe said of a fixture's net, splits included.
type manifest struct {
	Inputs  []string
	Outputs []string
	Layers  []manifestLayer
}

type manifestLayer struct {
	Name        string
	Type        string
	Tops        []string
	TopShapes   []ir.Shape `json:"top_shapes"`
	ParamShapes []ir.Shape `json:"param_shapes"`
}

func readFile(t testing.TB, path ...string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// outside reads a file that is not part of the project and may be absent.
func outside(t testing.TB, path ...string) []byte {
	t.Helper()
	file := filepath.Join(append([]string{"../../../shared/fixtures"}, path...)...)
	data, err := os.ReadFile(file)
	if err != nil {
		t.Skipf("%s is not there: it may not be redistributed", file)
	}
	return data
}

// cases lists the fixtures whose names do, or do not, begin with err_.
func cases(t testing.TB, refused bool) []string {
	t.Helper()
	entries, err := os.ReadDir(fixtures)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() && strings.HasPrefix(e.Name(), "err_") == refused {
			names = append(names, e.Name())
		}
	}
	if len(names) < 20 {
		t.Fatalf("only %d fixtures", len(names))
	}
	return names
}

// readFixture reads a fixture's net.
func readFixture(t *testing.T, name string) *ir.Graph {
	t.Helper()
	dir := filepath.Join(fixtures, name)
	g, err := readModel(readFile(t, dir, "deploy.prototxt"), readFile(t, dir, "weights.caffemodel"), ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// layersOf describes a graph as a manifest does: the tops of one layer
// together, and blobs for parameters.
func layersOf(t *testing.T, g *ir.Graph) []manifestLayer {
	t.Helper()
	shapes, err := g.Validate()
	if err != nil {
		t.Fatal(err)
	}
	// A manifest is written after a run, when a blob has the shape that its last
	// layer gives it.
	last := make(map[string]ir.Shape)
	for _, n := range g.Nodes {
		for _, v := range n.Outputs {
			last[v.Blob] = shapes[v]
		}
	}
	var list []manifestLayer
	for i, n := range g.Nodes {
		row := typeByOp[opType(n.Op)]
		l := manifestLayer{Name: n.Name, Type: row.name}
		for _, v := range n.Outputs {
			l.Tops = append(l.Tops, v.Blob)
			l.TopShapes = append(l.TopShapes, last[v.Blob])
		}
		if row == inputLayer && i > 0 && list[len(list)-1].Type == "Input" && list[len(list)-1].Name == n.Name {
			last := &list[len(list)-1]
			last.Tops, last.TopShapes = append(last.Tops, l.Tops...), append(last.TopShapes, l.TopShapes...)
			continue
		}
		l.ParamShapes, err = row.blobShapes(n.Op, shapes.Of(n.Inputs))
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, l)
	}
	return list
}

func TestNetsAreAsCaffeHasThem(t *testing.T) {
	for _, name := range cases(t, false) {
		t.Run(name, func(t *testing.T) {
			g := readFixture(t, name)
			var want manifest
			if err := json.Unmarshal(readFile(t, fixtures, name, "expected", "manifest.json"), &want); err != nil {
				t.Fatal(err)
			}
			normal := cmp.Transformer("empty", func(s []ir.Shape) []string { return strings.Fields(fmt.Sprint(s)) })
			if d := cmp.Diff(want.Layers, layersOf(t, g), normal, cmp.Transformer("tops", func(s []string) string { return fmt.Sprint(s) })); d != "" {
				t.Error(d)
			}
			var inputs, outputs []string
			for _, v := range g.Inputs() {
				inputs = append(inputs, v.Blob)
			}
			for _, v := range g.Outputs {
				outputs = append(outputs, v.Name)
			}
			if !slices.Equal(inputs, want.Inputs) || !slices.Equal(outputs, want.Outputs) {
				t.Errorf("inputs %q and outputs %q, want %q and %q", inputs, outputs, want.Inputs, want.Outputs)
			}
		})
	}
}

// params.npz holds the blobs as Caffe has them after loading.
func TestWeightsAreBitForBitCaffes(t *testing.T) {
	for _, name := range cases(t, false) {
		t.Run(name, func(t *testing.T) {
			g := readFixture(t, name)
			want := readParams(t, filepath.Join(fixtures, name, "params.npz"))
			compared := 0
			for _, n := range g.Nodes {
				if _, statistics := n.Op.(*ir.BatchNorm); statistics {
					compared++
					continue // held against Caffe in TestBatchNormStatistics
				}
				for i, p := range n.Params {
					w, ok := want[fmt.Sprintf("%s/%d", n.Name, i)]
					if !ok || !p.Shape.Equal(w.Shape) || !sameBits(p.Data, w.Data) {
						t.Errorf("parameter %d of %q differs: %v, want %v", i, n.Name, p.Shape, w.Shape)
					}
					compared++
				}
			}
			if compared == 0 && len(want) > 0 {
				t.Error("nothing was compared")
			}
		})
	}
}

func sameBits(a, b []float32) bool {
	return slices.EqualFunc(a, b, func(x, y float32) bool { return math.Float32bits(x) == math.Float32bits(y) })
}

// readParams reads an .npz of little-endian float32 arrays in C order.
func readParams(t *testing.T, path string) map[string]*ir.Tensor {
	t.Helper()
	tensors := make(map[string]*ir.Tensor)
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		header := string(data[10 : 10+binary.LittleEndian.Uint16(data[8:])])
		var shape ir.Shape
		_, dims, _ := strings.Cut(header, "'shape': (")
		dims, _, _ = strings.Cut(dims, ")")
		for _, d := range strings.FieldsFunc(dims, func(r rune) bool { return r == ',' || r == ' ' }) {
			var n int
			if _, err := fmt.Sscan(d, &n); err != nil {
				t.Fatal(err)
			}
			shape = append(shape, n)
		}
		tensor := ir.NewTensor(shape...)
		if err := binary.Read(bytes.NewReader(data[10+len(header):]), binary.LittleEndian, tensor.Data); err != nil {
			t.Fatal(err)
		}
		tensors[strings.TrimSuffix(f.Name, ".npy")] = tensor
	}
	return tensors
}

// Caffe refuses each of these; so do we, saying where.
func TestRefusedNets(t *testing.T) {
	want := map[string]string{
		"err_bn_params_lr":             `3:64: layer "bn": the statistics are not learned: lr_mult must be 0, it is 1`,
		"err_conv_kernel_both":         `3:112: layer "l": has kernel_size and also kernel_h or kernel_w; give one form`,
		"err_conv_kernel_gt_input":     `3:1: layer "l": `,
		"err_crop_out":                 `4:1: layer "l": 4 positions from 3 on do not lie in input 2x3x6x7 along axis 2`,
		"err_duplicate_top":            `4:52: layer "b": top blob "x" is written by layer "a" already; only a layer that alone reads a blob may overwrite it`,
		"err_eltwise_coeff_count":      `5:129: layer "l": needs one coeff per bottom, has 2 for 3`,
		"err_eltwise_prod_coeff":       `5:140: layer "l": coeff goes with SUM, not with PROD`,
		"err_input_no_shape":           `2:1: layer "data": has no shape; give input_param { shape { dim: ... } }`,
		"err_lrn_2d":                   `3:1: layer "l": `,
		"err_mixed_layer_layers":       `2:1: the net has both 'layer' and 'layers' fields: bring it to 'layer' by hand`,
		"err_pool_zero_rows":           `3:1: layer "l": `,
		"err_split_before_inplace":     `5:50: layer "r1": top blob "x" is written by layer "c1" already; only a layer that alone reads a blob may overwrite it`,
		"err_text_bom":                 `1:1: byte order mark: save the file as UTF-8 without one`,
		"err_text_bool_2":              `3:113: layer "l": integer 2 is out of range`,
		"err_text_dup_message":         `3:104: layer "l": field "inner_product_param" is given twice in LayerParameter`,
		"err_text_dup_optional":        `3:102: layer "l": field "num_output" is given twice in InnerProductParameter`,
		"err_text_enum_lower":          `3:83: layer "l": unknown value "max" for field "pool" (did you mean "MAX"?)`,
		"err_text_float_octal":         `3:80: layer "l": expected a decimal number, found "010"`,
		"err_text_newline_in_string":   `3:82: layer "l": a string cannot cross a line boundary`,
		"err_text_plus_sign":           `3:80: layer "l": expected a number, found "+"`,
		"err_text_slash_comment":       `3:66: layer "l": expected a field name, found "/"`,
		"err_text_uint_overflow":       `3:100: layer "l": integer 4294967296 is out of range`,
		"err_text_unknown_enum_number": `3:83: layer "l": unknown value "7" for field "pool"`,
		"err_unknown_bottom":           `3:40: layer "l": unknown bottom blob "nope": no layer before writes it`,
		"err_unknown_type":             `3:25: layer "l": layer type "Normalize" is of SSD's fork of Caffe; read it with dialect ssd or opencv`,
		"err_v1_bad_enum":              `2:92: layer "r": unknown value "PRELU" for field "type" (did you mean "RELU"?)`,
		"err_v2_enum_type":             `3:25: layer "r": expected a string in quotes, found "RELU"`,
		"err_weights_legacy_mismatch":  `layer "ip": blob 0 of the weights file (byte 424) has shape 4x27x1x1, the layer needs 4x27: these are the weights of another net`,
		"err_weights_truncated":        `byte 387: truncated: a field of 540 bytes begins here, 500 are left`,
	}
	for _, name := range cases(t, true) {
		weights, err := os.ReadFile(filepath.Join(fixtures, name, "weights.caffemodel"))
		if err != nil {
			weights = nil
		}
		_, err = readModel(readFile(t, fixtures, name, "deploy.prototxt"), weights, ReadOptions{})
		if want[name] == "" || err == nil || !strings.HasPrefix(err.Error(), want[name]) {
			t.Errorf("%s: %v, want %s", name, err, want[name])
		}
	}
}

// readModel reads a topology with its weights; a caffemodel may be both.
func readModel(topology, weights []byte, o ReadOptions) (*ir.Graph, error) {
	g, err := ReadTopology(topology, o)
	if err != nil {
		return nil, err
	}
	return g, LoadWeights(g, weights, o)
}
