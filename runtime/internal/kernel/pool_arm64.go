package kernel

//go:noescape
func maxPoolNEON(dst, src *float32, rows, columns, rowStride, columnStride, channels int, initial float32)

//go:noescape
func averagePoolNEON(dst, src *float32, rows, columns, rowStride, columnStride, channels int, divisor float32)
