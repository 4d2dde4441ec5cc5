package kernel

//go:noescape
func depthwiseAVX2(dst, w, bias, src *float32, offsets *int, taps, wStride, channels, relu int)

//go:noescape
func depthwiseAVX512(dst, w, bias, src *float32, offsets *int, taps, wStride, channels, relu int)
