package kernel

// Scale computes dst[i] = coefficient*src[i].
func Scale(dst, src []float32, coefficient float32) {
	dst = dst[:len(src)]
	for i, x := range src {
		dst[i] = coefficient * x
	}
}

// AddScaled computes dst[i] += coefficient*src[i].
func AddScaled(dst, src []float32, coefficient float32) {
	dst = dst[:len(src)]
	for i, x := range src {
		dst[i] += coefficient * x
	}
}

// Multiply computes dst[i] *= src[i].
func Multiply(dst, src []float32) {
	dst = dst[:len(src)]
	for i, x := range src {
		dst[i] *= x
	}
}

// Maximum computes dst[i] = a[i] if that is greater than b[i], else b[i], as
// Caffe compares; only NaN tells the order of the arguments. Dst may be a or b.
func Maximum(dst, a, b []float32) {
	dst, b = dst[:len(a)], b[:len(a)]
	for i, x := range a {
		if x > b[i] {
			dst[i] = x
		} else {
			dst[i] = b[i]
		}
	}
}
