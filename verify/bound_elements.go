package verify

import (
	"math"

	"github.com/alexconv/alexconv/ir"
)

// eachElement bounds element by element.
func eachElement(x, y *ir.Tensor, limit func(x, y float64) float64) rounding {
	r := rounding{limit: make([]float64, len(y.Data)), steps: 1}
	for i := range r.limit {
		r.limit[i] = limit(float64(x.Data[i]), math.Abs(float64(y.Data[i]))) + elementary*smallest
	}
	return r
}

// elementRule is the bound for a function of one element, given x and |y|; nil
// for other operations.
func elementRule(op ir.Op) func(x, y float64) float64 {
	switch o := op.(type) {
	case *ir.Sigmoid, *ir.Tanh:
		return bounded
	case *ir.ELU:
		alpha := math.Abs(float64(o.Alpha))
		return func(x, y float64) float64 {
			if x >= 0 {
				return 0
			}
			// exp(x) - 1 cancels.
			return gamma(elementary) * (alpha + y)
		}
	case *ir.Softplus:
		return func(_, y float64) float64 { return gamma(elementary) * (1 + y) }
	case *ir.Swish:
		return func(x, _ float64) float64 { return gamma(2*elementary) * math.Abs(x) }
	case *ir.Power:
		return powerRule(o)
	case *ir.Exp:
		// The exponent's rounding is relative to its size.
		inner, outer := o.Factors()
		shift := math.Abs(math.Log(math.Abs(float64(outer))))
		return func(x, y float64) float64 {
			return y * math.Expm1(unit*(2*elementary+8*(math.Abs(float64(inner)*x)+shift)))
		}
	case *ir.Log:
		factor := math.Abs(float64(o.Factor()))
		return func(x, y float64) float64 {
			base, wrong := affine(x, o.Scale, o.Shift)
			return factor*-math.Log1p(-min(wrong/math.Abs(base), 1)) + y*gamma(elementary)
		}
	}
	return nil
}

// bounded is the rule for functions into [-1, 1], whose usual formulas go
// through intermediate values near 1 even where the result is small.
func bounded(x, y float64) float64 {
	if x == 0 && y == 0 {
		return 0
	}
	return gamma(elementary)
}

// affine is scale*x + shift with the bound of its error, once in the Reference
// engine, which rounds these steps, and once elsewhere.
func affine(x float64, scale, shift float32) (value, wrong float64) {
	if scale == 1 && shift == 0 {
		return x, 0
	}
	product := float64(scale) * x
	return product + float64(shift), gamma(2*3) * (math.Abs(product) + math.Abs(float64(shift)))
}

func powerRule(o *ir.Power) func(x, y float64) float64 {
	if _, constant := o.Constant(); constant {
		return func(_, y float64) float64 { return y * gamma(elementary) }
	}
	exponent := float64(o.Power)
	return func(x, y float64) float64 {
		base, wrong := affine(x, o.Scale, o.Shift)
		if exponent == 1 {
			return wrong
		}
		size := math.Abs(base)
		spread := math.Abs(math.Pow(size+wrong, exponent) - math.Pow(max(size-wrong, 0), exponent))
		return spread + y*(gamma(elementary)+4*unit*math.Abs(exponent*math.Log(size+wrong)))
	}
}
