package ir

// Dropout passes its input through: what it drops in training it keeps in
// inference. Ratio is the probability to drop.
type Dropout struct{ Ratio float32 }

// Type is "Dropout".
func (*Dropout) Type() string { return "Dropout" }

// Infer keeps the shape.
func (*Dropout) Infer(in []Shape) (Signature, error) { return same(in) }

func (o *Dropout) canonical([]Shape) Op { return o }

// Split passes its input to several outputs.
type Split struct {
	Copies int // the number of outputs
	// Implicit marks a split that the reader added because a blob has several
	// readers; a writer leaves it out.
	Implicit bool
}

// Type is "Split".
func (*Split) Type() string { return "Split" }

// Infer gives the input's shape once per copy.
func (o *Split) Infer(in []Shape) (Signature, error) {
	if err := arity(in, 1); err != nil {
		return Signature{}, err
	}
	if o.Copies < 1 || o.Copies > 1<<16 {
		return Signature{}, Errorf(ErrInvalid, "cannot split into %d copies", o.Copies)
	}
	var s Signature
	for range o.Copies {
		s.Outputs = append(s.Outputs, in[0])
	}
	return s, nil
}

func (o *Split) canonical([]Shape) Op { return o }

// Silence consumes its inputs, so that they do not count as outputs of the
// graph.
type Silence struct{}

// Type is "Silence".
func (*Silence) Type() string { return "Silence" }

// Infer has no outputs.
func (*Silence) Infer(in []Shape) (Signature, error) {
	if len(in) == 0 {
		return Signature{}, Errorf(ErrInvalid, "needs at least 1 input, has 0")
	}
	return Signature{}, nil
}

func (o *Silence) canonical([]Shape) Op { return o }

// PassesThrough reports whether every output of the operation equals its one
// input in inference.
func PassesThrough(op Op) bool {
	switch op.(type) {
	case *Dropout, *Split:
		return true
	}
	return false
}
