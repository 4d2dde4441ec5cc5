package runtime

import (
	"math"
	"testing"

	"github.com/alexconv/alexconv/ir"
)

func TestUnary(t *testing.T) {
	e := func(v float64) float32 { return float32(math.Exp(v)) }
	const largest = math.MaxFloat32
	cases := []struct {
		name     string
		op       ir.Op
		in, want *ir.Tensor
	}{
		{"abs", &ir.Abs{}, row(-2, neg, 3, -inf, nan), row(2, 0, 3, inf, nan)},
		{"elu", &ir.ELU{Alpha: .5}, row(2, 0, -1, -inf, inf, nan), row(2, 0, float32(.5*math.Expm1(-1)), -.5, inf, nan)},
		{"softplus", &ir.Softplus{}, row(0, 1, -1, nan), row(float32(math.Ln2), float32(math.Log(1+math.E)), float32(math.Log(1+1/math.E)), nan)},
		{"softplus does not overflow", &ir.Softplus{}, row(1000, -1000, inf, -inf), row(1000, 0, inf, 0)},
		{"swish", &ir.Swish{Beta: 2}, row(0, 1, -1, 1e5), row(0, float32(1/(1+math.Exp(-2))), float32(-1/(1+math.Exp(2))), 1e5)},
		{"clip", &ir.Clip{Min: -1, Max: 2}, row(-3, -1, 0, 2, 5, inf), row(-1, -1, 0, 2, 2, 2)},
		{"clip makes NaN the minimum", &ir.Clip{Min: -1, Max: 2}, row(nan), row(-1)},
		{"clip with crossed limits", &ir.Clip{Min: 2, Max: -1}, row(-3, 0, 5), row(2, 2, 2)},
		{"threshold is strict", &ir.Threshold{Limit: .5}, row(.5, .75, .25, nan), row(0, 1, 0, 0)},
		{"power", &ir.Power{Power: 2, Scale: .5, Shift: 1}, row(2, -4, 0), row(4, 1, 1)},
		{"power of 1 is affine", &ir.Power{Power: 1, Scale: -2, Shift: 3}, row(1, 2), row(1, -1)},
		{"a fractional power of a negative base", &ir.Power{Power: .5, Scale: 1}, row(4, -4, neg), row(2, nan, 0)},
		{"a negative power of 0", &ir.Power{Power: -1, Scale: 1}, row(2, 0), row(.5, inf)},
		{"power 0 is 1 whatever comes in", &ir.Power{Scale: 3, Shift: 2}, row(1, nan, inf), row(1, 1, 1)},
		{"scale 0 is a constant", &ir.Power{Power: 2, Shift: 3}, row(1, nan, inf), row(9, 9, 9)},
		{"a product of power and scale that vanishes", &ir.Power{Power: 1e-30, Scale: 1e-30, Shift: 5}, row(1, nan), row(1, 1)},
		{"the affine part overflows as in float32", &ir.Power{Power: -1, Scale: largest}, row(2), row(0)},
		{"exp to base e", &ir.Exp{Scale: .5, Shift: -1}, row(2, 0), row(1, e(-1))},
		{"exp to another base", &ir.Exp{Base: 2, Scale: .5, Shift: 1}, row(2, 0, 4), row(4, 2, 8)},
		{"log to base e", &ir.Log{Scale: 1}, row(1, e(2), 0, -1), row(0, 2, -inf, nan)},
		{"log to another base", &ir.Log{Base: 2, Scale: .5, Shift: 4}, row(8, 24), row(3, 4)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { check(t, apply(t, c.op, nil, c.in)[0], c.want) })
	}
}
