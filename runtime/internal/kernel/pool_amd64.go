package kernel

//go:noescape
func maxPoolAVX2(dst, src *float32, rows, columns, rowStride, columnStride, channels int, initial float32)

//go:noescape
func averagePoolAVX2(dst, src *float32, rows, columns, rowStride, columnStride, channels int, divisor float32)

//go:noescape
func maxPoolAVX512(dst, src *float32, rows, columns, rowStride, columnStride, channels int, initial float32)

//go:noescape
func averagePoolAVX512(dst, src *float32, rows, columns, rowStride, columnStride, channels int, divisor float32)
