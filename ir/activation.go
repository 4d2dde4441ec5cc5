package ir

// ReLU is max(x, 0) + Slope*min(x, 0).
type ReLU struct{ Slope float32 }

// Type is "ReLU".
func (*ReLU) Type() string { return "ReLU" }

// Infer keeps the shape.
func (*ReLU) Infer(in []Shape) (Signature, error) { return same(in) }

func (o *ReLU) canonical([]Shape) Op { return o }

// PReLU is ReLU with a learned slope: max(x, 0) + slope*min(x, 0). The one
// parameter, slope, has one value per channel (axis 1), or is a scalar if
// Shared is set.
type PReLU struct{ Shared bool }

// Type is "PReLU".
func (*PReLU) Type() string { return "PReLU" }

// Infer keeps the shape, which needs a channel axis.
func (o *PReLU) Infer(in []Shape) (Signature, error) {
	s, err := same(in)
	if err != nil {
		return s, err
	}
	if len(in[0]) < 2 {
		return Signature{}, Errorf(ErrInvalid, "the input must have at least 2 axes, it is %v", in[0])
	}
	slope := Shape{}
	if !o.Shared {
		slope = Shape{in[0][1]}
	}
	s.Params = []Param{{"slope", slope}}
	return s, nil
}

func (o *PReLU) canonical([]Shape) Op { return o }

// Sigmoid is 1/(1 + exp(-x)).
type Sigmoid struct{}

// Type is "Sigmoid".
func (*Sigmoid) Type() string { return "Sigmoid" }

// Infer keeps the shape.
func (*Sigmoid) Infer(in []Shape) (Signature, error) { return same(in) }

func (o *Sigmoid) canonical([]Shape) Op { return o }

// Tanh is the hyperbolic tangent.
type Tanh struct{}

// Type is "Tanh".
func (*Tanh) Type() string { return "Tanh" }

// Infer keeps the shape.
func (*Tanh) Infer(in []Shape) (Signature, error) { return same(in) }

func (o *Tanh) canonical([]Shape) Op { return o }
