package runtime

import "github.com/alexconv/alexconv/ir"

// concat copies each input's run of axes from Axis on into its place.
func concat(w workers, o *ir.Concat, in []*ir.Tensor, y *ir.Tensor) error {
	axis, err := ir.Axis(o.Axis, len(y.Shape))
	if err != nil {
		return err
	}
	outer, run := y.Shape[:axis].Elements(), y.Shape[axis:].Elements()
	return w.each(outer, 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			to := y.Data[i*run:][:run]
			for _, x := range in {
				part := x.Shape[axis:].Elements()
				copy(to, x.Data[i*part:][:part])
				to = to[part:]
			}
		}
	})
}

// slice is the reverse of concat.
func slice(w workers, o *ir.Slice, x *ir.Tensor, out []*ir.Tensor) error {
	axis, err := ir.Axis(o.Axis, len(x.Shape))
	if err != nil {
		return err
	}
	outer, run := x.Shape[:axis].Elements(), x.Shape[axis:].Elements()
	return w.each(outer, 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			from := x.Data[i*run:][:run]
			for _, y := range out {
				part := y.Shape[axis:].Elements()
				copy(y.Data[i*part:][:part], from)
				from = from[part:]
			}
		}
	})
}
