package runtime

import "github.com/alexconv/alexconv/ir"

// scale multiplies by the second input or, with one input, by the first
// parameter, and adds the last parameter if there is a bias.
func scale(w workers, o *ir.Scale, in, params []*ir.Tensor, y *ir.Tensor) error {
	x := in[0]
	multiplier := params
	if len(in) == 2 {
		multiplier = in[1:]
	}
	factor := multiplier[0]
	inner := 1
	if len(factor.Shape) > 0 {
		axis, err := ir.Axis(o.Axis, len(x.Shape))
		if err != nil {
			return err
		}
		inner = x.Shape[axis+len(factor.Shape):].Elements()
	}
	return w.each(len(x.Data), elements, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			j := i / inner % len(factor.Data)
			v := float64(x.Data[i]) * float64(factor.Data[j])
			if o.Bias {
				v += float64(params[len(params)-1].Data[j])
			}
			y.Data[i] = float32(v)
		}
	})
}
