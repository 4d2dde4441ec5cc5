package runtime

import (
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// argMax sorts one list at a time.
func argMax(w workers, o *ir.ArgMax, x, y *ir.Tensor) error {
	outer, count, inner, err := o.Lists(x.Shape)
	if err != nil {
		return err
	}
	return w.each(outer*inner, 16, func(lo, hi int) {
		order := make([]int, count)
		for i := lo; i < hi; i++ {
			value := func(j int) float32 { return x.Data[(i/inner*count+j)*inner+i%inner] }
			for j := range order {
				order[j] = j
			}
			slices.SortFunc(order, func(a, b int) int {
				switch {
				case value(a) > value(b):
					return -1
				case value(a) < value(b):
					return 1
				}
				return b - a
			})
			for j, index := range order[:o.TopK] {
				switch {
				case o.Flat && o.Values:
					y.Data[2*i*o.TopK+j] = float32(index)
					y.Data[(2*i+1)*o.TopK+j] = value(index)
				case o.Values:
					y.Data[(i/inner*o.TopK+j)*inner+i%inner] = value(index)
				default:
					y.Data[(i/inner*o.TopK+j)*inner+i%inner] = float32(index)
				}
			}
		}
	})
}
