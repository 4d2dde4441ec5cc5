package runtime

import "github.com/alexconv/alexconv/ir"

// transpose walks over the output in order and steps through the input with the
// strides of its reordered axes.
func transpose(w workers, o *ir.Transpose, x, y *ir.Tensor) error {
	rank := len(y.Shape)
	stride := make([]int, rank) // of the input, by output axis
	for i, axis := range o.Order {
		stride[i] = x.Shape[axis+1:].Elements()
	}
	if rank == 0 {
		copy(y.Data, x.Data)
		return nil
	}
	run := y.Shape[rank-1]
	return w.each(y.Shape[:rank-1].Elements(), max(1, elements/max(run, 1)), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			from, rest := 0, i
			for axis := rank - 2; axis >= 0; axis-- {
				from += rest % y.Shape[axis] * stride[axis]
				rest /= y.Shape[axis]
			}
			for j := range run {
				y.Data[i*run+j] = x.Data[from+j*stride[rank-1]]
			}
		}
	})
}
