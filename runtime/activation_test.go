package runtime

import (
	"math"
	"testing"

	"github.com/alexconv/alexconv/ir"
)

func TestActivations(t *testing.T) {
	scalar := func(v float32) []*ir.Tensor { return []*ir.Tensor{tensor(ir.Shape{}, v)} }
	cases := []struct {
		name   string
		op     ir.Op
		params []*ir.Tensor
		in     *ir.Tensor
		want   *ir.Tensor
	}{
		{"relu", &ir.ReLU{}, nil, row(-2, 0, 3), row(0, 0, 3)},
		{"relu keeps NaN", &ir.ReLU{}, nil, row(nan, inf), row(nan, inf)},
		{"relu keeps the sign of zero", &ir.ReLU{}, nil, row(neg), row(neg)},
		{"relu of minus infinity is Caffe's", &ir.ReLU{}, nil, row(-inf), row(nan)},
		{"relu with slope", &ir.ReLU{Slope: 0.25}, nil, row(-2, 3, -inf), row(-0.5, 3, -inf)},
		{"prelu by channel", &ir.PReLU{}, []*ir.Tensor{tensor(ir.Shape{2}, 2, -1)},
			tensor(ir.Shape{2, 2, 2}, -1, 1, -1, 1, -3, 3, -3, 3), tensor(ir.Shape{2, 2, 2}, -2, 1, 1, 1, -6, 3, 3, 3)},
		{"prelu of a matrix", &ir.PReLU{}, []*ir.Tensor{tensor(ir.Shape{2}, 2, -1)},
			tensor(ir.Shape{2, 2}, -1, -1, 5, -2), tensor(ir.Shape{2, 2}, -2, 1, 5, 2)},
		{"prelu shared", &ir.PReLU{Shared: true}, scalar(0.5), row(-2, 4), row(-1, 4)},
		{"sigmoid", &ir.Sigmoid{}, nil, row(0, 2, -2), row(0.5, float32(1/(1+math.Exp(-2))), float32(1/(1+math.Exp(2))))},
		{"sigmoid does not overflow", &ir.Sigmoid{}, nil, row(1e30, -1e30, nan), row(1, 0, nan)},
		{"tanh", &ir.Tanh{}, nil, row(0, 1, -1e30), row(0, float32(math.Tanh(1)), -1)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { check(t, apply(t, c.op, c.params, c.in)[0], c.want) })
	}
}
