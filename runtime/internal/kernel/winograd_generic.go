package kernel

import "unsafe"

func combine4Generic(dst, src, matrix *float32, rows, dstStride, srcStride, channels int) {
	combineGeneric(dst, src, matrix, rows, 4, dstStride, srcStride, channels)
}

func combine6Generic(dst, src, matrix *float32, rows, dstStride, srcStride, channels int) {
	combineGeneric(dst, src, matrix, rows, 6, dstStride, srcStride, channels)
}

func combineGeneric(dst, src, matrix *float32, rows, inputs, dstStride, srcStride, channels int) {
	factors := unsafe.Slice(matrix, rows*inputs)
	for r := range rows {
		to := unsafe.Slice(element(dst, r*dstStride), channels)
		clear(to)
		for i, f := range factors[r*inputs : (r+1)*inputs] {
			if f == 0 {
				continue
			}
			for c, x := range unsafe.Slice(element(src, i*srcStride), channels) {
				to[c] += f * x
			}
		}
	}
}
