package kernel

import "math"

// rectify is max(x, 0) + slope*min(x, 0) by Caffe's rule: a NaN and a zero of
// either sign stay, and minus infinity with slope 0 becomes NaN.
func rectify(x, slope float32) float32 {
	if !(x < 0) {
		return x
	}
	return 0 + slope*x
}

// Sigmoid computes dst[i] = 1/(1 + exp(-src[i])). Dst may be src.
func Sigmoid(dst, src []float32) {
	dst = dst[:len(src)]
	for i, x := range src {
		dst[i] = float32(1 / (1 + math.Exp(-float64(x))))
	}
}

// Tanh computes dst[i] = tanh(src[i]). Dst may be src.
func Tanh(dst, src []float32) {
	dst = dst[:len(src)]
	for i, x := range src {
		dst[i] = float32(math.Tanh(float64(x)))
	}
}
