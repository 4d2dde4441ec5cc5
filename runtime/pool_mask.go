package runtime

import (
	"math"

	"github.com/alexconv/alexconv/ir"
)

// pooling computes any form of pooling.
func pooling(w workers, o *ir.Pool, x *ir.Tensor, out []*ir.Tensor) error {
	switch {
	case o.InPlace:
		poolInPlace(o, x, out)
		return nil
	case o.Mask:
		return poolMask(w, o, x, out[0], out[1])
	}
	return pool(w, o, x, out[0])
}

// poolMask gives, beside each maximum, where it is in its plane.
func poolMask(w workers, o *ir.Pool, x, y, mask *ir.Tensor) error {
	walk := poolWindows(o, x, y)
	planes, inPlane, outPlane := x.Shape[:2].Elements(), walk.in.Elements(), walk.out.Elements()
	return w.each(outPlane, 16, func(lo, hi int) {
		var t taps
		for p := lo; p < hi; p++ {
			walk.at(p, &t)
			for i := range planes {
				best, at := float32(-math.MaxFloat32), -1
				for _, offset := range t.input {
					if v := x.Data[i*inPlane+offset]; v > best {
						best, at = v, offset
					}
				}
				y.Data[i*outPlane+p], mask.Data[i*outPlane+p] = best, float32(at)
			}
		}
	})
}

// poolInPlace is what becomes of a pooling that overwrites its input, step by
// step in the order and the precision in which Caffe takes them. See
// [ir.Pool].
func poolInPlace(o *ir.Pool, x *ir.Tensor, out []*ir.Tensor) {
	walk := poolWindows(o, x, out[0])
	outPlane := walk.out.Elements()
	memory := append([]float32(nil), x.Data...)
	written := memory[:len(out[0].Data)]
	for i := range written {
		written[i] = 0
		if o.Kind == ir.Max {
			written[i] = -math.MaxFloat32
		}
		if o.Mask {
			out[1].Data[i] = -1
		}
	}
	var t taps
	for i := range written {
		plane := memory[i/outPlane*outPlane:]
		walk.at(i%outPlane, &t)
		for _, offset := range t.input {
			switch v := plane[offset]; {
			case o.Kind == ir.Average:
				written[i] += v
			case v > written[i]:
				written[i] = v
				if o.Mask {
					out[1].Data[i] = float32(offset)
				}
			}
		}
		if o.Kind == ir.Average {
			written[i] /= float32(walk.divisor(i%outPlane, o.CountPad))
		}
	}
	copy(out[0].Data, written)
}
