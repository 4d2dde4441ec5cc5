package caffe

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/alexconv/alexconv/ir"
	"github.com/google/go-cmp/cmp"
)

func TestWrittenText(t *testing.T) {
	src := `name: "n" ` + input + `layer { name: "c" type: "Convolution" bottom: "data" top: "x" convolution_param {
  num_output: 6 group: 2 kernel_size: [3, 5] pad: [1, 2] stride: 2 bias_term: false } }
layer { name: "r" type: "ReLU" bottom: "x" top: "x" relu_param { negative_slope: 0.1 } }
layer { name: "n" type: "LRN" bottom: "x" top: "n" lrn_param { local_size: 5 alpha: 1e-4 } }
layer { name: "p" type: "Pooling" bottom: "x" top: "p" pooling_param { kernel_h: 2 kernel_w: 3 stride: 2 round_mode: FLOOR } }`
	want := `name: "n"
layer {
  name: "data"
  type: "Input"
  top: "data"
  input_param {
    shape {
      dim: 1
      dim: 4
      dim: 8
      dim: 8
    }
  }
}
layer {
  name: "c"
  type: "Convolution"
  bottom: "data"
  top: "x"
  convolution_param {
    num_output: 6
    bias_term: false
    pad: 1
    pad: 2
    kernel_size: 3
    kernel_size: 5
    group: 2
    stride: 2
  }
}
layer {
  name: "r"
  type: "ReLU"
  bottom: "x"
  top: "x"
  relu_param {
    negative_slope: 0.1
  }
}
layer {
  name: "n"
  type: "LRN"
  bottom: "x"
  top: "n"
  lrn_param {
    local_size: 5
    alpha: 0.0001
    beta: 0.75
  }
}
layer {
  name: "p"
  type: "Pooling"
  bottom: "x"
  top: "p"
  pooling_param {
    kernel_h: 2
    kernel_w: 3
    stride: 2
    round_mode: FLOOR
  }
}
`
	g, err := ReadTopology([]byte(src), ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	text, err := WriteTopology(g)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, string(text)); d != "" {
		t.Error(d)
	}
	if _, _, err := Write(g); !errors.Is(err, ir.ErrNoWeights) {
		t.Errorf("without weights: %v", err)
	}
}

// graph builds a graph of an input and the given nodes, each of which reads
// the previous node's output.
func graph(in ir.Shape, ops ...ir.Op) *ir.Graph {
	value := func(name string) *ir.Value { return &ir.Value{Name: name, Blob: name} }
	g := &ir.Graph{Nodes: []*ir.Node{{Name: "data", Op: &ir.Input{Shape: in}, Outputs: []*ir.Value{value("data")}}}}
	last := g.Nodes[0].Outputs[0]
	for i, op := range ops {
		n := &ir.Node{Name: string(rune('a' + i)), Op: op, Inputs: []*ir.Value{last}, Outputs: []*ir.Value{value(string(rune('A' + i)))}}
		last = n.Outputs[0]
		g.Nodes = append(g.Nodes, n)
	}
	g.Outputs = []*ir.Value{last}
	return g
}

