package ir

import "math"

// Power is (Shift + Scale*x)^Power, and NaN where a negative base has a power
// that is not whole. Where Power*Scale is 0 the input does not count (see
// [Power.Constant]).
type Power struct{ Power, Scale, Shift float32 }

// Type is "Power".
func (*Power) Type() string { return "Power" }

// Infer keeps the shape.
func (*Power) Infer(in []Shape) (Signature, error) { return same(in) }

// Constant is the result where it does not depend on the input, even one that
// is not finite: 1 for a Power of 0, else Shift^Power for a Power*Scale that is
// 0 in float32.
func (o *Power) Constant() (value float32, ok bool) {
	switch {
	case o.Power == 0:
		return 1, true
	case o.Power*o.Scale == 0:
		return float32(math.Pow(float64(o.Shift), float64(o.Power))), true
	}
	return 0, false
}

func (o *Power) canonical([]Shape) Op {
	if value, ok := o.Constant(); ok {
		return &Power{Power: 1, Shift: value}
	}
	return o
}

// Exp is Base^(Shift + Scale*x). A Base of 0 stands for e, which is no float32.
type Exp struct{ Base, Scale, Shift float32 }

// Type is "Exp".
func (*Exp) Type() string { return "Exp" }

// Infer keeps the shape.
func (o *Exp) Infer(in []Shape) (Signature, error) {
	if err := checkBase(o.Base); err != nil {
		return Signature{}, err
	}
	return same(in)
}

// Factors are the numbers for which the result is outer*exp(inner*x).
func (o *Exp) Factors() (inner, outer float32) {
	outer = 1
	if o.Shift != 0 {
		outer = float32(math.Pow(math.E, float64(o.Shift)))
		if o.Base != 0 {
			outer = float32(math.Pow(float64(o.Base), float64(o.Shift)))
		}
	}
	return logarithm(o.Base) * o.Scale, outer
}

func (o *Exp) canonical([]Shape) Op { return o }

// Log is the logarithm of Shift + Scale*x to Base. A Base of 0 stands for e,
// which is no float32.
type Log struct{ Base, Scale, Shift float32 }

// Type is "Log".
func (*Log) Type() string { return "Log" }

// Infer keeps the shape.
func (o *Log) Infer(in []Shape) (Signature, error) {
	if err := checkBase(o.Base); err != nil {
		return Signature{}, err
	}
	if o.Base == 1 {
		return Signature{}, Errorf(ErrInvalid, "there is no logarithm to base 1")
	}
	return same(in)
}

// Factor is the number by which the natural logarithm is multiplied.
func (o *Log) Factor() float32 { return 1 / logarithm(o.Base) }

func (o *Log) canonical([]Shape) Op { return o }

// checkBase refuses a base without a finite logarithm.
func checkBase(base float32) error {
	if !(base >= 0) || base > math.MaxFloat32 {
		return Errorf(ErrInvalid, "the base must be positive and finite, it is %v", base)
	}
	return nil
}

// logarithm is the natural logarithm of a base.
func logarithm(base float32) float32 {
	if base == 0 {
		return 1
	}
	return float32(math.Log(float64(base)))
}
