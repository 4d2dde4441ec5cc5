package kernel

//go:noescape
func rectifyNEON(dst, src, slope *float32, slopeStep, channels int)

//go:noescape
func addNEON(dst, a, b *float32, channels, pixels, dstStride, aStride, bStride, relu int)

//go:noescape
func multiplyNEON(dst, a, b *float32, channels int)

//go:noescape
func maximumNEON(dst, a, b *float32, channels int)

//go:noescape
func affineNEON(dst, src, constants *float32, constantStride, channels, pixels, dstStride, srcStride, relu int)
