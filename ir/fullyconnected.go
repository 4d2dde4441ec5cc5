package ir

// FullyConnected is a matrix product of the input, flattened from Axis on in
// row-major order (C, H, W after a spatial value):
//
//	y[b, o] = bias[o] + sum over i of weights[o, i] * x[b, i]
//
// Parameters: weights (Units, in), or (in, Units) if Transposed, then bias
// (Units) if Bias is set.
type FullyConnected struct {
	Units      int
	Axis       int // may count from the end
	Bias       bool
	Transposed bool
}

// Type is "FullyConnected".
func (*FullyConnected) Type() string { return "FullyConnected" }

// Infer gives the axes before Axis followed by Units.
func (o *FullyConnected) Infer(in []Shape) (Signature, error) {
	if err := arity(in, 1); err != nil {
		return Signature{}, err
	}
	if o.Units <= 0 {
		return Signature{}, Errorf(ErrInvalid, "the number of outputs must be positive, it is %d", o.Units)
	}
	axis, err := Axis(o.Axis, len(in[0]))
	if err != nil {
		return Signature{}, err
	}
	weights := Shape{o.Units, in[0][axis:].Elements()}
	if o.Transposed {
		weights[0], weights[1] = weights[1], weights[0]
	}
	params := []Param{{"weights", weights}}
	if o.Bias {
		params = append(params, Param{"bias", Shape{o.Units}})
	}
	return Signature{Outputs: []Shape{append(in[0][:axis].Clone(), o.Units)}, Params: params}, nil
}

// canonical has the weights as (Units, in); the digest transposes them.
func (o *FullyConnected) canonical(in []Shape) Op {
	c := *o
	c.Axis, _ = Axis(o.Axis, len(in[0]))
	c.Transposed = false
	return &c
}
