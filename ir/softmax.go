package ir

// Softmax is exp(x)/sum of exp(x), the sum along Axis (which may count from the
// end).
type Softmax struct{ Axis int }

// Type is "Softmax".
func (*Softmax) Type() string { return "Softmax" }

// Infer keeps the shape.
func (o *Softmax) Infer(in []Shape) (Signature, error) {
	s, err := same(in)
	if err != nil {
		return s, err
	}
	_, err = Axis(o.Axis, len(in[0]))
	return s, err
}

func (o *Softmax) canonical(in []Shape) Op {
	axis, _ := Axis(o.Axis, len(in[0]))
	return &Softmax{Axis: axis}
}
