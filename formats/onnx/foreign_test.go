package onnx

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/alexconv/alexconv/formats/internal/wire"
	"github.com/alexconv/alexconv/ir"
)

// foreign is a model as another tool may have written it. Its inputs are x and
// y; its output is what the last node writes first.
type foreign struct {
	opset  int
	in     shapes
	consts []*tensor
	nodes  []*node
	extra  []*wire.Message // more nodes, encoded
}

func (f foreign) bytes(t testing.TB) []byte {
	t.Helper()
	g := &graph{name: "foreign", nodes: f.nodes, initialisers: f.consts}
	for i, s := range f.in {
		g.inputs = append(g.inputs, fixedInfo(string(rune('x'+i)), elementFloat, s))
	}
	last := f.nodes[len(f.nodes)-1]
	g.outputs = []*valueInfo{{name: last.outputs[0], kind: elementFloat}}
	m := encodeGraph(g)
	for _, n := range f.extra {
		m.Message(1, n)
	}
	all, opset := &wire.Message{}, &wire.Message{}
	all.Int(1, 8)
	all.Message(7, m)
	opset.Text(1, "")
	opset.Int(2, int64(f.opset))
	all.Message(8, opset)
	var b bytes.Buffer
	if _, err := all.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// op is a node named after its type whose inputs and outputs are given as
// "a b > c d"; a dash is an input left out.
func op(opType, wiring string, attributes ...*attribute) *node {
	in, out, _ := strings.Cut(wiring, " > ")
	n := &node{name: strings.ToLower(opType), opType: opType, outputs: strings.Fields(out), attributes: attributes}
	for _, name := range strings.Fields(in) {
		n.inputs = append(n.inputs, strings.TrimSuffix(name, "-"))
	}
	return n
}

func constant(name string, dims []int, values ...float32) *tensor {
	if len(values) == 0 {
		values = ir.Seeded(name, 1, 1, dims...).Data
	}
	return floatTensor(name, dims, values)
}

func list(name string, values ...int64) *tensor { return intTensor(name, values) }

// nodes describes what was read, parameters by their first values.
func nodes(g *ir.Graph) []string {
	var lines []string
	for _, n := range g.Nodes {
		if _, ok := n.Op.(*ir.Input); ok {
			continue
		}
		line := n.Op.Type()
		for _, a := range ir.Attributes(n.Op) {
			line += " " + a.Name + "=" + a.Value
		}
		line += " (" + strings.Join(valueNames(n.Inputs), " ") + " > " + strings.Join(valueNames(n.Outputs), " ") + ")"
		for _, p := range n.Params {
			line += fmt.Sprintf(" %v%.3g", p.Shape, p.Data[:min(2, len(p.Data))])
		}
		lines = append(lines, line)
	}
	return lines
}

func TestReadForeign(t *testing.T) {
	img := ir.Shape{1, 2, 6, 6}
	vec := ir.Shape{2, 3}
	checkForeign(t, []foreignCase{
		{"conv with defaults", foreign{opset: 11, in: shapes{img}, consts: []*tensor{constant("w", []int{1, 2, 3, 3}, slices.Repeat([]float32{1}, 18)...)},
			nodes: []*node{op("Conv", "x w > c")}},
			[]string{"Conv OutChannels=1 Kernel=3,3 Stride=1,1 Dilation=1,1 PadBegin=0,0 PadEnd=0,0 Group=1 Axis=1 (x > c) 1x2x3x3[1 1]"}},
		{"conv same upper", foreign{opset: 11, in: shapes{img}, consts: []*tensor{constant("w", []int{1, 2, 1, 1}, 1, 2), constant("b", []int{1}, 3)},
			nodes: []*node{op("Conv", "x w b > c", stringAttribute("auto_pad", "SAME_UPPER"), intsAttribute("strides", 2, 2))}},
			[]string{"Conv OutChannels=1 Kernel=1,1 Stride=2,2 Dilation=1,1 PadBegin=0,0 PadEnd=0,0 Same=same_upper Group=1 Axis=1 Bias=true (x > c) 1x2x1x1[1 2] 1[3]"}},
		{"max pool, ceil, indices unused", foreign{opset: 10, in: shapes{img},
			nodes: []*node{op("MaxPool", "x > p i", intsAttribute("kernel_shape", 2, 2), intsAttribute("strides", 3, 3), boolAttribute("ceil_mode", true))}},
			[]string{"Pool Kernel=2,2 Stride=3,3 Dilation=1,1 PadBegin=0,0 PadEnd=0,0 Ceil=true Clip=true (x > p)"}},
		{"average pool before count_include_pad", foreign{opset: 6, in: shapes{img},
			nodes: []*node{op("AveragePool", "x > p", intsAttribute("kernel_shape", 3, 3), intsAttribute("pads", 1, 1, 1, 1))}},
			[]string{"Pool Kind=average Kernel=3,3 Stride=1,1 Dilation=1,1 PadBegin=1,1 PadEnd=1,1 (x > p)"}},
		{"max pool valid", foreign{opset: 11, in: shapes{img},
			nodes: []*node{op("MaxPool", "x > p", intsAttribute("kernel_shape", 4, 4), stringAttribute("auto_pad", "VALID"), intsAttribute("strides", 4, 4))}},
			[]string{"Pool Kernel=4,4 Stride=4,4 Dilation=1,1 PadBegin=0,0 PadEnd=0,0 (x > p)"}},
		{"lrn with ONNX's default alpha", foreign{opset: 13, in: shapes{img}, nodes: []*node{op("LRN", "x > n", intAttribute("size", 5))}},
			[]string{"LRN Size=5 C=2e-05 Beta=0.75 K=1 (x > n)"}},
		{"leaky relu with its default", foreign{opset: 13, in: shapes{img}, nodes: []*node{op("LeakyRelu", "x > r")}},
			[]string{"ReLU Slope=0.01 (x > r)"}},
		{"prelu aligned with the channels", foreign{opset: 13, in: shapes{img}, consts: []*tensor{constant("s", []int{2, 1, 1}, 1, 2)}, nodes: []*node{op("PRelu", "x s > r")}},
			[]string{"PReLU (x > r) 2[1 2]"}},
		{"prelu before opset 7", foreign{opset: 6, in: shapes{img}, consts: []*tensor{constant("s", []int{2}, 1, 2)}, nodes: []*node{op("PRelu", "x s > r")}},
			[]string{"PReLU (x > r) 2[1 2]"}},
		{"softmax before opset 13, on columns", foreign{opset: 12, in: shapes{vec}, nodes: []*node{op("Softmax", "x > s")}},
			[]string{"Softmax Axis=1 (x > s)"}},
		{"softmax before opset 13, on an image", foreign{opset: 12, in: shapes{img}, nodes: []*node{op("Softmax", "x > s")}},
			[]string{
				"Reshape Dims=0,-1 NumAxes=-1 (x > s/joined)",
				"Softmax Axis=1 (s/joined > s/softmax)",
				"Reshape Dims=0,2,6,6 NumAxes=-1 (s/softmax > s)",
			}},
		{"softmax since opset 13", foreign{opset: 13, in: shapes{img}, nodes: []*node{op("Softmax", "x > s")}},
			[]string{"Softmax Axis=-1 (x > s)"}},
		{"gemm as torch writes it", foreign{opset: 13, in: shapes{vec}, consts: []*tensor{constant("w", []int{1, 3}, 1, 2, 3), constant("b", []int{1}, 4)},
			nodes: []*node{op("Gemm", "x w b > g", floatAttribute("alpha", 1), floatAttribute("beta", 1), intAttribute("transB", 1))}},
			[]string{"FullyConnected Units=1 Axis=1 Bias=true (x > g) 1x3[1 2] 1[4]"}},
		{"gemm with factors", foreign{opset: 13, in: shapes{vec}, consts: []*tensor{constant("w", []int{3, 2}, 1, 2, 3, 4, 5, 6), constant("b", nil, 4)},
			nodes: []*node{op("Gemm", "x w b > g", floatAttribute("alpha", 2), floatAttribute("beta", 0.5))}},
			[]string{"FullyConnected Units=2 Axis=1 Bias=true Transposed=true (x > g) 3x2[2 4] 2[2 2]"}},
		{"gemm with a bias that beta drops", foreign{opset: 13, in: shapes{vec}, consts: []*tensor{constant("w", []int{3, 1}, 1, 2, 3), constant("b", []int{1}, 4)},
			nodes: []*node{op("Gemm", "x w b > g", floatAttribute("beta", 0))}},
			[]string{"FullyConnected Units=1 Axis=1 Transposed=true (x > g) 3x1[1 2]"}},
		{"gemm of opset 6", foreign{opset: 6, in: shapes{vec}, consts: []*tensor{constant("w", []int{3, 1}, 1, 2, 3), constant("b", []int{1}, 4)},
			nodes: []*node{op("Gemm", "x w b > g", boolAttribute("broadcast", true))}},
			[]string{"FullyConnected Units=1 Axis=1 Bias=true Transposed=true (x > g) 3x1[1 2] 1[4]"}},
		{"matmul and add", foreign{opset: 13, in: shapes{vec}, consts: []*tensor{constant("w", []int{3, 2}, 1, 2, 3, 4, 5, 6), constant("b", []int{2}, 7, 8)},
			nodes: []*node{op("MatMul", "x w > m"), op("Add", "b m > a")}},
			[]string{"FullyConnected Units=2 Axis=1 Bias=true Transposed=true (x > a) 3x2[1 2] 2[7 8]"}},
		{"matmul that another node reads too", foreign{opset: 13, in: shapes{vec}, consts: []*tensor{constant("w", []int{3, 2}, 1, 2, 3, 4, 5, 6), constant("b", []int{2}, 7, 8)},
			nodes: []*node{op("MatMul", "x w > m"), op("Add", "m b > a"), op("Mul", "a m > p")}},
			[]string{
				"FullyConnected Units=2 Axis=1 Transposed=true (x > m) 3x2[1 2]",
				"Bias Axis=1 NumAxes=1 (m > a) 2[7 8]",
				"Eltwise Kind=product (a m > p)",
			}},
		{"matmul on three axes", foreign{opset: 13, in: shapes{{2, 4, 3}}, consts: []*tensor{constant("w", []int{3, 1}, 1, 2, 3)}, nodes: []*node{op("MatMul", "x w > m")}},
			[]string{"FullyConnected Units=1 Axis=2 Transposed=true (x > m) 3x1[1 2]"}},
		{"flatten", foreign{opset: 13, in: shapes{img}, nodes: []*node{op("Flatten", "x > f")}},
			[]string{"Flatten Axis=1 EndAxis=-1 (x > f)"}},
		{"flatten in the middle", foreign{opset: 13, in: shapes{img}, nodes: []*node{op("Flatten", "x > f", intAttribute("axis", 2))}},
			[]string{"Reshape Dims=-1,36 NumAxes=-1 (x > f)"}},
		{"flatten to one row", foreign{opset: 13, in: shapes{img}, nodes: []*node{op("Flatten", "x > f", intAttribute("axis", 0))}},
			[]string{"Reshape Dims=1,-1 NumAxes=-1 (x > f)"}},
		{"reshape", foreign{opset: 13, in: shapes{img}, consts: []*tensor{list("d", 0, -1)}, nodes: []*node{op("Reshape", "x d > r")}},
			[]string{"Reshape Dims=0,-1 NumAxes=-1 (x > r)"}},
		{"squeeze by attribute", foreign{opset: 11, in: shapes{{1, 3, 1, 1}}, nodes: []*node{op("Squeeze", "x > s", intsAttribute("axes", 2, -1))}},
			[]string{"Reshape Dims=0,0 NumAxes=-1 (x > s)"}},
		{"squeeze by input", foreign{opset: 13, in: shapes{{1, 3, 1, 1}}, consts: []*tensor{list("a", 0)}, nodes: []*node{op("Squeeze", "x a > s")}},
			[]string{"Reshape Dims=3,1,1 NumAxes=-1 (x > s)"}},
		{"squeeze all", foreign{opset: 13, in: shapes{{1, 3, 1, 1}}, nodes: []*node{op("Squeeze", "x > s")}},
			[]string{"Reshape Dims=3 NumAxes=-1 (x > s)"}},
		{"unsqueeze", foreign{opset: 13, in: shapes{vec}, consts: []*tensor{list("a", 1, -1)}, nodes: []*node{op("Unsqueeze", "x a > s")}},
			[]string{"Reshape Dims=0,1,3,1 NumAxes=-1 (x > s)"}},
		{"split by attribute", foreign{opset: 11, in: shapes{vec}, nodes: []*node{op("Split", "x > a b", intAttribute("axis", 1), intsAttribute("split", 1, 2))}},
			[]string{"Slice Axis=1 Sizes=1,2 Pieces=2 (x > a b)"}},
		{"split by input", foreign{opset: 13, in: shapes{vec}, consts: []*tensor{list("s", 2, 1)}, nodes: []*node{op("Split", "x s > a b", intAttribute("axis", -1))}},
			[]string{"Slice Axis=-1 Sizes=2,1 Pieces=2 (x > a b)"}},
		{"split with a smaller last piece", foreign{opset: 18, in: shapes{vec}, nodes: []*node{op("Split", "x > a b", intAttribute("axis", 1), intAttribute("num_outputs", 2))}},
			[]string{"Slice Axis=1 Sizes=2,1 Pieces=2 (x > a b)"}},
		{"dropout by attribute", foreign{opset: 10, in: shapes{vec}, nodes: []*node{op("Dropout", "x > d mask", floatAttribute("ratio", 0.25))}},
			[]string{"Dropout Ratio=0.25 (x > d)"}},
		{"dropout by input", foreign{opset: 13, in: shapes{vec}, consts: []*tensor{constant("r", nil, 0.75), {name: "t", kind: elementInt64, ints: []int64{0}}}, nodes: []*node{op("Dropout", "x r t > d")}},
			[]string{"Dropout Ratio=0.75 (x > d)"}},
		{"batch norm with factors", foreign{opset: 9, in: shapes{img}, consts: []*tensor{constant("g", []int{2}, 1, 2), constant("b", []int{2}, 3, 4), constant("m", []int{2}, 5, 6), constant("v", []int{2}, 7, 8)},
			nodes: []*node{op("BatchNormalization", "x g b m v > n", floatAttribute("momentum", 0.5))}},
			[]string{
				"BatchNorm Eps=1e-05 (x > n/normal) 2[5 6] 2[7 8]",
				"Scale Axis=1 NumAxes=1 Bias=true (n/normal > n) 2[1 2] 2[3 4]",
			}},
		{"batch norm without", foreign{opset: 7, in: shapes{img}, consts: []*tensor{constant("g", []int{2}, 1, 1), constant("b", []int{2}, 0, 0), constant("m", []int{2}, 5, 6), constant("v", []int{2}, 7, 8)},
			nodes: []*node{op("BatchNormalization", "x g b m v > n", intAttribute("spatial", 1), floatAttribute("epsilon", 0.5))}},
			[]string{"BatchNorm Eps=0.5 (x > n) 2[5 6] 2[7 8]"}},
		{"add a constant per channel", foreign{opset: 13, in: shapes{img}, consts: []*tensor{constant("c", []int{1, 2, 1, 1}, 1, 2)}, nodes: []*node{op("Add", "x c > a")}},
			[]string{"Bias Axis=1 NumAxes=1 (x > a) 2[1 2]"}},
		{"multiply by a number", foreign{opset: 13, in: shapes{img}, consts: []*tensor{constant("c", nil, 3)}, nodes: []*node{op("Mul", "c x > a")}},
			[]string{"Scale (x > a) scalar[3]"}},
		{"multiply by an image of one row", foreign{opset: 13, in: shapes{{1, 2, 2, 2}}, consts: []*tensor{constant("c", []int{2, 1, 2}, 1, 2, 3, 4)}, nodes: []*node{op("Mul", "x c > a")}},
			[]string{"Scale Axis=1 NumAxes=3 (x > a) 2x2x2[1 2]"}},
		{"multiply before opset 7, aligned by an attribute", foreign{opset: 6, in: shapes{img}, consts: []*tensor{constant("c", []int{2}, 1, 2)},
			nodes: []*node{op("Mul", "x c > a", boolAttribute("broadcast", true), intAttribute("axis", 1))}},
			[]string{"Scale Axis=1 NumAxes=1 (x > a) 2[1 2]"}},
		{"multiply by a smaller value", foreign{opset: 13, in: shapes{img, {6, 6}}, nodes: []*node{op("Mul", "y x > a")}},
			[]string{"Scale Axis=2 (x y > a)"}},
		{"divide by a number", foreign{opset: 13, in: shapes{vec}, consts: []*tensor{constant("c", nil, 4)}, nodes: []*node{op("Div", "x c > a")}},
			[]string{"Scale (x > a) scalar[0.25]"}},
		{"subtract a number", foreign{opset: 13, in: shapes{vec}, consts: []*tensor{constant("c", []int{1}, 4)}, nodes: []*node{op("Sub", "x c > a")}},
			[]string{"Bias (x > a) scalar[-4]"}},
		{"add a smaller value", foreign{opset: 13, in: shapes{img, {6, 6}}, nodes: []*node{op("Add", "y x > a")}},
			[]string{"Bias Axis=2 (x y > a)"}},
		{"elu with its default", foreign{opset: 13, in: shapes{vec}, nodes: []*node{op("Elu", "x > a")}},
			[]string{"ELU Alpha=1 (x > a)"}},
		{"clip before opset 11", foreign{opset: 10, in: shapes{vec}, nodes: []*node{op("Clip", "x > a", floatAttribute("max", 6))}},
			[]string{"Clip Min=-3.4028235e+38 Max=6 (x > a)"}},
		{"clip without a minimum", foreign{opset: 13, in: shapes{vec}, consts: []*tensor{constant("h", nil, 6)}, nodes: []*node{op("Clip", "x - h > a")}},
			[]string{"Clip Min=-3.4028235e+38 Max=6 (x > a)"}},
		{"powers", foreign{opset: 13, in: shapes{vec}, consts: []*tensor{constant("p", []int{1}, 2)}, nodes: []*node{op("Pow", "x p > a"), op("Neg", "a > b"), op("Reciprocal", "b > c")}},
			[]string{"Power Power=2 Scale=1 (x > a)", "Power Power=1 Scale=-1 (a > b)", "Power Power=-1 Scale=1 (b > c)"}},
		{"mean of planes, axes kept", foreign{opset: 13, in: shapes{img}, nodes: []*node{op("ReduceMean", "x > a", intsAttribute("axes", 2, 3))}},
			[]string{"Pool Kind=average Global=true (x > a)"}},
		{"mean of planes", foreign{opset: 18, in: shapes{img}, consts: []*tensor{list("d", -1, -2)}, nodes: []*node{op("ReduceMean", "x d > a", boolAttribute("keepdims", false))}},
			[]string{"Reduction Kind=mean Axis=2 Coefficient=1 (x > a)"}},
		{"sum of all, axes kept", foreign{opset: 11, in: shapes{vec}, nodes: []*node{op("ReduceSum", "x > a")}},
			[]string{"Reduction Coefficient=1 (x > a/reduced)", "Reshape Dims=1,1 NumAxes=-1 (a/reduced > a)"}},
		{"tile", foreign{opset: 13, in: shapes{vec}, consts: []*tensor{list("r", 1, 3)}, nodes: []*node{op("Tile", "x r > a")}},
			[]string{"Tile Axis=1 Tiles=3 (x > a)"}},
		{"conv transpose with defaults", foreign{opset: 11, in: shapes{img}, consts: []*tensor{constant("w", []int{2, 1, 3, 3}, slices.Repeat([]float32{1}, 18)...)},
			nodes: []*node{op("ConvTranspose", "x w > c")}},
			[]string{"Deconv OutChannels=1 Kernel=3,3 Stride=1,1 Dilation=1,1 PadBegin=0,0 PadEnd=0,0 Group=1 Axis=1 (x > c) 2x1x3x3[1 1]"}},
		{"conv transpose same upper", foreign{opset: 11, in: shapes{img}, consts: []*tensor{constant("w", []int{2, 1, 3, 3}, slices.Repeat([]float32{1}, 18)...), constant("b", []int{2}, 5, 6)},
			nodes: []*node{op("ConvTranspose", "x w b > c", stringAttribute("auto_pad", "SAME_UPPER"), intsAttribute("strides", 2, 1), intAttribute("group", 2))}},
			[]string{"Deconv OutChannels=2 Kernel=3,3 Stride=2,1 Dilation=1,1 PadBegin=0,1 PadEnd=1,1 Group=2 Axis=1 Bias=true (x > c) 2x1x3x3[1 1] 2[5 6]"}},
		{"conv transpose to a shape", foreign{opset: 11, in: shapes{img}, consts: []*tensor{constant("w", []int{2, 1, 3, 3}, slices.Repeat([]float32{1}, 18)...)},
			nodes: []*node{op("ConvTranspose", "x w > c", intsAttribute("output_shape", 13, 12), intsAttribute("strides", 2, 2), intsAttribute("output_padding", 1, 0))}},
			[]string{"Deconv OutChannels=1 Kernel=3,3 Stride=2,2 Dilation=1,1 PadBegin=1,1 PadEnd=0,0 OutputPad=1,0 Group=1 Axis=1 (x > c) 2x1x3x3[1 1]"}},
		{"subtract from a number", foreign{opset: 13, in: shapes{vec}, consts: []*tensor{constant("c", []int{1}, 4)}, nodes: []*node{op("Sub", "c x > a")}},
			[]string{"Scale Bias=true (x > a) scalar[-1] scalar[4]"}},
		{"subtract values", foreign{opset: 13, in: shapes{vec, vec}, nodes: []*node{op("Sub", "x y > a")}},
			[]string{"Eltwise Coefficients=1,-1 (x y > a)"}},
		{"sum of one", foreign{opset: 13, in: shapes{vec}, nodes: []*node{op("Sum", "x > a")}},
			[]string{"Split Copies=1 (x > a)"}},
		{"maximum", foreign{opset: 13, in: shapes{vec, vec}, nodes: []*node{op("Max", "x y > a")}},
			[]string{"Eltwise Kind=maximum (x y > a)"}},
		{"identity of a constant", foreign{opset: 13, in: shapes{vec}, consts: []*tensor{constant("c", nil, 3)}, nodes: []*node{op("Identity", "c > d"), op("Mul", "x d > a")}},
			[]string{"Scale (x > a) scalar[3]"}},
		{"nodes out of order, without names", foreign{opset: 13, in: shapes{vec},
			nodes: []*node{{opType: "Tanh", inputs: []string{"r"}, outputs: []string{"t"}}, {opType: "Relu", inputs: []string{"x"}, outputs: []string{"r"}}, {opType: "Sigmoid", inputs: []string{"t"}, outputs: []string{"s"}}}},
			[]string{
				"ReLU (x > r)",
				"Tanh (r > t)",
				"Sigmoid (t > s)",
			}},
	})
}

// foreignCase is a model with what it is read as.
type foreignCase struct {
	name string
	f    foreign
	want []string
}

func checkForeign(t *testing.T, cases []foreignCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			g := read(t, c.f.bytes(t))
			got := nodes(g)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("read otherwise (-want +got):\n%s", diff)
			}
			checkRoundTrip(t, g, WriteOptions{})
		})
	}
}
