package kernel

import "unsafe"

func rectifyGeneric(dst, src, slope *float32, slopeStep, channels int) {
	to := unsafe.Slice(dst, channels)
	for c, x := range unsafe.Slice(src, channels) {
		to[c] = rectify(x, load(slope, c*slopeStep))
	}
}

func multiplyGeneric(dst, a, b *float32, channels int) {
	to, y := unsafe.Slice(dst, channels), unsafe.Slice(b, channels)
	for c, x := range unsafe.Slice(a, channels) {
		to[c] = x * y[c]
	}
}

func maximumGeneric(dst, a, b *float32, channels int) {
	to, y := unsafe.Slice(dst, channels), unsafe.Slice(b, channels)
	for c, x := range unsafe.Slice(a, channels) {
		if x > y[c] {
			to[c] = x
		} else {
			to[c] = y[c]
		}
	}
}

func addGeneric(dst, a, b *float32, channels, pixels, dstStride, aStride, bStride, relu int) {
	for p := range pixels {
		to, y := unsafe.Slice(element(dst, p*dstStride), channels), unsafe.Slice(element(b, p*bStride), channels)
		for c, x := range unsafe.Slice(element(a, p*aStride), channels) {
			to[c] = x + y[c]
		}
		if relu != 0 {
			rectifyGeneric(&to[0], &to[0], &zeros[0], 0, channels)
		}
	}
}

func affineGeneric(dst, src, constants *float32, constantStride, channels, pixels, dstStride, srcStride, relu int) {
	constant := func(i int) []float32 { return unsafe.Slice(element(constants, i*constantStride), channels) }
	subtract, factor, multiply, add := constant(0), constant(1), constant(2), constant(3)
	for p := range pixels {
		to := unsafe.Slice(element(dst, p*dstStride), channels)
		for c, x := range unsafe.Slice(element(src, p*srcStride), channels) {
			// The conversion keeps the product from being fused with the sum.
			to[c] = float32((x-subtract[c])*factor[c]*multiply[c]) + add[c]
		}
		if relu != 0 {
			rectifyGeneric(&to[0], &to[0], &zeros[0], 0, channels)
		}
	}
}
