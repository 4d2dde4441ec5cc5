package caffe

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/alexconv/alexconv/ir"
	"github.com/google/go-cmp/cmp"
)

// input is an Input layer of four axes for the nets of these tests.
const input = `layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 1 dim: 4 dim: 8 dim: 8 } } }` + "\n"

// trace is one line per node: layer, inputs, outputs.
func trace(g *ir.Graph) []string {
	names := func(values []*ir.Value) string {
		var list []string
		for _, v := range values {
			list = append(list, v.Name)
		}
		return strings.Join(list, ",")
	}
	var lines []string
	for _, n := range g.Nodes {
		lines = append(lines, fmt.Sprintf("%s: %s -> %s", n.Name, names(n.Inputs), names(n.Outputs)))
	}
	return append(lines, "outputs: "+names(g.Outputs))
}

func TestGraphs(t *testing.T) {
	for _, c := range []struct {
		name string
		src  string
		o    ReadOptions
		want []string
	}{
		{"an in-place chain", input + `layer { name: "a" type: "Sigmoid" bottom: "data" top: "x" }
layer { name: "b" type: "ReLU" bottom: "x" top: "x" }
layer { name: "c" type: "TanH" bottom: "x" top: "x" }`, ReadOptions{},
			[]string{"data:  -> data", "a: data -> x@a", "b: x@a -> x@b", "c: x@b -> x", "outputs: x"}},
		{"layers of one name in an in-place chain", input + `layer { type: "Sigmoid" bottom: "data" top: "x" }
layer { type: "ReLU" bottom: "x" top: "x" }
layer { type: "TanH" bottom: "x" top: "x" }`, ReadOptions{},
			[]string{"data:  -> data", ": data -> x@", ": x@ -> x@#2", ": x@#2 -> x", "outputs: x"}},
		{"a blob read twice", input + `layer { name: "a" type: "Sigmoid" bottom: "data" top: "x" }
layer { name: "b" type: "Eltwise" bottom: "x" bottom: "x" top: "y" }`, ReadOptions{},
			[]string{"data:  -> data", "a: data -> x", "x_a_0_split: x -> x_a_0_split_0,x_a_0_split_1", "b: x_a_0_split_0,x_a_0_split_1 -> y", "outputs: y"}},
		{"a blob read once and as a loss", input + `layer { name: "a" type: "Sigmoid" bottom: "data" top: "x" loss_weight: 2 }
layer { name: "b" type: "ReLU" bottom: "x" top: "y" }`, ReadOptions{},
			[]string{"data:  -> data", "a: data -> x", "x_a_0_split: x -> x_a_0_split_0,x_a_0_split_1", "b: x_a_0_split_1 -> y", "outputs: x_a_0_split_0,y"}},
		{"outputs sort by name", input + `layer { name: "s" type: "Slice" bottom: "data" top: "z" top: "b" top: "B" top: "a" }`, ReadOptions{},
			[]string{"data:  -> data", "s: data -> z,b,B,a", "outputs: B,a,b,z"}},
		{"a convolution of two bottoms", input + `layer { name: "s" type: "Slice" bottom: "data" top: "a" top: "b" }
layer { name: "c" type: "Convolution" bottom: "a" bottom: "b" top: "x" top: "y" convolution_param { num_output: 1 kernel_size: 1 } }`, ReadOptions{},
			[]string{"data:  -> data", "s: data -> a,b", "c: a -> x", "c: b -> y", "outputs: x,y"}},
		{"phase", input + `layer { name: "a" type: "ReLU" bottom: "data" top: "x" include { phase: TEST } }
layer { name: "b" type: "ReLU" bottom: "data" top: "y" include { phase: TRAIN } }`, ReadOptions{},
			[]string{"data:  -> data", "a: data -> x", "outputs: x"}},
		{"the other phase", input + `layer { name: "a" type: "ReLU" bottom: "data" top: "x" include { phase: TEST } }
layer { name: "b" type: "ReLU" bottom: "data" top: "y" exclude { phase: TEST } }`, ReadOptions{Phase: Train},
			[]string{"data:  -> data", "b: data -> y", "outputs: y"}},
		{"levels", input + `layer { name: "a" type: "ReLU" bottom: "data" top: "x" include { min_level: 2 max_level: 3 } }
layer { name: "b" type: "ReLU" bottom: "data" top: "y" include { min_level: 3 } include { max_level: 2 } }`, ReadOptions{Level: 1},
			[]string{"data:  -> data", "b: data -> y", "outputs: y"}},
		{"stages, the net's own too", `state { stage: "own" }` + input + `layer { name: "a" type: "ReLU" bottom: "data" top: "x" include { stage: "own" stage: "given" } }
layer { name: "b" type: "ReLU" bottom: "data" top: "y" include { not_stage: "given" } }`, ReadOptions{Stages: []string{"given"}},
			[]string{"data:  -> data", "a: data -> x", "outputs: x"}},
		{"a training net", `layer { name: "data" type: "Data" top: "data" top: "label" transform_param { crop_size: 8 } data_param { batch_size: 2 } }
layer { name: "ip" type: "InnerProduct" bottom: "data" top: "ip" inner_product_param { num_output: 3 } }
layer { name: "acc" type: "Accuracy" bottom: "ip" bottom: "label" top: "acc" }
layer { name: "loss" type: "SoftmaxWithLoss" bottom: "ip" bottom: "label" }`, ReadOptions{},
			[]string{"data:  -> data", "ip: data -> ip", "outputs: ip"}},
		{"labels that are silenced", `layer { name: "d" type: "DummyData" top: "x" top: "label" dummy_data_param { shape { dim: 2 dim: 3 } } }
layer { name: "q" type: "Silence" bottom: "label" }
layer { name: "r" type: "ReLU" bottom: "x" top: "y" }`, ReadOptions{},
			[]string{"d:  -> x", "r: x -> y", "outputs: y"}},
	} {
		g, err := ReadTopology([]byte(c.src), c.o)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if d := cmp.Diff(c.want, trace(g)); d != "" {
			t.Errorf("%s:\n%s", c.name, d)
		}
	}
}

