package runtime

import (
	"math"

	"github.com/alexconv/alexconv/ir"
)

// power, exponential and logarithm round the affine part to float32 after each
// step, as Caffe does: what overflows or cancels there does so here.

func power(o *ir.Power) func(float32) float32 {
	if value, ok := o.Constant(); ok {
		return func(float32) float32 { return value }
	}
	exponent := float64(o.Power)
	return func(x float32) float32 {
		base := affine(x, o.Scale, o.Shift)
		if exponent == 1 {
			return base
		}
		return float32(math.Pow(float64(base), exponent))
	}
}

func exponential(o *ir.Exp) func(float32) float32 {
	inner, outer := o.Factors()
	return func(x float32) float32 {
		return float32(math.Exp(float64(inner*x))) * outer
	}
}

func logarithm(o *ir.Log) func(float32) float32 {
	factor := o.Factor()
	return func(x float32) float32 {
		return float32(math.Log(float64(affine(x, o.Scale, o.Shift)))) * factor
	}
}

// affine is scale*x + shift. The conversion keeps the two steps apart where the
// machine could do both in one.
func affine(x, scale, shift float32) float32 {
	return float32(scale*x) + shift
}
