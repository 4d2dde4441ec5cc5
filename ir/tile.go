package ir

// Tile repeats its input Tiles times along Axis (which may count from the end).
type Tile struct{ Axis, Tiles int }

// Type is "Tile".
func (*Tile) Type() string { return "Tile" }

// Infer multiplies the extent along the axis.
func (o *Tile) Infer(in []Shape) (Signature, error) {
	if err := arity(in, 1); err != nil {
		return Signature{}, err
	}
	axis, err := Axis(o.Axis, len(in[0]))
	if err != nil {
		return Signature{}, err
	}
	if o.Tiles <= 0 {
		return Signature{}, Errorf(ErrInvalid, "the number of tiles must be positive, it is %d", o.Tiles)
	}
	out := in[0].Clone()
	if out[axis] > MaxElements/o.Tiles {
		return Signature{}, Errorf(ErrLimit, "%d times input %v along axis %d has more than %d elements", o.Tiles, in[0], axis, MaxElements)
	}
	out[axis] *= o.Tiles
	return Signature{Outputs: []Shape{out}}, nil
}

func (o *Tile) canonical(in []Shape) Op {
	axis, _ := Axis(o.Axis, len(in[0]))
	return &Tile{Axis: axis, Tiles: o.Tiles}
}
