package onnx

import (
	"bytes"
	"fmt"
	"math"
	"testing"

	"github.com/alexconv/alexconv/ir"
)

// builder makes graphs layer by layer, with seeded parameters.
type builder struct {
	t      testing.TB
	g      *ir.Graph
	shapes ir.Shapes
}

func newBuilder(t testing.TB) *builder {
	return &builder{t: t, g: &ir.Graph{Name: "net"}, shapes: make(ir.Shapes)}
}

func (b *builder) input(name string, shape ...int) *ir.Value {
	return b.layer(name, &ir.Input{Shape: shape})[0]
}

// layer appends a node whose outputs are named after it.
func (b *builder) layer(name string, op ir.Op, in ...*ir.Value) []*ir.Value {
	b.t.Helper()
	s, err := op.Infer(b.shapes.Of(in))
	if err != nil {
		b.t.Fatalf("layer %q: %v", name, err)
	}
	n := &ir.Node{Name: name, Op: op, Inputs: in}
	for i, shape := range s.Outputs {
		v := &ir.Value{Name: name, Blob: name}
		if len(s.Outputs) > 1 {
			v.Name = fmt.Sprintf("%s_%d", name, i)
			v.Blob = v.Name
		}
		b.shapes[v] = shape
		n.Outputs = append(n.Outputs, v)
	}
	for _, p := range s.Params {
		t := ir.Seeded(name+"/"+p.Role, 1, 0.5, p.Shape...)
		if p.Role == "variance" {
			for i, v := range t.Data {
				t.Data[i] = v*v + 0.1
			}
		}
		n.Params = append(n.Params, t)
	}
	b.g.Nodes = append(b.g.Nodes, n)
	return n.Outputs
}

func (b *builder) graph(outputs ...*ir.Value) *ir.Graph {
	b.g.Outputs = outputs
	return b.g
}

func window(kernel, stride, pad int) ir.Window {
	return ir.Window{
		Kernel:   []int{kernel, kernel},
		Stride:   []int{stride, stride},
		Dilation: []int{1, 1},
		PadBegin: []int{pad, pad},
		PadEnd:   []int{pad, pad},
	}
}

func uneven(begin, end int) ir.Window {
	w := window(3, 2, 0)
	w.PadBegin, w.PadEnd = []int{begin, 0}, []int{end, 1}
	return w
}

func dilated(kernel, dilation, pad int) ir.Window {
	w := window(kernel, 1, pad)
	w.Dilation = []int{dilation, 1}
	return w
}

func same(rule ir.Same, kernel, stride int) ir.Window {
	w := window(kernel, stride, 0)
	w.Same = rule
	return w
}

type shapes = []ir.Shape

// opCase is one operation with its attributes, on inputs of the given shapes.
type opCase struct {
	name string
	op   ir.Op
	in   shapes
}

var image = ir.Shape{2, 4, 9, 8}

