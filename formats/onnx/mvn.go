package onnx

import "github.com/alexconv/alexconv/ir"

// writeMVN writes (x - mean)/(deviation + Eps) in steps, behind a Reshape where
// axes are missing.
func writeMVN(l *lowering, o *ir.MVN) error {
	x := l.inputs[0]
	if rank := len(l.in[0]); rank < 4 {
		dims := make([]int, rank, 4) // zeros, which copy
		for len(dims) < 4 {
			dims = append(dims, 1)
		}
		x = l.reshaped(x, dims)
	}
	axes := []int{2, 3}
	if o.AcrossChannels {
		axes = []int{1, 2, 3}
	}
	inputs := []string{x, l.mean(x, axes)}
	if o.MeanOnly {
		l.result("Sub", inputs)
		return nil
	}
	centred := l.step("Sub", inputs)
	variance := l.mean(l.step("Mul", []string{centred, centred}), axes)
	deviation := l.step("Sqrt", []string{variance})
	l.result("Div", []string{centred, l.step("Add", []string{deviation, l.scalar("epsilon", o.Eps)})})
	return nil
}
