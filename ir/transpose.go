package ir

// Transpose reorders the axes of its input: axis i of the output is axis
// Order[i] of the input.
type Transpose struct{ Order []int }

// Type is "Transpose".
func (*Transpose) Type() string { return "Transpose" }

// Infer reorders the extents.
func (o *Transpose) Infer(in []Shape) (Signature, error) {
	if err := arity(in, 1); err != nil {
		return Signature{}, err
	}
	if len(o.Order) != len(in[0]) {
		return Signature{}, Errorf(ErrInvalid, "the order %v has %d axes, the input %v has %d", o.Order, len(o.Order), in[0], len(in[0]))
	}
	seen, out := make([]bool, len(in[0])), make(Shape, len(in[0]))
	for i, axis := range o.Order {
		if axis < 0 || axis >= len(seen) || seen[axis] {
			return Signature{}, Errorf(ErrInvalid, "the order %v does not name every axis of %v once", o.Order, in[0])
		}
		seen[axis], out[i] = true, in[0][axis]
	}
	return Signature{Outputs: []Shape{out}}, nil
}

func (o *Transpose) canonical([]Shape) Op { return o }
