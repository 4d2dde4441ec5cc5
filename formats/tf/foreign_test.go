package tf

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/alexconv/alexconv/ir"
)

// foreign is a graph as another tool may have written it. It begins with a
// placeholder x of the given shape, N, H, W, C for an image.
type foreign struct {
	x      []int64
	consts []*tensor
	nodes  []*node
}

func (f foreign) bytes(t testing.TB) []byte {
	t.Helper()
	g := &graphDef{nodes: []*node{{name: "x", op: "Placeholder", attributes: []*attribute{
		typeAttribute("dtype", typeFloat), {name: "shape", kind: kindShape, shape: shape{dims: f.x}},
	}}}}
	for _, c := range f.consts {
		g.nodes = append(g.nodes, &node{name: c.name, op: "Const", attributes: []*attribute{
			typeAttribute("dtype", c.kind), {name: "value", kind: kindTensor, tensor: c},
		}})
	}
	g.nodes = append(g.nodes, f.nodes...)
	m, err := encodeGraph(g)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := m.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// op is a node whose name and inputs are given as "name: a b".
func op(opType, wiring string, attributes ...*attribute) *node {
	name, in, _ := strings.Cut(wiring, ":")
	return &node{name: name, op: opType, inputs: strings.Fields(in), attributes: append(attributes, typeAttribute("T", typeFloat))}
}

// floats is a constant that counts from 0 unless values are given.
func floats(name string, dims []int, values ...float32) *tensor {
	if values == nil {
		for i := range ir.Shape(dims).Elements() {
			values = append(values, float32(i))
		}
	}
	return &tensor{name: name, kind: typeFloat, dims: dims, floats: values}
}

func ints(name string, values ...int64) *tensor {
	return &tensor{name: name, kind: typeInt32, dims: ir.Shape{len(values)}, ints: values}
}

func number(name string, value int64) *tensor {
	return &tensor{name: name, kind: typeInt32, dims: ir.Shape{}, ints: []int64{value}}
}

// slide are the attributes of a convolution or, with a kernel, a pool.
func slide(rule string, stride int, kernel ...int) []*attribute {
	list := []*attribute{intsAttribute("strides", 1, stride, stride, 1), stringAttribute("padding", rule)}
	if len(kernel) > 0 {
		list = append(list, intsAttribute("ksize", 1, kernel[0], kernel[0], 1))
	}
	return list
}

// nodes describes what was read, parameters by their first values.
func nodes(g *ir.Graph) []string {
	var lines []string
	for _, n := range g.Nodes[1:] {
		line := n.Op.Type()
		for _, a := range ir.Attributes(n.Op) {
			if s := a.Name + "=" + a.Value; s != "Dilation=1,1" && s != "PadBegin=0,0" && s != "PadEnd=0,0" && s != "Stride=1,1" && s != "Axis=1" && s != "Group=1" {
				line += " " + s
			}
		}
		line += " (" + strings.Join(valueNames(n.Inputs), " ") + " > " + strings.Join(valueNames(n.Outputs), " ") + ")"
		for _, p := range n.Params {
			line += fmt.Sprintf(" %v%.3g", p.Shape, p.Data[:min(3, len(p.Data))])
		}
		lines = append(lines, line)
	}
	return lines
}

// TestReadForeign holds the forms that other programs write.
func TestReadForeign(t *testing.T) {
	image, vec := []int64{1, 6, 6, 2}, []int64{-1, 3}
	w := floats("w", []int{1, 1, 2, 2}, 1, 2, 3, 4) // in 0: 1 2, in 1: 3 4
	pads := ints("pads", 0, 0, 1, 2, 3, 4, 0, 0)
	pads.dims = ir.Shape{4, 2}
	transposedB := boolAttribute("transpose_b", true)
	cases := []struct {
		name string
		f    foreign
		want []string
	}{
		{"conv and bias", foreign{image, []*tensor{w, floats("b", []int{2}, 5, 6)}, []*node{op("Conv2D", "c:x w", slide("VALID", 2)...), op("BiasAdd", "y:c b")}},
			[]string{"Conv OutChannels=2 Kernel=1,1 Stride=2,2 Bias=true (x > y) 2x2x1x1[1 3 2] 2[5 6]"}},
		{"conv same", foreign{image, []*tensor{w}, []*node{op("Conv2D", "c:x w", slide("SAME", 2)...)}},
			[]string{"Conv OutChannels=2 Kernel=1,1 Stride=2,2 Same=same_upper (x > c) 2x2x1x1[1 3 2]"}},
		{"a bias by AddV2, the constant first", foreign{image, []*tensor{w, floats("b", []int{1, 1, 1, 2}, 5, 6)}, []*node{op("Conv2D", "c:x w", slide("VALID", 1)...), op("AddV2", "y:b c")}},
			[]string{"Conv OutChannels=2 Kernel=1,1 Bias=true (x > y) 2x2x1x1[1 3 2] 2[5 6]"}},
		{"a bias for a value that others read", foreign{image, []*tensor{w, floats("b", []int{2}, 5, 6)}, []*node{op("Conv2D", "c:x w", slide("VALID", 1)...), op("BiasAdd", "y:c b"), op("Relu", "r:c")}},
			[]string{"Conv OutChannels=2 Kernel=1,1 (x > c) 2x2x1x1[1 3 2]", "Bias NumAxes=1 (c > y) 2[5 6]", "ReLU (c > r)"}},
		{"explicit pads", foreign{image, []*tensor{w}, []*node{op("Conv2D", "c:x w", append(slide("EXPLICIT", 1), intsAttribute("explicit_paddings", 0, 0, 1, 2, 3, 4, 0, 0))...)}},
			[]string{"Conv OutChannels=2 Kernel=1,1 PadBegin=1,3 PadEnd=2,4 (x > c) 2x2x1x1[1 3 2]"}},
		{"a pad in front", foreign{image, []*tensor{w, pads}, []*node{op("Pad", "p:x pads"), op("Conv2D", "c:p w", slide("VALID", 1)...)}},
			[]string{"Conv OutChannels=2 Kernel=1,1 PadBegin=1,3 PadEnd=2,4 (x > c) 2x2x1x1[1 3 2]"}},
		{"a pad of minus infinity before a maximum", foreign{image, []*tensor{pads, floats("v", nil, float32(math.Inf(-1)))}, []*node{op("PadV2", "p:x pads v"), op("MaxPool", "m:p", slide("VALID", 2, 5)...)}},
			[]string{"Pool Kernel=5,5 Stride=2,2 PadBegin=1,3 PadEnd=2,4 (x > m)"}},
		{"a pad that an average counts", foreign{image, []*tensor{pads}, []*node{op("Pad", "p:x pads"), op("AvgPool", "a:p", slide("VALID", 2, 5)...)}},
			[]string{"Pool Kind=average Kernel=5,5 Stride=2,2 PadBegin=1,3 PadEnd=2,4 CountPad=true (x > a)"}},
		{"an average same, which counts nothing", foreign{image, nil, []*node{op("AvgPool", "a:x", slide("SAME", 2, 3)...)}},
			[]string{"Pool Kind=average Kernel=3,3 Stride=2,2 Same=same_upper (x > a)"}},
		{"filters cut by a Split, as tf_alexnet has them", foreign{[]int64{1, 6, 6, 4}, []*tensor{floats("w", []int{1, 1, 2, 4}), number("three", 3), floats("b", []int{4})}, []*node{
			op("Identity", "w/read:w"), op("Split", "k:three w/read", intAttribute("num_split", 2)), op("Split", "i:three x", intAttribute("num_split", 2)),
			op("Conv2D", "c0:i k", slide("SAME", 1)...), op("Conv2D", "c1:i:1 k:1", slide("SAME", 1)...), op("ConcatV2", "cat:c0 c1 three", intAttribute("N", 2)),
			op("BiasAdd", "y:cat b"),
		}}, []string{"Conv OutChannels=4 Kernel=1,1 Same=same_upper Group=2 Bias=true (x > y) 4x2x1x1[0 4 1] 4[0 1 2]"}},
		{"two convolutions that are not alike", foreign{[]int64{1, 6, 6, 4}, []*tensor{floats("w", []int{1, 1, 2, 2}), floats("v", []int{3, 3, 2, 2}), number("three", 3)}, []*node{
			op("Split", "i:three x", intAttribute("num_split", 2)),
			op("Conv2D", "c0:i w", slide("SAME", 1)...), op("Conv2D", "c1:i:1 v", slide("SAME", 1)...), op("ConcatV2", "cat:c0 c1 three"),
		}}, []string{"Slice Pieces=2 (x > i i:1)", "Conv OutChannels=2 Kernel=1,1 Same=same_upper (i > c0) 2x2x1x1[0 2 1]",
			"Conv OutChannels=2 Kernel=3,3 Same=same_upper (i:1 > c1) 2x2x3x3[0 4 8]", "Concat (c0 c1 > cat)"}},
		{"filters of fewer channels than the input", foreign{[]int64{1, 6, 6, 4}, []*tensor{floats("w", []int{1, 1, 2, 2}, 1, 2, 3, 4)}, []*node{op("Conv2D", "c:x w", slide("VALID", 1)...)}},
			[]string{"Conv OutChannels=2 Kernel=1,1 Group=2 (x > c) 2x2x1x1[1 3 2]"}},
		{"depthwise with a multiplier", foreign{image, []*tensor{w}, []*node{op("DepthwiseConv2dNative", "c:x w", slide("VALID", 1)...)}},
			[]string{"Conv OutChannels=4 Kernel=1,1 Group=2 (x > c) 4x1x1x1[1 2 3]"}},
		{"an image, flattened, times a matrix", foreign{[]int64{1, 2, 2, 2}, []*tensor{ints("s", -1, 8), floats("w", []int{8, 2})}, []*node{op("Reshape", "f:x s"), op("Relu", "r:f"), op("MatMul", "m:r w")}},
			[]string{"Flatten EndAxis=-1 (x > f)", "ReLU (f > r)", "FullyConnected Units=2 Transposed=true (r > m) 8x2[0 1 4]"}},
		{"an image in the order N, C, H, W, flattened", foreign{[]int64{1, 2, 2, 2}, []*tensor{ints("s", -1, 8), ints("perm", 0, 3, 1, 2), floats("w", []int{8, 2})}, []*node{op("Transpose", "p:x perm"), op("Reshape", "f:p s"), op("MatMul", "m:f w")}},
			[]string{"Flatten EndAxis=-1 (x > f)", "FullyConnected Units=2 Transposed=true (f > m) 8x2[0 1 2]"}},
		{"a matrix that stands turned", foreign{[]int64{1, 2, 2, 2}, []*tensor{ints("s", -1, 8), floats("w", []int{2, 8})}, []*node{op("Reshape", "f:x s"), op("MatMul", "m:f w", transposedB)}},
			[]string{"Flatten EndAxis=-1 (x > f)", "FullyConnected Units=2 (f > m) 2x8[0 2 4]"}},
		{"a shape that is computed", foreign{[]int64{-1, 2, 2, 2}, []*tensor{ints("zero", 0), ints("one", 1), number("rest", -1), floats("w", []int{8, 2})}, []*node{
			op("Shape", "sh:x"), op("StridedSlice", "n:sh zero one one", intAttribute("shrink_axis_mask", 1)), op("Pack", "dims:n rest", intAttribute("N", 2)),
			op("Reshape", "f:x dims"), op("MatMul", "m:f w"),
		}}, []string{"Flatten EndAxis=-1 (x > f)", "FullyConnected Units=2 Transposed=true (f > m) 8x2[0 1 4]"}},
		{"a reshape to the same shape", foreign{image, []*tensor{ints("s", -1, 6, 6, 2)}, []*node{op("Reshape", "r:x s")}}, []string{"Split Copies=1 (x > r)"}},
		{"pixels to an image", foreign{[]int64{-1, 36}, []*tensor{ints("s", -1, 6, 6, 1)}, []*node{op("Reshape", "r:x s")}}, []string{"Reshape Dims=0,1,6,6 NumAxes=-1 (x > r)"}},
		{"a squeeze behind a convolution to one position", foreign{[]int64{1, 1, 1, 5}, nil, []*node{op("Squeeze", "s:x", intsAttribute("squeeze_dims", 1, 2))}},
			[]string{"Flatten EndAxis=-1 (x > s)"}},
		{"a mean that keeps its axes", foreign{image, []*tensor{ints("a", 1, 2)}, []*node{op("Mean", "m:x a", boolAttribute("keep_dims", true))}},
			[]string{"Pool Kind=average Global=true (x > m)"}},
		{"a mean that does not", foreign{image, []*tensor{ints("a", -2, -3)}, []*node{op("Mean", "m:x a")}},
			[]string{"Pool Kind=average Global=true (x > m/pooled)", "Flatten EndAxis=-1 (m/pooled > m)"}},
		{"lrn with defaults", foreign{image, nil, []*node{op("LRN", "l:x")}}, []string{"LRN Size=11 C=1 Beta=0.5 K=1 (x > l)"}},
		{"a leaky relu with defaults", foreign{image, nil, []*node{op("LeakyRelu", "l:x")}}, []string{"ReLU Slope=0.2 (x > l)"}},
		{"softmax across channels", foreign{image, nil, []*node{op("Softmax", "s:x")}}, []string{"Softmax (x > s)"}},
		{"pieces of given sizes, one left open", foreign{image, []*tensor{ints("s", 1, -1), number("one", 1)}, []*node{op("SplitV", "p:x s one", intAttribute("num_split", 2))}},
			[]string{"Slice Axis=2 Sizes=1,5 Pieces=2 (x > p p:1)"}},
		{"batch norm with factors", foreign{image, []*tensor{floats("g", []int{2}, 2, 3), floats("z", []int{2}, 0, 0), floats("v", []int{2}, 4, 5)}, []*node{op("FusedBatchNorm", "n:x g z z v", boolAttribute("is_training", false))}},
			[]string{"BatchNorm Eps=0.0001 (x > n/normal) 2[0 0] 2[4 5]", "Scale NumAxes=1 Bias=true (n/normal > n) 2[2 3] 2[0 0]"}},
		{"a difference from a constant", foreign{vec, []*tensor{floats("c", nil, 3)}, []*node{op("Sub", "s:x c")}}, []string{"Bias Axis=0 (x > s) scalar[-3]"}},
		{"a constant minus a value", foreign{vec, []*tensor{floats("c", []int{3}, 1, 2, 3)}, []*node{op("Sub", "s:c x")}}, []string{"Scale NumAxes=1 Bias=true (x > s) 3[-1 -1 -1] 3[1 2 3]"}},
		{"a lone bias", foreign{image, []*tensor{floats("b", []int{2}, 5, 6)}, []*node{op("BiasAdd", "y:x b")}}, []string{"Bias NumAxes=1 (x > y) 2[5 6]"}},
		{"a sum with one value per column", foreign{vec, []*tensor{floats("b", []int{3}, 5, 6, 7)}, []*node{op("Add", "y:b x")}}, []string{"Bias NumAxes=1 (x > y) 3[5 6 7]"}},
		{"a second bias behind a convolution", foreign{image, []*tensor{w, floats("b", []int{2}, 5, 6), floats("d", []int{2}, 7, 8)}, []*node{op("Conv2D", "c:x w", slide("VALID", 1)...), op("BiasAdd", "y:c b"), op("AddV2", "z:y d")}},
			[]string{"Conv OutChannels=2 Kernel=1,1 Bias=true (x > y) 2x2x1x1[1 3 2] 2[5 6]", "Bias NumAxes=1 (y > z) 2[7 8]"}},
		{"a factor and a summand", foreign{image, []*tensor{floats("g", []int{2}, 3, 4), floats("b", []int{2}, 5, 6)}, []*node{op("Mul", "m:x g"), op("AddV2", "y:m b")}},
			[]string{"Scale NumAxes=1 (x > m) 2[3 4]", "Bias NumAxes=1 (m > y) 2[5 6]"}},
		{"element-wise operations", foreign{vec, nil, []*node{op("Abs", "a:x"), op("Elu", "e:a"), op("Softplus", "p:e"), op("Exp", "f:p"), op("Log", "l:f")}},
			[]string{"Abs (x > a)", "ELU Alpha=1 (a > e)", "Softplus (e > p)", "Exp Scale=1 (p > f)", "Log Scale=1 (f > l)"}},
		{"sums of values", foreign{vec, nil, []*node{op("Relu", "r:x"), op("AddN", "s:x r x", intAttribute("N", 3)), op("Sub", "d:s r")}},
			[]string{"ReLU (x > r)", "Eltwise (x r x > s)", "Eltwise Coefficients=1,-1 (s r > d)"}},
		{"control inputs and port 0", foreign{vec, nil, []*node{op("NoOp", "init:"), op("Relu", "r:x:0 ^init")}}, []string{"ReLU (x > r)"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			src := c.f.bytes(t)
			if !Detect(src) {
				t.Error("Detect does not know it")
			}
			g := read(t, src)
			if diff := cmp.Diff(strings.ReplaceAll(strings.Join(c.want, "\n"), " Axis=0", ""), strings.Join(nodes(g), "\n")); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if back := read(t, write(t, g, WriteOptions{})); digest(t, back) != digest(t, g) {
				t.Error("written and read, the digest changes")
			}
		})
	}
}

// TestReadRefusesForeign holds what is valid TensorFlow but not read, and what
// contradicts TensorFlow, against the error that must name it.
func TestReadRefusesForeign(t *testing.T) {
	image, vec := []int64{1, 6, 6, 2}, []int64{2, 3}
	w := floats("w", []int{3, 3, 2, 2})
	pads := ints("pads", 0, 0, 1, 1, 1, 1, 0, 0)
	pads.dims = ir.Shape{4, 2}
	channelPads := ints("pads", 0, 0, 0, 0, 0, 0, 1, 1)
	channelPads.dims = ir.Shape{4, 2}
	cases := []struct {
		name string
		f    foreign
		kind error
		want string
	}{
		{"an unknown operation", foreign{vec, nil, []*node{op("Erf", "e:x")}}, ir.ErrUnsupported, `layer "e": operation "Erf" is not supported`},
		{"variables that are not frozen", foreign{vec, nil, []*node{op("VariableV2", "v:")}}, ir.ErrUnsupported, `operation "VariableV2"`},
		{"an attribute left over", foreign{vec, nil, []*node{op("Relu", "r:x", intAttribute("cap", 6))}}, ir.ErrUnsupported, `attribute "cap" of Relu`},
		{"an attribute twice", foreign{vec, nil, []*node{op("LeakyRelu", "r:x", floatAttribute("alpha", 1), floatAttribute("alpha", 2))}}, ir.ErrInvalid, `"alpha" is given twice`},
		{"an attribute of another type", foreign{vec, nil, []*node{op("LeakyRelu", "r:x", intAttribute("alpha", 1))}}, ir.ErrInvalid, `"alpha" has type int instead of float`},
		{"an input left over", foreign{vec, nil, []*node{op("Relu", "r:x x")}}, ir.ErrUnsupported, "input 1 of Relu"},
		{"an input that is missing", foreign{vec, nil, []*node{op("Relu", "r:")}}, ir.ErrInvalid, "input 0 is missing"},
		{"an output that its node does not have", foreign{vec, nil, []*node{op("Relu", "r:x:1")}}, ir.ErrInvalid, `"x:1", is an output that its node does not have`},
		{"a node that is not there", foreign{vec, nil, []*node{op("Relu", "r:z")}}, ir.ErrInvalid, `layer "r": reads "z", which no node writes`},
		{"a name twice", foreign{vec, nil, []*node{op("Relu", "r:x"), op("Relu", "r:x")}}, ir.ErrInvalid, `layer "r": another node has this name`},
		{"a cycle", foreign{vec, nil, []*node{op("AddV2", "a:x b"), op("Relu", "b:a")}}, ir.ErrInvalid, "stands on a cycle"},
		{"a constant as data", foreign{vec, []*tensor{floats("c", []int{2})}, []*node{op("Relu", "r:c"), op("Relu", "s:x")}}, ir.ErrUnsupported, `"c", is a constant`},
		{"an output that is a constant", foreign{vec, []*tensor{floats("c", []int{2})}, []*node{op("Identity", "i:c")}}, ir.ErrUnsupported, `output "i" is a constant`},
		{"an open height", foreign{[]int64{1, -1, 6, 2}, nil, []*node{op("Relu", "r:x")}}, ir.ErrUnsupported, "axis 1 of the placeholder is open"},
		{"a size of 0", foreign{[]int64{1, 0}, nil, []*node{op("Relu", "r:x")}}, ir.ErrInvalid, "has the size 0"},
		{"NCHW", foreign{image, []*tensor{w}, []*node{op("Conv2D", "c:x w", append(slide("VALID", 1), stringAttribute("data_format", "NCHW"))...)}}, ir.ErrUnsupported, `data_format "NCHW"`},
		{"computed filters", foreign{image, nil, []*node{op("Conv2D", "c:x x", slide("VALID", 1)...)}}, ir.ErrUnsupported, `input 1, "x", must be a constant`},
		{"filters of two axes", foreign{image, []*tensor{floats("w", []int{2, 2})}, []*node{op("Conv2D", "c:x w", slide("VALID", 1)...)}}, ir.ErrInvalid, "they need 4 axes"},
		{"filters of other channels", foreign{[]int64{1, 6, 6, 3}, []*tensor{w}, []*node{op("Conv2D", "c:x w", slide("VALID", 1)...)}}, ir.ErrInvalid, "the input has 3 channels"},
		{"filters without elements", foreign{image, []*tensor{floats("w", []int{0, 1, 2, 2}, []float32{}...)}, []*node{op("Conv2D", "c:x w", slide("VALID", 1)...)}}, ir.ErrInvalid, "layer \"c\""},
		{"filters larger than the input", foreign{[]int64{1, 2, 6, 2}, []*tensor{w}, []*node{op("Conv2D", "c:x w", slide("VALID", 1)...)}}, ir.ErrInvalid, "the kernel spans 3 positions"},
		{"a stride of 0", foreign{image, []*tensor{w}, []*node{op("Conv2D", "c:x w", slide("VALID", 0)...)}}, ir.ErrInvalid, "must be positive"},
		{"strides over channels", foreign{image, []*tensor{w}, []*node{op("Conv2D", "c:x w", intsAttribute("strides", 1, 1, 1, 2), stringAttribute("padding", "VALID"))}}, ir.ErrUnsupported, "strides over batch or channels"},
		{"another padding", foreign{image, []*tensor{w}, []*node{op("Conv2D", "c:x w", slide("FULL", 1)...)}}, ir.ErrInvalid, `padding is "FULL"`},
		{"explicit pads of channels", foreign{image, []*tensor{w}, []*node{op("Conv2D", "c:x w", append(slide("EXPLICIT", 1), intsAttribute("explicit_paddings", 0, 0, 1, 1, 1, 1, 1, 1))...)}}, ir.ErrInvalid, "explicit_paddings must be"},
		{"a pad of channels", foreign{image, []*tensor{channelPads}, []*node{op("Pad", "p:x pads"), op("Relu", "r:p")}}, ir.ErrUnsupported, "padding of batch or channels"},
		{"a pad before something else", foreign{image, []*tensor{pads}, []*node{op("Pad", "p:x pads"), op("Relu", "r:p")}}, ir.ErrUnsupported, "is padding that is not the convolution's"},
		{"a pad as the output", foreign{image, []*tensor{pads}, []*node{op("Pad", "p:x pads")}}, ir.ErrUnsupported, `output "p" is padding`},
		{"a pad of zeros before a maximum", foreign{image, []*tensor{pads}, []*node{op("Pad", "p:x pads"), op("MaxPool", "m:p", slide("VALID", 1, 2)...)}}, ir.ErrUnsupported, "padded with 0, which is not"},
		{"a pad before SAME", foreign{image, []*tensor{w, pads}, []*node{op("Pad", "p:x pads"), op("Conv2D", "c:p w", slide("SAME", 1)...)}}, ir.ErrUnsupported, "padded already"},
		{"windows in padding of minus infinity", foreign{image, []*tensor{pads, floats("v", nil, float32(math.Inf(-1)))}, []*node{op("PadV2", "p:x pads v"), op("MaxPool", "m:p", slide("VALID", 1, 1)...)}}, ir.ErrUnsupported, "minus infinity"},
		{"a flattened image before a concat", foreign{image, []*tensor{ints("s", -1, 72), number("one", 1)}, []*node{op("Reshape", "f:x s"), op("ConcatV2", "c:f f one")}}, ir.ErrUnsupported, "counts the features of a flattened image"},
		{"a flattened image as the output", foreign{image, []*tensor{ints("s", -1, 72)}, []*node{op("Reshape", "f:x s")}}, ir.ErrUnsupported, `output "f" counts the features`},
		{"a flattened image scaled per feature", foreign{image, []*tensor{ints("s", -1, 72), floats("k", []int{72})}, []*node{op("Reshape", "f:x s"), op("Mul", "m:f k")}}, ir.ErrUnsupported, "does not fit"},
		{"an image reshaped otherwise", foreign{image, []*tensor{ints("s", 1, 12, 6)}, []*node{op("Reshape", "f:x s")}}, ir.ErrUnsupported, "only supported as a flattening"},
		{"a reshape to 0", foreign{vec, []*tensor{ints("s", 0, 6)}, []*node{op("Reshape", "f:x s")}}, ir.ErrInvalid, "extent of 0"},
		{"a reshape of another size", foreign{vec, []*tensor{ints("s", 5)}, []*node{op("Reshape", "f:x s")}}, ir.ErrInvalid, "6 elements"},
		{"another transposition", foreign{image, []*tensor{ints("p", 0, 2, 1, 3)}, []*node{op("Transpose", "t:x p")}}, ir.ErrUnsupported, "the permutation [0 2 1 3]"},
		{"a squeeze of a long axis", foreign{vec, nil, []*node{op("Squeeze", "s:x", intsAttribute("squeeze_dims", 1))}}, ir.ErrInvalid, "axis 1 of 2x3 cannot be squeezed"},
		{"a mean over channels", foreign{image, []*tensor{ints("a", 3)}, []*node{op("Mean", "m:x a")}}, ir.ErrUnsupported, "only supported over height and width"},
		{"a product of values of three axes", foreign{[]int64{1, 2, 3}, []*tensor{floats("w", []int{3, 2})}, []*node{op("MatMul", "m:x w")}}, ir.ErrInvalid, "both must have 2 axes"},
		{"a matrix of other rows", foreign{vec, []*tensor{floats("w", []int{4, 2})}, []*node{op("MatMul", "m:x w")}}, ir.ErrInvalid, "the product has no meaning"},
		{"a first input turned", foreign{vec, []*tensor{floats("w", []int{2, 2})}, []*node{op("MatMul", "m:x w", boolAttribute("transpose_a", true))}}, ir.ErrUnsupported, "transposed first input"},
		{"batch norm in training", foreign{image, []*tensor{floats("g", []int{2})}, []*node{op("FusedBatchNorm", "n:x g g g g")}}, ir.ErrUnsupported, "in training"},
		{"a sum that broadcasts", foreign{vec, []*tensor{ints("s", 6)}, []*node{op("Reshape", "f:x s"), op("AddV2", "a:x f")}}, ir.ErrUnsupported, "broadcasting between values"},
		{"a constant of other extents", foreign{vec, []*tensor{floats("c", []int{2})}, []*node{op("Mul", "m:x c")}}, ir.ErrUnsupported, "does not fit input"},
		{"a split of another number", foreign{vec, []*tensor{number("one", 1)}, []*node{op("Split", "s:one x", intAttribute("num_split", 2))}}, ir.ErrInvalid, "does not divide into 2"},
		{"a split beyond all bounds", foreign{vec, []*tensor{number("one", 1)}, []*node{op("Split", "s:one x", intAttribute("num_split", 1<<30))}}, ir.ErrLimit, "more than 65536 outputs"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			g, err := Read(c.f.bytes(t), ReadOptions{})
			if err == nil {
				t.Fatalf("read as %v, want the error %q", nodes(g), c.want)
			}
			if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%v (%v), want %q", err, errors.Is(err, c.kind), c.want)
			}
		})
	}
}
