package kernel

//go:noescape
func depthwiseNEON(dst, w, bias, src *float32, offsets *int, taps, wStride, channels, relu int)
