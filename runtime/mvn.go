package runtime

import (
	"math"

	"github.com/alexconv/alexconv/ir"
)

// mvn normalises one channel, or one batch element, at a time.
func mvn(w workers, o *ir.MVN, x, y *ir.Tensor) error {
	groups := y.Shape[:2].Elements()
	if o.AcrossChannels {
		groups = y.Shape[0]
	}
	run := len(x.Data) / max(groups, 1)
	return w.each(groups, 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			from, to := x.Data[i*run:][:run], y.Data[i*run:][:run]
			var mean, variance float64
			for _, v := range from {
				mean += float64(v) / float64(run)
			}
			for _, v := range from {
				d := float64(v) - mean
				variance += d * d / float64(run)
			}
			divisor := 1.0
			if !o.MeanOnly {
				divisor = math.Sqrt(variance) + float64(o.Eps)
			}
			for j, v := range from {
				to[j] = float32((float64(v) - mean) / divisor)
			}
		}
	})
}
