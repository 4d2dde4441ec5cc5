package caffe

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/alexconv/alexconv/ir"
)

// forkNet is a net of one layer behind an input of 2x4x6x6.
func forkNet(layer string) []byte {
	return []byte(`layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 2 dim: 4 dim: 6 dim: 6 } } }
layer { name: "x" bottom: "data" top: "x" ` + layer + ` }`)
}

func TestDialectsReadLayersOfForks(t *testing.T) {
	for _, c := range []struct {
		name    string
		dialect Dialect
		layer   string
		want    string // the operations behind the input, with the attributes that are not zero
	}{
		{"ReLU6", MobileNet, `type: "ReLU6"`, "Clip [{Max 6}]"},
		{"ReLU6 with its parameter", MobileNet, `type: "ReLU6" relu6_param { negative_slope: 0 }`, "Clip [{Max 6}]"},
		{"ReLU6 in OpenCV", OpenCV, `type: "ReLU6"`, "Clip [{Max 6}]"},
		{"a depthwise convolution without groups", MobileNet, `type: "ConvolutionDepthwise" convolution_param { num_output: 4 kernel_size: 3 pad: 1 bias_term: false }`,
			"Conv [{OutChannels 4} {Kernel 3,3} {Stride 1,1} {Dilation 1,1} {PadBegin 1,1} {PadEnd 1,1} {Group 4} {Axis 1}]"},
		{"a depthwise convolution with groups", MobileNet, `type: "DepthwiseConvolution" convolution_param { num_output: 4 group: 4 kernel_size: 3 stride: 2 }`,
			"Conv [{OutChannels 4} {Kernel 3,3} {Stride 2,2} {Dilation 1,1} {PadBegin 0,0} {PadEnd 0,0} {Group 4} {Axis 1} {Bias true}]"},
		{"an order of all axes", SSD, `type: "Permute" permute_param { order: 0 order: 2 order: 3 order: 1 }`, "Transpose [{Order 0,2,3,1}]"},
		{"axes without an order follow", OpenCV, `type: "Permute" permute_param { order: 0 order: 2 }`, "Transpose [{Order 0,2,1,3}]"},
		{"a normalisation with a scale per channel", SSD, `type: "Normalize" norm_param { across_spatial: false channel_shared: false eps: 0.5 }`,
			"LRN [{Size 7} {C 1} {Beta 0.5} {K 0.5}], Scale [{Axis 1} {NumAxes 1}]"},
		{"a normalisation with one scale", OpenCV, `type: "Normalize" norm_param { across_spatial: false }`,
			"LRN [{Size 7} {C 1} {Beta 0.5} {K 1e-10}], Scale [{Axis 1}]"},
		{"a pooling rounded down", OpenCV, `type: "Pooling" pooling_param { kernel_size: 3 stride: 2 ceil_mode: false }`,
			"Pool [{Kernel 3,3} {Stride 2,2} {Dilation 1,1} {PadBegin 0,0} {PadEnd 0,0}]"},
		{"a pooling rounded up as by default", OpenCV, `type: "Pooling" pooling_param { kernel_size: 3 stride: 2 }`,
			"Pool [{Kernel 3,3} {Stride 2,2} {Dilation 1,1} {PadBegin 0,0} {PadEnd 0,0} {Ceil true}]"},
		{"Caffe's own rounding in another dialect", SSD, `type: "Pooling" pooling_param { kernel_size: 3 stride: 2 round_mode: FLOOR }`,
			"Pool [{Kernel 3,3} {Stride 2,2} {Dilation 1,1} {PadBegin 0,0} {PadEnd 0,0}]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g, err := ReadTopology(forkNet(c.layer), ReadOptions{Dialect: c.dialect})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, n := range g.Nodes[1:] {
				got = append(got, fmt.Sprintf("%s %v", n.Op.Type(), ir.Attributes(n.Op)))
			}
			if text := strings.Join(got, ", "); text != c.want {
				t.Errorf("read as %s, want %s", text, c.want)
			}
			if last := g.Nodes[len(g.Nodes)-1]; last.Name != "x" || g.Outputs[0].Name != "x" {
				t.Errorf("layer %q gives %q, want x and x", last.Name, g.Outputs[0].Name)
			}
		})
	}
}

