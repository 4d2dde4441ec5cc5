package kernel

import "unsafe"

func depthwiseGeneric(dst, w, bias, src *float32, offsets *int, rows, columns, columnStride, wStride, channels, _, _ int, constants *float32, constantStride, relu int) {
	to := unsafe.Slice(dst, channels)
	copy(to, unsafe.Slice(bias, channels))
	for y, offset := range unsafe.Slice(offsets, rows) {
		for x := range columns {
			weights := unsafe.Slice(element(w, (y*columns+x)*wStride), channels)
			for c, v := range unsafe.Slice(element(src, offset+x*columnStride), channels) {
				to[c] += weights[c] * v
			}
		}
	}
	if constants != nil {
		affineGeneric(dst, dst, constants, constantStride, channels, 1, 0, 0, 0)
	}
	if relu != 0 {
		rectifyGeneric(dst, dst, &zeros[0], 0, channels)
	}
}
