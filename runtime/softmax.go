package runtime

import (
	"math"

	"github.com/alexconv/alexconv/ir"
)

// softmax subtracts the largest value along the axis first, so that no
// exponential overflows.
func softmax(w workers, o *ir.Softmax, x, y *ir.Tensor) error {
	axis, err := ir.Axis(o.Axis, len(x.Shape))
	if err != nil {
		return err
	}
	outer, n, inner := x.Shape[:axis].Elements(), x.Shape[axis], x.Shape[axis+1:].Elements()
	return w.each(outer*inner, 16, func(lo, hi int) {
		exponentials := make([]float64, n)
		for i := lo; i < hi; i++ {
			start := i/inner*n*inner + i%inner
			top := math.Inf(-1)
			for j := range n {
				top = max(top, float64(x.Data[start+j*inner]))
			}
			var sum float64
			for j := range n {
				exponentials[j] = math.Exp(float64(x.Data[start+j*inner]) - top)
				sum += exponentials[j]
			}
			for j := range n {
				y.Data[start+j*inner] = float32(exponentials[j] / sum)
			}
		}
	})
}
