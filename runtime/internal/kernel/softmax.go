package kernel

import "math"

// Softmax computes exp(x)/sum of exp(x) along the middle axis of
// [outer][axis][inner]. Dst may be src. The largest element is subtracted first,
// exponentials and sums are float64.
func Softmax(dst, src []float32, outer, axis, inner int) {
	_, _ = dst[:outer*axis*inner], src[:outer*axis*inner]
	exps := make([]float64, axis)
	for o := range outer {
		for i := range inner {
			base := o*axis*inner + i
			largest := float32(math.Inf(-1))
			for a := range axis {
				largest = max(largest, src[base+a*inner])
			}
			sum := 0.0
			for a := range axis {
				exps[a] = math.Exp(float64(src[base+a*inner]) - float64(largest))
				sum += exps[a]
			}
			for a, e := range exps {
				dst[base+a*inner] = float32(e / sum)
			}
		}
	}
}
