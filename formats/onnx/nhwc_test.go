package onnx

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime"
)

// The orders in which converters from TensorFlow transpose.
var (
	toNCHW = intsAttribute("perm", 0, 3, 1, 2)
	toNHWC = intsAttribute("perm", 0, 2, 3, 1)
)

// kernel33 are the weights of a convolution that keeps the size, and pads for it.
func kernel33(name string, out, in int) *tensor { return constant(name, []int{out, in, 3, 3}) }

var pads1 = intsAttribute("pads", 1, 1, 1, 1)

// TestTransposesAndPadsAreFolded holds what Read makes of a graph against the
// operations that it should have and against the numbers of the graph before the
// passes.
func TestTransposesAndPadsAreFolded(t *testing.T) {
	nhwc := ir.Shape{2, 6, 5, 3}
	nchw := ir.Shape{2, 3, 6, 5}
	fc := []*tensor{kernel33("w", 4, 3), list("flat", 2, -1), constant("m", []int{6 * 5 * 4, 7})}
	window := []*attribute{intsAttribute("kernel_shape", 3, 3), intsAttribute("strides", 2, 2)}
	pad := list("pads", 0, 0, 1, 2, 0, 0, 2, 1)
	cases := []struct {
		name string
		f    foreign
		want string
	}{
		{"an image transposed for the net and flattened in its own order", foreign{opset: 13, in: shapes{nhwc}, consts: fc,
			nodes: []*node{op("Transpose", "x > t", toNCHW), op("Conv", "t w > c", pads1), op("Relu", "c > r"), op("Transpose", "r > u", toNHWC), op("Reshape", "u flat > f"), op("MatMul", "f m > y")}},
			"Transpose Conv ReLU Flatten FullyConnected"},
		{"the same with a matrix stored by outputs", foreign{opset: 13, in: shapes{nhwc}, consts: []*tensor{fc[0], fc[1], constant("m", []int{7, 6 * 5 * 4}), constant("b", []int{7})},
			nodes: []*node{op("Transpose", "x > t", toNCHW), op("Conv", "t w > c", pads1), op("Transpose", "c > u", toNHWC), op("Reshape", "u flat > f"), op("Gemm", "f m b > y", intAttribute("transB", 1))}},
			"Transpose Conv Flatten FullyConnected"},
		{"operations between the flattening and the matrix", foreign{opset: 13, in: shapes{nhwc}, consts: fc,
			nodes: []*node{op("Transpose", "x > t", toNCHW), op("Conv", "t w > c", pads1), op("Transpose", "c > u", toNHWC), op("Reshape", "u flat > f"), op("Relu", "f > r"), op("Dropout", "r > d"), op("MatMul", "d m > y")}},
			"Transpose Conv Flatten ReLU Dropout FullyConnected"},
		{"two matrices on one flattening", foreign{opset: 13, in: shapes{nhwc}, consts: append(slices.Clone(fc), constant("n", []int{6 * 5 * 4, 7})),
			nodes: []*node{op("Transpose", "x > t", toNCHW), op("Conv", "t w > c", pads1), op("Transpose", "c > u", toNHWC), op("Reshape", "u flat > f"), op("MatMul", "f m > p"), op("MatMul", "f n > q"), op("Add", "p q > y")}},
			"Transpose Conv Flatten FullyConnected FullyConnected Eltwise"},
		{"a flattening that something else reads too", foreign{opset: 13, in: shapes{nhwc}, consts: fc,
			nodes: []*node{op("Transpose", "x > t", toNCHW), op("Conv", "t w > c", pads1), op("Transpose", "c > u", toNHWC), op("Reshape", "u flat > f"), op("MatMul", "f m > p"), op("Softmax", "f > s"), op("MatMul", "s m > q"), op("Add", "p q > y")}},
			"Transpose Conv Transpose Reshape FullyConnected Softmax FullyConnected Eltwise"},
		{"an image of one position", foreign{opset: 13, in: shapes{nchw}, consts: []*tensor{constant("m", []int{3, 7}), list("flat", 2, -1)},
			nodes: []*node{op("GlobalMaxPool", "x > g"), op("Transpose", "g > u", toNHWC), op("Reshape", "u flat > f"), op("MatMul", "f m > y")}},
			"Pool Flatten FullyConnected"},
		{"around every convolution, with the bias between", foreign{opset: 13, in: shapes{nchw}, consts: []*tensor{kernel33("w", 4, 3), kernel33("v", 2, 4), constant("b", []int{4})},
			nodes: []*node{op("Conv", "x w > c", pads1), op("Transpose", "c > t", toNHWC), op("Add", "t b > a"), op("Relu", "a > r"), op("Transpose", "r > u", toNCHW), op("Conv", "u v > y", pads1)}},
			"Conv Bias ReLU Conv"},
		{"branches that join along the last axis", foreign{opset: 13, in: shapes{nchw}, consts: []*tensor{kernel33("w", 4, 3), kernel33("v", 2, 3), kernel33("z", 2, 6)},
			nodes: []*node{op("Conv", "x w > c", pads1), op("Conv", "x v > d", pads1), op("Transpose", "c > t", toNHWC), op("Transpose", "d > u", toNHWC), op("Concat", "t u > j", intAttribute("axis", 3)), op("Transpose", "j > k", toNCHW), op("Conv", "k z > y", pads1)}},
			"Conv Conv Concat Conv"},
		{"pieces along the last axis, and their sum", foreign{opset: 13, in: shapes{nchw}, consts: []*tensor{kernel33("w", 4, 3), kernel33("v", 2, 2)},
			nodes: []*node{op("Conv", "x w > c", pads1), op("Transpose", "c > t", toNHWC), op("Split", "t > p q", intAttribute("axis", 3)), op("Add", "p q > s"), op("Transpose", "s > k", toNCHW), op("Conv", "k v > y", pads1)}},
			"Conv Slice Eltwise Conv"},
		{"a softmax over channels that are last", foreign{opset: 13, in: shapes{nchw},
			nodes: []*node{op("Transpose", "x > t", toNHWC), op("Softmax", "t > s"), op("Transpose", "s > y", toNCHW)}},
			"Softmax Split"},
		{"a mean over positions of an image that is transposed", foreign{opset: 13, in: shapes{nchw}, consts: []*tensor{constant("m", []int{3, 7})},
			nodes: []*node{op("Transpose", "x > t", toNHWC), op("ReduceMean", "t > g", intsAttribute("axes", 1, 2), boolAttribute("keepdims", false)), op("MatMul", "g m > y")}},
			"Reduction FullyConnected"},
		{"one that is needed both ways", foreign{opset: 13, in: shapes{nchw}, consts: []*tensor{constant("b", []int{6, 5, 3})},
			nodes: []*node{op("Transpose", "x > t", toNHWC), op("Relu", "t > r"), op("Transpose", "r > u", toNCHW), op("Mul", "r b > p"), op("Transpose", "p > q", toNCHW), op("Add", "u q > y")}},
			"ReLU Transpose Scale Transpose Eltwise"},
		{"one that nothing undoes", foreign{opset: 13, in: shapes{nchw}, nodes: []*node{op("Transpose", "x > t", toNHWC), op("Relu", "t > y")}},
			"Transpose ReLU"},
		{"a shuffle of channels", foreign{opset: 13, in: shapes{{1, 6, 2, 2}}, consts: []*tensor{list("g", 1, 2, 3, 2, 2), list("h", 1, 6, 2, 2)},
			nodes: []*node{op("Reshape", "x g > r"), op("Transpose", "r > t", intsAttribute("perm", 0, 2, 1, 3, 4)), op("Reshape", "t h > y")}},
			"Reshape Transpose Reshape"},

		{"zeros before a convolution", foreign{opset: 13, in: shapes{nchw}, consts: []*tensor{pad, kernel33("w", 4, 3)},
			nodes: []*node{op("Pad", "x pads > p"), op("Conv", "p w > y", pads1)}}, "Conv"},
		{"zeros before a convolution, of an image that is transposed", foreign{opset: 13, in: shapes{nhwc}, consts: []*tensor{list("pads", 0, 1, 2, 0, 0, 2, 1, 0), kernel33("w", 4, 3)},
			nodes: []*node{op("Pad", "x pads > p"), op("Transpose", "p > t", toNCHW), op("Conv", "t w > y", pads1)}}, "Pad Transpose Conv"},
		{"zeros before an average", foreign{opset: 13, in: shapes{nchw}, consts: []*tensor{pad}, nodes: []*node{op("Pad", "x pads > p"), op("AveragePool", "p > y", window...)}}, "Pool"},
		{"zeros before an average that counts its own", foreign{opset: 13, in: shapes{nchw}, consts: []*tensor{list("pads", 0, 0, 1, 1, 0, 0, 1, 1)},
			nodes: []*node{op("Pad", "x pads > p"), op("AveragePool", "p > y", append(slices.Clone(window), pads1, boolAttribute("count_include_pad", true))...)}}, "Pool"},
		{"zeros before an average that does not count its own", foreign{opset: 13, in: shapes{nchw}, consts: []*tensor{pad},
			nodes: []*node{op("Pad", "x pads > p"), op("AveragePool", "p > y", append(slices.Clone(window), pads1)...)}}, "Pad Pool"},
		{"zeros before an average that rounds up", foreign{opset: 13, in: shapes{nchw}, consts: []*tensor{pad},
			nodes: []*node{op("Pad", "x pads > p"), op("AveragePool", "p > y", append(slices.Clone(window), boolAttribute("ceil_mode", true))...)}}, "Pad Pool"},
		{"zeros before a maximum", foreign{opset: 13, in: shapes{nchw}, consts: []*tensor{pad}, nodes: []*node{op("Pad", "x pads > p"), op("MaxPool", "p > y", window...)}}, "Pad Pool"},
		{"zeros behind a ReLU before a maximum", foreign{opset: 13, in: shapes{nchw}, consts: []*tensor{pad}, nodes: []*node{op("Relu", "x > r"), op("Pad", "r pads > p"), op("MaxPool", "p > y", window...)}}, "ReLU Pool"},
		{"zeros behind a ReLU and its normalisation", foreign{opset: 13, in: shapes{nchw}, consts: []*tensor{pad}, nodes: []*node{op("Relu", "x > r"), op("LRN", "r > n", intAttribute("size", 3)), op("Pad", "n pads > p"), op("MaxPool", "p > y", window...)}}, "ReLU LRN Pool"},
		{"the lowest number before a maximum", foreign{opset: 13, in: shapes{nchw}, consts: []*tensor{pad, constant("v", nil, float32(math.Inf(-1)))}, nodes: []*node{op("Pad", "x pads v > p"), op("MaxPool", "p > y", window...)}}, "Pool"},
		{"ones before a convolution", foreign{opset: 13, in: shapes{nchw}, consts: []*tensor{pad, constant("v", nil, 1), kernel33("w", 4, 3)},
			nodes: []*node{op("Pad", "x pads v > p"), op("Conv", "p w > y")}}, "Pad Conv"},
		{"channels of zeros before a convolution", foreign{opset: 13, in: shapes{nchw}, consts: []*tensor{list("pads", 0, 1, 1, 1, 0, 0, 1, 1), kernel33("w", 2, 4)},
			nodes: []*node{op("Pad", "x pads > p"), op("Conv", "p w > y")}}, "Pad Conv"},
		{"padding that two read", foreign{opset: 13, in: shapes{nchw}, consts: []*tensor{pad, kernel33("w", 4, 3)},
			nodes: []*node{op("Pad", "x pads > p"), op("Conv", "p w > c"), op("Conv", "p w > d"), op("Add", "c d > y")}}, "Pad Conv Conv Eltwise"},
		{"no padding at all", foreign{opset: 9, in: shapes{nchw}, nodes: []*node{op("Pad", "x > y", intsAttribute("pads", 0, 0, 0, 0, 0, 0, 0, 0))}}, "Split"},

		{"local response normalisation as torch writes it", torchLRN(func([]*node) {}), "LRN"},
		{"with the square as a product", torchLRN(func(n []*node) { n[0].opType, n[0].inputs = "Mul", []string{"x", "x"} }), "LRN"},
		{"over an even window", torchLRN(func(n []*node) {
			n[2].attributes, n[3].attributes[0] = []*attribute{intsAttribute("pads", 0, 0, 1, 0, 0, 0, 0, 2, 0, 0)}, intsAttribute("kernel_shape", 4, 1, 1)
		}), "Power Reshape Pool Reshape Scale Bias Power Power Eltwise"},
		{"of the squares of something else", torchLRN(func(n []*node) { n[0].inputs[0] = "y" }), "Power Reshape Pool Reshape Scale Bias Power Power Eltwise"},
		{"with padding that does not count", torchLRN(func(n []*node) {
			n[2].attributes = []*attribute{intsAttribute("pads", slices.Repeat([]int{0}, 10)...)}
			n[3].attributes = append(n[3].attributes, intsAttribute("pads", 2, 0, 0, 2, 0, 0))
		}), "Power Reshape Split Pool Reshape Scale Bias Power Power Eltwise"},
		{"to another power of the average", torchLRN(func(n []*node) { n[0].inputs[1] = "beta" }), "Power Reshape Pool Reshape Scale Bias Power Power Eltwise"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			src := c.f.bytes(t)
			g := read(t, src)
			if got := strings.Join(types(g)[len(g.Inputs()):], " "); got != c.want {
				t.Errorf("operations %s\nwant %s", got, c.want)
			}
			checkRoundTrip(t, g, WriteOptions{Opset: 13})
			m, err := decodeModel(src, ReadOptions{})
			if err != nil {
				t.Fatal(err)
			}
			r, err := readModel(m, ReadOptions{})
			if err != nil {
				t.Fatal(err)
			}
			compareRuns(t, r.graph, g)
		})
	}
}

