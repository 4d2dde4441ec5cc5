package kernel

//go:noescape
func lrnSquareAVX2(dst, src *float32, pixels, channels, dstStride, srcStride int)

//go:noescape
func lrnScaleAVX2(dst, x, squares *float32, pixels, channels, dstStride, xStride, squareStride, window int, k, c float32)

//go:noescape
func lrn75AVX2(dst, x, squares *float32, pixels, channels, dstStride, xStride, squareStride, window int, k, c float32)

//go:noescape
func lrnSquareAVX512(dst, src *float32, pixels, channels, dstStride, srcStride int)

//go:noescape
func lrnScaleAVX512(dst, x, squares *float32, pixels, channels, dstStride, xStride, squareStride, window int, k, c float32)

//go:noescape
func lrn75AVX512(dst, x, squares *float32, pixels, channels, dstStride, xStride, squareStride, window int, k, c float32)
