package runtime

import (
	"math"

	"github.com/alexconv/alexconv/ir"
)

// reduction adds up one run of the axes from Axis on at a time.
func reduction(w workers, o *ir.Reduction, x, y *ir.Tensor) error {
	axis, err := ir.Axis(o.Axis, len(x.Shape))
	if err != nil {
		return err
	}
	run := x.Shape[axis:].Elements()
	factor := float64(o.Coefficient)
	if o.Kind == ir.ReduceMean {
		factor /= float64(run)
	}
	return w.each(len(y.Data), 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			var sum float64
			for _, value := range x.Data[i*run:][:run] {
				switch v := float64(value); o.Kind {
				case ir.ReduceAbsSum:
					sum += math.Abs(v)
				case ir.ReduceSumSquares:
					sum += v * v
				default:
					sum += v
				}
			}
			y.Data[i] = float32(factor * sum)
		}
	})
}