func TestDataLayersBecomeInputs(t *testing.T) {
	relu := ` layer { name: "r" type: "ReLU" bottom: "x" top: "y" }`
	for _, c := range []struct{ name, src, want string }{
		{"cropped database images", `type: "Data" transform_param { crop_size: 227 } data_param { batch_size: 50 }`, "50x3x227x227"},
		{"scaled image files", `type: "ImageData" image_data_param { batch_size: 2 new_height: 10 new_width: 12 }`, "2x3x10x12"},
		{"grey image files", `type: "ImageData" image_data_param { is_color: false new_height: 10 new_width: 12 }`, "1x1x10x12"},
		{"cropped windows", `type: "WindowData" transform_param { crop_size: 9 } window_data_param { batch_size: 2 }`, "2x3x9x9"},
		{"memory", `type: "MemoryData" memory_data_param { batch_size: 1 channels: 2 height: 3 width: 4 }`, "1x2x3x4"},
		{"dummy data by shape", `type: "DummyData" dummy_data_param { shape { dim: 7 } }`, "7"},
		{"dummy data by dimension", `type: "DummyData" dummy_data_param { num: 1 channels: 2 height: 3 width: 4 }`, "1x2x3x4"},
	} {
		var warnings []string
		g, err := ReadTopology([]byte(`layer { name: "d" top: "x" `+c.src+"}"+relu), ReadOptions{Warn: func(s string) { warnings = append(warnings, s) }})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := g.Nodes[0].Op.(*ir.Input).Shape.String(); got != c.want || len(warnings) != 1 {
			t.Errorf("%s: %s with warnings %q, want %s", c.name, got, warnings, c.want)
		}
	}
}

