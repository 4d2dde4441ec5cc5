package kernel

import (
	"math"
	"slices"
)

// A rectifyKernel equals, with slopeStep in bytes and channels in vectors of the
// tier's width, all of whose elements have slopes of their own,
//
//	for c := range channels {
//		dst[c] = max(src[c], 0) + slope[c*slopeStep]*min(src[c], 0)
//	}
//
// with Caffe's rule for special values (see rectify).
type rectifyKernel func(dst, src, slope *float32, slopeStep, channels int)

// A binaryKernel computes dst[c] = a[c] op b[c] with channels in vectors of the
// tier's width.
type binaryKernel func(dst, a, b *float32, channels int)

// An addKernel equals, with strides in bytes and channels in vectors of the
// tier's width,
//
//	for p := range pixels {
//		for c := range channels {
//			sum := a[p*aStride + c] + b[p*bStride + c]
//			if relu != 0 { sum = max(sum, 0) + 0*min(sum, 0) }
//			dst[p*dstStride + c] = sum
//		}
//	}
//
// with Caffe's rule for special values (see rectify).
type addKernel func(dst, a, b *float32, channels, pixels, dstStride, aStride, bStride, relu int)

// An affineKernel equals, with strides in bytes, channels in vectors of the
// tier's width and one rounding for a product and its sum,
//
//	for c := range channels {
//		for p := range pixels {
//			x := src[p*srcStride + c]
//			for i := 0; i < 4; i += 2 {
//				x = x*constants[i*constantStride + c] + constants[(i+1)*constantStride + c]
//			}
//			if relu != 0 { x = max(x, 0) + 0*min(x, 0) }
//			dst[p*dstStride + c] = x
//		}
//	}
//
// with Caffe's rule for special values (see rectify).
type affineKernel func(dst, src, constants *float32, constantStride, channels, pixels, dstStride, srcStride, relu int)

// ReLU computes dst[i] = max(src[i], 0) + slope*min(src[i], 0), where 0
// times infinity is NaN. Dst may be src.
func ReLU(dst, src []float32, slope float32) {
	slopes := zeros[:]
	if slope != 0 {
		slopes = slices.Repeat([]float32{slope}, widest)
	}
	rectifyAll(dst[:len(src)], src, slopes, 0)
}

// widest is the number of floats in a vector of the widest tier.
const widest = 16

var zeros [widest]float32

// PReLU computes dst[c] = max(src[c], 0) + slope[c]*min(src[c], 0). Dst may be
// src.
func PReLU(dst, src, slope []float32) {
	rectifyAll(dst[:len(src)], src, slope[:len(src)], 1)
}

// rectifyAll has a slope per element, or with step 0 one for all, which is there
// for every element of a vector.
func rectifyAll(dst, src, slope []float32, step int) {
	whole := len(src) / active.width
	if whole > 0 {
		active.rectify(&dst[0], &src[0], &slope[0], 4*step*active.width, whole)
	}
	if c := whole * active.width; c < len(src) {
		rectifyGeneric(&dst[c], &src[c], &slope[c*step], 4*step, len(src)-c)
	}
}

// Multiply computes dst[i] = a[i]*b[i]. Dst may be a or b.
func Multiply(dst, a, b []float32) { binary(dst, a, b, active.multiply, multiplyGeneric) }

// Maximum computes dst[i] = a[i] if that is greater than b[i], else b[i], as
// Caffe compares; only NaN tells the order of the arguments. Dst may be a or b.
func Maximum(dst, a, b []float32) { binary(dst, a, b, active.maximum, maximumGeneric) }

func binary(dst, a, b []float32, fast, tail binaryKernel) {
	dst, b = dst[:len(a)], b[:len(a)]
	whole := len(a) / active.width
	if whole > 0 {
		fast(&dst[0], &a[0], &b[0], whole)
	}
	if c := whole * active.width; c < len(a) {
		tail(&dst[c], &a[c], &b[c], len(a)-c)
	}
}

// Add computes dst[i] = a[i] + b[i], negative results becoming 0 with relu. Dst
// may be a or b.
func Add(dst, a, b []float32, relu bool) {
	if len(a) > 0 {
		AddRow(dst, 0, a, 0, b, 0, len(a), 1, relu)
	}
}

// AddRow adds consecutive pixels: channel c of pixel p, for c below width, is
// dst[p*dstStride+c] = a[p*aStride+c] + b[p*bStride+c], negative results becoming
// 0 with relu. Dst may be a or b.
func AddRow(dst []float32, dstStride int, a []float32, aStride int, b []float32, bStride int, width, pixels int, relu bool) {
	_, _, _ = dst[:(pixels-1)*dstStride+width], a[:(pixels-1)*aStride+width], b[:(pixels-1)*bStride+width]
	whole := width / active.width
	if whole > 0 {
		active.add(&dst[0], &a[0], &b[0], whole, pixels, 4*dstStride, 4*aStride, 4*bStride, flag(relu))
	}
	if c := whole * active.width; c < width {
		addGeneric(&dst[c], &a[c], &b[c], width-c, pixels, 4*dstStride, 4*aStride, 4*bStride, flag(relu))
	}
}

// Affine is a map of channels by four constants each,
//
//	(x*factor + shift)*multiply + add,
//
// in which a product and its sum are rounded once: a normalisation followed by a
// scale is the same number whether one map does both or two do one each.
type Affine struct {
	channels  int
	constants []float32 // [4][channel]
}

// NewAffine is the map that changes nothing, for some channels; it keeps the
// sign of zero.
func NewAffine(channels int) *Affine {
	a := &Affine{channels: channels, constants: make([]float32, 4*channels)}
	negative := float32(math.Copysign(0, -1))
	for c := range channels {
		a.Factor()[c], a.Shift()[c], a.Multiply()[c], a.Add()[c] = 1, negative, 1, negative
	}
	return a
}

// Factor, Shift, Multiply and Add are the constants by channel, to be set.
func (a *Affine) Factor() []float32 { return a.row(0) }

// Shift is added to the product with the factor.
func (a *Affine) Shift() []float32 { return a.row(1) }

// Multiply is multiplied with after that.
func (a *Affine) Multiply() []float32 { return a.row(2) }

// Add is added at the end.
func (a *Affine) Add() []float32 { return a.row(3) }

func (a *Affine) row(i int) []float32 { return a.constants[i*a.channels:][:a.channels] }

// Row maps consecutive pixels: channel first+c of pixel p, for c below width,
// goes from src[p*srcStride+c] to dst[p*dstStride+c]. Negative results become 0
// with relu. Dst may be src.
func (a *Affine) Row(dst []float32, dstStride int, src []float32, srcStride, first, width, pixels int, relu bool) {
	_, _ = dst[:(pixels-1)*dstStride+width], src[:(pixels-1)*srcStride+width]
	constants := a.row(0)[first:][:width]
	whole := width / active.width
	if whole > 0 {
		active.affine(&dst[0], &src[0], &constants[0], 4*a.channels, whole, pixels, 4*dstStride, 4*srcStride, flag(relu))
	}
	if c := whole * active.width; c < width {
		affineGeneric(&dst[c], &src[c], &constants[c], 4*a.channels, width-c, pixels, 4*dstStride, 4*srcStride, flag(relu))
	}
}
