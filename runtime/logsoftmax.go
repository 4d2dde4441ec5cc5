package runtime

import (
	"math"

	"github.com/alexconv/alexconv/ir"
)

// logSoftmax subtracts the largest value along the axis first, so that no
// exponential overflows.
func logSoftmax(w workers, o *ir.LogSoftmax, x, y *ir.Tensor) error {
	axis, err := ir.Axis(o.Axis, len(x.Shape))
	if err != nil {
		return err
	}
	outer, n, inner := x.Shape[:axis].Elements(), x.Shape[axis], x.Shape[axis+1:].Elements()
	return w.each(outer*inner, 16, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			start := i/inner*n*inner + i%inner
			top := math.Inf(-1)
			for j := range n {
				top = max(top, float64(x.Data[start+j*inner]))
			}
			var sum float64
			for j := range n {
				sum += math.Exp(float64(x.Data[start+j*inner]) - top)
			}
			shift := top + math.Log(sum)
			for j := range n {
				y.Data[start+j*inner] = float32(float64(x.Data[start+j*inner]) - shift)
			}
		}
	})
}
