package runtime

import "github.com/alexconv/alexconv/ir"

// fullyConnected computes one output unit of one row at a time. See
// [ir.FullyConnected] for the formula.
func fullyConnected(w workers, o *ir.FullyConnected, x *ir.Tensor, params []*ir.Tensor, y *ir.Tensor) error {
	axis, err := ir.Axis(o.Axis, len(x.Shape))
	if err != nil {
		return err
	}
	rows, inputs := x.Shape[:axis].Elements(), x.Shape[axis:].Elements()
	weights := params[0].Data
	unitStep, inputStep := inputs, 1
	if o.Transposed {
		unitStep, inputStep = 1, o.Units
	}
	return w.each(rows*o.Units, 16, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			row, unit := i/o.Units, i%o.Units
			var sum float64
			if o.Bias {
				sum = float64(params[1].Data[unit])
			}
			for j, v := range x.Data[row*inputs:][:inputs] {
				sum += float64(weights[unit*unitStep+j*inputStep]) * float64(v)
			}
			y.Data[i] = float32(sum)
		}
	})
}
