package ir

// Deconv is the transpose of a grouped, dilated cross-correlation over the axes
// after Axis, also called a transposed convolution. Every input position adds
// its kernel to the output:
//
//	y[n, g*OutChannels/Group + o, q] = bias + sum over c, p, k of w[c, o, k] * x[n, c, p]
//
// over the channels c of group g and all p, k with q = p*Stride - PadBegin +
// k*Dilation. All axes before Axis count as batch. Parameters: weights (C,
// OutChannels/Group, kernel...), then bias (OutChannels) if Bias is set.
//
// The output extent is (in - 1)*stride + extent - pads + OutputPad. Pads cut the
// output; padding that follows the input size has no meaning here.
type Deconv struct {
	OutChannels int
	Window
	// OutputPad adds positions at the end of each spatial axis; nil is none.
	OutputPad []int
	Group     int
	Axis      int // the channel axis, 1 for NCHW
	Bias      bool
}

// Type is "Deconv".
func (*Deconv) Type() string { return "Deconv" }

// Infer gives (batch..., OutChannels, spatial...).
func (o *Deconv) Infer(in []Shape) (Signature, error) {
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
		in := x[axis+1+i]
		extent := int64(in-1)*int64(o.Stride[i]) + int64(o.Dilation[i])*int64(o.Kernel[i]-1) + 1 - int64(o.PadBegin[i]+o.PadEnd[i]) + int64(o.outputPad(i))
		switch {
		case in <= 0 || extent <= 0:
			return Signature{}, Errorf(ErrInvalid, "the pads leave nothing of the output (input %v)", x)
		case extent > MaxElements:
			return Signature{}, Errorf(ErrLimit, "the output would have %d positions along axis %d (input %v)", extent, axis+1+i, x)
		}
		out = append(out, int(extent))
	}
	weights := append(Shape{channels, o.OutChannels / o.Group}, o.Kernel...)
	params := []Param{{"weights", weights}}
	if o.Bias {
		params = append(params, Param{"bias", Shape{o.OutChannels}})
	}
	return Signature{Outputs: []Shape{out}, Params: params}, nil
}

func (o *Deconv) check() error {
	if err := o.Window.check(); err != nil {
		return err
	}
	if o.Same != Explicit {
		return Errorf(ErrInvalid, "the padding of a deconvolution must be explicit, it is %v", o.Same)
	}
	if len(o.OutputPad) != 0 && len(o.OutputPad) != o.Axes() {
		return Errorf(ErrInvalid, "output padding is given for %d axes, the kernel has %d", len(o.OutputPad), o.Axes())
	}
	for _, p := range o.OutputPad {
		if p < 0 || p > maxWindow {
			return Errorf(ErrInvalid, "output padding must lie between 0 and %d, it is %d", maxWindow, p)
		}
	}
	return nil
}

func (o *Deconv) outputPad(axis int) int {
	if len(o.OutputPad) == 0 {
		return 0
	}
	return o.OutputPad[axis]
}

// canonical cuts less at the end instead of adding there.
func (o *Deconv) canonical(in []Shape) Op {
	c := *o
	c.Axis, _ = Axis(o.Axis, len(in[0]))
	c.PadEnd, c.OutputPad = nil, nil
	added := false
	for i := range o.Kernel {
		both := min(o.PadEnd[i], o.outputPad(i))
		c.PadEnd = append(c.PadEnd, o.PadEnd[i]-both)
		c.OutputPad = append(c.OutputPad, o.outputPad(i)-both)
		added = added || c.OutputPad[i] > 0
	}
	if !added {
		c.OutputPad = nil
	}
	return &c
}
