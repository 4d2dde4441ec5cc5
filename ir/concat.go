package ir

import "slices"

// Concat joins its inputs along Axis (which may count from the end), all other
// extents equal.
type Concat struct{ Axis int }

// Type is "Concat".
func (*Concat) Type() string { return "Concat" }

// Infer adds up the extents along the axis.
func (o *Concat) Infer(in []Shape) (Signature, error) {
	if len(in) == 0 {
		return Signature{}, Errorf(ErrInvalid, "needs at least 1 input, has 0")
	}
	axis, err := Axis(o.Axis, len(in[0]))
	if err != nil {
		return Signature{}, err
	}
	out := in[0].Clone()
	for i, s := range in[1:] {
		if len(s) != len(out) {
			return Signature{}, Errorf(ErrInvalid, "input %d is %v, input 0 is %v: the number of axes must agree", i+1, s, in[0])
		}
		for j := range s {
			if j != axis && s[j] != out[j] {
				return Signature{}, Errorf(ErrInvalid, "input %d is %v, input 0 is %v: they must agree except along axis %d", i+1, s, in[0], axis)
			}
		}
		out[axis] += s[axis]
	}
	return Signature{Outputs: []Shape{out}}, nil
}

func (o *Concat) canonical(in []Shape) Op {
	axis, _ := Axis(o.Axis, len(in[0]))
	return &Concat{Axis: axis}
}

// Slice cuts its input along Axis (which may count from the end) into one piece
// per output: the extents in Sizes, or equal pieces where Sizes is empty.
type Slice struct {
	Axis   int
	Sizes  []int
	Pieces int // the number of outputs
}

// Type is "Slice".
func (*Slice) Type() string { return "Slice" }

// Infer gives the pieces.
func (o *Slice) Infer(in []Shape) (Signature, error) {
	if err := arity(in, 1); err != nil {
		return Signature{}, err
	}
	axis, err := Axis(o.Axis, len(in[0]))
	if err != nil {
		return Signature{}, err
	}
	extent := in[0][axis]
	sizes := o.Sizes
	switch {
	case o.Pieces < 1 || o.Pieces > 1<<16:
		return Signature{}, Errorf(ErrInvalid, "cannot cut into %d pieces", o.Pieces)
	case len(sizes) == 0 && extent%o.Pieces != 0:
		return Signature{}, Errorf(ErrInvalid, "extent %d along axis %d does not divide into %d equal pieces", extent, axis, o.Pieces)
	case len(sizes) == 0:
		sizes = slices.Repeat([]int{extent / o.Pieces}, o.Pieces)
	case len(sizes) != o.Pieces:
		return Signature{}, Errorf(ErrInvalid, "%d sizes for %d pieces", len(sizes), o.Pieces)
	}
	var s Signature
	for _, size := range sizes {
		if size <= 0 || size > extent {
			return Signature{}, Errorf(ErrInvalid, "a piece of %d cannot be cut from extent %d along axis %d", size, in[0][axis], axis)
		}
		extent -= size
		piece := in[0].Clone()
		piece[axis] = size
		s.Outputs = append(s.Outputs, piece)
	}
	if extent != 0 {
		return Signature{}, Errorf(ErrInvalid, "the pieces leave %d of %d along axis %d", extent, in[0][axis], axis)
	}
	return s, nil
}

func (o *Slice) canonical(in []Shape) Op {
	c := &Slice{Pieces: o.Pieces}
	c.Axis, _ = Axis(o.Axis, len(in[0]))
	s, _ := o.Infer(in)
	for _, piece := range s.Outputs {
		c.Sizes = append(c.Sizes, piece[c.Axis])
	}
	return c
}
