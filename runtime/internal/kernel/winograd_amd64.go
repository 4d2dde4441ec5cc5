package kernel

//go:noescape
func combine4AVX2(dst, src, matrix *float32, rows, dstStride, srcStride, channels int)

//go:noescape
func combine6AVX2(dst, src, matrix *float32, rows, dstStride, srcStride, channels int)

//go:noescape
func combine4AVX512(dst, src, matrix *float32, rows, dstStride, srcStride, channels int)

//go:noescape
func combine6AVX512(dst, src, matrix *float32, rows, dstStride, srcStride, channels int)
