package kernel

// A depthwiseTile computes a fixed number of pixels. It equals, with offsets and
// strides in bytes and channels in vectors of the tier's width,
//
//	for p := range pixels {
//		for c := range channels {
//			sum := bias[c]
//			for y := range rows {
//				for x := range columns {
//					sum += w[(y*columns+x)*wStride + c] * src[offsets[y] + x*columnStride + p*pixelStride + c]
//				}
//			}
//			if constants != nil {
//				for i := 0; i < 4; i += 2 {
//					sum = sum*constants[i*constantStride + c] + constants[(i+1)*constantStride + c]
//				}
//			}
//			if relu != 0 { sum = max(sum, 0) + 0*min(sum, 0) }
//			dst[p*dstStride + c] = sum
//		}
//	}
//
// with Caffe's rule for special values (see rectify). Of what follows the sum over
// the inputs, a product and its sum are rounded once. Tile i of a tier computes i+1
// pixels.
type depthwiseTile func(dst, w, bias, src *float32, offsets *int, rows, columns, columnStride, wStride, channels, pixelStride, dstStride int, constants *float32, constantStride, relu int)

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

// Row computes consecutive output pixels, all channels. Pixel p reads the taps
// at src[p*pixelStride:] and goes to dst[p*dstStride:], through the affine map, which may be nil; negative results become 0 with relu.
func (f *DepthwiseFilters) Row(dst []float32, dstStride int, src []float32, pixelStride int, t Taps, pixels int, affine *Affine, relu bool) {
	if t.Steps() != f.taps {
		panic("kernel: taps and filters differ in steps")
	}
	_ = src[:(pixels-1)*pixelStride+t.reach-1+f.channels]
	_ = dst[:(pixels-1)*dstStride+f.channels]
	var constants []float32
	if affine != nil {
		constants = affine.row(0)[:f.channels]
	}
	run := func(tiles []depthwiseTile, first, channels int) {
		f.run(tiles, dst[first:], dstStride, src[first:], pixelStride, t, pixels, first, channels, constants, relu)
	}
	whole := f.channels / active.width
	if whole > 0 {
		run(active.depthwise, 0, whole)
	}
	if first := whole * active.width; first < f.channels {
		run(generic.depthwise, first, f.channels-first)
	}
}

// run computes some channels from the first one on, in tiles as equal as
// possible. The constants are those of all channels, or nil.
func (f *DepthwiseFilters) run(tiles []depthwiseTile, dst []float32, dstStride int, src []float32, pixelStride int, t Taps, pixels, first, channels int, constants []float32, relu bool) {
	var constant *float32
	if constants != nil {
		constant = &constants[first]
	}
	most := len(tiles)
	for left := (pixels + most - 1) / most; left > 0; left-- {
		n := (pixels + left - 1) / left
		tiles[n-1](&dst[0], &f.weights[first], &f.bias[first], &src[0], &t.offsets[0], len(t.offsets), t.inner, t.step, 4*f.channels, channels, 4*pixelStride, 4*dstStride, constant, 4*f.channels, flag(relu))
		if pixels -= n; pixels > 0 {
			src, dst = src[n*pixelStride:], dst[n*dstStride:]
		}
	}
}
