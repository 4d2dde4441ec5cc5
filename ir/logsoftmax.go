package ir

// LogSoftmax is x - log(sum of exp(x)), the sum along Axis (which may count
// from the end): the logarithm of [Softmax], finite where that underflows.
type LogSoftmax struct{ Axis int }

// Type is "LogSoftmax".
func (*LogSoftmax) Type() string { return "LogSoftmax" }

// Infer keeps the shape.
func (o *LogSoftmax) Infer(in []Shape) (Signature, error) {
	s, err := same(in)
	if err != nil {
		return s, err
	}
	_, err = Axis(o.Axis, len(in[0]))
	return s, err
}

func (o *LogSoftmax) canonical(in []Shape) Op {
	axis, _ := Axis(o.Axis, len(in[0]))
	return &LogSoftmax{Axis: axis}
}
