package kernel

var dotAVX2 = dotKernels{8, []dotTile{dot1x1AVX2, dot1x2AVX2}, []dotTile{dot4x1AVX2, dot4x2AVX2}}

var dotAVX512 = dotKernels{
	16,
	[]dotTile{dot1x1AVX512, dot1x2AVX512, dot1x3AVX512, dot1x4AVX512, dot1x5AVX512, dot1x6AVX512},
	[]dotTile{dot4x1AVX512, dot4x2AVX512, dot4x3AVX512, dot4x4AVX512, dot4x5AVX512, dot4x6AVX512},
}

//go:noescape
func dot1x1AVX2(dst, w, x *float32, n, wStride, xStride int)

//go:noescape
func dot1x2AVX2(dst, w, x *float32, n, wStride, xStride int)

//go:noescape
func dot4x1AVX2(dst, w, x *float32, n, wStride, xStride int)

//go:noescape
func dot4x2AVX2(dst, w, x *float32, n, wStride, xStride int)

//go:noescape
func dot1x1AVX512(dst, w, x *float32, n, wStride, xStride int)

//go:noescape
func dot1x2AVX512(dst, w, x *float32, n, wStride, xStride int)

//go:noescape
func dot1x3AVX512(dst, w, x *float32, n, wStride, xStride int)

//go:noescape
func dot1x4AVX512(dst, w, x *float32, n, wStride, xStride int)

//go:noescape
func dot1x5AVX512(dst, w, x *float32, n, wStride, xStride int)

//go:noescape
func dot1x6AVX512(dst, w, x *float32, n, wStride, xStride int)

//go:noescape
func dot4x1AVX512(dst, w, x *float32, n, wStride, xStride int)

//go:noescape
func dot4x2AVX512(dst, w, x *float32, n, wStride, xStride int)

//go:noescape
func dot4x3AVX512(dst, w, x *float32, n, wStride, xStride int)

//go:noescape
func dot4x4AVX512(dst, w, x *float32, n, wStride, xStride int)

//go:noescape
func dot4x5AVX512(dst, w, x *float32, n, wStride, xStride int)

//go:noescape
func dot4x6AVX512(dst, w, x *float32, n, wStride, xStride int)
