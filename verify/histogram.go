package verify

import (
	"math"

	"github.com/alexconv/alexconv/ir"
)

// decades is the number of powers of ten in a [Deviation.Histogram], from 1e-9
// to 1.
const decades = 10

// histogram is that of a [Deviation].
func histogram(reference, other []float32, d difference) []int {
	if d.maxAbs == 0 {
		return nil
	}
	counts := make([]int, decades+2)
	for i, v := range reference {
		if v == other[i] {
			counts[0]++
			continue
		}
		deviation := math.Abs(float64(other[i]) - float64(v))
		if math.IsNaN(deviation) || math.IsInf(deviation, 0) {
			continue
		}
		bin, limit := 1, 1e-9*d.largest
		for bin <= decades && !(deviation < limit) {
			bin++
			limit *= 10
		}
		counts[bin]++
	}
	return counts
}

// finest is the largest number of rows and columns of a map of deviations.
const finest = 56

// heat is the map of a [Divergence].
func heat(reference, other *ir.Tensor, d difference) [][]Number {
	if len(reference.Shape) != 4 || d.maxAbs == 0 || d.count == 0 {
		return nil
	}
	channels, height, width := reference.Shape[1], reference.Shape[2], reference.Shape[3]
	block := (max(height, width) + finest - 1) / finest
	rows := make([][]Number, (height+block-1)/block)
	for i := range rows {
		rows[i] = make([]Number, (width+block-1)/block)
	}
	for i := range channels * height * width {
		y, x := i/width%height, i%width
		at := &rows[y/block][x/block]
		deviation := Number(math.Abs(float64(other.Data[i]) - float64(reference.Data[i])))
		if reference.Data[i] != other.Data[i] && !(deviation <= *at) {
			*at = deviation
		}
	}
	return rows
}
