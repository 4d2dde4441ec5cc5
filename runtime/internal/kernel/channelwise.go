package kernel

// Affine computes dst[c] = (src[c]-subtract[c])*multiply[c] + add[c]. Dst may
// be src.
func Affine(dst, src, subtract, multiply, add []float32) {
	dst, subtract, multiply, add = dst[:len(src)], subtract[:len(src)], multiply[:len(src)], add[:len(src)]
	for c, x := range src {
		dst[c] = (x-subtract[c])*multiply[c] + add[c]
	}
}

// PReLU computes dst[c] = max(src[c], 0) + slope[c]*min(src[c], 0). Dst may be
// src.
func PReLU(dst, src, slope []float32) {
	dst, slope = dst[:len(src)], slope[:len(src)]
	for c, x := range src {
		dst[c] = rectify(x, slope[c])
	}
}
