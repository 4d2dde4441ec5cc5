package kernel

var convNEON = convKernels{16, []convTile{conv1NEON, conv2NEON, conv3NEON, conv4NEON, conv5NEON, conv6NEON}}

//go:noescape
func conv1NEON(dst, w, bias, src *float32, offsets *int, outer, inner, pixelStride, dstStride int, constants *float32, constantStride int, other *float32, otherStride, relu, count, rows, srcSkip, dstSkip, otherSkip int)

//go:noescape
func conv2NEON(dst, w, bias, src *float32, offsets *int, outer, inner, pixelStride, dstStride int, constants *float32, constantStride int, other *float32, otherStride, relu, count, rows, srcSkip, dstSkip, otherSkip int)

//go:noescape
func conv3NEON(dst, w, bias, src *float32, offsets *int, outer, inner, pixelStride, dstStride int, constants *float32, constantStride int, other *float32, otherStride, relu, count, rows, srcSkip, dstSkip, otherSkip int)

//go:noescape
func conv4NEON(dst, w, bias, src *float32, offsets *int, outer, inner, pixelStride, dstStride int, constants *float32, constantStride int, other *float32, otherStride, relu, count, rows, srcSkip, dstSkip, otherSkip int)

//go:noescape
func conv5NEON(dst, w, bias, src *float32, offsets *int, outer, inner, pixelStride, dstStride int, constants *float32, constantStride int, other *float32, otherStride, relu, count, rows, srcSkip, dstSkip, otherSkip int)

//go:noescape
func conv6NEON(dst, w, bias, src *float32, offsets *int, outer, inner, pixelStride, dstStride int, constants *float32, constantStride int, other *float32, otherStride, relu, count, rows, srcSkip, dstSkip, otherSkip int)
