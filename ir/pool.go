package ir

// PoolKind is what a pooling window computes.
type PoolKind int

// The pooling kinds.
const (
	Max PoolKind = iota
	Average
)

func (k PoolKind) String() string { return [...]string{"max", "average"}[k] }

// Pool reduces each window of the spatial axes (those after the first two) to
// its maximum or its average.
//
// A maximum ignores padding; that of a window wholly outside the input is
// -FLT_MAX, as in Caffe. An average divides the sum of the input positions by
// the number of positions of the window that lie inside the input, or, with
// CountPad, inside the input and its padding; positions beyond the end pad
// (the overhang of Ceil) never count. A window wholly outside averages 0/0.
type Pool struct {
	Kind PoolKind
	Window
	// Global makes the window the whole plane; Kernel and the rest of Window
	// are then empty.
	Global bool
	// Ceil rounds the number of positions up instead of down.
	Ceil bool
	// Clip drops a last position that would start at or beyond the input's
	// end plus PadBegin. Caffe clips when any pad is non-zero, others always.
	Clip bool
	// CountPad makes an average's divisor count padding.
	CountPad bool
}

// Type is "Pool".
func (*Pool) Type() string { return "Pool" }

// Infer gives (N, C, positions...).
func (o *Pool) Infer(in []Shape) (Signature, error) {
	if err := arity(in, 1); err != nil {
		return Signature{}, err
	}
	x := in[0]
	if len(x) < 3 {
		return Signature{}, Errorf(ErrInvalid, "pooling needs batch, channel and spatial axes, the input is %v", x)
	}
	if o.Global {
		out := x.Clone()
		for i := 2; i < len(x); i++ {
			if x[i] == 0 {
				return Signature{}, Errorf(ErrInvalid, "nothing to pool in input %v", x)
			}
			out[i] = 1
		}
		return Signature{Outputs: []Shape{out}}, nil
	}
	if err := o.check(); err != nil {
		return Signature{}, err
	}
	if len(x)-2 != o.Axes() {
		return Signature{}, Errorf(ErrInvalid, "input %v has %d spatial axes, the kernel has %d", x, len(x)-2, o.Axes())
	}
	out := x[:2].Clone()
	for i := range o.Kernel {
		positions := o.Positions(i, x[2+i])
		if positions <= 0 {
			return Signature{}, Errorf(ErrInvalid, "no window fits: the kernel spans %d positions of an input of %v", o.Extent(i), x)
		}
		out = append(out, positions)
	}
	return Signature{Outputs: []Shape{out}}, nil
}

// Positions is the number of windows along a spatial axis of the given extent:
// (in + pads - extent)/stride + 1, rounded and clipped as the attributes say.
func (o *Pool) Positions(axis, in int) int {
	begin, end := o.Pads(axis, in)
	span, stride := in+begin+end-o.Extent(axis), o.Stride[axis]
	positions := floorDiv(span, stride) + 1
	if o.Ceil {
		positions = ceilDiv(span, stride) + 1
	}
	if o.Clip && (positions-1)*stride >= in+begin {
		positions--
	}
	return positions
}

// canonical clears the attributes that cannot matter at any input size: a clip
// with windows that always start inside, and padding counted where there is
// none.
func (o *Pool) canonical([]Shape) Op {
	c := *o
	if o.Global {
		return &Pool{Kind: o.Kind, Global: true}
	}
	c.Clip = o.Clip && o.mayStartOutside()
	c.CountPad = o.CountPad && o.Kind == Average && (o.Padded() || o.Same != Explicit)
	return &c
}

// mayStartOutside reports whether, at some input size, a window can start at or
// beyond the input's end plus the begin pad. The last one starts at most at
// in + begin + end - extent, and less than a stride later with Ceil.
func (o *Pool) mayStartOutside() bool {
	for i := range o.Kernel {
		latest := o.PadEnd[i] - o.Extent(i)
		if o.Ceil {
			latest += o.Stride[i] - 1
		}
		if latest >= 0 {
			return true
		}
	}
	return false
}
