package verify

import (
	"math"
	"slices"

	"github.com/x448/float16"

	"github.com/alexconv/alexconv/ir"
)

// alexNetMutations are of a net with the layers of bvlc_alexnet, whose pool5 has the given
// number of channels on 6x6.
func alexNetMutations(channels int) []mutation {
	floors := all(change("pool1", floor), change("pool2", floor), change("pool5", floor))
	return []mutation{
		{"conv1 SAME, pools rounded down", "PAD_CONV1_SAME", "conv1", all(floors, change("conv1", func(o *ir.Conv) { o.Same = ir.SameUpper })), false},
		{"the paper's missing pixels", "PAD_ASYMMETRIC", "conv1", change("conv1", func(o *ir.Conv) { o.PadBegin, o.PadEnd = []int{1, 1}, []int{2, 2} }), false},
		{"conv2 padded at the end", "PAD_ASYMMETRIC", "conv2", change("conv2", func(o *ir.Conv) { o.PadBegin, o.PadEnd = []int{1, 1}, []int{3, 3} }), false},
		{"pools rounded down", "POOL_ROUNDING", "pool1", floors, false},
		{"ceil as padding at the end", "POOL_PAD_END", "pool1", change("pool1", func(o *ir.Pool) { o.Ceil, o.PadEnd = false, []int{1, 1} }), true},
		{"average for maximum", "POOL_KIND", "pool2", change("pool2", func(o *ir.Pool) { o.Kind = ir.Average }), false},
		{"declared 224", "INPUT_SIZE_224_227", "data", change("data", func(o *ir.Input) { o.Shape = ir.Shape{1, 3, 224, 224} }), false},
		{"alpha undivided", "LRN_ALPHA_SCALE", "norm1", change("norm1", func(o *ir.LRN) { o.C *= 5 }), false},
		{"alpha divided twice", "LRN_ALPHA_SCALE", "norm2", change("norm2", func(o *ir.LRN) { o.C /= 5 }), false},
		{"radius taken as size", "LRN_WINDOW", "norm1", change("norm1", func(o *ir.LRN) { o.Size = 11 }), false},
		{"a window that divides alpha", "LRN_WINDOW", "norm2", change("norm2", func(o *ir.LRN) { o.C *= 5. / 3; o.Size = 3 }), false},
		{"the paper's k", "LRN_K", "norm1", change("norm1", func(o *ir.LRN) { o.K = 2 }), false},
		{"TensorFlow's beta", "LRN_BETA", "norm2", change("norm2", func(o *ir.LRN) { o.Beta = 0.5 }), false},
		{"within the channel", "LRN_REGION", "norm1", change("norm1", func(o *ir.LRN) { o.Region = ir.Within }), false},
		{"CaffeNet's order", "LRN_POOL_ORDER", "norm1", swapped("norm1", "pool1"), false},
		{"CaffeNet's order in the second", "LRN_POOL_ORDER", "norm2", swapped("norm2", "pool2"), false},
		{"a normalisation is gone", "LRN_EXTRA", "norm2", without("norm2"), false},
		{"a third normalisation", "LRN_EXTRA", "fc6", after("pool5", "norm5", &ir.LRN{Size: 5, C: 2e-5, Beta: 0.75, K: 1}), false},
		{"one group", "CONV_GROUPS", "conv2", ungrouped("conv2"), false},
		{"tanh", "FC_ACTIVATION", "relu6", replaced("relu6", &ir.Tanh{}), false},
		{"no activation", "FC_ACTIVATION", "relu6", without("relu6"), false},
		{"another dropout", "DROPOUT_KEEP_VS_RATIO", "drop6", change("drop6", func(o *ir.Dropout) { o.Ratio = 0.25 }), true},
		{"columns in H, W, C", "FC6_FLATTEN_ORDER", "fc6", permute("fc6", toHWC(channels, 36)), false},
		{"columns permuted the other way", "FC6_FLATTEN_ORDER", "fc6", permute("fc6", toCHW(channels, 36)), false},
		{"softmax over the batch", "SOFTMAX_AXIS", "prob", change("prob", func(o *ir.Softmax) { o.Axis = 0 }), false},
		{"logits", "OUTPUT_IS_LOGITS", "prob", without("prob"), false},
		{"ten classes", "CLASSES", "fc8", fewer("fc8", 10), false},
		{"another batch", "BATCH_BAKED", "flat", after("pool5", "flat", &ir.Reshape{Dims: []int{1, -1}, NumAxes: -1}), true},
		{"other names", "NAME_MAP", "conv1", renamed, true},
		{"BGR", "CHANNEL_ORDER", "conv1", permute("conv1", func(n *ir.Node, i int) int {
			plane := n.Params[0].Shape[2:].Elements()
			return i + (2-2*(i/plane%3))*plane
		}), false},
		{"flipped filters", "KERNEL_FLIP", "conv1", permute("conv1", flipped), false},
		{"flipped filters in the middle", "KERNEL_FLIP", "conv4", permute("conv4", flipped), false},
		{"mirrored filters", "KERNEL_FLIP", "conv2", permute("conv2", mirrored), false},
		{"filters in H, W, I, O", "FILTER_LAYOUT", "conv3", permute("conv3", inHWIO), false},
		{"transposed matrix", "TRANSPOSED_FC", "fc7", permute("fc7", byColumns), false},
		{"a matrix taken for a transposed one", "TRANSPOSED_FC", "fc8", permute("fc8", byRows), false},
		{"weights a tenth larger", "WEIGHTS_SCALED", "conv5", weigh("conv5", 0, scaledBy(1.1)), false},
		{"weights in another order", "WEIGHTS_PERMUTED", "fc6", permute("fc6", reversed), false},
		{"weights that wrap around", "WEIGHTS_SHIFTED", "conv4", permute("conv4", later(1000)), false},
		{"inputs divided by 256", "SCALE_255", "conv1", weigh("conv1", 0, scaledBy(1./256)), false},
		{"the input's SAME in numbers", "PAD_CONV1_SAME", "conv1", all(floors, change("conv1", func(o *ir.Conv) { o.PadBegin, o.PadEnd = []int{4, 4}, []int{4, 4} })), false},
		{"leaky", "FC_ACTIVATION", "relu7", replaced("relu7", &ir.ReLU{Slope: 0.01}), false},
		{"inputs from 0 to 1", "SCALE_255", "conv1", weigh("conv1", 0, scaledBy(255)), false},
		{"inputs divided again", "SCALE_255", "conv1", weigh("conv1", 0, scaledBy(1./255)), false},
		{"a mean per channel", "MEAN_KIND", "conv1", subtractMean(104, 117, 123), false},
		{"one mean", "MEAN_KIND", "conv1", subtractMean(116, 116, 116), false},
		{"no bias in a convolution", "BIAS_MISSING", "conv2", weigh("conv2", 1, func(b []float32) { clear(b) }), false},
		{"no bias in a matrix", "BIAS_MISSING", "fc7", weigh("fc7", 1, func(b []float32) { clear(b) }), false},
		{"float16", "WEIGHTS_FLOAT16", "conv1", rounded(half), false},
		{"bfloat16", "WEIGHTS_BFLOAT16", "conv1", rounded(cut), false},
		{"weights that end early", "WEIGHTS_TRUNCATED", "fc6", weigh("fc6", 0, func(w []float32) { clear(w[len(w)-1000:]) }), false},
		{"weights that begin late", "WEIGHTS_SHIFTED", "conv3", weigh("conv3", 0, func(w []float32) { copy(w[1:], slices.Clone(w)) }), false},
		{"one other weight", "WEIGHTS", "fc6", weigh("fc6", 0, func(w []float32) { w[12345] += 0.01 }), false},
	}
}

