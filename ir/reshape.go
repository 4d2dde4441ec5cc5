package ir

// Flatten joins the axes from Axis to EndAxis, both included and both possibly
// counted from the end, into one.
type Flatten struct{ Axis, EndAxis int }

// Type is "Flatten".
func (*Flatten) Type() string { return "Flatten" }

// Infer gives the joined shape.
func (o *Flatten) Infer(in []Shape) (Signature, error) {
	if err := arity(in, 1); err != nil {
		return Signature{}, err
	}
	first, err := Axis(o.Axis, len(in[0]))
	if err != nil {
		return Signature{}, err
	}
	last, err := Axis(o.EndAxis, len(in[0]))
	if err != nil {
		return Signature{}, err
	}
	if first > last {
		return Signature{}, Errorf(ErrInvalid, "axis %d comes after end axis %d", o.Axis, o.EndAxis)
	}
	out := append(in[0][:first].Clone(), in[0][first:last+1].Elements())
	return Signature{Outputs: []Shape{append(out, in[0][last+1:]...)}}, nil
}

func (o *Flatten) canonical(in []Shape) Op { return canonicalReshape(o, in) }

// Reshape gives its input another shape of as many elements. It replaces
// NumAxes axes from Axis on (-1: all the rest) by Dims, in which 0 copies the
// extent at the same place and one -1 takes what remains. A negative Axis
// counts from behind the last: -1 appends.
type Reshape struct {
	Dims    []int
	Axis    int
	NumAxes int
}

// Type is "Reshape".
func (*Reshape) Type() string { return "Reshape" }

// Infer gives the new shape.
func (o *Reshape) Infer(in []Shape) (Signature, error) {
	if err := arity(in, 1); err != nil {
		return Signature{}, err
	}
	x := in[0]
	first := o.Axis
	if first < 0 {
		first += len(x) + 1
	}
	if first < 0 || first > len(x) {
		return Signature{}, Errorf(ErrInvalid, "axis %d is out of range for %d axes", o.Axis, len(x))
	}
	last := len(x)
	if o.NumAxes >= 0 {
		last = first + o.NumAxes
	}
	if o.NumAxes < -1 || last > len(x) {
		return Signature{}, Errorf(ErrInvalid, "%d axes from axis %d on reach beyond input %v", o.NumAxes, first, x)
	}
	dims, err := o.dims(x, first, last)
	if err != nil {
		return Signature{}, err
	}
	out := append(x[:first].Clone(), dims...)
	out = append(out, x[last:]...)
	if err := out.Check(); err != nil {
		return Signature{}, err
	}
	if out.Elements() != x.Elements() {
		return Signature{}, Errorf(ErrInvalid, "input %v has %d elements, the new shape %v has %d", x, x.Elements(), out, out.Elements())
	}
	return Signature{Outputs: []Shape{out}}, nil
}

// dims resolves 0 and -1 for an input x whose axes first to last are replaced.
func (o *Reshape) dims(x Shape, first, last int) (Shape, error) {
	dims, inferred, rest := Shape(o.Dims).Clone(), -1, 1
	for i, d := range dims {
		switch {
		case d == 0 && first+i >= len(x):
			return nil, Errorf(ErrInvalid, "new dimension %d copies axis %d, which input %v does not have", i, first+i, x)
		case d == 0:
			dims[i] = x[first+i]
		case d == -1 && inferred >= 0:
			return nil, Errorf(ErrInvalid, "more than one dimension is to be inferred")
		case d == -1:
			inferred = i
			continue
		case d < 0:
			return nil, Errorf(ErrInvalid, "new dimension %d is %d", i, d)
		}
		if dims[i] > 0 && rest > MaxElements/dims[i] {
			return nil, Errorf(ErrLimit, "new shape %v has more than %d elements", dims, MaxElements)
		}
		rest *= dims[i]
	}
	if inferred < 0 {
		return dims, nil
	}
	replaced := x[first:last].Elements()
	if rest == 0 || replaced%rest != 0 {
		return nil, Errorf(ErrInvalid, "%d elements do not divide by the %d of the given dimensions", replaced, rest)
	}
	dims[inferred] = replaced / rest
	return dims, nil
}

func (o *Reshape) canonical(in []Shape) Op { return canonicalReshape(o, in) }

// canonicalReshape is the reshape to the inferred shape, the first extent left
// to follow from the others, so that it holds for every batch size.
func canonicalReshape(o Op, in []Shape) Op {
	s, _ := o.Infer(in)
	out := s.Outputs[0].Clone()
	if len(out) > 0 {
		out[0] = -1
	}
	return &Reshape{Dims: out, NumAxes: -1}
}