// TestInputsInNHWCAreTakenAsNCHW feeds an image in both orders.
func TestInputsInNHWCAreTakenAsNCHW(t *testing.T) {
	conv := []*tensor{kernel33("w", 4, 3)}
	cases := []struct {
		name  string
		nodes []*node
		want  string // the shape of x and the operations
	}{
		{"one transposition", []*node{op("Transpose", "x > t", toNCHW), op("Conv", "t w > y", pads1)}, "2x3x6x5 Input Conv"},
		{"two of them", []*node{op("Transpose", "x > t", toNCHW), op("Transpose", "x > u", toNCHW), op("Add", "t u > a"), op("Conv", "a w > y", pads1)}, "2x3x6x5 Input Eltwise Conv"},
		{"another order", []*node{op("Transpose", "x > t", intsAttribute("perm", 0, 3, 2, 1)), op("Conv", "t w > y", pads1)}, "2x6x5x3 Input Transpose Conv"},
		{"something else reads it too", []*node{op("Transpose", "x > t", toNCHW), op("Relu", "x > u"), op("Conv", "t w > y", pads1)}, "2x6x5x3 Input Transpose ReLU Conv"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			src := foreign{opset: 13, in: shapes{{2, 6, 5, 3}}, consts: conv, nodes: c.nodes}.bytes(t)
			g, err := Read(src, ReadOptions{NCHW: true})
			if err != nil {
				t.Fatal(err)
			}
			if got := g.Nodes[0].Op.(*ir.Input).Shape.String() + " " + strings.Join(types(g), " "); got != c.want || g.Inputs()[0].Name != "x" {
				t.Errorf("read as %s, want %s", got, c.want)
			}
			compareRuns(t, read(t, src), g)
		})
	}
}