func floor(o *ir.Pool) { o.Ceil = false }

// flipped is where the value at place i stands in rotated filters.
func flipped(n *ir.Node, i int) int {
	plane := n.Params[0].Shape[2:].Elements()
	return i - i%plane + plane - 1 - i%plane
}

// byColumns is where the value at place i stands in a matrix that is read column
// by column.
func byColumns(n *ir.Node, i int) int {
	rows, columns := n.Params[0].Shape[0], n.Params[0].Shape[1]
	return i%rows*columns + i/rows
}

// byRows is where it stands in a matrix that was taken for a transposed one.
func byRows(n *ir.Node, i int) int {
	rows, columns := n.Params[0].Shape[0], n.Params[0].Shape[1]
	return i%columns*rows + i/columns
}

// mirrored is where it stands in filters with left and right exchanged.
func mirrored(n *ir.Node, i int) int {
	width := n.Params[0].Shape[3]
	return i - i%width + width - 1 - i%width
}

// inHWIO is where the value at place i of H, W, I, O order stands in O, I, H, W
// order.
func inHWIO(n *ir.Node, i int) int {
	s := n.Params[0].Shape
	o, rest := i%s[0], i/s[0]
	in, at := rest%s[1], rest/s[1]
	return (o*s[1]+in)*s[2]*s[3] + at
}

