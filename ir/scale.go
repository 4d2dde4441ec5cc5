package ir

// Scale multiplies its first input by a smaller tensor whose axes are aligned
// with those of the input from Axis on and which is repeated along the others;
// with Bias it then adds one of the same shape.
//
// With one input, the multiplier is the parameter scale, spanning NumAxes axes
// (-1: all from Axis on; 0: a scalar). With two inputs it is the second input,
// and NumAxes is not used. The parameter bias follows if Bias is set.
type Scale struct {
	Axis    int // may count from the end
	NumAxes int
	Bias    bool
}

// Type is "Scale".
func (*Scale) Type() string { return "Scale" }

// Infer keeps the first input's shape.
func (o *Scale) Infer(in []Shape) (Signature, error) {
	if len(in) != 1 && len(in) != 2 {
		return Signature{}, Errorf(ErrInvalid, "needs 1 or 2 inputs, has %d", len(in))
	}
	x := in[0]
	operand, err := o.Operand(in)
	if err != nil {
		return Signature{}, err
	}
	s := Signature{Outputs: []Shape{x}}
	if len(in) == 1 {
		s.Params = append(s.Params, Param{"scale", operand})
	}
	if o.Bias {
		s.Params = append(s.Params, Param{"bias", operand})
	}
	return s, nil
}

// Operand is the shape of the multiplier for the given inputs.
func (o *Scale) Operand(in []Shape) (Shape, error) {
	return alignedOperand(in, o.Axis, o.NumAxes)
}

// alignedOperand is the shape of a tensor aligned with in[0] from axis on: the
// second input's if there is one, else numAxes extents (-1: all).
func alignedOperand(in []Shape, axis, numAxes int) (Shape, error) {
	x := in[0]
	if len(in) == 2 && len(in[1]) == 0 || len(in) == 1 && numAxes == 0 {
		return Shape{}, nil
	}
	first, err := Axis(axis, len(x))
	if err != nil {
		return nil, err
	}
	if len(in) == 1 {
		last := len(x)
		if numAxes >= 0 {
			last = first + numAxes
		}
		if numAxes < -1 || last > len(x) {
			return nil, Errorf(ErrInvalid, "%d axes from axis %d on reach beyond input %v", numAxes, first, x)
		}
		return x[first:last].Clone(), nil
	}
	if last := first + len(in[1]); last > len(x) || !x[first:last].Equal(in[1]) {
		return nil, Errorf(ErrInvalid, "the second input %v does not match the first, %v, from axis %d on", in[1], x, first)
	}
	return in[1].Clone(), nil
}

// canonicalOperand resolves the axes of an operand; a scalar has axis 0, and the
// second input says by itself how many axes it spans.
func canonicalOperand(in []Shape, axis, numAxes int) (int, int) {
	operand, _ := alignedOperand(in, axis, numAxes)
	first := 0
	if len(operand) > 0 {
		first, _ = Axis(axis, len(in[0]))
	}
	if len(in) == 2 {
		return first, 0
	}
	return first, len(operand)
}

func (o *Scale) canonical(in []Shape) Op {
	c := *o
	c.Axis, c.NumAxes = canonicalOperand(in, o.Axis, o.NumAxes)
	return &c
}
