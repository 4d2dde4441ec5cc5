package runtime

import "github.com/alexconv/alexconv/ir"

// crop copies one run along the last axis at a time.
func crop(w workers, o *ir.Crop, x, y *ir.Tensor) error {
	axis, err := ir.Axis(o.Axis, len(x.Shape))
	if err != nil {
		return err
	}
	last := len(y.Shape) - 1
	run := y.Shape[last]
	return w.each(y.Shape[:last].Elements(), 16, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			from, rest, step := 0, i*run, 1
			for a := last; a >= 0; a-- {
				at := rest % y.Shape[a]
				rest /= y.Shape[a]
				if a >= axis {
					at += o.Offset(a - axis)
				}
				from += at * step
				step *= x.Shape[a]
			}
			copy(y.Data[i*run:][:run], x.Data[from:])
		}
	})
}