func TestTopologiesRefused(t *testing.T) {
	for _, c := range []struct {
		name, src string
		kind      error
		want      string
	}{
		{"a reshape to too many axes", input + `layer { name: "x" type: "Reshape" bottom: "data" top: "y" reshape_param { shape { dim: [` + strings.Repeat("1,", 32) + `256] } } }`, ir.ErrInvalid, `2:1: layer "x": a blob has at most 32 axes, its top would have 33`},
		{"nothing", "", ir.ErrInvalid, "the file is empty"},
		{"only comments", "# nothing", ir.ErrInvalid, "the net has no layers for phase and stages as given"},
		{"a NUL in the text", `name: "x" ` + "\x00", ir.ErrInvalid, "1:11: control character 0x00"},
		{"include and exclude", input + `layer { name: "x" type: "ReLU" include { } exclude { } }`, ir.ErrInvalid, `2:44: layer "x": has both include and exclude rules; give one kind`},
		{"a layer type that Caffe has", input + `layer { name: "x" type: "LSTM" bottom: "data" top: "y" }`, ir.ErrUnsupported, `2:25: layer "x": layer type "LSTM" is not supported`},
		{"a layer type with a typo", input + `layer { name: "x" type: "Convolutoin" bottom: "data" top: "y" }`, ir.ErrInvalid, `2:25: layer "x": unknown layer type "Convolutoin" (did you mean "Convolution"?)`},
		{"no layer type", input + `layer { name: "x" bottom: "data" top: "y" }`, ir.ErrInvalid, `2:1: layer "x": unknown layer type ""`},
		{"a bottom with a typo", input + `layer { name: "x" type: "ReLU" bottom: "dta" top: "y" }`, ir.ErrInvalid, `2:40: layer "x": unknown bottom blob "dta": no layer before writes it (did you mean "data"?)`},
		{"two bottoms for one", input + `layer { name: "x" type: "ReLU" bottom: "data" bottom: "data" top: "y" }`, ir.ErrInvalid, `2:1: layer "x": ReLU takes 1 bottom, it has 2`},
		{"no top", input + `layer { name: "x" type: "ReLU" bottom: "data" }`, ir.ErrInvalid, `2:1: layer "x": ReLU takes 1 top, it has 0`},
		{"one bottom for two or more", input + `layer { name: "x" type: "Eltwise" bottom: "data" top: "y" }`, ir.ErrInvalid, `2:1: layer "x": Eltwise takes at least 2 bottoms, it has 1`},
		{"a convolution of unequal bottoms and tops", input + `layer { name: "x" type: "Convolution" bottom: "data" top: "y" top: "z" convolution_param { num_output: 1 kernel_size: 1 } }`, ir.ErrInvalid,
			`2:1: layer "x": Convolution has as many tops as bottoms, it has 2 and 1`},
		{"a mask of an average", input + `layer { name: "x" type: "Pooling" bottom: "data" top: "y" top: "m" pooling_param { pool: AVE kernel_size: 2 } }`, ir.ErrInvalid, `2:1: layer "x": an average has no second top, the mask of maxima`},
		{"a pooling without parameters", input + `layer { name: "x" type: "Pooling" bottom: "data" top: "y" }`, ir.ErrInvalid, `2:1: layer "x": the kernel size must be positive`},
		{"a convolution without parameters", input + `layer { name: "x" type: "Convolution" bottom: "data" top: "y" }`, ir.ErrInvalid, `2:1: layer "x": kernel_size must be given once, or once per spatial axis (2), it is given 0 times`},
		{"stochastic pooling", input + `layer { name: "x" type: "Pooling" bottom: "data" top: "y" pooling_param { kernel_size: 2 pool: STOCHASTIC } }`, ir.ErrUnsupported, `2:96: layer "x": stochastic pooling is not supported; use MAX or AVE`},
		{"pad_h without pad_w", input + `layer { name: "x" type: "Pooling" bottom: "data" top: "y" pooling_param { kernel_size: 2 pad_h: 1 } }`, ir.ErrInvalid, `2:97: layer "x": pad_h and pad_w go together`},
		{"a pad as large as the kernel", input + `layer { name: "x" type: "Pooling" bottom: "data" top: "y" pooling_param { kernel_size: 2 pad: 2 } }`, ir.ErrInvalid, `2:95: layer "x": pad 2 must be smaller than the kernel's 2`},
		{"global pooling with a kernel", input + `layer { name: "x" type: "Pooling" bottom: "data" top: "y" pooling_param { kernel_size: 2 global_pooling: true } }`, ir.ErrInvalid, `2:106: layer "x": global pooling takes no kernel size`},
		{"pooling of the net's input in place", input + `layer { name: "x" type: "Pooling" bottom: "data" top: "data" pooling_param { kernel_size: 2 } }`, ir.ErrUnsupported,
			`2:1: layer "x": Pooling would change the size of the net's input "data", which Caffe does not restore: give its top a name of its own`},
		{"pooling in place to larger planes", input + `layer { name: "r" type: "ReLU" bottom: "data" top: "x" } layer { name: "x" type: "Pooling" bottom: "x" top: "x" pooling_param { kernel_size: 2 pad: 1 } }`, ir.ErrUnsupported,
			`2:58: layer "x": pooling in place into larger planes (1x4x9x9 from 1x4x8x8) depends on what was run before`},
		{"a flattening in place", input + `layer { name: "x" type: "Flatten" bottom: "data" top: "data" }`, ir.ErrUnsupported, `2:1: layer "x": Flatten cannot overwrite its own bottom "data": give its top a name of its own`},
		{"a sum in place", input + `layer { name: "s" type: "Slice" bottom: "data" top: "a" top: "b" } layer { name: "x" type: "Eltwise" bottom: "a" bottom: "b" top: "a" }`, ir.ErrUnsupported, `2:68: layer "x": Eltwise cannot overwrite its own bottom "a": give its top a name of its own`},
		{"an even window", input + `layer { name: "x" type: "LRN" bottom: "data" top: "y" lrn_param { local_size: 4 } }`, ir.ErrInvalid, `2:79: layer "x": local_size must be odd, it is 4`},
		{"axis and concat_dim", input + `layer { name: "x" type: "Concat" bottom: "data" top: "y" concat_param { axis: 1 concat_dim: 1 } }`, ir.ErrInvalid, `2:93: layer "x": has both axis and concat_dim; give one`},
		{"slice points that do not grow", input + `layer { name: "x" type: "Slice" bottom: "data" top: "a" top: "b" top: "c" slice_param { slice_point: 2 slice_point: 2 } }`, ir.ErrInvalid, `2:117: layer "x": slice_point must grow and stay below the extent of 4 along axis 1`},
		{"too many param fields", input + `layer { name: "x" type: "ReLU" bottom: "data" top: "y" param { lr_mult: 1 } }`, ir.ErrInvalid, `2:56: layer "x": has 1 param fields for 0 parameters`},
		{"a share of another shape", input + `layer { name: "a" type: "InnerProduct" bottom: "data" top: "y" param { name: "w" } inner_product_param { num_output: 2 } }
layer { name: "b" type: "InnerProduct" bottom: "y" top: "z" param { name: "w" } inner_product_param { num_output: 2 } }`, ir.ErrInvalid, `3:61: layer "b": param "w" of layer "a" has shape 2x256, this layer needs 2x2`},
		{"a share at another rate", input + `layer { name: "a" type: "PReLU" bottom: "data" top: "y" param { name: "w" lr_mult: 1 } }
layer { name: "b" type: "PReLU" bottom: "y" top: "z" param { name: "w" lr_mult: 2 } }`, ir.ErrInvalid, `3:81: layer "b": param "w" has lr_mult 2 here and 1 in another layer`},
		{"labels that a layer reads", `layer { name: "d" type: "Data" top: "x" top: "label" transform_param { crop_size: 8 } }
layer { name: "r" type: "Concat" bottom: "x" bottom: "label" top: "y" }`, ir.ErrUnsupported, `1:1: layer "d": Data has to become an Input, but its labels are read by a layer that stays; use the net's deploy prototxt`},
		{"a database of unknown size", `layer { name: "d" type: "Data" top: "x" } layer { name: "r" type: "ReLU" bottom: "x" top: "y" }`, ir.ErrUnsupported, `1:1: layer "d": Data has to become an Input, but the net does not say its image size; use the net's deploy prototxt`},
		{"HDF5 data", `layer { name: "d" type: "HDF5Data" top: "x" } layer { name: "r" type: "ReLU" bottom: "x" top: "y" }`, ir.ErrUnsupported, `1:1: layer "d": HDF5Data has to become an Input, but its shape stands in the HDF5 file; use the net's deploy prototxt`},
		{"a loss that a layer reads", input + `layer { name: "l" type: "EuclideanLoss" bottom: "data" bottom: "data" top: "l" } layer { name: "r" type: "ReLU" bottom: "l" top: "y" }`, ir.ErrUnsupported, `2:121: layer "r": reads blob "l" of layer "l", which only serves training`},
		{"a dropout set to drop", input + `layer { name: "x" type: "Dropout" bottom: "data" top: "y" phase: TRAIN }`, ir.ErrUnsupported, `2:66: layer "x": is set to phase TRAIN, where it drops at random`},
		{"a shape with too many axes", `layer { name: "x" type: "Input" top: "y" input_param { shape { dim: [` + strings.Repeat("1,", 32) + `1] } } }`, ir.ErrInvalid, `1:56: layer "x": a blob has at most 32 axes, this one 33`},
		{"a layer with too many tops", `layer { name: "x" type: "Input" ` + strings.Repeat(`top: "t" `, 1<<14+1) + `}`, ir.ErrLimit, `1:1: layer "x": bottoms or tops: 16385, the limit is 16384`},
		{"a name that is too long", `layer { name: "` + strings.Repeat("x", 1025) + `" type: "Input" }`, ir.ErrLimit, `1:1: layer "xxxxxxxxxxxxxxxx...": bytes in the name "xxxxxxxxxxxxxxxx"...: 1025, the limit is 1024`},
		{"a blob's name that is too long", `layer { name: "x" type: "Input" top: "` + strings.Repeat("x", 1025) + `" }`, ir.ErrLimit, `1:1: layer "x": bytes in the name "xxxxxxxxxxxxxxxx"...: 1025, the limit is 1024`},
		{"too many layers", strings.Repeat("layer { }", 1<<16+1), ir.ErrLimit, `layers of the net: 65537, the limit is 65536`},
		{"a shape that overflows", `layer { name: "x" type: "Input" top: "y" input_param { shape { dim: [4000000000, 4000000000] } } }`, ir.ErrLimit, `1:56: layer "x": shape 4000000000x4000000000 has more than 2147483647 elements`},
	} {
		_, err := ReadTopology([]byte(c.src), ReadOptions{})
		if err == nil || err.Error() != c.want || !errors.Is(err, c.kind) {
			t.Errorf("%s: %v, want %s (%v)", c.name, err, c.want, c.kind)
		}
	}
}

func TestBVLCAlexNet(t *testing.T) {
	for _, c := range []struct {
		name, file, out string
		warnings        int
	}{
		{"deploy", "bvlc_alexnet_deploy.prototxt", "prob", 0},
		{"train_val", "bvlc_alexnet_train_val.prototxt", "fc8", 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			var warnings []string
			g, err := ReadTopology(outside(t, "seeded", c.file), ReadOptions{Warn: func(s string) { warnings = append(warnings, s) }})
			if err != nil {
				t.Fatal(err)
			}
			shapes, err := g.Validate()
			if err != nil {
				t.Fatal(err)
			}
			if len(g.Outputs) != 1 || g.Outputs[0].Name != c.out || len(warnings) != c.warnings {
				t.Errorf("outputs %v, warnings %q", trace(g), warnings)
			}
			for blob, want := range map[string]string{"pool1": "96x27x27", "pool2": "256x13x13", "pool5": "256x6x6", "fc8": "1000"} {
				if got := shapes[g.Value(blob)][1:].String(); got != want {
					t.Errorf("%s: %s, want %s", blob, got, want)
				}
			}
		})
	}
}
