package caffe

import (
	"strings"
	"testing"

	"github.com/alexconv/alexconv/ir"
	"github.com/google/go-cmp/cmp"
)

// line is a window over one axis.
func line(kernel, stride, pad, dilation int) ir.Window {
	return ir.Window{Kernel: []int{kernel}, Stride: []int{stride}, PadBegin: []int{pad}, PadEnd: []int{pad}, Dilation: []int{dilation}}
}

// TestOperationsOfLayers reads each layer, writes it and reads it again.
func TestOperationsOfLayers(t *testing.T) {
	plane := ir.NewWindow(3, 2)
	plane.Stride, plane.PadBegin, plane.PadEnd = []int{2, 1}, []int{1, 0}, []int{1, 0}
	for _, c := range []struct {
		name, layer string
		in          []ir.Shape
		want        ir.Op
	}{
		{"elu", `type: "ELU"`, []ir.Shape{{2}}, &ir.ELU{Alpha: 1}},
		{"swish", `type: "Swish"`, []ir.Shape{{2}}, &ir.Swish{Beta: 1}},
		{"clip", `type: "Clip" clip_param { min: -1 max: 2 }`, []ir.Shape{{2}}, &ir.Clip{Min: -1, Max: 2}},
		{"threshold", `type: "Threshold"`, []ir.Shape{{2}}, &ir.Threshold{}},
		{"power", `type: "Power"`, []ir.Shape{{2}}, &ir.Power{Power: 1, Scale: 1}},
		{"power 0", `type: "Power" power_param { power: 0 scale: 2 shift: 3 }`, []ir.Shape{{2}}, &ir.Power{Scale: 2, Shift: 3}},
		{"exp", `type: "Exp"`, []ir.Shape{{2}}, &ir.Exp{Scale: 1}},
		{"exp to base -1, which is e", `type: "Exp" exp_param { base: -1 shift: 2 }`, []ir.Shape{{2}}, &ir.Exp{Scale: 1, Shift: 2}},
		{"log to base 2", `type: "Log" log_param { base: 2 scale: 3 }`, []ir.Shape{{2}}, &ir.Log{Base: 2, Scale: 3}},
		{"bias", `type: "Bias"`, []ir.Shape{{2, 3}}, &ir.Bias{Axis: 1, NumAxes: 1}},
		{"bias to the end", `type: "Bias" bias_param { axis: -2 num_axes: -1 }`, []ir.Shape{{2, 3}}, &ir.Bias{Axis: -2, NumAxes: -1}},
		{"mvn", `type: "MVN"`, []ir.Shape{{2, 3}}, &ir.MVN{Eps: 1e-9}},
		{"mvn of all channels", `type: "MVN" mvn_param { across_channels: true normalize_variance: false eps: 1 }`, []ir.Shape{{2, 3}}, &ir.MVN{AcrossChannels: true, MeanOnly: true, Eps: 1}},
		{"crop", `type: "Crop"`, []ir.Shape{{1, 2, 5, 6}, {9, 9, 3, 3}}, &ir.Crop{Axis: 2}},
		{"crop with offsets", `type: "Crop" crop_param { axis: -2 offset: 2 offset: 1 }`, []ir.Shape{{1, 2, 5, 6}, {9, 9, 3, 3}}, &ir.Crop{Axis: -2, Offsets: []int{2, 1}}},
		{"tile", `type: "Tile" tile_param { tiles: 3 }`, []ir.Shape{{2, 3}}, &ir.Tile{Axis: 1, Tiles: 3}},
		{"reduction", `type: "Reduction"`, []ir.Shape{{2, 3}}, &ir.Reduction{Coefficient: 1}},
		{"a mean with a coefficient", `type: "Reduction" reduction_param { operation: MEAN axis: 1 coeff: 2 }`, []ir.Shape{{2, 3}}, &ir.Reduction{Kind: ir.ReduceMean, Axis: 1, Coefficient: 2}},
		{"a reduction by number", `type: "Reduction" reduction_param { operation: 3 }`, []ir.Shape{{2, 3}}, &ir.Reduction{Kind: ir.ReduceSumSquares, Coefficient: 1}},
		{"argmax", `type: "ArgMax"`, []ir.Shape{{2, 3}}, &ir.ArgMax{Flat: true, TopK: 1}},
		{"argmax along axis 0", `type: "ArgMax" argmax_param { axis: 0 top_k: 2 out_max_val: true }`, []ir.Shape{{2, 3}}, &ir.ArgMax{TopK: 2, Values: true}},
		{"embed", `type: "Embed" embed_param { num_output: 4 input_dim: 5 bias_term: false }`, []ir.Shape{{2, 3}}, &ir.Embed{Entries: 5, Units: 4}},
		{"spp", `type: "SPP" spp_param { pyramid_height: 2 pool: AVE }`, []ir.Shape{{1, 2, 6, 6}}, &ir.SPP{Kind: ir.Average, Levels: 2}},
		{"deconvolution", `type: "Deconvolution" convolution_param { num_output: 4 kernel_h: 3 kernel_w: 2 stride: [2, 1] pad_h: 1 group: 2 }`, []ir.Shape{{1, 2, 6, 6}},
			&ir.Deconv{OutChannels: 4, Window: plane, Group: 2, Axis: 1, Bias: true}},
		{"deconvolution over one axis", `type: "Deconvolution" convolution_param { num_output: 4 kernel_size: 3 dilation: 2 axis: -2 bias_term: false }`, []ir.Shape{{5, 1, 2, 6}},
			&ir.Deconv{OutChannels: 4, Window: line(3, 1, 0, 2), Group: 1, Axis: 2}},
	} {
		var src strings.Builder
		layer := `layer { name: "l" top: "out" `
		for i, s := range c.in {
			name := string(rune('a' + i))
			src.WriteString(`layer { name: "` + name + `" type: "Input" top: "` + name + `" input_param { shape { dim: [` + strings.ReplaceAll(s.String(), "x", ",") + "] } } }\n")
			layer += `bottom: "` + name + `" `
		}
		text := []byte(src.String() + layer + c.layer + " }")
		for range 2 {
			g, err := ReadTopology(text, ReadOptions{})
			if err != nil {
				t.Fatalf("%s: %v in\n%s", c.name, err, text)
			}
			if d := cmp.Diff(c.want, g.Nodes[len(g.Nodes)-1].Op); d != "" {
				t.Errorf("%s (-want +got):\n%s", c.name, d)
			}
			if text, err = WriteTopology(g); err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
		}
	}
}

