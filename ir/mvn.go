package ir

// MVN is mean-variance normalisation of each channel of each batch element or,
// with AcrossChannels, of each batch element: (x - mean)/(deviation + Eps),
// deviation being the square root of the biased variance, or with MeanOnly
// x - mean. Eps stands beside the root, unlike that of [BatchNorm].
//
// The axes are (batch, channel, height, width), of which the last may be
// missing; the output has all four, the missing ones with extent 1, as in
// Caffe.
type MVN struct {
	AcrossChannels bool
	MeanOnly       bool
	Eps            float32
}

// Type is "MVN".
func (*MVN) Type() string { return "MVN" }

// Infer completes the shape to four axes.
func (o *MVN) Infer(in []Shape) (Signature, error) {
	if err := arity(in, 1); err != nil {
		return Signature{}, err
	}
	if len(in[0]) > 4 {
		return Signature{}, Errorf(ErrInvalid, "the input must have at most 4 axes (num, channels, height, width), it is %v", in[0])
	}
	out := in[0].Clone()
	for len(out) < 4 {
		out = append(out, 1)
	}
	return Signature{Outputs: []Shape{out}}, nil
}

func (o *MVN) canonical([]Shape) Op {
	if o.MeanOnly {
		return &MVN{AcrossChannels: o.AcrossChannels, MeanOnly: true}
	}
	return o
}
