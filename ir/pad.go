package ir

// Pad extends its input along each axis by Begin and End positions that hold
// Value. A convolution or pooling pads by itself; this is for values that a
// window does not treat as padding.
type Pad struct {
	Begin, End []int // one entry per axis, outermost first
	Value      float32
}

// Type is "Pad".
func (*Pad) Type() string { return "Pad" }

// Infer adds the pads to the extents.
func (o *Pad) Infer(in []Shape) (Signature, error) {
	if err := arity(in, 1); err != nil {
		return Signature{}, err
	}
	if len(o.Begin) != len(in[0]) || len(o.End) != len(in[0]) {
		return Signature{}, Errorf(ErrInvalid, "the pads are for %d and %d axes, the input %v has %d", len(o.Begin), len(o.End), in[0], len(in[0]))
	}
	out := in[0].Clone()
	for i := range out {
		switch begin, end := o.Begin[i], o.End[i]; {
		case begin < 0 || end < 0:
			return Signature{}, Errorf(ErrInvalid, "padding must not be negative, it is %d and %d", begin, end)
		case max(begin, end) > maxWindow:
			return Signature{}, Errorf(ErrLimit, "pads are limited to %d", maxWindow)
		default:
			out[i] += begin + end
		}
	}
	return Signature{Outputs: []Shape{out}}, nil
}

func (o *Pad) canonical([]Shape) Op { return o }
