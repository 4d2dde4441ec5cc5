package runtime

import "github.com/alexconv/alexconv/ir"

// windows walks the positions of a sliding window over the spatial axes of a
// tensor.
type windows struct {
	ir.Window          // with explicit pads
	in, out   ir.Shape // spatial extents
}

func newWindows(w ir.Window, in, out ir.Shape) windows {
	return windows{Window: w.Resolved(in), in: in, out: out}
}

// taps are the elements of one window that lie inside the input.
type taps struct {
	input  []int // offset in the input plane
	kernel []int // offset in the kernel
	spare  [2][]int
}

// at finds the taps of the window at output position p, both counted in
// row-major order.
func (w windows) at(p int, t *taps) {
	t.input, t.kernel = append(t.input[:0], 0), append(t.kernel[:0], 0)
	for axis, extent := range w.in {
		start := w.start(axis, p)
		first, last := w.inside(axis, start, extent)
		input, kernel := t.spare[0][:0], t.spare[1][:0]
		for i := range t.input {
			for k := first; k < last; k++ {
				input = append(input, t.input[i]*extent+start+k*w.Dilation[axis])
				kernel = append(kernel, t.kernel[i]*w.Kernel[axis]+k)
			}
		}
		t.spare = [2][]int{t.input, t.kernel}
		t.input, t.kernel = input, kernel
	}
}

// start is the input coordinate along an axis, negative in the padding, of the
// first tap of the window at output position p.
func (w windows) start(axis, p int) int {
	return p/w.out[axis+1:].Elements()%w.out[axis]*w.Stride[axis] - w.PadBegin[axis]
}

// inside gives the taps first to last-1 of a window along an axis that lie in
// [0, end). last is below first where the window lies wholly outside.
func (w windows) inside(axis, start, end int) (first, last int) {
	step := w.Dilation[axis]
	return max(0, ceilDiv(-start, step)), min(w.Kernel[axis], ceilDiv(end-start, step))
}

// ceilDiv rounds towards plus infinity; b is positive.
func ceilDiv(a, b int) int {
	q := a / b
	if a%b > 0 {
		q++
	}
	return q
}
