package runtime

import (
	"math"

	"github.com/alexconv/alexconv/ir"
)

// pool reduces one window of every plane at a time. A NaN never wins a maximum,
// because Caffe asks whether a value is greater than the largest so far, which
// starts at -FLT_MAX.
func pool(w workers, o *ir.Pool, x, y *ir.Tensor) error {
	walk := poolWindows(o, x, y)
	planes, inPlane, outPlane := x.Shape[:2].Elements(), walk.in.Elements(), walk.out.Elements()
	return w.each(outPlane, 16, func(lo, hi int) {
		var t taps
		for p := lo; p < hi; p++ {
			walk.at(p, &t)
			divisor := walk.divisor(p, o.CountPad)
			for i := range planes {
				plane := x.Data[i*inPlane:][:inPlane]
				if o.Kind == ir.Max {
					y.Data[i*outPlane+p] = largest(plane, t.input)
				} else {
					y.Data[i*outPlane+p] = float32(sum(plane, t.input) / divisor)
				}
			}
		}
	})
}

// poolWindows walks a pooling's windows, of which a global one has one.
func poolWindows(o *ir.Pool, x, y *ir.Tensor) windows {
	window := o.Window
	if o.Global {
		window = ir.NewWindow(x.Shape[2:]...)
	}
	return newWindows(window, x.Shape[2:], y.Shape[2:])
}

// divisor is the number of taps that an average at position p counts, as Caffe
// computes it: one factor per axis, from the first tap (the first inside the
// input unless countPad) to the input's end (the padding's if countPad). A
// factor is negative where the window starts beyond that end, so that an
// average of nothing is NaN or a zero of either sign.
func (w windows) divisor(p int, countPad bool) float64 {
	product := 1.0
	for axis, extent := range w.in {
		start := w.start(axis, p)
		first, last := w.inside(axis, start, extent)
		if countPad {
			first = 0
			_, last = w.inside(axis, start, extent+w.PadEnd[axis])
		}
		product *= float64(last - first)
	}
	return product
}

func largest(plane []float32, offsets []int) float32 {
	result := float32(-math.MaxFloat32)
	for _, offset := range offsets {
		if plane[offset] > result {
			result = plane[offset]
		}
	}
	return result
}

func sum(plane []float32, offsets []int) float64 {
	var result float64
	for _, offset := range offsets {
		result += float64(plane[offset])
	}
	return result
}
