package kernel

//go:noescape
func rectifyAVX2(dst, src, slope *float32, slopeStep, channels int)

//go:noescape
func addAVX2(dst, a, b *float32, channels, pixels, dstStride, aStride, bStride, relu int)

//go:noescape
func multiplyAVX2(dst, a, b *float32, channels int)

//go:noescape
func maximumAVX2(dst, a, b *float32, channels int)

//go:noescape
func affineAVX2(dst, src, constants *float32, constantStride, channels, pixels, dstStride, srcStride, relu int)

//go:noescape
func rectifyAVX512(dst, src, slope *float32, slopeStep, channels int)

//go:noescape
func addAVX512(dst, a, b *float32, channels, pixels, dstStride, aStride, bStride, relu int)

//go:noescape
func multiplyAVX512(dst, a, b *float32, channels int)

//go:noescape
func maximumAVX512(dst, a, b *float32, channels int)

//go:noescape
func affineAVX512(dst, src, constants *float32, constantStride, channels, pixels, dstStride, srcStride, relu int)