func TestLayersOfForksAreRefusedByName(t *testing.T) {
	for _, c := range []struct {
		name    string
		dialect Dialect
		layer   string
		want    string
	}{
		{"another dialect's layer", BVLC, `type: "Permute"`, `layer type "Permute" is of SSD's fork of Caffe; read it with dialect ssd or opencv`},
		{"another dialect's field", BVLC, `type: "Permute" permute_param { order: 0 }`,
			`unknown field "permute_param" in LayerParameter: it is of SSD's fork of Caffe; read it with dialect ssd or opencv`},
		{"OpenCV's field", SSD, `type: "Pooling" pooling_param { kernel_size: 2 ceil_mode: false }`,
			`unknown field "ceil_mode" in PoolingParameter: it is of OpenCV's reader of Caffe's nets; read it with dialect opencv`},
		{"Caffe's field whose number OpenCV has taken", OpenCV, `type: "Pooling" pooling_param { kernel_size: 2 round_mode: FLOOR }`, `unknown field "round_mode" in PoolingParameter`},
		{"a layer that no dialect reads", SSD, `type: "PriorBox"`, `layer type "PriorBox" is of SSD's fork of Caffe; alexconv does not read it`},
		{"a field that no dialect reads", SSD, `type: "Interp" interp_param { height: 3 }`, `it is of DeepLab's and PSPNet's forks of Caffe; alexconv does not read it`},
		{"Upsample", MobileNet, `type: "Upsample"`, `"Upsample" is of SegNet's fork of Caffe and of those that run YOLO; alexconv does not read it`},
		{"groups that are not the channels", MobileNet, `type: "ConvolutionDepthwise" convolution_param { num_output: 4 group: 2 kernel_size: 3 }`,
			"group is 2; a depthwise convolution has one group and one output for each of the 4 channels"},
		{"more outputs than channels", MobileNet, `type: "DepthwiseConvolution" convolution_param { num_output: 8 kernel_size: 3 }`, "num_output is 8"},
		{"an axis twice", SSD, `type: "Permute" permute_param { order: 1 order: 1 }`, "must name different axes"},
		{"an axis that is not there", SSD, `type: "Permute" permute_param { order: 4 }`, "must name different axes"},
		{"a normalisation over the image", SSD, `type: "Normalize" norm_param { channel_shared: false }`, "across_spatial"},
		{"a leaky ReLU6", MobileNet, `type: "ReLU6" relu6_param { negative_slope: 0.1 }`, "negative slope"},
		{"a dialect that is not there", "darknet", `type: "ReLU"`, `no dialect of Caffe has the name "darknet"; there are bvlc, ssd, opencv, mobilenet`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ReadTopology(forkNet(c.layer), ReadOptions{Dialect: c.dialect})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("error %v, want %s", err, c.want)
			}
			if !errors.Is(err, ir.ErrUnsupported) && !errors.Is(err, ir.ErrInvalid) {
				t.Errorf("error %v is of no kind", err)
			}
		})
	}
}

// TestDialectsOnTheWire reads OpenCV's ceil_mode, a boolean, and Caffe's
// round_mode, an enumeration, from the same bytes.
func TestDialectsOnTheWire(t *testing.T) {
	for _, c := range []struct {
		written  Dialect
		field    string
		read     Dialect
		wantCeil bool
	}{
		{OpenCV, "ceil_mode: false", OpenCV, false},
		{OpenCV, "ceil_mode: false", BVLC, true},
		{BVLC, "round_mode: FLOOR", BVLC, false},
		{BVLC, "round_mode: FLOOR", OpenCV, true},
	} {
		text := forkNet(`type: "Pooling" pooling_param { kernel_size: 3 stride: 2 ` + c.field + ` }`)
		net, err := parseText(string(text), dialects[c.written].net, ir.DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		var wire bytes.Buffer
		if _, err := encode(net).WriteTo(&wire); err != nil {
			t.Fatal(err)
		}
		g, err := ReadTopology(wire.Bytes(), ReadOptions{Dialect: c.read})
		if err != nil {
			t.Fatal(err)
		}
		if got := g.Nodes[1].Op.(*ir.Pool).Ceil; got != c.wantCeil {
			t.Errorf("%s of %q read as %q: rounded up is %v, want %v", c.field, c.written, c.read, got, c.wantCeil)
		}
	}
}

// TestWeightsOfForks finds the scale of a Normalize under the layer's name, and
// does not ask for weights of layers that have none.
func TestWeightsOfForks(t *testing.T) {
	topology := forkNet(`type: "Normalize" norm_param { across_spatial: false channel_shared: false }`)
	topology = append(topology, ` layer { name: "p" type: "Permute" bottom: "x" top: "p" permute_param { order: 0 order: 2 order: 3 order: 1 } }`...)
	weights := asWire(t, `layer { name: "x" type: "Normalize" blobs { shape { dim: 4 } data: 1 data: 2 data: 3 data: 4 } } layer { name: "p" type: "Permute" }`)
	g, err := readModel(topology, weights, ReadOptions{Dialect: SSD})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range g.Nodes {
		if n.Op.Type() == "Scale" {
			if got := n.Params[0].Data; len(got) != 4 || got[3] != 4 {
				t.Errorf("the scale is %v", got)
			}
			return
		}
	}
	t.Error("there is no Scale")
}
