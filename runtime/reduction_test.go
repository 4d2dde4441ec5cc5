package runtime

import (
	"testing"

	"github.com/alexconv/alexconv/ir"
)

func TestReduction(t *testing.T) {
	x := tensor(ir.Shape{2, 1, 2}, 1, -2, 3, 4)
	cases := []struct {
		name string
		op   ir.Reduction
		want *ir.Tensor
	}{
		{"sum of all", ir.Reduction{Coefficient: 1}, tensor(ir.Shape{}, 6)},
		{"all trailing axes", ir.Reduction{Axis: 1, Coefficient: 1}, tensor(ir.Shape{2}, -1, 7)},
		{"the last axis", ir.Reduction{Axis: -1, Coefficient: 1}, tensor(ir.Shape{2, 1}, -1, 7)},
		{"magnitudes", ir.Reduction{Kind: ir.ReduceAbsSum, Axis: 1, Coefficient: 2}, tensor(ir.Shape{2}, 6, 14)},
		{"squares", ir.Reduction{Kind: ir.ReduceSumSquares, Axis: 1, Coefficient: .5}, tensor(ir.Shape{2}, 2.5, 12.5)},
		{"mean", ir.Reduction{Kind: ir.ReduceMean, Axis: 1, Coefficient: 4}, tensor(ir.Shape{2}, -2, 14)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { check(t, apply(t, &c.op, nil, x)[0], c.want) })
	}
}

func TestArgMax(t *testing.T) {
	x := tensor(ir.Shape{2, 3, 1, 2}, 1, 9, 5, 2, 5, 2, 0, 0, 7, 0, 8, 0)
	matrix := tensor(ir.Shape{2, 3}, 1, 3, 2, 6, 5, 4)
	cases := []struct {
		name     string
		op       ir.ArgMax
		in, want *ir.Tensor
	}{
		{"flat", ir.ArgMax{Flat: true, TopK: 1}, x, tensor(ir.Shape{2, 1, 1, 1}, 1, 4)},
		{"of equal values the larger index comes first", ir.ArgMax{Flat: true, TopK: 3}, x, tensor(ir.Shape{2, 1, 3, 1}, 1, 4, 2, 4, 2, 5)},
		{"indices, then values", ir.ArgMax{Flat: true, TopK: 2, Values: true}, x, tensor(ir.Shape{2, 2, 2, 1}, 1, 4, 9, 5, 4, 2, 8, 7)},
		{"flat has three axes at least", ir.ArgMax{Flat: true, TopK: 2}, matrix, tensor(ir.Shape{2, 1, 2}, 1, 2, 0, 1)},
		{"along an axis", ir.ArgMax{Axis: 1, TopK: 1}, x, tensor(ir.Shape{2, 1, 1, 2}, 2, 0, 2, 2)},
		{"along an axis from the end", ir.ArgMax{Axis: -3, TopK: 2, Values: true}, x, tensor(ir.Shape{2, 2, 1, 2}, 5, 9, 5, 2, 8, 0, 7, 0)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { check(t, apply(t, &c.op, nil, c.in)[0], c.want) })
	}
}
