package ir

// Conv is a grouped, dilated cross-correlation (no kernel flip) over the axes
// after Axis:
//
//	y[n, o, p] = bias[o] + sum over c, k of w[o, c, k] * x[n, g*C/Group + c, p*Stride - PadBegin + k*Dilation]
//
// with g the group of output channel o and x zero outside its extent. All axes
// before Axis count as batch. Parameters: weights (OutChannels, C/Group,
// kernel...), then bias (OutChannels) if Bias is set.
//
// The output extent is (in + pads - extent)/stride + 1 with the division
// rounded towards zero, as Caffe computes it: a window that is larger than its
// padded input by less than a stride still has one position.
type Conv struct {
	OutChannels int
	Window
	Group int
	Axis  int // the channel axis, 1 for NCHW
	Bias  bool
}

// Type is "Conv".
func (*Conv) Type() string { return "Conv" }

// Infer gives (batch..., OutChannels, spatial...).
func (o *Conv) Infer(in []Shape) (Signature, error) {
	if err := arity(in, 1); err != nil {
		return Signature{}, err
	}
	if err := o.check(); err != nil {
		return Signature{}, err
	}
	x := in[0]
	axis, err := Axis(o.Axis, len(x))
	if err != nil {
		return Signature{}, err
	}
	if got := len(x) - axis - 1; got != o.Axes() {
		return Signature{}, Errorf(ErrInvalid, "input %v has %d spatial axes, the kernel has %d", x, got, o.Axes())
	}
	channels := x[axis]
	switch {
	case o.OutChannels <= 0:
		return Signature{}, Errorf(ErrInvalid, "the number of outputs must be positive, it is %d", o.OutChannels)
	case o.Group <= 0:
		return Signature{}, Errorf(ErrInvalid, "the number of groups must be positive, it is %d", o.Group)
	case channels%o.Group != 0:
		return Signature{}, Errorf(ErrInvalid, "%d input channels do not divide into %d groups", channels, o.Group)
	case o.OutChannels%o.Group != 0:
		return Signature{}, Errorf(ErrInvalid, "%d outputs do not divide into %d groups", o.OutChannels, o.Group)
	}
	out := append(x[:axis].Clone(), o.OutChannels)
	for i := range o.Kernel {
		extent := x[axis+1+i]
		begin, end := o.Pads(i, extent)
		positions := (extent+begin+end-o.Extent(i))/o.Stride[i] + 1
		if positions <= 0 {
			return Signature{}, Errorf(ErrInvalid, "the kernel spans %d positions, the padded input %d (input %v)",
				o.Extent(i), extent+begin+end, x)
		}
		out = append(out, positions)
	}
	weights := append(Shape{o.OutChannels, channels / o.Group}, o.Kernel...)
	params := []Param{{"weights", weights}}
	if o.Bias {
		params = append(params, Param{"bias", Shape{o.OutChannels}})
	}
	return Signature{Outputs: []Shape{out}, Params: params}, nil
}

func (o *Conv) canonical(in []Shape) Op {
	c := *o
	c.Axis, _ = Axis(o.Axis, len(in[0]))
	return &c
}
