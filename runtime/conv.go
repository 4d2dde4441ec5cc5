package runtime

import "github.com/alexconv/alexconv/ir"

// conv computes every output channel of one position at a time. See [ir.Conv]
// for the formula.
func conv(w workers, o *ir.Conv, x *ir.Tensor, params []*ir.Tensor, y *ir.Tensor) error {
	axis, err := ir.Axis(o.Axis, len(x.Shape))
	if err != nil {
		return err
	}
	walk := newWindows(o.Window, x.Shape[axis+1:], y.Shape[axis+1:])
	var (
		inPlane  = walk.in.Elements()
		outPlane = walk.out.Elements()
		kernel   = ir.Shape(o.Kernel).Elements()
		channels = x.Shape[axis]
		perGroup = channels / o.Group
		outputs  = o.OutChannels / o.Group
		filters  = params[0].Data
	)
	return w.each(x.Shape[:axis].Elements()*outPlane, 16, func(lo, hi int) {
		var t taps
		for i := lo; i < hi; i++ {
			batch, position := i/outPlane, i%outPlane
			walk.at(position, &t)
			for out := range o.OutChannels {
				var sum float64
				if o.Bias {
					sum = float64(params[1].Data[out])
				}
				for c := range perGroup {
					plane := x.Data[(batch*channels+out/outputs*perGroup+c)*inPlane:][:inPlane]
					filter := filters[(out*perGroup+c)*kernel:][:kernel]
					for j, offset := range t.input {
						sum += float64(filter[t.kernel[j]]) * float64(plane[offset])
					}
				}
				y.Data[(batch*o.OutChannels+out)*outPlane+position] = float32(sum)
			}
		}
	})
}
