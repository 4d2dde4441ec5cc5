package kernel

import "unsafe"

func dot1x1Generic(dst, w, x *float32, n, _, _ int) {
	// Four sums of their own shorten the chain of dependent additions.
	var s [4]float32
	a, b := unsafe.Slice(w, n), unsafe.Slice(x, n)
	i := 0
	for ; i+4 <= n; i += 4 {
		s[0] += a[i] * b[i]
		s[1] += a[i+1] * b[i+1]
		s[2] += a[i+2] * b[i+2]
		s[3] += a[i+3] * b[i+3]
	}
	for ; i < n; i++ {
		s[0] += a[i] * b[i]
	}
	*dst = (s[0] + s[1]) + (s[2] + s[3])
}

func dot4x1Generic(dst, w, x *float32, n, wStride, _ int) {
	var s0, s1, s2, s3 float32
	for i, v := range unsafe.Slice(x, n) {
		s0 += load(w, 4*i) * v
		s1 += load(w, wStride+4*i) * v
		s2 += load(w, 2*wStride+4*i) * v
		s3 += load(w, 3*wStride+4*i) * v
	}
	*(*[4]float32)(unsafe.Pointer(dst)) = [4]float32{s0, s1, s2, s3}
}
