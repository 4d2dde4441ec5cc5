package ir

// EltwiseKind is how an element-wise operation combines its inputs.
type EltwiseKind int

// The element-wise kinds.
const (
	Sum EltwiseKind = iota
	Product
	Maximum
)

func (k EltwiseKind) String() string { return [...]string{"sum", "product", "maximum"}[k] }

// Eltwise combines two or more inputs of one shape element by element. A sum
// may weight each input by a coefficient; no coefficients means all 1.
type Eltwise struct {
	Kind         EltwiseKind
	Coefficients []float32
}

// Type is "Eltwise".
func (*Eltwise) Type() string { return "Eltwise" }

// Infer keeps the shape; nothing is broadcast.
func (o *Eltwise) Infer(in []Shape) (Signature, error) {
	switch {
	case len(in) < 2:
		return Signature{}, Errorf(ErrInvalid, "needs at least 2 inputs, has %d", len(in))
	case len(o.Coefficients) > 0 && o.Kind != Sum:
		return Signature{}, Errorf(ErrInvalid, "coefficients go with a sum, not with a %v", o.Kind)
	case len(o.Coefficients) > 0 && len(o.Coefficients) != len(in):
		return Signature{}, Errorf(ErrInvalid, "needs one coefficient per input, has %d for %d", len(o.Coefficients), len(in))
	}
	for i, s := range in[1:] {
		if !s.Equal(in[0]) {
			return Signature{}, Errorf(ErrInvalid, "input %d is %v, input 0 is %v", i+1, s, in[0])
		}
	}
	return Signature{Outputs: []Shape{in[0]}}, nil
}

func (o *Eltwise) canonical([]Shape) Op {
	for _, c := range o.Coefficients {
		if c != 1 {
			return o
		}
	}
	return &Eltwise{Kind: o.Kind}
}
