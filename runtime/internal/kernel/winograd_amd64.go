package kernel

//go:noescape
func combine4AVX2(dst, src, matrix *float32, rows, dstStride, srcStride, channels int)

//go:noescape
func combine6AVX2(dst, src, matrix *float32, rows, dstStride, srcStride, channels int)

//go:noescape
func combine4AVX512(dst, src, matrix *float32, rows, dstStride, srcStride, channels int)

//go:noescape
func combine6AVX512(dst, src, matrix *float32, rows, dstStride, srcStride, channels int)

//go:noescape
func addBiasAVX2(dst, src, bias *float32, channels, relu int)

//go:noescape
func addBiasAVX512(dst, src, bias *float32, channels, relu int)