func TestWhatCaffeCannotExpress(t *testing.T) {
	image := ir.Shape{1, 4, 8, 8}
	conv := func(change func(*ir.Conv)) ir.Op {
		c := &ir.Conv{OutChannels: 2, Window: ir.NewWindow(3, 3), Group: 1, Axis: 1}
		change(c)
		return c
	}
	pool := func(change func(*ir.Pool)) ir.Op {
		p := &ir.Pool{Window: ir.NewWindow(3, 3), Ceil: true}
		change(p)
		return p
	}
	for _, c := range []struct {
		name string
		op   ir.Op
		want string
	}{
		{"uneven padding", conv(func(c *ir.Conv) { c.PadEnd = []int{0, 1} }), `layer "a": Caffe cannot express it: axis 3 is padded by 0 before and 1 after, a Caffe layer pads both by the same`},
		{"padding by a rule", conv(func(c *ir.Conv) { c.Same = ir.SameUpper }), `layer "a": Caffe cannot express it: its padding (same_upper) follows the input size; resolve it for one size first`},
		{"an average that leaves out the padding", pool(func(p *ir.Pool) { p.Kind, p.PadBegin, p.PadEnd, p.Clip = ir.Average, []int{1, 1}, []int{1, 1}, true }), `layer "a": Caffe cannot express it: its average leaves out the padding, Caffe's counts it`},
		{"a window kept in the padding", pool(func(p *ir.Pool) { p.PadBegin, p.PadEnd, p.Stride = []int{1, 1}, []int{1, 1}, []int{3, 3} }), `layer "a": Caffe cannot express it: a last window that starts in the padding is kept or dropped otherwise than Caffe does`},
		{"a window dropped without padding", pool(func(p *ir.Pool) { p.Clip, p.Stride = true, []int{4, 4} }), `layer "a": Caffe cannot express it: a last window that starts in the padding is kept or dropped otherwise than Caffe does`},
		{"a dilated pooling", pool(func(p *ir.Pool) { p.Dilation = []int{2, 2} }), `layer "a": Caffe cannot express it: its window is dilated`},
		{"an even window", &ir.LRN{Size: 4, C: 1, Beta: 1, K: 1}, `layer "a": Caffe cannot express it: its window of 4 is even`},
		{"k within a channel", &ir.LRN{Region: ir.Within, Size: 3, C: 1, Beta: 1, K: 2}, `layer "a": Caffe cannot express it: k is 2, within a channel Caffe always has 1`},
		{"output padding", &ir.Deconv{OutChannels: 2, Window: ir.NewWindow(3, 3), OutputPad: []int{0, 1}, Group: 1, Axis: 1}, `layer "a": Caffe cannot express it: it pads its output by [0 1], which a Caffe layer does not`},
		{"an in-place pooling of what is needed elsewhere", pool(func(p *ir.Pool) { p.InPlace = true }), `layer "a": Caffe cannot express it: it is what the layer computes in place, but its input is needed elsewhere`},
		{"an in-place result of what is needed elsewhere", &ir.LRN{Size: 3, C: 1, Beta: 1, K: 1, InPlace: true}, `layer "a": Caffe cannot express it: it is what the layer computes in place, but its input is needed elsewhere`},
	} {
		_, err := WriteTopology(graph(image, c.op))
		if err == nil || err.Error() != c.want || !errors.Is(err, ir.ErrUnsupported) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

// A clip that cannot matter does not stand in the way.
func TestIrrelevantClipIsWritten(t *testing.T) {
	for _, clip := range []bool{false, true} {
		if _, err := WriteTopology(graph(ir.Shape{1, 4, 8, 8}, &ir.Pool{Window: ir.NewWindow(3, 3), Ceil: true, Clip: clip})); err != nil {
			t.Errorf("clip %v: %v", clip, err)
		}
	}
}

// Every lrn coefficient that came from an alpha gives that alpha's value back.
func TestLRNCoefficientsSurvive(t *testing.T) {
	for _, divisor := range []float32{1, 3, 5, 7, 9, 25, 49} {
		alpha := float32(1e-6)
		for range 1000 {
			alpha *= 1.0193
			if c := alpha / divisor; multiplier(c, divisor)/divisor != c {
				t.Errorf("alpha %v by %v: %v comes back as %v", alpha, divisor, c, multiplier(c, divisor)/divisor)
			}
		}
	}
}

// The blobs that nobody reads are Caffe's outputs: a writer has to make that
// agree with the graph's.
func TestOutputsAreSettled(t *testing.T) {
	g := graph(ir.Shape{1, 4}, &ir.Sigmoid{}, &ir.ReLU{}, &ir.Tanh{})
	read, unread := g.Nodes[1].Outputs[0], g.Nodes[3].Outputs[0]
	g.Outputs = []*ir.Value{read}
	text, err := WriteTopology(g)
	if err != nil {
		t.Fatal(err)
	}
	again, err := ReadTopology(text, ReadOptions{})
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	want := []string{"data:  -> data", "a: data -> A_raw", "A_output: A_raw -> A,A_read", "b: A_read -> B", "c: B -> C", "C_silence: C -> ", "outputs: A"}
	if d := cmp.Diff(want, trace(again)); d != "" || unread.Name != "C" {
		t.Error(d)
	}
	if digest(t, again) != digest(t, g) {
		t.Error("the digest changed")
	}
}

// Caffe finds weights by layer name, so names that are empty or repeated are
// completed.
func TestLayersWithWeightsHaveNames(t *testing.T) {
	fc := &ir.FullyConnected{Units: 4, Axis: 1}
	g := graph(ir.Shape{1, 4}, fc, fc, fc)
	for i, n := range g.Nodes[1:] {
		n.Name = []string{"", "x", "x"}[i]
		n.Params = []*ir.Tensor{ir.Seeded(n.Outputs[0].Name, 1, 1, 4, 4)}
	}
	text, weights := write(t, g)
	again, err := readModel(text, weights, ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, n := range again.Nodes {
		names = append(names, n.Name)
	}
	if want := []string{"data", "A", "x", "x_2"}; !slices.Equal(names, want) || digest(t, again) != digest(t, g) {
		t.Errorf("%q, want %q", names, want)
	}
}

func TestSharedTensorsAreWrittenAsShared(t *testing.T) {
	fc := &ir.FullyConnected{Units: 4, Axis: 1}
	g := graph(ir.Shape{1, 4}, fc, fc, fc)
	w := ir.Seeded("w", 1, 1, 4, 4)
	other := ir.Seeded("v", 1, 1, 4, 4)
	other.Name = "shared"
	g.Nodes[1].Params, g.Nodes[2].Params, g.Nodes[3].Params = []*ir.Tensor{w}, []*ir.Tensor{w}, []*ir.Tensor{other}
	text, weights := write(t, g)
	again, err := readModel(text, weights, ReadOptions{})
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	a, b, c := again.Nodes[1].Params[0], again.Nodes[2].Params[0], again.Nodes[3].Params[0]
	if a != b || a == c || digest(t, again) != digest(t, g) {
		t.Errorf("sharing changed in\n%s", text)
	}
}

func TestTextPrintsWhatReadsBack(t *testing.T) {
	for _, s := range []string{"", "plain", `"quoted" \ 'both'`, "new\nline\ttab\x00nul\x7f", "größe 日本", "\xff\xfe", "\\U00110000"} {
		m := &message{schema: netParameter}
		m.addStr("name", s)
		again, err := parseText(string(formatText(m)), netParameter, ir.Limits{Values: 10})
		if err != nil || again.str("name") != s {
			t.Errorf("%q comes back as %q, %v", s, again.str("name"), err)
		}
	}
}

// The sample model, of true AlexNet geometry, is the same once written and read.
func TestSampleModel(t *testing.T) {
	g, err := readModel(readFile(t, "../../sample/deploy.prototxt"), readFile(t, "../../sample/weights.caffemodel"), ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	text, written := write(t, g)
	again, err := readModel(text, written, ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if digest(t, again) != digest(t, g) {
		t.Error("the digest changed")
	}
}

// LeNet as trained by Caffe: its caffemodel holds a Data layer and a loss and
// lacks the deploy's Softmax.
func TestLeNet(t *testing.T) {
	var warnings []string
	g, err := readModel(outside(t, "lenet", "deploy.prototxt"), outside(t, "lenet", "weights.caffemodel"), ReadOptions{Warn: func(s string) { warnings = append(warnings, s) }})
	if err != nil || len(warnings) > 0 {
		t.Fatal(err, warnings)
	}
	text, weights := write(t, g)
	again, err := readModel(text, weights, ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if digest(t, again) != digest(t, g) || g.Weights() != 431080 {
		t.Errorf("%d weights", g.Weights())
	}
	if !bytes.Contains(text, []byte("pooling_param")) || strings.Contains(string(text), "_split") {
		t.Errorf("written as\n%s", text)
	}
}
