package kernel

var depthwiseAVX2 = []depthwiseTile{depthwise1AVX2, depthwise2AVX2, depthwise3AVX2, depthwise4AVX2, depthwise5AVX2, depthwise6AVX2, depthwise7AVX2}

var depthwiseAVX512 = []depthwiseTile{depthwise1AVX512, depthwise2AVX512, depthwise3AVX512, depthwise4AVX512, depthwise5AVX512, depthwise6AVX512, depthwise7AVX512}

//go:noescape
func depthwise1AVX2(dst, w, bias, src *float32, offsets *int, rows, columns, columnStride, wStride, channels, pixelStride, dstStride int, constants *float32, constantStride, relu int)

//go:noescape
func depthwise2AVX2(dst, w, bias, src *float32, offsets *int, rows, columns, columnStride, wStride, channels, pixelStride, dstStride int, constants *float32, constantStride, relu int)

//go:noescape
func depthwise3AVX2(dst, w, bias, src *float32, offsets *int, rows, columns, columnStride, wStride, channels, pixelStride, dstStride int, constants *float32, constantStride, relu int)

//go:noescape
func depthwise4AVX2(dst, w, bias, src *float32, offsets *int, rows, columns, columnStride, wStride, channels, pixelStride, dstStride int, constants *float32, constantStride, relu int)

//go:noescape
func depthwise5AVX2(dst, w, bias, src *float32, offsets *int, rows, columns, columnStride, wStride, channels, pixelStride, dstStride int, constants *float32, constantStride, relu int)

//go:noescape
func depthwise6AVX2(dst, w, bias, src *float32, offsets *int, rows, columns, columnStride, wStride, channels, pixelStride, dstStride int, constants *float32, constantStride, relu int)

//go:noescape
func depthwise7AVX2(dst, w, bias, src *float32, offsets *int, rows, columns, columnStride, wStride, channels, pixelStride, dstStride int, constants *float32, constantStride, relu int)

//go:noescape
func depthwise1AVX512(dst, w, bias, src *float32, offsets *int, rows, columns, columnStride, wStride, channels, pixelStride, dstStride int, constants *float32, constantStride, relu int)

//go:noescape
func depthwise2AVX512(dst, w, bias, src *float32, offsets *int, rows, columns, columnStride, wStride, channels, pixelStride, dstStride int, constants *float32, constantStride, relu int)

//go:noescape
func depthwise3AVX512(dst, w, bias, src *float32, offsets *int, rows, columns, columnStride, wStride, channels, pixelStride, dstStride int, constants *float32, constantStride, relu int)

//go:noescape
func depthwise4AVX512(dst, w, bias, src *float32, offsets *int, rows, columns, columnStride, wStride, channels, pixelStride, dstStride int, constants *float32, constantStride, relu int)

//go:noescape
func depthwise5AVX512(dst, w, bias, src *float32, offsets *int, rows, columns, columnStride, wStride, channels, pixelStride, dstStride int, constants *float32, constantStride, relu int)

//go:noescape
func depthwise6AVX512(dst, w, bias, src *float32, offsets *int, rows, columns, columnStride, wStride, channels, pixelStride, dstStride int, constants *float32, constantStride, relu int)

//go:noescape
func depthwise7AVX512(dst, w, bias, src *float32, offsets *int, rows, columns, columnStride, wStride, channels, pixelStride, dstStride int, constants *float32, constantStride, relu int)
