package kernel

var dotNEON = dotKernels{
	4,
	[]dotTile{dot1x1NEON, dot1x2NEON, dot1x3NEON, dot1x4NEON},
	[]dotTile{dot4x1NEON, dot4x2NEON, dot4x3NEON, dot4x4NEON},
}

//go:noescape
func dot1x1NEON(dst, w, x *float32, n, wStride, xStride int)

//go:noescape
func dot1x2NEON(dst, w, x *float32, n, wStride, xStride int)

//go:noescape
func dot1x3NEON(dst, w, x *float32, n, wStride, xStride int)

//go:noescape
func dot1x4NEON(dst, w, x *float32, n, wStride, xStride int)

//go:noescape
func dot4x1NEON(dst, w, x *float32, n, wStride, xStride int)

//go:noescape
func dot4x2NEON(dst, w, x *float32, n, wStride, xStride int)

//go:noescape
func dot4x3NEON(dst, w, x *float32, n, wStride, xStride int)

//go:noescape
func dot4x4NEON(dst, w, x *float32, n, wStride, xStride int)
