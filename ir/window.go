package ir

// Same names the rules by which a window pads so that its output has
// ceil(input/stride) positions.
type Same int

// The padding rules. TensorFlow's SAME is SameUpper: an odd pad goes to the
// end.
const (
	Explicit Same = iota
	SameUpper
	SameLower
)

func (s Same) String() string {
	return [...]string{"explicit", "same_upper", "same_lower"}[s]
}

// Window is the sliding geometry that convolution and pooling share. Each
// slice has one entry per spatial axis, outermost first; all have the same
// length.
type Window struct {
	Kernel   []int
	Stride   []int
	Dilation []int
	// PadBegin and PadEnd hold explicit padding; both are zero where Same
	// asks for padding that depends on the input.
	PadBegin []int
	PadEnd   []int
	Same     Same
}

// NewWindow returns a window over square or cubic kernels with stride 1,
// dilation 1 and no padding.
func NewWindow(kernel ...int) Window {
	fill := func(v int) []int {
		s := make([]int, len(kernel))
		for i := range s {
			s[i] = v
		}
		return s
	}
	return Window{Kernel: kernel, Stride: fill(1), Dilation: fill(1), PadBegin: fill(0), PadEnd: fill(0)}
}

// Axes is the number of spatial axes.
func (w Window) Axes() int { return len(w.Kernel) }

// Extent is the number of input positions that the dilated kernel spans along
// an axis: dilation*(kernel-1)+1.
func (w Window) Extent(axis int) int { return w.Dilation[axis]*(w.Kernel[axis]-1) + 1 }

// Padded reports whether any explicit pad is non-zero.
func (w Window) Padded() bool {
	for i := range w.Kernel {
		if w.PadBegin[i] != 0 || w.PadEnd[i] != 0 {
			return true
		}
	}
	return false
}

// Pads is the padding before and after the input along an axis of the given
// extent, with Same resolved: the total is max((ceil(in/stride)-1)*stride +
// extent - in, 0).
func (w Window) Pads(axis, in int) (begin, end int) {
	if w.Same == Explicit {
		return w.PadBegin[axis], w.PadEnd[axis]
	}
	stride := w.Stride[axis]
	total := max((ceilDiv(in, stride)-1)*stride+w.Extent(axis)-in, 0)
	if w.Same == SameUpper {
		return total / 2, total - total/2
	}
	return total - total/2, total / 2
}

// Resolved is the window with Same replaced by the explicit pads that it
// means for the given spatial extents.
func (w Window) Resolved(spatial []int) Window {
	if w.Same == Explicit {
		return w
	}
	r := w
	r.Same = Explicit
	r.PadBegin, r.PadEnd = make([]int, w.Axes()), make([]int, w.Axes())
	for i := range w.Kernel {
		r.PadBegin[i], r.PadEnd[i] = w.Pads(i, spatial[i])
	}
	return r
}

// maxWindow bounds every number of a window, so that positions do not overflow.
const maxWindow = 1 << 24

// check refuses lengths that differ and values without meaning.
func (w Window) check() error {
	n := w.Axes()
	if n == 0 || len(w.Stride) != n || len(w.Dilation) != n || len(w.PadBegin) != n || len(w.PadEnd) != n {
		return Errorf(ErrInvalid, "kernel, stride, dilation and pads must name the same number of axes")
	}
	for i := range n {
		switch {
		case w.Kernel[i] <= 0:
			return Errorf(ErrInvalid, "kernel size must be positive, it is %d", w.Kernel[i])
		case w.Stride[i] <= 0:
			return Errorf(ErrInvalid, "stride must be positive, it is %d", w.Stride[i])
		case w.Dilation[i] <= 0:
			return Errorf(ErrInvalid, "dilation must be positive, it is %d", w.Dilation[i])
		case w.PadBegin[i] < 0 || w.PadEnd[i] < 0:
			return Errorf(ErrInvalid, "padding must not be negative, it is %d and %d", w.PadBegin[i], w.PadEnd[i])
		case w.Same != Explicit && (w.PadBegin[i] != 0 || w.PadEnd[i] != 0):
			return Errorf(ErrInvalid, "padding is given both as %v and in numbers", w.Same)
		}
		if max(w.Kernel[i], w.Stride[i], w.Dilation[i], w.PadBegin[i], w.PadEnd[i]) > maxWindow {
			return Errorf(ErrLimit, "kernel, stride, dilation and pads are limited to %d", maxWindow)
		}
	}
	return nil
}

// floorDiv rounds towards minus infinity; b is positive.
func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// ceilDiv rounds towards plus infinity; b is positive.
func ceilDiv(a, b int) int { return -floorDiv(-a, b) }
