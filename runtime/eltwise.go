package runtime

import "github.com/alexconv/alexconv/ir"

// eltwise folds the inputs from left to right.
func eltwise(w workers, o *ir.Eltwise, in []*ir.Tensor, y *ir.Tensor) error {
	return w.each(len(y.Data), elements, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			v := coefficient(o, 0) * float64(in[0].Data[i])
			for j, x := range in[1:] {
				v = combine(o, v, float64(x.Data[i]), j+1)
			}
			y.Data[i] = float32(v)
		}
	})
}

func combine(o *ir.Eltwise, v, x float64, input int) float64 {
	switch o.Kind {
	case ir.Sum:
		return v + coefficient(o, input)*x
	case ir.Product:
		return v * x
	}
	return maximum(v, x, input)
}

// maximum is Caffe's: the first two inputs are asked whether the first is
// greater, each later one whether it is greater than the result so far. Only
// NaN tells the difference.
func maximum(v, x float64, input int) float64 {
	if input == 1 && !(v > x) || input > 1 && x > v {
		return x
	}
	return v
}

func coefficient(o *ir.Eltwise, input int) float64 {
	if len(o.Coefficients) == 0 {
		return 1
	}
	return float64(o.Coefficients[input])
}
