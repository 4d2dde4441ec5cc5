package runtime

import "github.com/alexconv/alexconv/ir"

// bias adds the second input or, with one input, the parameter.
func bias(w workers, o *ir.Bias, in, params []*ir.Tensor, y *ir.Tensor) error {
	x, inner := in[0], 1
	summand := in[len(in)-1]
	if len(in) == 1 {
		summand = params[0]
	}
	if len(summand.Shape) > 0 {
		axis, err := ir.Axis(o.Axis, len(x.Shape))
		if err != nil {
			return err
		}
		inner = x.Shape[axis+len(summand.Shape):].Elements()
	}
	return w.each(len(x.Data), elements, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			y.Data[i] = x.Data[i] + summand.Data[i/inner%len(summand.Data)]
		}
	})
}
