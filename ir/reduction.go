package ir

// ReductionKind is what a reduction computes.
type ReductionKind int

// The kinds of reduction.
const (
	ReduceSum        ReductionKind = iota
	ReduceAbsSum                   // of magnitudes
	ReduceSumSquares               // of squares
	ReduceMean
)

func (k ReductionKind) String() string {
	return [...]string{"sum", "sum of magnitudes", "sum of squares", "mean"}[k]
}

// Reduction reduces all axes from Axis (which may count from the end) on to one
// number, which it multiplies by Coefficient.
type Reduction struct {
	Kind        ReductionKind
	Axis        int
	Coefficient float32
}

// Type is "Reduction".
func (*Reduction) Type() string { return "Reduction" }

// Infer keeps the axes before Axis; none is left of them for axis 0.
func (o *Reduction) Infer(in []Shape) (Signature, error) {
	if err := arity(in, 1); err != nil {
		return Signature{}, err
	}
	axis, err := Axis(o.Axis, len(in[0]))
	if err != nil {
		return Signature{}, err
	}
	return Signature{Outputs: []Shape{in[0][:axis].Clone()}}, nil
}

func (o *Reduction) canonical(in []Shape) Op {
	c := *o
	c.Axis, _ = Axis(o.Axis, len(in[0]))
	return &c
}
