package kernel

// A depthwiseKernel computes one pixel. It equals, with offsets and wStride in
// bytes and channels in vectors of the tier's width,
//
//	for c := range channels {
//		sum := bias[c]
//		for t := range taps {
//			sum += w[t*wStride + c] * src[offsets[t] + c]
//		}
//		if relu != 0 { sum = max(sum, 0) + 0*min(sum, 0) }
//		dst[c] = sum
//	}
//
// with Caffe's rule for special values (see rectify).
type depthwiseKernel func(dst, w, bias, src *float32, offsets *int, taps, wStride, channels, relu int)

// DepthwiseFilters are the weights of a convolution whose groups have one input
// and one output channel, kept as [tap][channel].
type DepthwiseFilters struct {
	channels, taps int
	weights, bias  []float32
}

// NewDepthwiseFilters packs weights [channel][tap] and the bias, which may be
// nil.
func NewDepthwiseFilters(weights, bias []float32, channels int) *DepthwiseFilters {
	f := &DepthwiseFilters{channels: channels, taps: len(weights) / channels}
	f.weights = make([]float32, len(weights))
	for c := range channels {
		for t := range f.taps {
			f.weights[t*channels+c] = weights[c*f.taps+t]
		}
	}
	f.bias = make([]float32, channels)
	copy(f.bias, bias)
	return f
}

// Pixel computes one output pixel, all channels, from the taps at src. The
// taps' run must be 1.
func (f *DepthwiseFilters) Pixel(dst, src []float32, t Taps, relu bool) {
	if t.inner != 1 || len(t.offsets) != f.taps {
		panic("kernel: taps and filters differ in steps")
	}
	dst = dst[:f.channels]
	src = src[:t.reach-1+f.channels]
	whole := f.channels / active.width
	if whole > 0 {
		active.depthwise(&dst[0], &f.weights[0], &f.bias[0], &src[0], &t.offsets[0], f.taps, 4*f.channels, whole, flag(relu))
	}
	if c := whole * active.width; c < f.channels {
		depthwiseGeneric(&dst[c], &f.weights[c], &f.bias[c], &src[c], &t.offsets[0], f.taps, 4*f.channels, f.channels-c, flag(relu))
	}
}
