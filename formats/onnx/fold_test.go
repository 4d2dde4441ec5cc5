package onnx

import (
	"math"
	"testing"

	"github.com/alexconv/alexconv/ir"
)

// number is an integer constant without axes.
func number(name string, v int64) *tensor {
	return &tensor{name: name, kind: elementInt64, ints: []int64{v}}
}

// The inputs of the graphs.
var (
	image1 = ir.Shape{1, 2, 6, 6}
	rows   = ir.Shape{2, 3}
)

func TestConstantsAreFolded(t *testing.T) { checkForeign(t, foldCases) }

// foldCases are graphs that compute constants from constants and shapes.
var foldCases = []foreignCase{
	{"x.view(x.size(0), -1) as torch writes it", foreign{opset: 11, in: shapes{image1}, consts: []*tensor{number("zero", 0), list("rest", -1)},
		nodes: []*node{op("Shape", "x > s"), op("Gather", "s zero > n", intAttribute("axis", 0)), op("Unsqueeze", "n > u", intsAttribute("axes", 0)), op("Concat", "u rest > d", intAttribute("axis", 0)), op("Reshape", "x d > y")}},
		[]string{"Reshape Dims=0,-1 NumAxes=-1 (x > y)"}},
	{"x.view(x.size(0), x.size(1), -1) by a slice", foreign{opset: 13, in: shapes{image1}, consts: []*tensor{list("b", 0), list("e", 2), list("rest", -1)},
		nodes: []*node{op("Shape", "x > s"), op("Slice", "s b e > n"), op("Concat", "n rest > d", intAttribute("axis", 0)), op("Reshape", "x d > y")}},
		[]string{"Reshape Dims=0,0,-1 NumAxes=-1 (x > y)"}},
	{"an extent at another place is a number", foreign{opset: 13, in: shapes{image1}, consts: []*tensor{list("i", 1), list("rest", -1)},
		nodes: []*node{op("Shape", "x > s"), op("Gather", "s i > n"), op("Concat", "n rest > d", intAttribute("axis", 0)), op("Reshape", "x d > y")}},
		[]string{"Reshape Dims=2,-1 NumAxes=-1 (x > y)"}},
	{"an extent that is computed with is a number", foreign{opset: 13, in: shapes{image1}, consts: []*tensor{number("i", 1), number("two", 2), number("one", 1), list("a", 0), list("rest", -1)},
		nodes: []*node{op("Shape", "x > s"), op("Gather", "s i > n"), op("Mul", "n two > m"), op("Div", "m two > q"), op("Add", "q one > p"), op("Sub", "p one > o"), op("Unsqueeze", "o a > u"), op("Concat", "rest u > d", intAttribute("axis", 0)), op("Reshape", "x d > y")}},
		[]string{"Reshape Dims=-1,2 NumAxes=-1 (x > y)"}},
	{"a shape from an axis on", foreign{opset: 15, in: shapes{image1}, consts: []*tensor{list("rest", -1)},
		nodes: []*node{op("Shape", "x > s", intAttribute("start", 2), intAttribute("end", -1)), op("Concat", "rest s > d", intAttribute("axis", 0)), op("Reshape", "x d > y")}},
		[]string{"Reshape Dims=-1,6 NumAxes=-1 (x > y)"}},
	{"a size, cast", foreign{opset: 13, in: shapes{rows}, consts: []*tensor{list("a", 0)},
		nodes: []*node{op("Size", "x > n"), op("Cast", "n > f", castTo(elementFloat)), op("Mul", "x f > y")}},
		[]string{"Scale (x > y) scalar[6]"}},
	{"floats cast to integers", foreign{opset: 13, in: shapes{image1}, consts: []*tensor{constant("d", []int{2}, 1, -1)},
		nodes: []*node{op("Cast", "d > i", castTo(elementInt64)), op("Reshape", "x i > y")}},
		[]string{"Reshape Dims=1,-1 NumAxes=-1 (x > y)"}},
	{"weights that are transposed", foreign{opset: 13, in: shapes{rows}, consts: []*tensor{constant("w", []int{2, 3}, 1, 2, 3, 4, 5, 6)},
		nodes: []*node{op("Transpose", "w > t"), op("MatMul", "x t > y")}},
		[]string{"FullyConnected Units=2 Axis=1 Transposed=true (x > y) 3x2[1 4]"}},
	{"weights that are joined, cut and picked", foreign{opset: 13, in: shapes{rows}, consts: []*tensor{constant("v", []int{1, 2}, 1, 2), constant("w", []int{1, 2}, 3, 4), list("b", 1), list("e", math.MaxInt64), list("a", 1), number("i", 0)},
		nodes: []*node{op("Concat", "v w > c", intAttribute("axis", 1)), op("Slice", "c b e a > s"), op("Gather", "s i > g"), op("Mul", "x g > y")}},
		[]string{"Scale Axis=1 NumAxes=1 (x > y) 3[2 3]"}},
	{"every second of the weights, backwards", foreign{opset: 13, in: shapes{{2, 2}}, consts: []*tensor{constant("w", []int{4}, 1, 2, 3, 4), list("b", -1), list("e", math.MinInt64), list("a", 0), list("s", -2)},
		nodes: []*node{op("Slice", "w b e a s > c"), op("Mul", "x c > y")}},
		[]string{"Scale Axis=1 NumAxes=1 (x > y) 2[4 2]"}},
	{"a slice before opset 10", foreign{opset: 9, in: shapes{rows}, consts: []*tensor{constant("w", []int{5}, 1, 2, 3, 4, 5)},
		nodes: []*node{op("Slice", "w > c", intsAttribute("starts", -4), intsAttribute("ends", 4), intsAttribute("axes", 0)), op("Mul", "x c > y")}},
		[]string{"Scale Axis=1 NumAxes=1 (x > y) 3[2 3]"}},
	{"arithmetic of weights", foreign{opset: 13, in: shapes{rows}, consts: []*tensor{constant("v", []int{3}, 1, 4, 9), constant("e", nil, 16)},
		nodes: []*node{op("Sqrt", "v > r"), op("Neg", "r > n"), op("Div", "n e > q"), op("Sub", "q v > d"), op("Mul", "d e > p"), op("Add", "e p > s"), op("Mul", "x s > y")}},
		[]string{"Scale Axis=1 NumAxes=1 (x > y) 3[-1 -50]"}},
	{"zeros by their shape, expanded", foreign{opset: 13, in: shapes{rows}, consts: []*tensor{list("d", 3), list("e", 2, 3)},
		nodes: []*node{op("ConstantOfShape", "d > c"), op("Expand", "c e > f"), op("Mul", "x f > y")}},
		[]string{"Scale NumAxes=2 (x > y) 2x3[0 0]"}},
	{"constants given another shape", foreign{opset: 13, in: shapes{rows}, consts: []*tensor{constant("c", []int{1, 3}, 1, 2, 3), list("a", 0), list("d", 3, 1), list("s", 1)},
		nodes: []*node{op("Squeeze", "c a > b"), op("Reshape", "b d > e"), op("Squeeze", "e s > f"), op("Flatten", "f > g", intAttribute("axis", 0)), op("Mul", "x g > y")}},
		[]string{"Scale Axis=1 NumAxes=1 (x > y) 3[1 2]"}},
}

