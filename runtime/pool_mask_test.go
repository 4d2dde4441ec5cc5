package runtime

import (
	"math"
	"testing"

	"github.com/alexconv/alexconv/ir"
)

func TestPoolMask(t *testing.T) {
	const lowest = -math.MaxFloat32
	cases := []struct {
		name       string
		op         ir.Pool
		in         *ir.Tensor
		want, mask *ir.Tensor
	}{
		{"an index into the plane", ir.Pool{Window: window("k2", "k2")}, tensor(ir.Shape{1, 2, 2, 3}, 1, 2, 3, 9, 5, 6, 3, 2, 1, 0, 7, 0),
			tensor(ir.Shape{1, 2, 1, 2}, 9, 6, 7, 7), tensor(ir.Shape{1, 2, 1, 2}, 3, 5, 4, 4)},
		{"the first of equal values", ir.Pool{Window: window("k3")}, row(4, 4, 4, 5), row(4, 5), row(0, 3)},
		{"padding has no index", ir.Pool{Window: window("k2 s2 b1 e1")}, row(-1, -2, -3, -4), row(-1, -2, -4), row(0, 1, 3)},
		{"a window wholly outside", ir.Pool{Window: window("k2 s3"), Ceil: true}, row(1, 2, 3), row(2, lowest), row(1, -1)},
		{"nothing that a comparison takes", ir.Pool{Window: window("k1")}, row(nan, lowest, 0), row(lowest, lowest, 0), row(-1, -1, 2)},
		{"global", ir.Pool{Global: true}, tensor(ir.Shape{1, 1, 2, 2}, 1, 2, 4, 3), tensor(ir.Shape{1, 1, 1, 1}, 4), tensor(ir.Shape{1, 1, 1, 1}, 2)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			c.op.Mask = true
			out := apply(t, &c.op, nil, c.in)
			check(t, out[0], c.want)
			check(t, out[1], c.mask)
		})
	}
}

// What a pooling in place computes was worked out by hand: plane p is read from
// the place of output plane p on, after the start value has been written over
// all outputs.
func TestPoolInPlace(t *testing.T) {
	const lowest = -math.MaxFloat32
	planes := tensor(ir.Shape{1, 2, 4}, 1, 2, 3, 4, 5, 6, 7, 8)
	cases := []struct {
		name string
		op   ir.Pool
		want []float32
	}{
		// The memory is L L L L 5 6 7 8 (L the start value); plane 0 reads it from 0, plane 1 from 2.
		{"max", ir.Pool{Window: window("k2 s2")}, []float32{lowest, lowest, lowest, 6}},
		{"global max", ir.Pool{Global: true}, []float32{4, 5}},
		// The memory is 0 0 0 0 5 6 7 8. Windows of plane 1 read 0+0, 5+6.
		{"average", ir.Pool{Kind: ir.Average, Window: window("k2 s2")}, []float32{0, 0, 0, 5.5}},
		// The memory is 0 0 3 4 5 6 7 8. The window of plane 0 adds 0, 0, 3 and 4; that of plane 1 adds 0, 3, 4 and 5.
		{"global average", ir.Pool{Kind: ir.Average, Global: true}, []float32{1.75, 3}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			c.op.InPlace = true
			check(t, apply(t, &c.op, nil, planes)[0], tensor(ir.Shape{1, 2, len(c.want) / 2}, c.want...))
		})
	}
	masked := apply(t, &ir.Pool{Window: window("k2 s2"), Mask: true, InPlace: true}, nil, planes)
	check(t, masked[1], tensor(ir.Shape{1, 2, 2}, -1, -1, -1, 3))
}

func TestSPP(t *testing.T) {
	plane := tensor(ir.Shape{1, 1, 2, 3}, 1, 2, 3, 4, 5, 6)
	two := tensor(ir.Shape{2, 2, 2, 2}, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)
	cases := []struct {
		name     string
		op       ir.SPP
		in, want *ir.Tensor
	}{
		{"one level keeps four axes", ir.SPP{Levels: 1}, two, tensor(ir.Shape{2, 2, 1, 1}, 4, 8, 12, 16)},
		{"two levels", ir.SPP{Levels: 2}, two, tensor(ir.Shape{2, 10}, 4, 8, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 9, 10, 11, 12, 13, 14, 15, 16)},
		// Along the width of 3 the windows have 2 columns behind a pad of 1.
		{"padding", ir.SPP{Levels: 2}, plane, tensor(ir.Shape{1, 5}, 6, 1, 3, 4, 6)},
		{"average counts padding", ir.SPP{Kind: ir.Average, Levels: 2}, plane, tensor(ir.Shape{1, 5}, 3.5, .5, 2.5, 2, 5.5)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { check(t, apply(t, &c.op, nil, c.in)[0], c.want) })
	}
}
