package ir

// Input is a value that the caller provides. Its Shape is the one the source
// declares; a caller may bring another (see [Graph.Infer]).
type Input struct{ Shape Shape }

// Type is "Input".
func (*Input) Type() string { return "Input" }

// Infer gives the declared shape.
func (o *Input) Infer(in []Shape) (Signature, error) {
	if err := arity(in, 0); err != nil {
		return Signature{}, err
	}
	if err := o.Shape.Check(); err != nil {
		return Signature{}, err
	}
	return Signature{Outputs: []Shape{o.Shape}}, nil
}

// canonical leaves out the first extent, the batch, which a caller is free to
// change.
func (o *Input) canonical([]Shape) Op {
	c := &Input{Shape: o.Shape.Clone()}
	if len(c.Shape) > 1 {
		c.Shape[0] = 0
	}
	return c
}
