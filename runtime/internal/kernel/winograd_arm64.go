package kernel

//go:noescape
func combine4NEON(dst, src, matrix *float32, rows, dstStride, srcStride, channels int)

//go:noescape
func combine6NEON(dst, src, matrix *float32, rows, dstStride, srcStride, channels int)
