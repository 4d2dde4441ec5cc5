package kernel

import "unsafe"

func conv1Generic(dst, w, bias, src *float32, offsets *int, outer, inner, pixelStride, dstStride int, constants *float32, constantStride int, other *float32, otherStride, relu, count, rows, srcSkip, dstSkip, otherSkip int) {
	for y := range rows {
		for x := range count {
			at := func(p *float32, stride, skip int) *float32 { return place(p, x*stride+y*(count*stride+skip)) }
			from := at(src, pixelStride, srcSkip)
			sum := *(*[4]float32)(unsafe.Pointer(bias))
			step := 0
			for _, offset := range unsafe.Slice(offsets, outer) {
				for i := range inner {
					f := (*[4]float32)(unsafe.Pointer(element(w, step)))
					x := load(from, offset+4*i)
					sum[0] += f[0] * x
					sum[1] += f[1] * x
					sum[2] += f[2] * x
					sum[3] += f[3] * x
					step += 16
				}
			}
			storeGeneric(at(dst, dstStride, dstSkip), sum, constants, constantStride, at(other, otherStride, otherSkip), relu)
		}
	}
}

func conv2Generic(dst, w, bias, src *float32, offsets *int, outer, inner, pixelStride, dstStride int, constants *float32, constantStride int, other *float32, otherStride, relu, count, rows, srcSkip, dstSkip, otherSkip int) {
	b := *(*[4]float32)(unsafe.Pointer(bias))
	for y := range rows {
		for x := range count {
			at := func(p *float32, i, stride, skip int) *float32 {
				return place(p, (2*x+i)*stride+y*(2*count*stride+skip))
			}
			from := at(src, 0, pixelStride, srcSkip)
			p0, p1, p2, p3 := b[0], b[1], b[2], b[3]
			q0, q1, q2, q3 := p0, p1, p2, p3
			step := 0
			for _, offset := range unsafe.Slice(offsets, outer) {
				for i := range inner {
					f := (*[4]float32)(unsafe.Pointer(element(w, step)))
					x, y := load(from, offset+4*i), load(from, offset+pixelStride+4*i)
					p0 += f[0] * x
					p1 += f[1] * x
					p2 += f[2] * x
					p3 += f[3] * x
					q0 += f[0] * y
					q1 += f[1] * y
					q2 += f[2] * y
					q3 += f[3] * y
					step += 16
				}
			}
			for i, sum := range [2][4]float32{{p0, p1, p2, p3}, {q0, q1, q2, q3}} {
				storeGeneric(at(dst, i, dstStride, dstSkip), sum, constants, constantStride, at(other, i, otherStride, otherSkip), relu)
			}
		}
	}
}

// place is element for a pointer that may be nil and then stays so.
func place(p *float32, bytes int) *float32 {
	if p == nil {
		return nil
	}
	return element(p, bytes)
}

func storeGeneric(dst *float32, sum [4]float32, constants *float32, constantStride int, other *float32, relu int) {
	to := (*[4]float32)(unsafe.Pointer(dst))
	*to = sum
	if constants != nil {
		affineGeneric(dst, dst, constants, constantStride, len(to), 1, 0, 0, 0)
	}
	if other != nil {
		addGeneric(dst, dst, other, len(to), 1, 0, 0, 0, 0)
	}
	if relu != 0 {
		rectifyGeneric(dst, dst, &zeros[0], 0, len(to))
	}
}