func TestBroadcastingIsRead(t *testing.T) { checkForeign(t, broadcastCases) }

// broadcastCases are graphs that combine values and constants of different shapes.
var broadcastCases = []foreignCase{
	{"a factor for each channel of each image", foreign{opset: 13, in: shapes{{3, 2, 6, 6}, {3, 2, 1, 1}}, nodes: []*node{op("Mul", "x y > z")}},
		[]string{"Reshape Dims=0,0 NumAxes=-1 (y > z/span)", "Scale (x z/span > z)"}},
	{"a factor for each channel of one image", foreign{opset: 13, in: shapes{image1, {1, 2, 1, 1}}, nodes: []*node{op("Mul", "y x > z")}},
		[]string{"Reshape Dims=0,0 NumAxes=-1 (y > z/span)", "Scale (x z/span > z)"}},
	{"a summand for each column", foreign{opset: 13, in: shapes{rows, {1, 3}}, nodes: []*node{op("Add", "x y > z")}},
		[]string{"Reshape Dims=3 NumAxes=-1 (y > z/span)", "Bias Axis=1 (x z/span > z)"}},
	{"both are repeated", foreign{opset: 13, in: shapes{{2, 1}, {3}}, nodes: []*node{op("Add", "x y > z")}},
		[]string{"Tile Axis=1 Tiles=3 (x > z/repeat1_0)", "Reshape Dims=1,3 NumAxes=-1 (y > z/axes_1)", "Tile Tiles=2 (z/axes_1 > z/repeat0_1)", "Eltwise (z/repeat1_0 z/repeat0_1 > z)"}},
	{"a smaller value is subtracted", foreign{opset: 13, in: shapes{rows, {3}}, nodes: []*node{op("Sub", "x y > z")}},
		[]string{"Power Power=1 Scale=-1 (y > z/negative)", "Bias Axis=1 (x z/negative > z)"}},
	{"a division of values", foreign{opset: 13, in: shapes{rows, rows}, nodes: []*node{op("Div", "x y > z")}},
		[]string{"Power Power=-1 Scale=1 (y > z/inverse)", "Eltwise Kind=product (x z/inverse > z)"}},
	{"a division of a number", foreign{opset: 13, in: shapes{rows}, consts: []*tensor{constant("c", nil, 2)}, nodes: []*node{op("Div", "c x > z")}},
		[]string{"Power Power=-1 Scale=1 (x > z/inverse)", "Scale (z/inverse > z) scalar[2]"}},
	{"a constant that is larger", foreign{opset: 13, in: shapes{{3}}, consts: []*tensor{constant("c", []int{2, 1}, 1, 2)}, nodes: []*node{op("Mul", "x c > z")}},
		[]string{"Reshape Dims=1,3 NumAxes=-1 (x > z/axes)", "Tile Tiles=2 (z/axes > z/repeat0)", "Scale NumAxes=1 (z/repeat0 > z) 2[1 2]"}},
	{"a sum of three", foreign{opset: 13, in: shapes{rows, rows}, nodes: []*node{op("Sum", "x y x > z")}},
		[]string{"Eltwise (x y x > z)"}},
	{"a sum with a constant", foreign{opset: 13, in: shapes{rows}, consts: []*tensor{constant("c", nil, 2)}, nodes: []*node{op("Sum", "x c > z")}},
		[]string{"Bias (x > z) scalar[2]"}},
	{"a mean of two", foreign{opset: 13, in: shapes{rows, rows}, nodes: []*node{op("Mean", "x y > z")}},
		[]string{"Eltwise (x y > z/sum)", "Power Power=1 Scale=0.5 (z/sum > z)"}},
	{"a lower limit", foreign{opset: 13, in: shapes{rows}, consts: []*tensor{constant("c", nil, 0)}, nodes: []*node{op("Max", "c x > z")}},
		[]string{"Clip Max=3.4028235e+38 (x > z)"}},
	{"an upper limit", foreign{opset: 13, in: shapes{rows}, consts: []*tensor{constant("c", []int{1}, 6)}, nodes: []*node{op("Min", "x c > z")}},
		[]string{"Clip Min=-3.4028235e+38 Max=6 (x > z)"}},
	{"a minimum of values", foreign{opset: 13, in: shapes{rows, rows}, nodes: []*node{op("Min", "x y > z")}},
		[]string{"Power Power=1 Scale=-1 (x > z/negative0)", "Power Power=1 Scale=-1 (y > z/negative1)", "Eltwise Kind=maximum (z/negative0 z/negative1 > z/combined)", "Power Power=1 Scale=-1 (z/combined > z)"}},
	{"an expansion", foreign{opset: 13, in: shapes{{2, 1}}, consts: []*tensor{list("d", 1, 3)}, nodes: []*node{op("Expand", "x d > z")}},
		[]string{"Tile Axis=1 Tiles=3 (x > z)"}},
	{"a repetition along two axes", foreign{opset: 13, in: shapes{rows}, consts: []*tensor{list("r", 2, 3)}, nodes: []*node{op("Tile", "x r > z")}},
		[]string{"Tile Tiles=2 (x > z/axis0)", "Tile Axis=1 Tiles=3 (z/axis0 > z)"}},
}

