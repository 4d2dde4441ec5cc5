package verify

import (
	"context"
	"math"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime"
)

// unit is u, the unit roundoff of float32.
const unit = 0x1p-24

// smallest is what one operation loses at most to underflow, also where
// subnormal results are flushed to zero.
const smallest = 0x1p-126

// elementary is the number of units granted to one evaluation of a power, an
// exponential, a root or a tangent.
const elementary = 8

// confidence is lambda in [sumError].
const confidence = 10

// gamma is gamma(n) = n*u/(1 - n*u), the largest relative error that n rounded
// operations accumulate (Higham, Accuracy and Stability of Numerical
// Algorithms, 2nd ed., lemma 3.1); it is infinite where no digit is left.
func gamma(n int) float64 {
	e := float64(n) * unit
	if e >= 1 {
		return math.Inf(1)
	}
	return e / (1 - e)
}

// sumError bounds the error of a float32 sum of n products, relative to the sum
// of their magnitudes, whatever the order of summation. It is the smaller of
//
//	gamma(n)                                       always (Higham, (3.5) and section 4.2)
//	exp(lambda*sqrt(n)*u + n*u^2/(1 - u)) - 1      if rounding errors are independent
//	                                               with mean zero, but for a probability of
//	                                               2n*exp(-lambda^2*(1-u)^2/2)
//
// (Higham and Mary, SIAM J. Sci. Comput. 41(5), 2019, theorem 3.1). With lambda
// = 10 the second is smaller from n = 101 on and fails with a probability below
// 1e-15 for any layer that fits into memory. It is what makes the bound useful:
// at n = 9216 gamma would excuse a deviation of 4 percent of a usual value.
func sumError(n int) float64 {
	count := float64(n)
	return min(gamma(n), math.Expm1(confidence*math.Sqrt(count)*unit+count*unit*unit/(1-unit)))
}

// rounding says how far a float32 evaluation of a node may lie from the result
// of the Reference engine on the same inputs.
type rounding struct {
	// limit bounds each element's error; nil where nothing is rounded.
	limit []float64
	// steps is the number of rounded operations in the longest sum, 1 where
	// there is none; a usual error is the limit over its square root.
	steps int
}

// usual is the size of error at element i to reckon with, as against the
// largest.
func (r rounding) usual(i int) float64 {
	if r.limit == nil {
		return 0
	}
	return r.limit[i] / math.Sqrt(float64(r.steps))
}

// rules computes the rounding of nodes. Every rule holds for all evaluations
// that a framework might choose: sums in any order, with or without fused
// multiply-add, factors multiplied into each other beforehand, divisions as
// products with a reciprocal. Each includes the one rounding of the Reference
// engine, which accumulates in float64.
type rules struct {
	ctx      context.Context
	threads  int
	winograd bool // convolutions may be computed by Winograd's algorithm
}

// of gives the rounding of each output of a node for the inputs and for what
// the Reference engine computes from them.
func (r rules) of(n *ir.Node, in, out []*ir.Tensor) ([]rounding, error) {
	list := make([]rounding, len(out))
	if exact(n.Op) {
		return list, nil
	}
	var err error
	list[0], err = r.first(n, in, out[0])
	return list, err
}

// exact reports whether an operation chooses, moves or compares values, so that
// no evaluation rounds.
func exact(op ir.Op) bool {
	switch o := op.(type) {
	case *ir.Dropout, *ir.Split, *ir.Flatten, *ir.Reshape, *ir.Concat, *ir.Slice, *ir.Crop, *ir.Tile, *ir.Transpose, *ir.Pad,
		*ir.Abs, *ir.Clip, *ir.Threshold, *ir.ArgMax:
		return true
	case *ir.ReLU:
		return o.Slope == 0
	case *ir.Pool:
		return o.Kind == ir.Max
	case *ir.SPP:
		return o.Kind == ir.Max
	case *ir.Eltwise:
		return o.Kind == ir.Maximum
	case *ir.Embed:
		return !o.Bias
	}
	return false
}

// first is the rounding of the only output of an operation that rounds.
func (r rules) first(n *ir.Node, in []*ir.Tensor, y *ir.Tensor) (rounding, error) {
	switch o := n.Op.(type) {
	case *ir.Conv:
		return r.conv(n, o, in[0], y)
	case *ir.LRN:
		return r.lrn(o, in[0], y)
	case *ir.Softmax:
		return softmaxRounding(o, in[0], y), nil
	case *ir.LogSoftmax:
		return logSoftmaxRounding(o, in[0]), nil
	case *ir.BatchNorm:
		return batchNormRounding(n, o, in[0], y), nil
	case *ir.MVN:
		return mvnRounding(o, in[0], y), nil
	case *ir.ReLU, *ir.PReLU:
		return relative(y, 2), nil
	case *ir.Eltwise:
		if o.Kind == ir.Product {
			return relative(y, len(in)), nil
		}
	}
	if f := elementRule(n.Op); f != nil {
		return eachElement(in[0], y, f), nil
	}
	return r.sum(n, in)
}

// relative allows some roundings of the value itself.
func relative(y *ir.Tensor, count int) rounding {
	return scaled(y, gamma(count), count)
}

// scaled is the magnitudes of a tensor times an error that they bear.
func scaled(magnitude *ir.Tensor, factor float64, steps int) rounding {
	limit := make([]float64, len(magnitude.Data))
	floor := float64(steps) * smallest
	for i, m := range magnitude.Data {
		limit[i] = factor*math.Abs(float64(m)) + floor
	}
	return rounding{limit: limit, steps: steps}
}

// magnitude evaluates an operation on the magnitudes of its inputs and
// parameters: the sum of magnitudes where the operation is a sum. The fast
// engine rounds it, all terms being positive, by gamma(n) at most.
func (r rules) magnitude(op ir.Op, params, in []*ir.Tensor) (*ir.Tensor, error) {
	out, err := apply(r.ctx, op, magnitudes(params), magnitudes(in), runtime.Options{Engine: runtime.Fast, Threads: r.threads})
	if err != nil {
		return nil, err
	}
	return out[0], nil
}

func magnitudes(list []*ir.Tensor) []*ir.Tensor {
	absolute := make([]*ir.Tensor, len(list))
	for i, t := range list {
		absolute[i] = ir.NewTensor(t.Shape...)
		for j, v := range t.Data {
			absolute[i].Data[j] = math.Float32frombits(math.Float32bits(v) &^ (1 << 31))
		}
	}
	return absolute
}
