package runtime

import (
	"math"
	"testing"

	"github.com/alexconv/alexconv/ir"
)

func TestPool(t *testing.T) {
	const lowest = -math.MaxFloat32
	plane := tensor(ir.Shape{1, 1, 3, 3}, 1, 2, 3, 4, 5, 6, 7, 8, 9)
	cases := []struct {
		name string
		op   ir.Pool
		in   *ir.Tensor
		want *ir.Tensor
	}{
		{"max", ir.Pool{Window: window("k2", "k2")}, plane, tensor(ir.Shape{1, 1, 2, 2}, 5, 6, 8, 9)},
		{"average", ir.Pool{Kind: ir.Average, Window: window("k2", "k2")}, plane, tensor(ir.Shape{1, 1, 2, 2}, 3, 4, 6, 7)},
		{"overlapping", ir.Pool{Window: window("k3 s2")}, row(1, 5, 2, 3, 4), row(5, 4)},
		{"floor", ir.Pool{Window: window("k2 s2")}, row(1, 2, 3), row(2)},
		{"ceil", ir.Pool{Window: window("k2 s2"), Ceil: true}, row(1, 2, 3), row(2, 3)},
		{"global max", ir.Pool{Global: true}, plane, tensor(ir.Shape{1, 1, 1, 1}, 9)},
		{"global average", ir.Pool{Kind: ir.Average, Global: true}, plane, tensor(ir.Shape{1, 1, 1, 1}, 5)},
		{"every plane", ir.Pool{Global: true}, tensor(ir.Shape{2, 2, 2}, 1, 2, 3, 4, 5, 6, 7, 8), tensor(ir.Shape{2, 2, 1}, 2, 4, 6, 8)},
		{"three axes", ir.Pool{Window: window("k2", "k2", "k2")}, tensor(ir.Shape{1, 1, 2, 2, 2}, 1, 2, 3, 4, 5, 9, 7, 8), tensor(ir.Shape{1, 1, 1, 1, 1}, 9)},
		{"kernel larger than the input", ir.Pool{Window: window("k5 s2"), Ceil: true}, row(1, 2, 3, 4), row(4)},
		{"max ignores padding", ir.Pool{Window: window("k2 s2 b1 e1")}, row(-1, -2, -3, -4), row(-1, -2, -4)},
		{"dilation", ir.Pool{Window: window("k2 d2")}, row(9, 1, 2, 3), row(9, 3)},
		{"dilated average", ir.Pool{Kind: ir.Average, Window: window("k2 d2 e2")}, row(9, 1, 2, 3), row(5.5, 2, 2, 3)},
		{"average with padding counted", ir.Pool{Kind: ir.Average, Window: window("k2 s2 b1 e1"), CountPad: true}, row(2, 4, 6, 8), row(1, 5, 4)},
		{"average without", ir.Pool{Kind: ir.Average, Window: window("k2 s2 b1 e1")}, row(2, 4, 6, 8), row(2, 5, 8)},
		{"overhang never counts", ir.Pool{Kind: ir.Average, Window: window("k3 s2"), Ceil: true}, row(1, 2, 3, 5, 7, 9), row(2, 5, 8)},
		{"overhang beyond counted padding", ir.Pool{Kind: ir.Average, Window: window("k4 s3 e1"), Ceil: true, CountPad: true}, row(1, 2, 3, 6, 8), row(3, 14./3)},
		{"max outside", ir.Pool{Window: window("k2 s3"), Ceil: true}, row(1, 2, 3, 4, 5, 6), row(2, 5, lowest)},
		{"clip", ir.Pool{Window: window("k2 s3"), Ceil: true, Clip: true}, row(1, 2, 3, 4, 5, 6), row(2, 5)},
		{"average of nothing", ir.Pool{Kind: ir.Average, Window: window("k2 s3"), Ceil: true}, row(1, 2, 3, 4, 5, 6), row(1.5, 4.5, nan)},
		{"average of less than nothing", ir.Pool{Kind: ir.Average, Window: window("k1 s5"), Ceil: true}, row(1, 2, 3, 4, 5, 6, 7), row(1, 6, neg)},
		{"max never takes NaN", ir.Pool{Window: window("k2")}, row(nan, 1, nan, nan), row(1, 1, lowest)},
		{"max of minus infinity", ir.Pool{Window: window("k1")}, row(-inf, inf), row(lowest, inf)},
		{"average takes NaN", ir.Pool{Kind: ir.Average, Window: window("k2")}, row(nan, 1, 2), row(nan, 1.5)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { check(t, apply(t, &c.op, nil, c.in)[0], c.want) })
	}
}
