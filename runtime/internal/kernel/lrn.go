package kernel

import "math"

// An lrnSquareKernel computes dst[p*dstStride + c] = src[p*srcStride + c]^2 for
// pixels p and channels c. Strides are in bytes, channels in vectors of the
// tier's width; this holds for an lrnKernel too.
type lrnSquareKernel func(dst, src *float32, pixels, channels, dstStride, srcStride int)

// An lrnKernel computes, for pixels p and channels i,
//
//	s := k + c * sum over j below window of squares[p*squareStride + i + j]
//	dst[p*dstStride + i] = s                                  // scale
//	dst[p*dstStride + i] = x[p*xStride + i] / s^(3/4)         // 75
type lrnKernel func(dst, x, squares *float32, pixels, channels, dstStride, xStride, squareStride, window int, k, c float32)

// LRN are the numbers of local response normalisation,
// y = x / (K + C * sum of x^2)^Beta, the sum over a window of Size, which
// reaches (Size-1)/2 before the centre and the rest after it.
type LRN struct {
	Size       int
	K, C, Beta float32
}

// lrnPixels is the number of pixels that are squared before any is normalised:
// few enough to stay in the nearest cache, enough that the stores of the
// squares have drained.
const lrnPixels = 16

// ScratchAcross is the number of floats that [LRN.Across] needs as scratch.
func (l LRN) ScratchAcross(channels int) int {
	n := channels + l.Size - 1
	if l.Beta != .75 {
		n += channels
	}
	return lrnPixels * n
}

// Across normalises pixels over their channels, which are consecutive. Pixel p
// is read at src[p*srcStride:] and written at dst[p*dstStride:]; dst may be
// src. The scratch is overwritten.
func (l LRN) Across(dst, src []float32, pixels, channels, dstStride, srcStride int, scratch []float32) {
	if pixels == 0 || channels == 0 {
		return
	}
	_ = src[:(pixels-1)*srcStride+channels]
	_ = dst[:(pixels-1)*dstStride+channels]
	stride := channels + l.Size - 1
	squares, scales := scratch[:lrnPixels*stride], []float32(nil)
	clear(squares)
	before := (l.Size - 1) / 2
	normalise, tail := active.lrn75, lrn75Generic
	if l.Beta != .75 {
		normalise, tail = active.lrnScale, lrnScaleGeneric
		scales = scratch[lrnPixels*stride:][:lrnPixels*channels]
	}
	whole := channels / active.width
	rest := whole * active.width
	for first := 0; first < pixels; first += lrnPixels {
		n := min(lrnPixels, pixels-first)
		x, y, yStride := src[first*srcStride:], dst[first*dstStride:], dstStride
		if scales != nil {
			y, yStride = scales, channels
		}
		if whole > 0 {
			active.lrnSquare(&squares[before], &x[0], n, whole, 4*stride, 4*srcStride)
		}
		if rest < channels {
			lrnSquareGeneric(&squares[before+rest], &x[rest], n, channels-rest, 4*stride, 4*srcStride)
		}
		if whole > 0 {
			normalise(&y[0], &x[0], &squares[0], n, whole, 4*yStride, 4*srcStride, 4*stride, l.Size, l.K, l.C)
		}
		if rest < channels {
			tail(&y[rest], &x[rest], &squares[rest], n, channels-rest, 4*yStride, 4*srcStride, 4*stride, l.Size, l.K, l.C)
		}
		if scales != nil {
			for p := range n {
				l.power(dst[(first+p)*dstStride:][:channels], x[p*srcStride:], scales[p*channels:])
			}
		}
	}
}

// power computes dst = x / scale^Beta.
func (l LRN) power(dst, x, scale []float32) {
	x, scale = x[:len(dst)], scale[:len(dst)]
	switch l.Beta {
	case .5:
		for i, s := range scale {
			dst[i] = x[i] / float32(math.Sqrt(float64(s)))
		}
	case .75:
		for i, s := range scale {
			dst[i] = x[i] / threeQuarters(s)
		}
	case 1:
		for i, s := range scale {
			dst[i] = x[i] / s
		}
	default:
		for i, s := range scale {
			dst[i] = float32(float64(x[i]) * math.Pow(float64(s), -float64(l.Beta)))
		}
	}
}

// threeQuarters is s^(3/4), rounded as the vector kernels round it.
func threeQuarters(s float32) float32 {
	root := float32(math.Sqrt(float64(s)))
	return root * float32(math.Sqrt(float64(root)))
}

// ScratchWithin is the number of floats that [LRN.Within] needs as scratch.
func (l LRN) ScratchWithin(height, width int) int { return 2 * height * width }

// Within normalises one plane of height rows and width columns over Size x Size
// neighbourhoods. Dst and src do not overlap. The scratch is overwritten.
func (l LRN) Within(dst, src []float32, height, width int, scratch []float32) {
	area := height * width
	dst, src = dst[:area], src[:area]
	columns, scale := scratch[:area], scratch[area:2*area]
	before, after := (l.Size-1)/2, l.Size/2
	for y := range height {
		row := columns[y*width : (y+1)*width]
		clear(row)
		for i := max(y-before, 0); i <= min(y+after, height-1); i++ {
			for x, v := range src[i*width : (i+1)*width] {
				row[x] += v * v
			}
		}
		for x := range width {
			var sum float32
			for _, v := range row[max(x-before, 0) : min(x+after, width-1)+1] {
				sum += v
			}
			scale[y*width+x] = l.K + l.C*sum
		}
	}
	l.power(dst, src, scale)
}
