package runtime

import (
	"math"

	"github.com/alexconv/alexconv/ir"
)

// elementwise applies f to every element.
func elementwise(w workers, x, y *ir.Tensor, f func(float64) float64) error {
	return w.each(len(x.Data), elements, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			y.Data[i] = float32(f(float64(x.Data[i])))
		}
	})
}

// leaky is max(x, 0) + slope*min(x, 0) with the comparisons of C++'s std::max
// and std::min, which keep a NaN and the sign of a zero. As in Caffe, minus
// infinity with slope 0 is NaN.
func leaky(x, slope float64) float64 {
	positive, negative := x, x
	if x < 0 {
		positive = 0
	}
	if x > 0 {
		negative = 0
	}
	return positive + slope*negative
}

func relu(w workers, o *ir.ReLU, x, y *ir.Tensor) error {
	slope := float64(o.Slope)
	return elementwise(w, x, y, func(v float64) float64 { return leaky(v, slope) })
}

func prelu(w workers, o *ir.PReLU, x, slope, y *ir.Tensor) error {
	channels, inner := x.Shape[1], x.Shape[2:].Elements()
	return w.each(len(x.Data), elements, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			c := 0
			if !o.Shared {
				c = i / inner % channels
			}
			y.Data[i] = float32(leaky(float64(x.Data[i]), float64(slope.Data[c])))
		}
	})
}

// sigmoid is written with tanh, which overflows nowhere.
func sigmoid(w workers, x, y *ir.Tensor) error {
	return elementwise(w, x, y, func(v float64) float64 { return 0.5*math.Tanh(0.5*v) + 0.5 })
}

func tanh(w workers, x, y *ir.Tensor) error { return elementwise(w, x, y, math.Tanh) }
