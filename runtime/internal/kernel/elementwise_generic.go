package kernel

import (
	"math"
	"unsafe"
)

func rectifyGeneric(dst, src, slope *float32, slopeStep, channels int) {
	to := unsafe.Slice(dst, channels)
	for c, x := range unsafe.Slice(src, channels) {
		to[c] = rectify(x, load(slope, c*slopeStep))
	}
}

func multiplyGeneric(dst, a, b *float32, channels int) {
	to, y := unsafe.Slice(dst, channels), unsafe.Slice(b, channels)
	for c, x := range unsafe.Slice(a, channels) {
		to[c] = x * y[c]
	}
}

func maximumGeneric(dst, a, b *float32, channels int) {
	to, y := unsafe.Slice(dst, channels), unsafe.Slice(b, channels)
	for c, x := range unsafe.Slice(a, channels) {
		if x > y[c] {
			to[c] = x
		} else {
			to[c] = y[c]
		}
	}
}

func addGeneric(dst, a, b *float32, channels, pixels, dstStride, aStride, bStride, relu int) {
	for p := range pixels {
		to, y := unsafe.Slice(element(dst, p*dstStride), channels), unsafe.Slice(element(b, p*bStride), channels)
		for c, x := range unsafe.Slice(element(a, p*aStride), channels) {
			to[c] = x + y[c]
		}
		if relu != 0 {
			rectifyGeneric(&to[0], &to[0], &zeros[0], 0, channels)
		}
	}
}

func affineGeneric(dst, src, constants *float32, constantStride, channels, pixels, dstStride, srcStride, relu int) {
	constant := func(i int) []float32 { return unsafe.Slice(element(constants, i*constantStride), channels) }
	factor, shift, multiply, add := constant(0), constant(1), constant(2), constant(3)
	for p := range pixels {
		to := unsafe.Slice(element(dst, p*dstStride), channels)
		for c, x := range unsafe.Slice(element(src, p*srcStride), channels) {
			to[c] = fma(fma(x, factor[c], shift[c]), multiply[c], add[c])
		}
		if relu != 0 {
			rectifyGeneric(&to[0], &to[0], &zeros[0], 0, channels)
		}
	}
}

// fma is x*y + z with one rounding, as vector units compute it. A product of
// float32 is exact in float64; its sum with z, rounded to odd there, rounds to
// float32 as the exact one does (Boldo and Melquiond, IEEE Transactions on
// Computers 57(4), 2008).
func fma(x, y, z float32) float32 {
	product, addend := float64(x)*float64(y), float64(z)
	sum := product + addend
	// What the rounding of the sum lost, by Knuth's algorithm; NaN if the sum is
	// infinite.
	part := sum - product
	lost := (product - (sum - part)) + (addend - part)
	if lost > 0 || lost < 0 {
		bits := math.Float64bits(sum)
		if (lost > 0) != (sum > 0) {
			bits--
		}
		sum = math.Float64frombits(bits | 1)
	}
	return float32(sum)
}
