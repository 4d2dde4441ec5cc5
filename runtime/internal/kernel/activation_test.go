package kernel

import (
	"fmt"
	"math"
	"testing"
)

func TestElementwise(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	x := []float64{-inf, -100, -2, -.5, 0, .5, 3, 100, inf, nan}
	y := []float64{1, 2, nan, -1, 0, 2, 4, -200, inf, 1}
	for _, c := range []struct {
		name string
		run  func(dst, src []float32)
		want func(y, x float64) float64
	}{
		{"ReLU", func(d, s []float32) { ReLU(d, s, 0) }, func(_, x float64) float64 { return max(x, 0) + 0*min(x, 0) }},
		{"leaky ReLU", func(d, s []float32) { ReLU(d, s, .25) }, func(_, x float64) float64 { return max(x, 0) + .25*min(x, 0) }},
		{"sigmoid", Sigmoid, func(_, x float64) float64 { return 1 / (1 + math.Exp(-x)) }},
		{"tanh", Tanh, func(_, x float64) float64 { return math.Tanh(x) }},
		{"scale", func(d, s []float32) { Scale(d, s, -2) }, func(_, x float64) float64 { return -2 * x }},
		{"add", func(d, s []float32) { AddScaled(d, s, -2) }, func(y, x float64) float64 { return y - 2*x }},
		{"multiply", Multiply, func(y, x float64) float64 { return y * x }},
		{"maximum", func(d, s []float32) { Maximum(d, s, d) }, func(y, x float64) float64 {
			if x > y {
				return x
			}
			return y
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			src := make([]float32, len(x))
			dst, check := guarded(t, len(x))
			for i := range x {
				src[i], dst[i] = float32(x[i]), float32(y[i])
			}
			c.run(dst, src)
			check()
			for i := range x {
				near(t, fmt.Sprintf("%s(%g, %g)", c.name, y[i], x[i]), dst[i], c.want(y[i], x[i]), 1, 1e-6)
			}
		})
	}
}
