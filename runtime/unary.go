package runtime

import (
	"math"

	"github.com/alexconv/alexconv/ir"
)

// unary is the function of an operation that works on each element by itself
// and has no kernel, nil for any other operation.
func unary(op ir.Op) func(float32) float32 {
	switch o := op.(type) {
	case *ir.Abs:
		return func(x float32) float32 { return float32(math.Abs(float64(x))) }
	case *ir.ELU:
		return exponentialLinear(float64(o.Alpha))
	case *ir.Softplus:
		return softplus
	case *ir.Swish:
		return swish(float64(o.Beta))
	case *ir.Clip:
		return clip(o.Min, o.Max)
	case *ir.Threshold:
		return threshold(o.Limit)
	case *ir.Power:
		return power(o)
	case *ir.Exp:
		return exponential(o)
	case *ir.Log:
		return logarithm(o)
	}
	return nil
}

func exponentialLinear(alpha float64) func(float32) float32 {
	return func(x float32) float32 {
		v := float64(x)
		return float32(max(v, 0) + alpha*math.Expm1(min(v, 0)))
	}
}

func softplus(x float32) float32 {
	v := float64(x)
	if v > 0 {
		return float32(v + math.Log1p(math.Exp(-v)))
	}
	return float32(math.Log1p(math.Exp(v)))
}

func swish(beta float64) func(float32) float32 {
	return func(x float32) float32 {
		v := float64(x)
		return float32(v * (0.5*math.Tanh(0.5*beta*v) + 0.5))
	}
}

// clip compares as C++'s std::max(low, std::min(x, high)), which decides what
// becomes of NaN.
func clip(low, high float32) func(float32) float32 {
	return func(x float32) float32 {
		if high < x {
			x = high
		}
		if low < x {
			return x
		}
		return low
	}
}

func threshold(limit float32) func(float32) float32 {
	return func(x float32) float32 {
		if x > limit {
			return 1
		}
		return 0
	}
}

// eachElement applies f to every element.
func eachElement(w workers, x, y *ir.Tensor, f func(float32) float32) error {
	return w.each(len(x.Data), elements, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			y.Data[i] = f(x.Data[i])
		}
	})
}
