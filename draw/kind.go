package draw

import "github.com/alexconv/alexconv/ir"

// kind is what an operation is for; it decides the colour.
type kind string

// The kinds are names of classes in an SVG.
const (
	source     kind = "source"
	conv       kind = "conv"
	pool       kind = "pool"
	norm       kind = "norm"
	dense      kind = "dense"
	activation kind = "activation"
	combine    kind = "combine"
	reshape    kind = "reshape"
	result     kind = "result"
)

func kindOf(op ir.Op) kind {
	switch op.(type) {
	case *ir.Input:
		return source
	case *ir.Conv, *ir.Deconv:
		return conv
	case *ir.Pool, *ir.SPP:
		return pool
	case *ir.LRN, *ir.BatchNorm, *ir.MVN, *ir.Scale, *ir.Bias:
		return norm
	case *ir.FullyConnected, *ir.Embed:
		return dense
	case *ir.Concat, *ir.Slice, *ir.Eltwise, *ir.Split, *ir.Silence, *ir.Crop:
		return combine
	case *ir.Flatten, *ir.Reshape, *ir.Tile:
		return reshape
	case *ir.Softmax, *ir.ArgMax, *ir.Reduction:
		return result
	}
	return activation
}

// joins reports whether an operation may become part of the block whose value
// it reads: it treats each element, or each channel, by itself.
func joins(op ir.Op) bool {
	switch op.(type) {
	case *ir.ReLU, *ir.PReLU, *ir.Sigmoid, *ir.Tanh, *ir.Abs, *ir.ELU, *ir.Softplus, *ir.Swish, *ir.Clip, *ir.Threshold,
		*ir.Power, *ir.Exp, *ir.Log, *ir.BatchNorm, *ir.Scale, *ir.Bias, *ir.Dropout:
		return true
	}
	return false
}
