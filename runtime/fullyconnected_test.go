package runtime

import (
	"testing"

	"github.com/alexconv/alexconv/ir"
)

func TestFullyConnected(t *testing.T) {
	plain := tensor(ir.Shape{2, 4}, 1, 2, 3, 4, -1, 0, 0, 1)
	turned := tensor(ir.Shape{4, 2}, 1, -1, 2, 0, 3, 0, 4, 1)
	bias := tensor(ir.Shape{2}, 100, 200)
	x := tensor(ir.Shape{2, 2, 2}, 1, 1, 1, 1, 0, 1, 0, 2)
	pairs := tensor(ir.Shape{2, 2}, 1, 0, 1, 1)
	cases := []struct {
		name   string
		op     ir.FullyConnected
		params []*ir.Tensor
		in     *ir.Tensor
		want   *ir.Tensor
	}{
		{"flattens from axis 1", ir.FullyConnected{Units: 2, Axis: 1}, []*ir.Tensor{plain}, x, tensor(ir.Shape{2, 2}, 10, 0, 10, 2)},
		{"bias", ir.FullyConnected{Units: 2, Axis: 1, Bias: true}, []*ir.Tensor{plain, bias}, x, tensor(ir.Shape{2, 2}, 110, 200, 110, 202)},
		{"transposed", ir.FullyConnected{Units: 2, Axis: 1, Transposed: true}, []*ir.Tensor{turned}, x, tensor(ir.Shape{2, 2}, 10, 0, 10, 2)},
		{"last axis", ir.FullyConnected{Units: 2, Axis: -1}, []*ir.Tensor{pairs}, x, tensor(ir.Shape{2, 2, 2}, 1, 2, 1, 2, 0, 1, 0, 2)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { check(t, apply(t, &c.op, c.params, c.in)[0], c.want) })
	}
}
