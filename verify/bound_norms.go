package verify

import (
	"math"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime"
)

// lrn follows y = x * s^-Beta with s = K + C*sum: a relative error e of s moves
// the power by (1-e)^-Beta - 1, and its evaluation as exp(-Beta*log(s)) adds
// the rounding of the exponent.
//
// Across channels, a framework may slide the window, adding the square that
// enters and subtracting the one that leaves, as Caffe does. The error of s is
// then that of a running sum over twice as many terms as there are channels,
// each partial sum being at most the largest s at this position.
func (r rules) lrn(o *ir.LRN, x, y *ir.Tensor) (rounding, error) {
	power := float64(o.Beta)
	if o.InPlace && o.Region == ir.Across {
		power *= 2
	}
	limit := make([]float64, len(y.Data))
	err := r.scales(o, x, y, func(i int, s, error float64) {
		relative := error / s
		if !(relative < 1) {
			limit[i] = math.Inf(1)
			return
		}
		spread := math.Expm1(-power * math.Log1p(-relative))
		if power < 0 {
			spread = math.Expm1(-power * math.Log1p(relative))
		}
		spread += gamma(elementary) + 4*unit*math.Abs(power*math.Log(s))
		limit[i] = spread*math.Abs(float64(y.Data[i])) + elementary*smallest
	})
	return rounding{limit: limit, steps: 1}, err
}

// scales gives s and the bound of its error for every element.
func (r rules) scales(o *ir.LRN, x, y *ir.Tensor, visit func(i int, s, error float64)) error {
	if o.Region == ir.Within {
		for i, v := range y.Data {
			s := 1.0
			if v != 0 && o.Beta != 0 {
				s = math.Pow(math.Abs(float64(x.Data[i])/float64(v)), 1/float64(o.Beta))
			}
			visit(i, s, s*gamma(o.Size*o.Size+elementary))
		}
		return nil
	}
	// An exponent of -2*(-1/2) = 1 gives s itself.
	bare := *o
	bare.InPlace, bare.Beta = true, -0.5
	out, err := apply(r.ctx, &bare, nil, []*ir.Tensor{x}, runtime.Options{Threads: r.threads})
	if err != nil {
		return err
	}
	channels, plane := x.Shape[1], x.Shape[2]*x.Shape[3]
	share := gamma(2*channels + o.Size + elementary)
	for first := 0; first < len(x.Data); first += channels * plane {
		for p := range plane {
			largest := math.Abs(float64(o.K))
			for c := range channels {
				largest = max(largest, math.Abs(float64(out[0].Data[first+c*plane+p])))
			}
			for c := range channels {
				i := first + c*plane + p
				visit(i, float64(out[0].Data[i]), share*largest)
			}
		}
	}
	return nil
}

// softmaxRounding follows y_j = exp(-d_j) / sum of exp(-d_k) with d_j =
// max(x) - x_j. The exponent's rounding, in the subtraction and in the reduction
// of its range, makes a relative error of 3*d_j*u beside that of the exponential
// itself; the sum averages these with the weights y_k and adds gamma(n), the
// terms being positive (Blanchard, Higham and Higham, IMA J. Numer. Anal. 41(4),
// 2021).
func softmaxRounding(o *ir.Softmax, x, y *ir.Tensor) rounding {
	axis, _ := ir.Axis(o.Axis, len(x.Shape))
	n, inner := x.Shape[axis], x.Shape[axis+1:].Elements()
	limit := make([]float64, len(y.Data))
	own := func(distance float64) float64 { return unit * (3*distance + elementary) }
	for start := range x.Shape[:axis].Elements() * inner {
		first := start/inner*n*inner + start%inner
		top := math.Inf(-1)
		for j := range n {
			top = max(top, float64(x.Data[first+j*inner]))
		}
		average := 0.0
		for j := range n {
			if v := float64(y.Data[first+j*inner]); v != 0 {
				average += v * own(top-float64(x.Data[first+j*inner]))
			}
		}
		for j := range n {
			i := first + j*inner
			if y.Data[i] != 0 {
				total := own(top-float64(x.Data[i])) + average + sumError(n+4)
				limit[i] = math.Expm1(total) * float64(y.Data[i])
			}
			limit[i] += elementary * smallest
		}
	}
	return rounding{limit: limit, steps: 1}
}

// batchNormRounding is that of (x - mean)/deviation, also where it is computed as
// x*a + b. With statistics of the batch, mean and variance are sums of as many
// terms as a channel has elements.
func batchNormRounding(n *ir.Node, o *ir.BatchNorm, x, y *ir.Tensor) rounding {
	batch, channels, inner := 1, 1, x.Shape.Elements()
	if len(x.Shape) > 1 {
		batch, channels, inner = x.Shape[0], x.Shape[1], x.Shape[2:].Elements()
	}
	limit := make([]float64, len(y.Data))
	for c := range channels {
		each := func(visit func(i int)) {
			for b := range batch {
				for i := range inner {
					visit((b*channels+c)*inner + i)
				}
			}
		}
		var mean, variance, meanError, varianceError float64
		if o.BatchStats {
			count := float64(batch * inner)
			magnitude := 0.0
			each(func(i int) { mean += float64(x.Data[i]) / count; magnitude += math.Abs(float64(x.Data[i])) / count })
			each(func(i int) { d := float64(x.Data[i]) - mean; variance += d * d / count })
			meanError = sumError(batch*inner+2) * magnitude
			varianceError = sumError(batch*inner+4)*(variance+2*magnitude*meanError) + meanError*meanError
		} else {
			mean, variance = float64(n.Params[0].Data[c]), float64(n.Params[1].Data[c])
		}
		total := variance + float64(o.Eps)
		deviation := math.Sqrt(total)
		each(func(i int) {
			sizes := (math.Abs(float64(x.Data[i])) + math.Abs(mean)) / deviation
			limit[i] = gamma(elementary)*sizes + meanError/deviation + math.Abs(float64(y.Data[i]))*varianceError/total + elementary*smallest
		})
	}
	return rounding{limit: limit, steps: 1}
}
