package ir

// Embed looks up a row of a table for every element of its input, an index from
// 0 to Entries-1 kept as a float, whose fraction does not count:
//
//	y[i..., u] = bias[u] + weights[x[i...], u]
//
// Parameters: weights (Entries, Units), then bias (Units) if Bias is set. An
// index out of range is an error of the run.
type Embed struct {
	Entries int
	Units   int
	Bias    bool
}

// Type is "Embed".
func (*Embed) Type() string { return "Embed" }

// Infer appends an axis of Units.
func (o *Embed) Infer(in []Shape) (Signature, error) {
	if err := arity(in, 1); err != nil {
		return Signature{}, err
	}
	switch {
	case o.Units <= 0:
		return Signature{}, Errorf(ErrInvalid, "the number of outputs must be positive, it is %d", o.Units)
	case o.Entries <= 0:
		return Signature{}, Errorf(ErrInvalid, "the number of entries must be positive, it is %d", o.Entries)
	}
	params := []Param{{"weights", Shape{o.Entries, o.Units}}}
	if o.Bias {
		params = append(params, Param{"bias", Shape{o.Units}})
	}
	return Signature{Outputs: []Shape{append(in[0].Clone(), o.Units)}, Params: params}, nil
}

func (o *Embed) canonical([]Shape) Op { return o }
