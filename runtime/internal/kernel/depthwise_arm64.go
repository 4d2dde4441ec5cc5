package kernel

var depthwiseNEON = []depthwiseTile{depthwise1NEON, depthwise2NEON, depthwise3NEON, depthwise4NEON, depthwise5NEON, depthwise6NEON, depthwise7NEON}

//go:noescape
func depthwise1NEON(dst, w, bias, src *float32, offsets *int, rows, columns, columnStride, wStride, channels, pixelStride, dstStride int, constants *float32, constantStride, relu int)

//go:noescape
func depthwise2NEON(dst, w, bias, src *float32, offsets *int, rows, columns, columnStride, wStride, channels, pixelStride, dstStride int, constants *float32, constantStride, relu int)

//go:noescape
func depthwise3NEON(dst, w, bias, src *float32, offsets *int, rows, columns, columnStride, wStride, channels, pixelStride, dstStride int, constants *float32, constantStride, relu int)

//go:noescape
func depthwise4NEON(dst, w, bias, src *float32, offsets *int, rows, columns, columnStride, wStride, channels, pixelStride, dstStride int, constants *float32, constantStride, relu int)

//go:noescape
func depthwise5NEON(dst, w, bias, src *float32, offsets *int, rows, columns, columnStride, wStride, channels, pixelStride, dstStride int, constants *float32, constantStride, relu int)

//go:noescape
func depthwise6NEON(dst, w, bias, src *float32, offsets *int, rows, columns, columnStride, wStride, channels, pixelStride, dstStride int, constants *float32, constantStride, relu int)

//go:noescape
func depthwise7NEON(dst, w, bias, src *float32, offsets *int, rows, columns, columnStride, wStride, channels, pixelStride, dstStride int, constants *float32, constantStride, relu int)
