package ir

// ArgMax finds the TopK largest values of lists, in descending order, and gives
// their indices as floats. Of equal values the one with the larger index comes
// first, as in Caffe.
//
// The lists lie along Axis (which may count from the end), and the output has
// TopK there: the indices or, with Values, the values. With Flat, Axis does not
// count: each element of the first axis is one list, in row-major order, and
// the output is (N, 1, TopK), or with Values (N, 2, TopK), indices before
// values, followed by as many axes of extent 1 as the input has more than three.
type ArgMax struct {
	Flat   bool
	Axis   int
	TopK   int
	Values bool
}

// Type is "ArgMax".
func (*ArgMax) Type() string { return "ArgMax" }

// Infer gives the shape of the output as described at [ArgMax].
func (o *ArgMax) Infer(in []Shape) (Signature, error) {
	if err := arity(in, 1); err != nil {
		return Signature{}, err
	}
	_, count, _, err := o.Lists(in[0])
	switch {
	case err != nil:
		return Signature{}, err
	case o.TopK < 1 || o.TopK > count:
		return Signature{}, Errorf(ErrInvalid, "the %d largest of %d values cannot be found (input %v)", o.TopK, count, in[0])
	}
	out := in[0].Clone()
	if !o.Flat {
		axis, err := Axis(o.Axis, len(out))
		if err != nil {
			return Signature{}, err
		}
		out[axis] = o.TopK
		return Signature{Outputs: []Shape{out}}, nil
	}
	out = append(out[:1], 1, o.TopK)
	if o.Values {
		out[1] = 2
	}
	for len(out) < len(in[0]) {
		out = append(out, 1)
	}
	return Signature{Outputs: []Shape{out}}, nil
}

// Lists says how the lists lie in an input: element j of list i, of outer*inner
// ones, is at (i/inner*count + j)*inner + i%inner.
func (o *ArgMax) Lists(x Shape) (outer, count, inner int, err error) {
	if o.Flat {
		if len(x) == 0 {
			return 0, 0, 0, Errorf(ErrInvalid, "the input has no axes")
		}
		return x[0], x[1:].Elements(), 1, nil
	}
	axis, err := Axis(o.Axis, len(x))
	if err != nil {
		return 0, 0, 0, err
	}
	return x[:axis].Elements(), x[axis], x[axis+1:].Elements(), nil
}

func (o *ArgMax) canonical(in []Shape) Op {
	c := *o
	c.Axis = 0
	if !o.Flat {
		c.Axis, _ = Axis(o.Axis, len(in[0]))
	}
	return &c
}
