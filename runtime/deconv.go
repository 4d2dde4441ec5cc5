package runtime

import "github.com/alexconv/alexconv/ir"

// deconv computes one output channel at a time: every input position adds its
// kernel. See [ir.Deconv] for the formula.
func deconv(w workers, o *ir.Deconv, x *ir.Tensor, params []*ir.Tensor, y *ir.Tensor) error {
	axis, err := ir.Axis(o.Axis, len(x.Shape))
	if err != nil {
		return err
	}
	// The input's positions slide over the output as a convolution's windows
	// slide over its input.
	walk := newWindows(o.Window, y.Shape[axis+1:], x.Shape[axis+1:])
	var (
		inPlane  = walk.out.Elements()
		outPlane = walk.in.Elements()
		kernel   = ir.Shape(o.Kernel).Elements()
		channels = x.Shape[axis]
		perGroup = channels / o.Group
		outputs  = o.OutChannels / o.Group
		filters  = params[0].Data
	)
	return w.each(x.Shape[:axis].Elements()*o.OutChannels, 1, func(lo, hi int) {
		var t taps
		sums := make([]float64, outPlane)
		for i := lo; i < hi; i++ {
			batch, out := i/o.OutChannels, i%o.OutChannels
			for j := range sums {
				sums[j] = 0
				if o.Bias {
					sums[j] = float64(params[1].Data[out])
				}
			}
			first := out / outputs * perGroup
			for position := range inPlane {
				walk.at(position, &t)
				for c := first; c < first+perGroup; c++ {
					v := float64(x.Data[(batch*channels+c)*inPlane+position])
					filter := filters[(c*outputs+out%outputs)*kernel:][:kernel]
					for j, offset := range t.input {
						sums[offset] += v * float64(filter[t.kernel[j]])
					}
				}
			}
			for j, sum := range sums {
				y.Data[i*outPlane+j] = float32(sum)
			}
		}
	})
}
