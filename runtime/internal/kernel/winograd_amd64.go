package kernel

//go:noescape
func winogradInputAVX2(dst, src *float32, dstStride, dstTile, rowStride, columnStride, channels, tiles int)

//go:noescape
func winogradInputAVX512(dst, src *float32, dstStride, dstTile, rowStride, columnStride, channels, tiles int)

//go:noescape
func winogradOutputAVX2(dst, src, bias *float32, srcStride, srcTile, rowStride, columnStride, channels, tiles, relu int)

//go:noescape
func winogradOutputAVX512(dst, src, bias *float32, srcStride, srcTile, rowStride, columnStride, channels, tiles, relu int)

//go:noescape
func combine6AVX2(dst, src, matrix *float32, rows, dstStride, srcStride, channels int)

//go:noescape
func combine6AVX512(dst, src, matrix *float32, rows, dstStride, srcStride, channels int)