func reversed(n *ir.Node, i int) int { return len(n.Params[0].Data) - 1 - i }

// later moves all values by some places, and those at the end to the beginning.
func later(by int) func(*ir.Node, int) int {
	return func(n *ir.Node, i int) int { return (i + len(n.Params[0].Data) - by) % len(n.Params[0].Data) }
}

func half(v float32) float32 { return float16.Fromfloat32(v).Float32() }

// cut keeps the upper 16 bits.
func cut(v float32) float32 { return math.Float32frombits(math.Float32bits(v) &^ 0xffff) }

// leNetMutations are of the net of Caffe's MNIST example.
func leNetMutations() []mutation {
	return []mutation{
		{"pools rounded up", "POOL_ROUNDING", "pool1", change("pool1", func(o *ir.Pool) { o.Ceil = !o.Ceil }), false},
		{"average for maximum", "POOL_KIND", "pool1", change("pool1", func(o *ir.Pool) { o.Kind = ir.Average }), false},
		{"a normalisation", "LRN_EXTRA", "conv2", after("pool1", "norm1", &ir.LRN{Size: 5, C: 0.2, Beta: 0.75, K: 1}), false},
		{"tanh", "FC_ACTIVATION", "relu1", replaced("relu1", &ir.Tanh{}), false},
		{"no activation", "FC_ACTIVATION", "relu1", without("relu1"), false},
		{"columns in H, W, C", "FC6_FLATTEN_ORDER", "ip1", permute("ip1", toHWC(50, 16)), false},
		{"columns permuted the other way", "FC6_FLATTEN_ORDER", "ip1", permute("ip1", toCHW(50, 16)), false},
		{"mirrored filters", "KERNEL_FLIP", "conv2", permute("conv2", mirrored), false},
		{"filters in H, W, I, O", "FILTER_LAYOUT", "conv2", permute("conv2", inHWIO), false},
		{"transposed matrix", "TRANSPOSED_FC", "ip2", permute("ip2", byColumns), false},
		{"a matrix taken for a transposed one", "TRANSPOSED_FC", "ip2", permute("ip2", byRows), false},
		{"weights a tenth larger", "WEIGHTS_SCALED", "conv2", weigh("conv2", 0, scaledBy(1.1)), false},
		{"weights in another order", "WEIGHTS_PERMUTED", "ip1", permute("ip1", reversed), false},
		{"weights that wrap around", "WEIGHTS_SHIFTED", "conv2", permute("conv2", later(1000)), false},
		{"inputs divided by 256", "SCALE_255", "conv1", weigh("conv1", 0, scaledBy(1./256)), false},
		{"softmax over the batch", "SOFTMAX_AXIS", "prob", change("prob", func(o *ir.Softmax) { o.Axis = 0 }), false},
		{"logits", "OUTPUT_IS_LOGITS", "prob", without("prob"), false},
		{"five classes", "CLASSES", "ip2", fewer("ip2", 5), false},
		{"other names", "NAME_MAP", "conv1", renamed, true},
		{"flipped filters", "KERNEL_FLIP", "conv1", permute("conv1", flipped), false},
		{"flipped filters in the middle", "KERNEL_FLIP", "conv2", permute("conv2", flipped), false},
		{"inputs from 0 to 1", "SCALE_255", "conv1", weigh("conv1", 0, scaledBy(255)), false},
		{"a mean", "MEAN_KIND", "conv1", subtractMean(33.3), false},
		{"no bias in a convolution", "BIAS_MISSING", "conv1", weigh("conv1", 1, func(b []float32) { clear(b) }), false},
		{"no bias in a matrix", "BIAS_MISSING", "ip1", weigh("ip1", 1, func(b []float32) { clear(b) }), false},
		{"float16", "WEIGHTS_FLOAT16", "conv1", rounded(half), false},
		{"bfloat16", "WEIGHTS_BFLOAT16", "conv1", rounded(cut), false},
		{"weights that end early", "WEIGHTS_TRUNCATED", "ip1", weigh("ip1", 0, func(w []float32) { clear(w[len(w)-1000:]) }), false},
		{"weights that begin late", "WEIGHTS_SHIFTED", "conv2", weigh("conv2", 0, func(w []float32) { copy(w[1:], slices.Clone(w)) }), false},
		{"one other weight", "WEIGHTS", "ip2", weigh("ip2", 0, func(w []float32) { w[1234] += 0.01 }), false},
	}
}
