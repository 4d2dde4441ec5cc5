package kernel

// A poolKernel reduces one window. It equals, with strides in bytes and
// channels in vectors of the tier's width,
//
//	for c := range channels {
//		acc := start
//		for r := range rows {
//			for k := range columns {
//				acc = reduce(acc, src[r*rowStride + k*columnStride + c])
//			}
//		}
//		dst[c] = finish(acc)
//	}
//
// The maximum starts with scalar and keeps what it has when it meets a NaN; the
// average starts with 0 and finally divides by scalar. Rows, columns and
// channels are at least 1.
type poolKernel func(dst, src *float32, rows, columns, rowStride, columnStride, channels int, scalar float32)

// Window is the part of a pooling window that lies inside the input: rows and
// columns, and the distances between them in floats. Either count may be 0.
type Window struct{ Rows, Columns, RowStride, ColumnStride int }

// MaxPool computes dst[c], for every c below len(dst), as the largest of
// initial and src[r*RowStride+k*ColumnStride+c] over the window. It ignores
// NaNs.
func MaxPool(dst, src []float32, w Window, initial float32) {
	pool(dst, src, w, initial, initial, active.maxPool, maxPoolGeneric)
}

// AveragePool computes dst[c], for every c below len(dst), as the sum over the
// window of src[r*RowStride+k*ColumnStride+c], divided by divisor.
func AveragePool(dst, src []float32, w Window, divisor float32) {
	pool(dst, src, w, divisor, 0/divisor, active.averagePool, averagePoolGeneric)
}

func pool(dst, src []float32, w Window, scalar, empty float32, fast, tail poolKernel) {
	if w.Rows <= 0 || w.Columns <= 0 {
		for c := range dst {
			dst[c] = empty
		}
		return
	}
	_ = src[:(w.Rows-1)*w.RowStride+(w.Columns-1)*w.ColumnStride+len(dst)]
	whole := len(dst) / active.width
	if whole > 0 {
		fast(&dst[0], &src[0], w.Rows, w.Columns, 4*w.RowStride, 4*w.ColumnStride, whole, scalar)
	}
	if c := whole * active.width; c < len(dst) {
		tail(&dst[c], &src[c], w.Rows, w.Columns, 4*w.RowStride, 4*w.ColumnStride, len(dst)-c, scalar)
	}
}