// torchLRN is the normalisation of x, or of y with the squares of x, in torch's
// steps, of which change may replace some.
func torchLRN(change func([]*node)) foreign {
	nodes := []*node{
		op("Pow", "x two > s"), op("Reshape", "s planes > r"), op("Pad", "r > p", intsAttribute("pads", 0, 0, 2, 0, 0, 0, 0, 2, 0, 0)),
		op("AveragePool", "p > a", intsAttribute("kernel_shape", 5, 1, 1)), op("Reshape", "a image > b"),
		op("Mul", "b alpha > m"), op("Add", "m k > d"), op("Pow", "d beta > q"), op("Div", "x q > z"),
	}
	change(nodes)
	image := ir.Shape{2, 7, 3, 4}
	return foreign{opset: 9, in: shapes{image, image}, nodes: nodes, consts: []*tensor{
		constant("two", nil, 2), list("planes", 2, 1, 7, 3, 4), list("image", 2, 7, 3, 4), constant("alpha", nil, 0.5), constant("k", nil, 2), constant("beta", nil, 0.75),
	}}
}

func types(g *ir.Graph) []string {
	var list []string
	for _, n := range g.Nodes {
		list = append(list, n.Op.Type())
	}
	return list
}

// compareRuns wants the same numbers from both graphs. An input that is NCHW in
// one of them and NHWC in the other is the same image.
func compareRuns(t *testing.T, want, got *ir.Graph) {
	t.Helper()
	declared, err := want.Infer(nil)
	if err != nil {
		t.Fatal(err)
	}
	inputs := make(map[string]*ir.Tensor)
	for _, v := range want.Inputs() {
		inputs[v.Name] = ir.Seeded(v.Name, 1, 1, declared[v]...)
	}
	var outputs []*ir.Tensor
	for _, g := range []*ir.Graph{want, got} {
		p, err := runtime.Compile(g, runtime.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range g.Nodes {
			if in, ok := n.Op.(*ir.Input); ok && !in.Shape.Equal(inputs[n.Name].Shape) {
				inputs[n.Name] = channelsMoved(inputs[n.Name])
			}
		}
		out, err := p.Run(context.Background(), inputs, nil)
		if err != nil {
			t.Fatal(err)
		}
		outputs = append(outputs, out[g.Outputs[0].Name])
		p.Close()
	}
	if !outputs[0].Shape.Equal(outputs[1].Shape) {
		t.Fatalf("the output is %v, it was %v", outputs[1].Shape, outputs[0].Shape)
	}
	for i, v := range outputs[0].Data {
		// Sums are added up in another order.
		if math.Abs(float64(v-outputs[1].Data[i])) > 1e-6*max(1, math.Abs(float64(v))) {
			t.Fatalf("element %d is %v, it was %v", i, outputs[1].Data[i], v)
		}
	}
}

// channelsMoved is an image in NHWC as NCHW.
func channelsMoved(x *ir.Tensor) *ir.Tensor {
	n, h, w, c := x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3]
	y := ir.NewTensor(n, c, h, w)
	for i, v := range x.Data {
		channel, pixel := i%c, i/c
		y.Data[(pixel/(h*w)*c+channel)*h*w+pixel%(h*w)] = v
	}
	return y
}
