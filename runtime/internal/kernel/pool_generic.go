package kernel

import "unsafe"

func maxPoolGeneric(dst, src *float32, rows, columns, rowStride, columnStride, channels int, initial float32) {
	to := unsafe.Slice(dst, channels)
	for c := range to {
		to[c] = initial
	}
	for r := range rows {
		for k := range columns {
			for c, x := range unsafe.Slice(element(src, r*rowStride+k*columnStride), channels) {
				if x > to[c] {
					to[c] = x
				}
			}
		}
	}
}

func averagePoolGeneric(dst, src *float32, rows, columns, rowStride, columnStride, channels int, divisor float32) {
	to := unsafe.Slice(dst, channels)
	clear(to)
	for r := range rows {
		for k := range columns {
			for c, x := range unsafe.Slice(element(src, r*rowStride+k*columnStride), channels) {
				to[c] += x
			}
		}
	}
	for c := range to {
		to[c] /= divisor
	}
}
