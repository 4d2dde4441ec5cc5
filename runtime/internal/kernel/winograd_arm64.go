package kernel

//go:noescape
func winogradInputNEON(dst, src *float32, dstStride, dstTile, rowStride, columnStride, channels, tiles int)

//go:noescape
func winogradOutputNEON(dst, src, bias *float32, srcStride, srcTile, rowStride, columnStride, channels, tiles, relu int)

//go:noescape
func combine6NEON(dst, src, matrix *float32, rows, dstStride, srcStride, channels int)
