package verify

import (
	"math"

	"github.com/alexconv/alexconv/ir"
)

// others gives the rounding of the first output of further operations. Those that
// only choose, move or compare values round nothing.
func (r rules) others(n *ir.Node, in []*ir.Tensor, y *ir.Tensor) (rounding, error) {
	x := in[0]
	switch o := n.Op.(type) {
	case *ir.Deconv:
		return r.deconv(n, o, x)
	case *ir.SPP:
		if o.Kind == ir.Average {
			return r.sumOf(o, nil, in, x.Shape[2:].Elements()+2)
		}
	case *ir.Bias:
		return r.sumOf(o, n.Params, in, 1)
	case *ir.Embed:
		if o.Bias {
			return r.sumOf(o, n.Params, in, 1)
		}
	case *ir.Reduction:
		return r.reduction(o, x)
	case *ir.MVN:
		return mvnRounding(o, x, y), nil
	case *ir.ELU:
		// exp(x) - 1 goes through values near 1.
		return byElement(x, y, func(x, _ float64) float64 {
			if x < 0 {
				return gamma(elementary) * math.Abs(float64(o.Alpha))
			}
			return 0
		}), nil
	case *ir.Softplus:
		// So does log(1 + exp(x)).
		return byElement(x, y, func(_, y float64) float64 { return gamma(elementary) * (1 + y) }), nil
	case *ir.Swish:
		// The sigmoid errs as one of the functions that are bounded.
		return byElement(x, y, func(x, _ float64) float64 { return gamma(elementary) * math.Abs(x) }), nil
	case *ir.Power:
		return powerRounding(o, x, y), nil
	case *ir.Exp:
		inner, outer := o.Factors()
		// The exponent is rounded three times, in Caffe's order or in that of
		// the formula.
		return byElement(x, y, func(x, y float64) float64 {
			exponent := math.Abs(float64(inner)*x) + math.Abs(math.Log(float64(outer)))
			return (math.Expm1(4*unit*exponent) + gamma(elementary)) * y
		}), nil
	case *ir.Log:
		// d log(s) = ds/s.
		return byElement(x, y, func(x, y float64) float64 {
			e := affineError(x, o.Scale, o.Shift)
			return -math.Log1p(-min(e, 1))*math.Abs(float64(o.Factor())) + gamma(elementary)*math.Abs(y)
		}), nil
	}
	return rounding{}, nil
}

// deconv is a sum of as many products as kernels can meet at one position.
func (r rules) deconv(n *ir.Node, o *ir.Deconv, x *ir.Tensor) (rounding, error) {
	axis, err := ir.Axis(o.Axis, len(x.Shape))
	if err != nil {
		return rounding{}, err
	}
	return r.sumOf(o, n.Params, []*ir.Tensor{x}, x.Shape[axis]/o.Group*ir.Shape(o.Kernel).Elements())
}

// sumOf is the rounding of an operation that is a sum of so many terms.
func (r rules) sumOf(op ir.Op, params, in []*ir.Tensor, terms int) (rounding, error) {
	m, err := r.magnitude(op, params, in)
	if err != nil {
		return rounding{}, err
	}
	return sum(m, terms), nil
}

// reduction is a sum times a factor; each square is rounded besides.
func (r rules) reduction(o *ir.Reduction, x *ir.Tensor) (rounding, error) {
	axis, err := ir.Axis(o.Axis, len(x.Shape))
	if err != nil {
		return rounding{}, err
	}
	positive := *o
	positive.Coefficient = float32(math.Abs(float64(o.Coefficient)))
	return r.sumOf(&positive, nil, []*ir.Tensor{x}, x.Shape[axis:].Elements()+3)
}

// byElement bounds the error of each element from its input and its output.
func byElement(x, y *ir.Tensor, limit func(x, y float64) float64) rounding {
	list := make([]float64, len(y.Data))
	for i, v := range y.Data {
		list[i] = limit(float64(x.Data[i]), float64(v)) + elementary*smallest
	}
	return rounding{limit: list, steps: 1}
}

// affineError is the relative error of shift + scale*x; it may exceed 1 where
// the two cancel.
func affineError(x float64, scale, shift float32) float64 {
	if scale == 1 && shift == 0 {
		return 0
	}
	product := float64(scale) * x
	return gamma(2) * (math.Abs(product) + math.Abs(float64(shift))) / math.Abs(product+float64(shift))
}

// powerRounding follows y = s^Power as [rules.lrn] does.
func powerRounding(o *ir.Power, x, y *ir.Tensor) rounding {
	power := math.Abs(float64(o.Power))
	_, constant := o.Constant()
	return byElement(x, y, func(x, y float64) float64 {
		base := math.Abs(float64(o.Scale)*x + float64(o.Shift))
		if constant || y == 0 && base == 0 {
			return gamma(elementary) * math.Abs(y)
		}
		e := affineError(x, o.Scale, o.Shift)
		if o.Power == 1 {
			return e*base + unit*math.Abs(y)
		}
		if !(e < 1) {
			return math.Inf(1)
		}
		spread := math.Expm1(-power * math.Log1p(-e))
		spread += gamma(elementary) + 4*unit*math.Abs(power*math.Log(base))
		return spread * math.Abs(y)
	})
}

// mvnRounding follows (x - mean)/(deviation + Eps) over groups of as many
// elements as are normalised together. An error e of a variance v moves its root
// by the smaller of sqrt(e) and e/sqrt(v) at most.
func mvnRounding(o *ir.MVN, x, y *ir.Tensor) rounding {
	groups := y.Shape[:2].Elements()
	if o.AcrossChannels {
		groups = y.Shape[0]
	}
	run := len(x.Data) / max(groups, 1)
	limit := make([]float64, len(y.Data))
	for first := 0; first < len(x.Data); first += run {
		var mean, magnitude, variance float64
		for _, v := range x.Data[first : first+run] {
			mean += float64(v) / float64(run)
			magnitude += math.Abs(float64(v)) / float64(run)
		}
		for _, v := range x.Data[first : first+run] {
			d := float64(v) - mean
			variance += d * d / float64(run)
		}
		meanError := sumError(run+2) * magnitude
		divisor, divisorError := 1.0, 0.0
		if !o.MeanOnly {
			deviation := math.Sqrt(variance)
			varianceError := sumError(run+4)*(variance+2*magnitude*meanError) + meanError*meanError
			divisor = deviation + float64(o.Eps)
			divisorError = math.Sqrt(varianceError)
			if deviation > 0 {
				divisorError = min(divisorError, varianceError/deviation)
			}
		}
		relative := divisorError / divisor
		for i := first; i < first+run; i++ {
			if !(relative < 1) {
				limit[i] = math.Inf(1)
				continue
			}
			size := (math.Abs(float64(x.Data[i])) + math.Abs(mean)) / divisor
			limit[i] = (gamma(elementary)*size+meanError/divisor+math.Abs(float64(y.Data[i]))*relative)/(1-relative) + elementary*smallest
		}
	}
	return rounding{limit: limit, steps: 1}
}
