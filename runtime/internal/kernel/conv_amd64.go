package kernel

var convAVX2 = convKernels{16, []convTile{conv1AVX2, conv2AVX2, conv3AVX2, conv4AVX2, conv5AVX2, conv6AVX2}}

var convAVX512 = convKernels{32, []convTile{
	conv1AVX512, conv2AVX512, conv3AVX512, conv4AVX512, conv5AVX512, conv6AVX512, conv7AVX512,
	conv8AVX512, conv9AVX512, conv10AVX512, conv11AVX512, conv12AVX512, conv13AVX512, conv14AVX512,
}}

//go:noescape
func conv1AVX2(dst, w, bias, src *float32, offsets *int, outer, inner, pixelStride, dstStride int, constants *float32, constantStride int, other *float32, otherStride, relu, count, rows, srcSkip, dstSkip, otherSkip int)

//go:noescape
func conv2AVX2(dst, w, bias, src *float32, offsets *int, outer, inner, pixelStride, dstStride int, constants *float32, constantStride int, other *float32, otherStride, relu, count, rows, srcSkip, dstSkip, otherSkip int)

//go:noescape
func conv3AVX2(dst, w, bias, src *float32, offsets *int, outer, inner, pixelStride, dstStride int, constants *float32, constantStride int, other *float32, otherStride, relu, count, rows, srcSkip, dstSkip, otherSkip int)

//go:noescape
func conv4AVX2(dst, w, bias, src *float32, offsets *int, outer, inner, pixelStride, dstStride int, constants *float32, constantStride int, other *float32, otherStride, relu, count, rows, srcSkip, dstSkip, otherSkip int)

//go:noescape
func conv5AVX2(dst, w, bias, src *float32, offsets *int, outer, inner, pixelStride, dstStride int, constants *float32, constantStride int, other *float32, otherStride, relu, count, rows, srcSkip, dstSkip, otherSkip int)

//go:noescape
func conv6AVX2(dst, w, bias, src *float32, offsets *int, outer, inner, pixelStride, dstStride int, constants *float32, constantStride int, other *float32, otherStride, relu, count, rows, srcSkip, dstSkip, otherSkip int)

//go:noescape
func conv1AVX512(dst, w, bias, src *float32, offsets *int, outer, inner, pixelStride, dstStride int, constants *float32, constantStride int, other *float32, otherStride, relu, count, rows, srcSkip, dstSkip, otherSkip int)

//go:noescape
func conv2AVX512(dst, w, bias, src *float32, offsets *int, outer, inner, pixelStride, dstStride int, constants *float32, constantStride int, other *float32, otherStride, relu, count, rows, srcSkip, dstSkip, otherSkip int)

//go:noescape
func conv3AVX512(dst, w, bias, src *float32, offsets *int, outer, inner, pixelStride, dstStride int, constants *float32, constantStride int, other *float32, otherStride, relu, count, rows, srcSkip, dstSkip, otherSkip int)

//go:noescape
func conv4AVX512(dst, w, bias, src *float32, offsets *int, outer, inner, pixelStride, dstStride int, constants *float32, constantStride int, other *float32, otherStride, relu, count, rows, srcSkip, dstSkip, otherSkip int)

//go:noescape
func conv5AVX512(dst, w, bias, src *float32, offsets *int, outer, inner, pixelStride, dstStride int, constants *float32, constantStride int, other *float32, otherStride, relu, count, rows, srcSkip, dstSkip, otherSkip int)

//go:noescape
func conv6AVX512(dst, w, bias, src *float32, offsets *int, outer, inner, pixelStride, dstStride int, constants *float32, constantStride int, other *float32, otherStride, relu, count, rows, srcSkip, dstSkip, otherSkip int)

//go:noescape
func conv7AVX512(dst, w, bias, src *float32, offsets *int, outer, inner, pixelStride, dstStride int, constants *float32, constantStride int, other *float32, otherStride, relu, count, rows, srcSkip, dstSkip, otherSkip int)

//go:noescape
func conv8AVX512(dst, w, bias, src *float32, offsets *int, outer, inner, pixelStride, dstStride int, constants *float32, constantStride int, other *float32, otherStride, relu, count, rows, srcSkip, dstSkip, otherSkip int)

//go:noescape
func conv9AVX512(dst, w, bias, src *float32, offsets *int, outer, inner, pixelStride, dstStride int, constants *float32, constantStride int, other *float32, otherStride, relu, count, rows, srcSkip, dstSkip, otherSkip int)

//go:noescape
func conv10AVX512(dst, w, bias, src *float32, offsets *int, outer, inner, pixelStride, dstStride int, constants *float32, constantStride int, other *float32, otherStride, relu, count, rows, srcSkip, dstSkip, otherSkip int)

//go:noescape
func conv11AVX512(dst, w, bias, src *float32, offsets *int, outer, inner, pixelStride, dstStride int, constants *float32, constantStride int, other *float32, otherStride, relu, count, rows, srcSkip, dstSkip, otherSkip int)

//go:noescape
func conv12AVX512(dst, w, bias, src *float32, offsets *int, outer, inner, pixelStride, dstStride int, constants *float32, constantStride int, other *float32, otherStride, relu, count, rows, srcSkip, dstSkip, otherSkip int)

//go:noescape
func conv13AVX512(dst, w, bias, src *float32, offsets *int, outer, inner, pixelStride, dstStride int, constants *float32, constantStride int, other *float32, otherStride, relu, count, rows, srcSkip, dstSkip, otherSkip int)

//go:noescape
func conv14AVX512(dst, w, bias, src *float32, offsets *int, outer, inner, pixelStride, dstStride int, constants *float32, constantStride int, other *float32, otherStride, relu, count, rows, srcSkip, dstSkip, otherSkip int)