// opCases hold every operation and every attribute at least once.
var opCases = []opCase{
	{"conv", &ir.Conv{OutChannels: 3, Window: window(3, 2, 1), Group: 1, Axis: 1, Bias: true}, shapes{image}},
	{"conv without bias", &ir.Conv{OutChannels: 3, Window: window(3, 1, 0), Group: 1, Axis: 1}, shapes{image}},
	{"conv in groups, dilated", &ir.Conv{OutChannels: 6, Window: dilated(3, 2, 1), Group: 2, Axis: 1, Bias: true}, shapes{image}},
	{"conv with uneven pads", &ir.Conv{OutChannels: 2, Window: uneven(2, 0), Group: 1, Axis: 1, Bias: true}, shapes{image}},
	{"conv same upper", &ir.Conv{OutChannels: 2, Window: same(ir.SameUpper, 2, 2), Group: 1, Axis: 1, Bias: true}, shapes{image}},
	{"conv same lower", &ir.Conv{OutChannels: 2, Window: same(ir.SameLower, 4, 3), Group: 1, Axis: 1, Bias: true}, shapes{image}},
	{"conv over one axis", &ir.Conv{OutChannels: 2, Window: ir.NewWindow(3), Group: 1, Axis: 1, Bias: true}, shapes{{2, 3, 7}}},
	{"conv over three axes", &ir.Conv{OutChannels: 2, Window: ir.NewWindow(1, 2, 3), Group: 1, Axis: 1, Bias: true}, shapes{{1, 2, 3, 4, 5}}},
	{"conv from axis 2 on", &ir.Conv{OutChannels: 5, Window: window(2, 1, 1), Group: 1, Axis: 2, Bias: true}, shapes{{2, 3, 4, 5, 6}}},
	{"conv from axis 0 on", &ir.Conv{OutChannels: 6, Window: window(2, 1, 0), Group: 2, Axis: 0, Bias: true}, shapes{{4, 5, 6}}},
	{"conv with its axis from the end", &ir.Conv{OutChannels: 5, Window: window(2, 1, 0), Group: 1, Axis: -3, Bias: true}, shapes{image}},
	{"conv larger than its input", &ir.Conv{OutChannels: 2, Window: window(10, 4, 0), Group: 1, Axis: 1, Bias: true}, shapes{image}},

	{"deconv", &ir.Deconv{OutChannels: 3, Window: window(3, 2, 1), Group: 1, Axis: 1, Bias: true}, shapes{image}},
	{"deconv without bias", &ir.Deconv{OutChannels: 3, Window: window(2, 2, 0), Group: 1, Axis: 1}, shapes{image}},
	{"deconv in groups, dilated", &ir.Deconv{OutChannels: 6, Window: dilated(3, 2, 1), Group: 2, Axis: 1, Bias: true}, shapes{image}},
	{"deconv with uneven pads", &ir.Deconv{OutChannels: 2, Window: uneven(2, 0), Group: 1, Axis: 1, Bias: true}, shapes{image}},
	{"deconv with output padding", &ir.Deconv{OutChannels: 2, Window: window(3, 2, 1), OutputPad: []int{1, 0}, Group: 1, Axis: 1}, shapes{image}},
	{"deconv over one axis", &ir.Deconv{OutChannels: 2, Window: ir.NewWindow(3), Group: 1, Axis: 1}, shapes{{2, 3, 7}}},
	{"deconv from axis 2 on", &ir.Deconv{OutChannels: 5, Window: window(2, 1, 1), Group: 1, Axis: -3, Bias: true}, shapes{{2, 3, 4, 5, 6}}},

	{"max pool", &ir.Pool{Window: window(2, 2, 0)}, shapes{image}},
	{"max pool with a mask", &ir.Pool{Window: window(3, 2, 1), Ceil: true, Clip: true, Mask: true}, shapes{image}},
	{"max pool of lines with a mask", &ir.Pool{Window: ir.NewWindow(3), Mask: true}, shapes{{2, 3, 7}}},
	{"global max pool with a mask", &ir.Pool{Global: true, Mask: true}, shapes{image}},
	{"max pool, overlapping, rounding up", &ir.Pool{Window: window(3, 2, 0), Ceil: true}, shapes{image}},
	{"max pool, rounding up a whole number", &ir.Pool{Window: window(3, 2, 0), Ceil: true}, shapes{{1, 2, 9, 9}}},
	{"max pool with pads, clipped", &ir.Pool{Window: window(2, 2, 1), Ceil: true, Clip: true}, shapes{{1, 2, 5, 6}}},
	{"max pool with pads, not clipped", &ir.Pool{Window: window(2, 2, 1), Ceil: true}, shapes{{1, 2, 5, 6}}},
	{"max pool with pads that floor drops", &ir.Pool{Window: window(3, 2, 1)}, shapes{image}},
	{"max pool with a window wholly outside", &ir.Pool{Window: window(2, 3, 0), Ceil: true}, shapes{{1, 2, 9, 9}}},
	{"max pool with a mask and a window wholly outside", &ir.Pool{Window: window(2, 3, 0), Ceil: true, Mask: true}, shapes{{1, 2, 9, 9}}},
	{"max pool larger than its input", &ir.Pool{Window: window(5, 2, 0), Ceil: true}, shapes{{1, 2, 4, 4}}},
	{"max pool with a pad of a kernel's size", &ir.Pool{Window: window(2, 1, 2)}, shapes{image}},
	{"max pool with a stride beyond its kernel", &ir.Pool{Window: window(2, 3, 1), Ceil: true, Clip: true}, shapes{image}},
	{"max pool same upper", &ir.Pool{Window: same(ir.SameUpper, 3, 2)}, shapes{image}},
	{"max pool same lower", &ir.Pool{Window: same(ir.SameLower, 2, 1)}, shapes{image}},
	{"max pool, dilated", &ir.Pool{Window: dilated(2, 3, 0)}, shapes{image}},
	{"max pool, dilated and padded", &ir.Pool{Window: dilated(3, 2, 1)}, shapes{image}},
	{"max pool over one axis", &ir.Pool{Window: ir.NewWindow(3)}, shapes{{2, 3, 7}}},
	{"global max pool", &ir.Pool{Global: true}, shapes{image}},
	{"average pool", &ir.Pool{Kind: ir.Average, Window: window(2, 2, 0)}, shapes{image}},
	{"average pool that counts pads", &ir.Pool{Kind: ir.Average, Window: window(3, 2, 1), CountPad: true}, shapes{image}},
	{"average pool that does not count pads", &ir.Pool{Kind: ir.Average, Window: window(3, 2, 1)}, shapes{image}},
	{"average pool with an overhang", &ir.Pool{Kind: ir.Average, Window: window(3, 2, 0), Ceil: true, CountPad: true}, shapes{image}},
	{"average pool with pads and an overhang", &ir.Pool{Kind: ir.Average, Window: window(3, 2, 1), Ceil: true, Clip: true, CountPad: true}, shapes{{1, 2, 8, 6}}},
	{"average pool with pads uncounted and an overhang", &ir.Pool{Kind: ir.Average, Window: window(3, 2, 1), Ceil: true, Clip: true}, shapes{{1, 2, 8, 6}}},
	{"average pool with pads, clipped", &ir.Pool{Kind: ir.Average, Window: window(2, 2, 1), Ceil: true, Clip: true, CountPad: true}, shapes{{1, 2, 5, 6}}},
	{"average pool with a window wholly outside", &ir.Pool{Kind: ir.Average, Window: window(1, 3, 0), Ceil: true, CountPad: true}, shapes{{1, 2, 8, 9}}},
	{"average pool with uneven pads", &ir.Pool{Kind: ir.Average, Window: uneven(1, 2), CountPad: true}, shapes{image}},
	{"average pool same upper", &ir.Pool{Kind: ir.Average, Window: same(ir.SameUpper, 3, 2)}, shapes{image}},
	{"average pool same lower that counts pads", &ir.Pool{Kind: ir.Average, Window: same(ir.SameLower, 4, 2), CountPad: true}, shapes{image}},
	{"global average pool", &ir.Pool{Kind: ir.Average, Global: true}, shapes{image}},

	{"pyramid of maxima", &ir.SPP{Levels: 3}, shapes{image}},
	{"pyramid of averages", &ir.SPP{Kind: ir.Average, Levels: 2}, shapes{image}},
	{"pyramid of one level", &ir.SPP{Levels: 1}, shapes{image}},

	{"lrn across", &ir.LRN{Size: 5, C: 1e-4 / 5, Beta: 0.75, K: 1}, shapes{{1, 7, 3, 2}}},
	{"lrn across a window wider than the channels", &ir.LRN{Size: 9, C: 0.3, Beta: 0.5, K: 2}, shapes{image}},
	{"lrn whose alpha no float32 divides to", &ir.LRN{Size: 3, C: math.Float32frombits(0x3f2aaaac), Beta: 0.75, K: 1}, shapes{image}},
	{"lrn across an even window", &ir.LRN{Size: 4, C: 0.2, Beta: 0.75, K: 1}, shapes{{1, 7, 3, 2}}},
	{"lrn in place", &ir.LRN{Size: 3, C: 0.2, Beta: 0.75, K: 1, InPlace: true}, shapes{image}},
	{"lrn within", &ir.LRN{Region: ir.Within, Size: 3, C: 0.7, Beta: 0.75, K: 1}, shapes{image}},
	{"lrn of one position", &ir.LRN{Size: 1, C: 0.7, Beta: 0.75, K: 1}, shapes{image}},

	{"relu", &ir.ReLU{}, shapes{image}},
	{"relu with a slope", &ir.ReLU{Slope: 0.1}, shapes{image}},
	{"prelu per channel", &ir.PReLU{}, shapes{image}},
	{"prelu per column", &ir.PReLU{}, shapes{{2, 5}}},
	{"prelu of one channel", &ir.PReLU{}, shapes{{2, 1, 3}}},
	{"prelu shared", &ir.PReLU{Shared: true}, shapes{image}},
	{"sigmoid", &ir.Sigmoid{}, shapes{image}},
	{"tanh", &ir.Tanh{}, shapes{{3}}},
	{"abs", &ir.Abs{}, shapes{image}},
	{"elu", &ir.ELU{Alpha: 0.3}, shapes{image}},
	{"softplus", &ir.Softplus{}, shapes{image}},
	{"swish", &ir.Swish{Beta: 1}, shapes{image}},
	{"swish with a factor", &ir.Swish{Beta: 1.5}, shapes{image}},
	{"clip", &ir.Clip{Min: -0.5, Max: 0.25}, shapes{image}},
	{"clip without an end", &ir.Clip{Min: -infinity, Max: infinity}, shapes{image}},
	{"clip with crossed limits", &ir.Clip{Min: 0.5, Max: -0.25}, shapes{image}},
	{"clip to what is not a number", &ir.Clip{Min: notANumber, Max: infinity}, shapes{image}},
	{"threshold", &ir.Threshold{Limit: 0.25}, shapes{image}},
	{"power", &ir.Power{Power: 2, Scale: 0.5, Shift: 1}, shapes{image}},
	{"power alone", &ir.Power{Power: 3, Scale: 1}, shapes{image}},
	{"power of 1", &ir.Power{Power: 1, Scale: 2}, shapes{image}},
	{"power that changes nothing", &ir.Power{Power: 1, Scale: 1}, shapes{image}},
	{"power that is constant", &ir.Power{Power: 2, Shift: 3}, shapes{image}},
	{"power of an infinite scale", &ir.Power{Power: 1, Scale: infinity, Shift: -infinity}, shapes{image}},
	{"power that is not a number", &ir.Power{Power: 1, Scale: 2, Shift: notANumber}, shapes{image}},
	{"exp", &ir.Exp{Scale: 1}, shapes{image}},
	{"exp to base 2", &ir.Exp{Base: 2, Scale: 0.5, Shift: 1}, shapes{image}},
	{"log", &ir.Log{Scale: 1}, shapes{image}},
	{"log to base 2", &ir.Log{Base: 2, Scale: 0.5, Shift: 4}, shapes{image}},

	{"fully connected", &ir.FullyConnected{Units: 5, Axis: 1, Bias: true}, shapes{{2, 6}}},
	{"fully connected after an image", &ir.FullyConnected{Units: 5, Axis: 1, Bias: true}, shapes{image}},
	{"fully connected without bias", &ir.FullyConnected{Units: 5, Axis: 1}, shapes{image}},
	{"fully connected, stored transposed", &ir.FullyConnected{Units: 5, Axis: 1, Bias: true, Transposed: true}, shapes{image}},
	{"fully connected on the last axis", &ir.FullyConnected{Units: 5, Axis: -1, Bias: true}, shapes{image}},
	{"fully connected from axis 2 on", &ir.FullyConnected{Units: 5, Axis: 2, Bias: true, Transposed: true}, shapes{image}},
	{"fully connected from axis 0 on", &ir.FullyConnected{Units: 5, Axis: 0, Bias: true}, shapes{{2, 3}}},
	{"embed", &ir.Embed{Entries: 5, Units: 3}, shapes{{2, 4}}},
	{"embed with bias", &ir.Embed{Entries: 5, Units: 3, Bias: true}, shapes{{6}}},
	{"softmax on the last axis", &ir.Softmax{Axis: 1}, shapes{{3, 5}}},
	{"softmax across channels", &ir.Softmax{Axis: 1}, shapes{image}},
	{"softmax across channels of one position", &ir.Softmax{Axis: 1}, shapes{{2, 5, 1, 1}}},
	{"softmax with its axis from the end", &ir.Softmax{Axis: -2}, shapes{image}},

	{"concat", &ir.Concat{Axis: 1}, shapes{{1, 2, 3}, {1, 4, 3}, {1, 1, 3}}},
	{"concat with its axis from the end", &ir.Concat{Axis: -1}, shapes{{2, 3}, {2, 1}}},
	{"concat of one input", &ir.Concat{Axis: 1}, shapes{image}},
	{"slice into equal pieces", &ir.Slice{Axis: 1, Pieces: 2}, shapes{image}},
	{"slice into sizes", &ir.Slice{Axis: -1, Sizes: []int{1, 5, 2}, Pieces: 3}, shapes{image}},
	{"slice into one piece", &ir.Slice{Axis: 1, Pieces: 1}, shapes{image}},
	{"sum", &ir.Eltwise{Kind: ir.Sum}, shapes{image, image}},
	{"sum of three", &ir.Eltwise{Kind: ir.Sum}, shapes{image, image, image}},
	{"sum with coefficients", &ir.Eltwise{Kind: ir.Sum, Coefficients: []float32{0.5, 1, -2}}, shapes{image, image, image}},
	{"difference", &ir.Eltwise{Kind: ir.Sum, Coefficients: []float32{1, -1}}, shapes{{3}, {3}}},
	{"product", &ir.Eltwise{Kind: ir.Product}, shapes{image, image}},
	{"product of four", &ir.Eltwise{Kind: ir.Product}, shapes{{2, 2}, {2, 2}, {2, 2}, {2, 2}}},
	{"maximum", &ir.Eltwise{Kind: ir.Maximum}, shapes{image, image, image}},

	{"batch norm", &ir.BatchNorm{Eps: 1e-5}, shapes{image}},
	{"batch norm of columns", &ir.BatchNorm{Eps: 0.1}, shapes{{3, 4}}},
	{"batch norm of one axis", &ir.BatchNorm{Eps: 1e-5}, shapes{{6}}},
	{"batch norm by its own statistics", &ir.BatchNorm{Eps: 1e-3, BatchStats: true}, shapes{image}},
	{"batch norm of one axis by its own statistics", &ir.BatchNorm{Eps: 1e-3, BatchStats: true}, shapes{{6}}},
	{"scale per channel", &ir.Scale{Axis: 1, NumAxes: 1}, shapes{image}},
	{"scale and bias per channel", &ir.Scale{Axis: 1, NumAxes: 1, Bias: true}, shapes{image}},
	{"scale from axis 2 on", &ir.Scale{Axis: -2, NumAxes: -1, Bias: true}, shapes{image}},
	{"scale by a number", &ir.Scale{Axis: 1, NumAxes: 0, Bias: true}, shapes{image}},
	{"scale of one channel", &ir.Scale{Axis: 1, NumAxes: 1}, shapes{{2, 1, 3, 3}}},
	{"scale by a second input", &ir.Scale{Axis: 0, NumAxes: 1}, shapes{image, {2, 4}}},
	{"scale by a second input, with bias", &ir.Scale{Axis: 1, NumAxes: 1, Bias: true}, shapes{image, {4, 9}}},
	{"scale by a second input on the last axes", &ir.Scale{Axis: 2}, shapes{image, {9, 8}}},
	{"scale by a second input of one shape", &ir.Scale{}, shapes{image, image}},
	{"scale by a second input without axes", &ir.Scale{Axis: 0}, shapes{image, {}}},

	{"bias per channel", &ir.Bias{Axis: 1, NumAxes: 1}, shapes{image}},
	{"bias from axis 2 on", &ir.Bias{Axis: -2, NumAxes: -1}, shapes{image}},
	{"bias that is a number", &ir.Bias{Axis: 1}, shapes{image}},
	{"bias that is a second input", &ir.Bias{NumAxes: 1}, shapes{image, {2, 4}}},
	{"bias that is a second input on the last axes", &ir.Bias{Axis: 2}, shapes{image, {9, 8}}},
	{"mvn", &ir.MVN{Eps: 1e-9}, shapes{image}},
	{"mvn across channels", &ir.MVN{AcrossChannels: true, Eps: 1e-3}, shapes{image}},
	{"mvn of the mean alone", &ir.MVN{MeanOnly: true}, shapes{image}},
	{"mvn of two axes", &ir.MVN{AcrossChannels: true, Eps: 1e-3}, shapes{{2, 5}}},

	{"crop", &ir.Crop{Axis: 2}, shapes{image, {1, 1, 5, 6}}},
	{"crop with offsets", &ir.Crop{Axis: -3, Offsets: []int{0, 4, 2}}, shapes{image, {1, 2, 5, 6}}},
	{"transpose", &ir.Transpose{Order: []int{0, 2, 3, 1}}, shapes{image}},
	{"pad", &ir.Pad{Begin: []int{0, 1, 0, 2}, End: []int{0, 0, 3, 1}, Value: 0.5}, shapes{image}},
	{"log softmax across channels", &ir.LogSoftmax{Axis: 1}, shapes{image}},
	{"log softmax on the last axis", &ir.LogSoftmax{Axis: -1}, shapes{{3, 5}}},
	{"tile", &ir.Tile{Axis: 1, Tiles: 3}, shapes{image}},
	{"tile from the end", &ir.Tile{Axis: -1, Tiles: 2}, shapes{image}},
	{"sum of all", &ir.Reduction{Coefficient: 1}, shapes{image}},
	{"sum of magnitudes", &ir.Reduction{Kind: ir.ReduceAbsSum, Axis: -1, Coefficient: 1}, shapes{image}},
	{"sum of squares", &ir.Reduction{Kind: ir.ReduceSumSquares, Axis: 1, Coefficient: 0.5}, shapes{image}},
	{"mean", &ir.Reduction{Kind: ir.ReduceMean, Axis: 2, Coefficient: 2}, shapes{image}},
	{"indices of the largest", &ir.ArgMax{Flat: true, TopK: 1}, shapes{image}},
	{"indices and values of the largest", &ir.ArgMax{Flat: true, TopK: 3, Values: true}, shapes{image}},
	{"indices of the largest of rows", &ir.ArgMax{Flat: true, TopK: 2}, shapes{{2, 5}}},
	{"indices of the largest along an axis", &ir.ArgMax{Axis: 1, TopK: 2}, shapes{image}},
	{"values of the largest along an axis", &ir.ArgMax{Axis: -1, TopK: 2, Values: true}, shapes{image}},

	{"flatten", &ir.Flatten{Axis: 1, EndAxis: -1}, shapes{image}},
	{"flatten the middle", &ir.Flatten{Axis: 1, EndAxis: 2}, shapes{image}},
	{"flatten from the front", &ir.Flatten{Axis: 0, EndAxis: -2}, shapes{image}},
	{"flatten one axis", &ir.Flatten{Axis: 0, EndAxis: 0}, shapes{{7}}},
	{"reshape", &ir.Reshape{Dims: []int{0, -1, 6}, NumAxes: -1}, shapes{image}},
	{"reshape some axes", &ir.Reshape{Dims: []int{2, -1}, Axis: 1, NumAxes: 1}, shapes{image}},
	{"reshape that keeps the last axes", &ir.Reshape{Dims: []int{3, 3}, Axis: 2, NumAxes: 1}, shapes{image}},
	{"reshape that appends an axis", &ir.Reshape{Dims: []int{1, 1}, Axis: -1, NumAxes: 0}, shapes{{2, 3}}},
	{"reshape that inserts an axis", &ir.Reshape{Dims: []int{1}, Axis: 1, NumAxes: 0}, shapes{{2, 3}}},
	{"reshape to one axis", &ir.Reshape{Dims: []int{-1}, NumAxes: -1}, shapes{image}},

	{"dropout", &ir.Dropout{Ratio: 0.3}, shapes{image}},
	{"split", &ir.Split{Copies: 3}, shapes{image}},
	{"split into one", &ir.Split{Copies: 1}, shapes{image}},
	{"silence", &ir.Silence{}, shapes{image, {2, 3}}},
}

