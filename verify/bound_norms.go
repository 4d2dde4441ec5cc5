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
// x*a + b.
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
		var m moments
		if o.BatchStats {
			m = momentsOf(x, each, batch*inner)
		} else {
			m = moments{mean: float64(n.Params[0].Data[c]), variance: float64(n.Params[1].Data[c])}
		}
		total := m.variance + float64(o.Eps)
		m.normalised(limit, x, y, each, math.Sqrt(total), m.varianceError/total)
	}
	return rounding{limit: limit, steps: 1}
}

// mvnRounding is that of (x - mean)/(deviation + Eps).
func mvnRounding(o *ir.MVN, x, y *ir.Tensor) rounding {
	groups := y.Shape[:2].Elements()
	if o.AcrossChannels {
		groups = y.Shape[0]
	}
	limit := make([]float64, len(y.Data))
	run := len(y.Data) / max(groups, 1)
	for g := range groups {
		each := func(visit func(i int)) {
			for i := range run {
				visit(g*run + i)
			}
		}
		m := momentsOf(x, each, run)
		if o.MeanOnly {
			m.normalised(limit, x, y, each, 1, 0)
			continue
		}
		deviation := math.Sqrt(m.variance)
		// |sqrt(v+e) - sqrt(v)| is at most e/sqrt(v), and at most sqrt(e).
		wrong := min(m.varianceError/deviation, math.Sqrt(m.varianceError))
		divisor := deviation + float64(o.Eps)
		m.normalised(limit, x, y, each, divisor, wrong/divisor)
	}
	return rounding{limit: limit, steps: 1}
}

// moments are a mean and a variance with bounds on their errors.
type moments struct{ mean, variance, meanError, varianceError float64 }

// momentsOf is over count elements, each of which the function visits. The
// variance may be computed as the mean of squares less the square of the mean.
func momentsOf(x *ir.Tensor, each func(func(i int)), count int) moments {
	var m moments
	magnitude, n := 0.0, float64(count)
	each(func(i int) { m.mean += float64(x.Data[i]) / n; magnitude += math.Abs(float64(x.Data[i])) / n })
	each(func(i int) { d := float64(x.Data[i]) - m.mean; m.variance += d * d / n })
	e := sumError(count + elementary)
	m.meanError = e * magnitude
	m.varianceError = e*(m.variance+4*magnitude*magnitude) + m.meanError*m.meanError
	return m
}

// normalised fills in the limits of (x - mean)/divisor, given the relative error
// of the divisor.
func (m moments) normalised(limit []float64, x, y *ir.Tensor, each func(func(i int)), divisor, divisorError float64) {
	each(func(i int) {
		if !(divisorError < 1) {
			limit[i] = math.Inf(1)
			return
		}
		sizes := (math.Abs(float64(x.Data[i])) + math.Abs(m.mean)) / divisor
		total := gamma(elementary)*sizes + m.meanError/divisor + math.Abs(float64(y.Data[i]))*divisorError
		limit[i] = total/(1-divisorError) + elementary*smallest
	})
}

// logSoftmaxRounding follows y_i = x_i - (max(x) + log(s)) with s the sum of
// exp(-d_j), 1 <= s <= n: the sum's relative error, to which the terms'
// 3*d_j*exp(-d_j)*u add at most 3*u/e each, is an absolute one of the logarithm,
// and each of the two additions rounds by the magnitude of its result.
func logSoftmaxRounding(o *ir.LogSoftmax, x *ir.Tensor) rounding {
	axis, _ := ir.Axis(o.Axis, len(x.Shape))
	n, inner := x.Shape[axis], x.Shape[axis+1:].Elements()
	limit := make([]float64, len(x.Data))
	total := sumError(n+4) + unit*(elementary+3*float64(n)/math.E)
	for start := range x.Shape[:axis].Elements() * inner {
		first := start/inner*n*inner + start%inner
		top := math.Inf(-1)
		for j := range n {
			top = max(top, float64(x.Data[first+j*inner]))
		}
		shift := math.Abs(top) + math.Log(float64(n))
		for j := range n {
			i := first + j*inner
			own := math.Abs(float64(x.Data[i]))
			limit[i] = total + unit*(elementary*math.Log(float64(n))+shift+own+shift) + elementary*smallest
		}
	}
	return rounding{limit: limit, steps: 1}
}
