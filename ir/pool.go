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
	// Mask adds a second output to a maximum: for each window, as a float, the
	// index of the maximum in its plane in row-major order, of the first one
	// among equals, and -1 where no value is greater than -FLT_MAX.
	Mask bool
	// InPlace is Caffe's result when the layer overwrites its input. Both share
	// one memory in which plane p of the input, with its own row length, begins
	// where plane p of the output does, and every value is written (-FLT_MAX or
	// 0 at first) before later windows read. No plane may grow.
	InPlace bool
}

// Type is "Pool".
func (*Pool) Type() string { return "Pool" }

// Infer gives (N, C, positions...), twice with Mask.
func (o *Pool) Infer(in []Shape) (Signature, error) {
	if err := arity(in, 1); err != nil {
		return Signature{}, err
	}
	out, err := o.output(in[0])
	switch {
	case err != nil:
		return Signature{}, err
	case o.Mask && o.Kind != Max:
		return Signature{}, Errorf(ErrInvalid, "only a maximum has a mask, this is an %v", o.Kind)
	case o.InPlace && out[2:].Elements() > in[0][2:].Elements():
		return Signature{}, Errorf(ErrUnsupported, "pooling in place into larger planes (%v from %v) depends on what was run before", out, in[0])
	case o.Mask:
		return Signature{Outputs: []Shape{out, out}}, nil
	}
	return Signature{Outputs: []Shape{out}}, nil
}

func (o *Pool) output(x Shape) (Shape, error) {
	if len(x) < 3 {
		return nil, Errorf(ErrInvalid, "pooling needs batch, channel and spatial axes, the input is %v", x)
	}
	if o.Global {
		out := x.Clone()
		for i := 2; i < len(x); i++ {
			if x[i] == 0 {
				return nil, Errorf(ErrInvalid, "nothing to pool in input %v", x)
			}
			out[i] = 1
		}
		return out, nil
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	if len(x)-2 != o.Axes() {
		return nil, Errorf(ErrInvalid, "input %v has %d spatial axes, the kernel has %d", x, len(x)-2, o.Axes())
	}
	out := x[:2].Clone()
	for i := range o.Kernel {
		positions := o.Positions(i, x[2+i])
		if positions <= 0 {
			return nil, Errorf(ErrInvalid, "no window fits: the kernel spans %d positions of an input of %v", o.Extent(i), x)
		}
		out = append(out, positions)
	}
	return out, nil
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
		return &Pool{Kind: o.Kind, Global: true, Mask: o.Mask, InPlace: o.InPlace}
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
