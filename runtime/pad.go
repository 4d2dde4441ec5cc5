package runtime

import "github.com/alexconv/alexconv/ir"

// pad fills the output with the value and copies the input's rows into it.
func pad(w workers, o *ir.Pad, x, y *ir.Tensor) error {
	rank := len(y.Shape)
	for i := range y.Data {
		y.Data[i] = o.Value
	}
	if rank == 0 {
		copy(y.Data, x.Data)
		return nil
	}
	run := x.Shape[rank-1]
	return w.each(x.Shape[:rank-1].Elements(), max(1, elements/max(run, 1)), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			to, step, rest := o.Begin[rank-1], y.Shape[rank-1], i
			for axis := rank - 2; axis >= 0; axis-- {
				to += (rest%x.Shape[axis] + o.Begin[axis]) * step
				step *= y.Shape[axis]
				rest /= x.Shape[axis]
			}
			copy(y.Data[to:], x.Data[i*run:][:run])
		}
	})
}