func TestRearrangingIsRead(t *testing.T) { checkForeign(t, rearrangeCases) }

// rearrangeCases are graphs that move, cut, pad and reduce axes.
var rearrangeCases = []foreignCase{
	{"a transposition that reverses the axes", foreign{opset: 13, in: shapes{rows}, nodes: []*node{op("Transpose", "x > y")}},
		[]string{"Transpose Order=1,0 (x > y)"}},
	{"a slice in the middle", foreign{opset: 13, in: shapes{{1, 5, 2}}, consts: []*tensor{list("b", 1), list("e", -1), list("a", 1)}, nodes: []*node{op("Slice", "x b e a > y")}},
		[]string{"Slice Axis=1 Sizes=1,3,1 Pieces=3 (x > y/before1 y y/after1)"}},
	{"a slice of all", foreign{opset: 13, in: shapes{rows}, consts: []*tensor{list("b", 0), list("e", math.MaxInt64)}, nodes: []*node{op("Slice", "x b e > y")}},
		[]string{"Split Copies=1 (x > y)"}},
	{"a slice along two axes", foreign{opset: 9, in: shapes{rows}, nodes: []*node{op("Slice", "x > y", intsAttribute("starts", 1, 1), intsAttribute("ends", 2, 9))}},
		[]string{"Slice Sizes=1,1 Pieces=2 (x > y/before0 y/axis0)", "Slice Axis=1 Sizes=1,2 Pieces=2 (y/axis0 > y/before1 y)"}},
	{"every second pixel", foreign{opset: 13, in: shapes{image1}, consts: []*tensor{list("b", 0, 1), list("e", 6, 6), list("a", 2, 3), list("s", 2, 3)}, nodes: []*node{op("Slice", "x b e a s > y")}},
		[]string{
			"Slice Axis=3 Sizes=1,5 Pieces=2 (x > y/before3 y/axis3)",
			"Pool Kernel=1,1 Stride=2,3 Dilation=1,1 PadBegin=0,0 PadEnd=0,0 (y/axis3 > y)",
		}},
	{"one channel", foreign{opset: 13, in: shapes{image1}, consts: []*tensor{number("i", -1)}, nodes: []*node{op("Gather", "x i > y", intAttribute("axis", 1))}},
		[]string{"Slice Axis=1 Sizes=1,1 Pieces=2 (x > y/before1 y/axis1)", "Reshape Dims=0,6,6 NumAxes=-1 (y/axis1 > y)"}},
	{"one channel as a list", foreign{opset: 13, in: shapes{image1}, consts: []*tensor{list("i", 0)}, nodes: []*node{op("Gather", "x i > y", intAttribute("axis", 1))}},
		[]string{"Slice Axis=1 Sizes=1,1 Pieces=2 (x > y y/after1)"}},
	{"padding by attributes", foreign{opset: 9, in: shapes{rows}, nodes: []*node{op("Pad", "x > y", intsAttribute("pads", 0, 1, 2, 0), floatAttribute("value", 5))}},
		[]string{"Pad Begin=0,1 End=2,0 Value=5 (x > y)"}},
	{"padding of named axes", foreign{opset: 18, in: shapes{rows}, consts: []*tensor{list("p", 1, 2), constant("v", nil, 5), list("a", -1)}, nodes: []*node{op("Pad", "x p v a > y")}},
		[]string{"Pad Begin=0,1 End=0,2 Value=5 (x > y)"}},
	{"a mean over columns that come first", foreign{opset: 13, in: shapes{rows}, nodes: []*node{op("ReduceMean", "x > y", intsAttribute("axes", 0), boolAttribute("keepdims", false))}},
		[]string{"Transpose Order=1,0 (x > y/ordered)", "Reduction Kind=mean Axis=1 Coefficient=1 (y/ordered > y)"}},
	{"a length", foreign{opset: 13, in: shapes{rows}, nodes: []*node{op("ReduceL2", "x > y", intsAttribute("axes", 1))}},
		[]string{"Reduction Kind=sum of squares Axis=1 Coefficient=1 (x > y/reduced)", "Power Power=0.5 Scale=1 (y/reduced > y/squares)", "Reshape Dims=0,1 NumAxes=-1 (y/squares > y)"}},
	{"a reduction of no axes", foreign{opset: 18, in: shapes{rows}, nodes: []*node{op("ReduceMean", "x > y", boolAttribute("noop_with_empty_axes", true))}},
		[]string{"Split Copies=1 (x > y)"}},
	{"log softmax before opset 13", foreign{opset: 11, in: shapes{image1}, nodes: []*node{op("LogSoftmax", "x > y", intAttribute("axis", 1))}},
		[]string{"Reshape Dims=0,-1 NumAxes=-1 (x > y/joined)", "LogSoftmax Axis=1 (y/joined > y/softmax)", "Reshape Dims=0,2,6,6 NumAxes=-1 (y/softmax > y)"}},
	{"a cast to what it is", foreign{opset: 13, in: shapes{rows}, nodes: []*node{op("Cast", "x > y", castTo(elementFloat))}},
		[]string{"Split Copies=1 (x > y)"}},
	{"a root", foreign{opset: 13, in: shapes{rows}, nodes: []*node{op("Sqrt", "x > y")}},
		[]string{"Power Power=0.5 Scale=1 (x > y)"}},
	{"gemm with its first input transposed and a bias for each row", foreign{opset: 13, in: shapes{{3, 2}}, consts: []*tensor{constant("w", []int{3, 1}, 1, 2, 3), constant("b", []int{2, 1}, 4, 5)},
		nodes: []*node{op("Gemm", "x w b > y", intAttribute("transA", 1), floatAttribute("beta", 2))}},
		[]string{"Transpose Order=1,0 (x > y/flipped)", "FullyConnected Units=1 Axis=1 Transposed=true (y/flipped > y/product) 3x1[1 2]", "Bias NumAxes=1 (y/product > y) 2[8 10]"}},
	{"instance normalisation", foreign{opset: 13, in: shapes{image1}, consts: []*tensor{constant("s", []int{2}, 1, 2), constant("b", []int{2}, 3, 4)},
		nodes: []*node{op("InstanceNormalization", "x s b > y", floatAttribute("epsilon", 0.5))}},
		[]string{
			"Reshape Dims=1,-1,0,0 NumAxes=-1 (x > y/instances)",
			"BatchNorm Eps=0.5 BatchStats=true (y/instances > y/normal)",
			"Reshape Dims=-1,2,0,0 NumAxes=-1 (y/normal > y/batch)",
			"Scale Axis=1 NumAxes=1 Bias=true (y/batch > y) 2[1 2] 2[3 4]",
		}},
}
