package ir

// Crop cuts from its first input the part that has the second one's extents
// from Axis on; of the second input only the shape counts. Along each of these
// axes the part begins at the offset: none is 0, a single one holds for all.
type Crop struct {
	Axis    int // may count from the end
	Offsets []int
}

// Type is "Crop".
func (*Crop) Type() string { return "Crop" }

// Infer gives the first input's extents before Axis and the second one's from
// there on.
func (o *Crop) Infer(in []Shape) (Signature, error) {
	if err := arity(in, 2); err != nil {
		return Signature{}, err
	}
	x, like := in[0], in[1]
	axis, err := Axis(o.Axis, len(x))
	if err != nil {
		return Signature{}, err
	}
	switch n := len(o.Offsets); {
	case n > 1 && n != len(x)-axis:
		return Signature{}, Errorf(ErrInvalid, "%d offsets for the %d axes from axis %d on", n, len(x)-axis, axis)
	case len(like) < len(x):
		return Signature{}, Errorf(ErrInvalid, "the second input %v has fewer axes than the first, %v", like, x)
	}
	out := append(x[:axis].Clone(), like[axis:len(x)]...)
	for i := axis; i < len(x); i++ {
		if offset := o.Offset(i - axis); offset < 0 || offset > x[i]-out[i] {
			return Signature{}, Errorf(ErrInvalid, "%d positions from %d on do not lie in input %v along axis %d", out[i], offset, x, i)
		}
	}
	return Signature{Outputs: []Shape{out}}, nil
}

// Offset is where the part begins along the axis Axis+i.
func (o *Crop) Offset(i int) int {
	switch len(o.Offsets) {
	case 0:
		return 0
	case 1:
		return o.Offsets[0]
	}
	return o.Offsets[i]
}

func (o *Crop) canonical(in []Shape) Op {
	c := &Crop{}
	c.Axis, _ = Axis(o.Axis, len(in[0]))
	moved := false
	for i := range len(in[0]) - c.Axis {
		c.Offsets = append(c.Offsets, o.Offset(i))
		moved = moved || o.Offset(i) != 0
	}
	if !moved {
		c.Offsets = nil
	}
	return c
}