// graph is the operation between inputs and outputs. A silence stands beside a
// relu.
func (c opCase) graph(t testing.TB) *ir.Graph {
	t.Helper()
	b := newBuilder(t)
	var in []*ir.Value
	for i, s := range c.in {
		in = append(in, b.input(fmt.Sprintf("in%d", i), s...))
	}
	out := b.layer("layer", c.op, in...)
	if len(out) == 0 {
		out = b.layer("relu", &ir.ReLU{}, in[0])
	}
	return b.graph(out...)
}

// alexNet is a small net of AlexNet's kind, with in-place layers as Caffe has
// them.
func alexNet(t testing.TB) *ir.Graph {
	b := newBuilder(t)
	x := b.input("data", 2, 3, 35, 35)
	b.g.Nodes[0].Name = "input"
	inPlace := func(blob, layer string, op ir.Op, v *ir.Value) *ir.Value {
		v.Name = blob + "@" + b.g.Nodes[len(b.g.Nodes)-1].Name
		out := b.layer(layer, op, v)[0]
		out.Name, out.Blob = blob, blob
		return out
	}
	pool := &ir.Pool{Window: window(3, 2, 0), Ceil: true, CountPad: true}
	lrn := &ir.LRN{Size: 5, C: float32(1e-4) / 5, Beta: 0.75, K: 1}
	x = b.layer("conv1", &ir.Conv{OutChannels: 8, Window: window(5, 2, 0), Group: 1, Axis: 1, Bias: true}, x)[0]
	x = inPlace("conv1", "relu1", &ir.ReLU{}, x)
	x = b.layer("norm1", lrn, x)[0]
	x = b.layer("pool1", pool, x)[0]
	x = b.layer("conv2", &ir.Conv{OutChannels: 6, Window: window(5, 1, 2), Group: 2, Axis: 1, Bias: true}, x)[0]
	x = inPlace("conv2", "relu2", &ir.ReLU{}, x)
	x = b.layer("pool2", pool, x)[0]
	x = b.layer("fc6", &ir.FullyConnected{Units: 12, Axis: 1, Bias: true}, x)[0]
	x = inPlace("fc6", "relu6", &ir.ReLU{}, x)
	x = inPlace("fc6", "drop6", &ir.Dropout{Ratio: 0.5}, x)
	x = b.layer("fc8", &ir.FullyConnected{Units: 10, Axis: 1, Bias: true}, x)[0]
	x = b.layer("prob", &ir.Softmax{Axis: 1}, x)[0]
	return b.graph(x)
}

func write(t testing.TB, g *ir.Graph, o WriteOptions) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, g, o); err != nil {
		t.Fatalf("Write: %v", err)
	}
	return b.Bytes()
}

func read(t testing.TB, src []byte) *ir.Graph {
	t.Helper()
	g, err := Read(src, ReadOptions{})
	if err != nil {
		t.Fatalf("Read: %v", err)
	}
	return g
}

func digest(t testing.TB, g *ir.Graph) string {
	t.Helper()
	sum, err := ir.Digest(g)
	if err != nil {
		t.Fatalf("Digest: %v", err)
	}
	return sum
}

var (
	infinity   = float32(math.Inf(1))
	notANumber = float32(math.NaN())
)
