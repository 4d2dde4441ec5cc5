package kernel

//go:noescape
func lrnSquareNEON(dst, src *float32, pixels, channels, dstStride, srcStride int)

//go:noescape
func lrnScaleNEON(dst, x, squares *float32, pixels, channels, dstStride, xStride, squareStride, window int, k, c float32)

//go:noescape
func lrn75NEON(dst, x, squares *float32, pixels, channels, dstStride, xStride, squareStride, window int, k, c float32)
