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
