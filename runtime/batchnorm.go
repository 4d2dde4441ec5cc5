package runtime

import (
	"math"

	"github.com/alexconv/alexconv/ir"
)

// batchNorm normalises one channel at a time with the mean and variance that
// it is given, or with those of the channel itself.
func batchNorm(w workers, o *ir.BatchNorm, x *ir.Tensor, params []*ir.Tensor, y *ir.Tensor) error {
	batch, channels, inner := 1, 1, x.Shape.Elements()
	if len(x.Shape) > 1 {
		batch, channels, inner = x.Shape[0], x.Shape[1], x.Shape[2:].Elements()
	}
	return w.each(channels, 1, func(lo, hi int) {
		for c := lo; c < hi; c++ {
			// each calls f with every index of channel c.
			each := func(f func(i int)) {
				for n := range batch {
					for i := range inner {
						f((n*channels+c)*inner + i)
					}
				}
			}
			var mean, variance float64
			if o.BatchStats {
				count := float64(batch * inner)
				each(func(i int) { mean += float64(x.Data[i]) / count })
				each(func(i int) { d := float64(x.Data[i]) - mean; variance += d * d / count })
			} else {
				mean, variance = float64(params[0].Data[c]), float64(params[1].Data[c])
			}
			deviation := math.Sqrt(variance + float64(o.Eps))
			each(func(i int) { y.Data[i] = float32((float64(x.Data[i]) - mean) / deviation) })
		}
	})
}
