package runtime

import (
	"math"

	"github.com/alexconv/alexconv/ir"
)

// lrn scales each element by a power of K + C*(sum of squares). See [ir.LRN]
// for the formula.
func lrn(w workers, o *ir.LRN, x, y *ir.Tensor) error {
	squares := acrossSquares
	if o.Region == ir.Within {
		squares = withinSquares
	}
	lost := o.InPlace && o.Region == ir.Across
	width := x.Shape[3]
	return w.each(x.Shape[:3].Elements(), 1, func(lo, hi int) {
		for i := lo * width; i < hi*width; i++ {
			base := float64(o.K) + float64(o.C)*squares(x, i, o.Size)
			if lost {
				y.Data[i] = float32(math.Pow(base, -2*float64(o.Beta)))
			} else {
				y.Data[i] = float32(float64(x.Data[i]) * math.Pow(base, -float64(o.Beta)))
			}
		}
	})
}

// around is the window of size elements around i, cut to [0, n); an even size
// has its larger half after i.
func around(i, size, n int) (first, last int) {
	return max(0, i-(size-1)/2), min(n-1, i+size/2)
}

// acrossSquares sums over neighbouring channels at the position of element i.
func acrossSquares(x *ir.Tensor, i, size int) float64 {
	channels, plane := x.Shape[1], x.Shape[2]*x.Shape[3]
	channel := i / plane % channels
	first, last := around(channel, size, channels)
	var sum float64
	for c := first; c <= last; c++ {
		v := float64(x.Data[i+(c-channel)*plane])
		sum += v * v
	}
	return sum
}

// withinSquares sums over neighbouring positions in the channel of element i.
func withinSquares(x *ir.Tensor, i, size int) float64 {
	height, width := x.Shape[2], x.Shape[3]
	row, column := i/width%height, i%width
	top, bottom := around(row, size, height)
	left, right := around(column, size, width)
	var sum float64
	for r := top; r <= bottom; r++ {
		for c := left; c <= right; c++ {
			v := float64(x.Data[i+(r-row)*width+c-column])
			sum += v * v
		}
	}
	return sum
}
