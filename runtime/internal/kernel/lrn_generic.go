package kernel

import "unsafe"

func lrnSquareGeneric(dst, src *float32, pixels, channels, dstStride, srcStride int) {
	for p := range pixels {
		to := unsafe.Slice(element(dst, p*dstStride), channels)
		for c, x := range unsafe.Slice(element(src, p*srcStride), channels) {
			to[c] = x * x
		}
	}
}

func lrnScaleGeneric(dst, _, squares *float32, pixels, channels, dstStride, _, squareStride, window int, k, c float32) {
	for p := range pixels {
		from := unsafe.Slice(element(squares, p*squareStride), channels+window-1)
		to := unsafe.Slice(element(dst, p*dstStride), channels)
		for i := range to {
			var sum float32
			for _, s := range from[i : i+window] {
				sum += s
			}
			to[i] = k + c*sum
		}
	}
}

func lrn75Generic(dst, x, squares *float32, pixels, channels, dstStride, xStride, squareStride, window int, k, c float32) {
	for p := range pixels {
		from := unsafe.Slice(element(squares, p*squareStride), channels+window-1)
		to := unsafe.Slice(element(dst, p*dstStride), channels)
		for i, v := range unsafe.Slice(element(x, p*xStride), channels) {
			var sum float32
			for _, s := range from[i : i+window] {
				sum += s
			}
			to[i] = v / threeQuarters(k+c*sum)
		}
	}
}
