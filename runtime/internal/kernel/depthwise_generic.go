package kernel

import "unsafe"

func depthwiseGeneric(dst, w, bias, src *float32, offsets *int, taps, wStride, channels, _, _ int, constants *float32, constantStride, relu int) {
	to := unsafe.Slice(dst, channels)
	copy(to, unsafe.Slice(bias, channels))
	for t, offset := range unsafe.Slice(offsets, taps) {
		weights := unsafe.Slice(element(w, t*wStride), channels)
		for c, x := range unsafe.Slice(element(src, offset), channels) {
			to[c] += weights[c] * x
		}
	}
	if constants != nil {
		affineGeneric(dst, dst, constants, constantStride, channels, 1, 0, 0, 0)
	}
	if relu != 0 {
		rectifyGeneric(dst, dst, &zeros[0], 0, channels)
	}
}