func TestLayersThatCaffeRefuses(t *testing.T) {
	for _, c := range []struct{ name, layer, want string }{
		{"abs in place", `type: "AbsVal" bottom: "data" top: "data"`, `AbsVal cannot overwrite its own bottom "data"`},
		{"a base of 0", `type: "Exp" bottom: "data" top: "y" exp_param { base: 0 }`, "the base must be positive, or -1 for e, it is 0"},
		{"a negative base", `type: "Log" bottom: "data" top: "y" log_param { base: -2 }`, "the base must be positive and finite, it is -2"},
		{"base 1", `type: "Log" bottom: "data" top: "y" log_param { base: 1 }`, "no logarithm to base 1"},
		{"a clip without limits", `type: "Clip" bottom: "data" top: "y" clip_param { min: 1 }`, "max"},
		{"a bias that reaches beyond", `type: "Bias" bottom: "data" top: "y" bias_param { num_axes: 4 }`, "4 axes from axis 1 on reach beyond input 1x4x8x8"},
		{"a crop without a reference", `type: "Crop" bottom: "data" top: "y"`, "takes 2 bottoms, it has 1"},
		{"too many offsets", `type: "Crop" bottom: "data" bottom: "data" top: "y" crop_param { axis: 2 offset: [1, 1, 1] }`, "3 offsets for the 2 axes from axis 2 on"},
		{"no number of tiles", `type: "Tile" bottom: "data" top: "y"`, "the number of tiles must be given"},
		{"no tiles", `type: "Tile" bottom: "data" top: "y" tile_param { tiles: 0 }`, "the number of tiles must be positive, it is 0"},
		{"more than there is", `type: "ArgMax" bottom: "data" top: "y" argmax_param { axis: 1 top_k: 5 }`, "the 5 largest of 4 values cannot be found"},
		{"the largest none", `type: "ArgMax" bottom: "data" top: "y" argmax_param { top_k: 0 }`, "the 0 largest of 256 values"},
		{"a reduction from beyond the last axis", `type: "Reduction" bottom: "data" top: "y" reduction_param { axis: 4 }`, "axis 4 is out of range"},
		{"a table of no entries", `type: "Embed" bottom: "data" top: "y" embed_param { num_output: 3 }`, "the number of entries must be positive"},
		{"a pyramid of no height", `type: "SPP" bottom: "data" top: "y"`, "the pyramid's height must lie between 1 and 16, it is 0"},
		{"a pyramid that is too fine", `type: "SPP" bottom: "data" top: "y" spp_param { pyramid_height: 5 }`, "level 4 of the pyramid pads by 4, which must be less than its window of 1"},
		{"a deconvolution that pads away its output", `type: "Deconvolution" bottom: "data" top: "y" convolution_param { num_output: 1 kernel_size: 1 pad: 4 }`, "the pads leave nothing of the output"},
		{"outputs that do not divide", `type: "Deconvolution" bottom: "data" top: "y" convolution_param { num_output: 3 kernel_size: 1 group: 2 }`, "3 outputs do not divide into 2 groups"},
		{"normalising five axes", `type: "MVN" bottom: "five" top: "y"`, "at most 4 axes"},
		{"pooling three axes", `type: "Pooling" bottom: "three" top: "y" pooling_param { global_pooling: true }`, "must have 4 axes"},
	} {
		src := input + `layer { name: "in" type: "Input" top: "five" top: "three" input_param { shape { dim: [1, 1, 1, 1, 1] } shape { dim: [1, 1, 2] } } }
layer { name: "l" ` + c.layer + " }"
		if _, err := ReadTopology([]byte(src), ReadOptions{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

func TestRemainingLayerTypesAreRefusedByName(t *testing.T) {
	for _, typ := range unreadTypes {
		_, err := ReadTopology([]byte(input+`layer { name: "l" type: "`+typ+`" bottom: "data" top: "y" }`), ReadOptions{})
		if want := `layer "l": layer type "` + typ + `" is not supported`; err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
