package ir

// Bias adds to its first input a smaller tensor whose axes are aligned with
// those of the input from Axis on and which is repeated along the others.
//
// With one input, the summand is the parameter bias, spanning NumAxes axes (-1:
// all from Axis on; 0: a scalar). With two inputs it is the second input, and
// NumAxes is not used.
type Bias struct {
	Axis    int // may count from the end
	NumAxes int
}

// Type is "Bias".
func (*Bias) Type() string { return "Bias" }

// Infer keeps the first input's shape.
func (o *Bias) Infer(in []Shape) (Signature, error) {
	if len(in) != 1 && len(in) != 2 {
		return Signature{}, Errorf(ErrInvalid, "needs 1 or 2 inputs, has %d", len(in))
	}
	operand, err := o.Operand(in)
	if err != nil {
		return Signature{}, err
	}
	s := Signature{Outputs: []Shape{in[0]}}
	if len(in) == 1 {
		s.Params = []Param{{"bias", operand}}
	}
	return s, nil
}

// Operand is the shape of the summand for the given inputs.
func (o *Bias) Operand(in []Shape) (Shape, error) {
	return alignedOperand(in, o.Axis, o.NumAxes)
}

func (o *Bias) canonical(in []Shape) Op {
	axis, numAxes := canonicalOperand(in, o.Axis, o.NumAxes)
	return &Bias{Axis: axis, NumAxes: numAxes}
}
