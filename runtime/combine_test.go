package runtime

import (
	"testing"

	"github.com/alexconv/alexconv/ir"
)

func TestEltwise(t *testing.T) {
	cases := []struct {
		name string
		op   ir.Eltwise
		in   []*ir.Tensor
		want *ir.Tensor
	}{
		{"sum", ir.Eltwise{}, []*ir.Tensor{row(1, 2), row(3, 4), row(5, 6)}, row(9, 12)},
		{"weighted sum", ir.Eltwise{Coefficients: []float32{2, -1}}, []*ir.Tensor{row(1, 2), row(3, 5)}, row(-1, -1)},
		{"product", ir.Eltwise{Kind: ir.Product}, []*ir.Tensor{row(1, 2), row(3, 4), row(5, 6)}, row(15, 48)},
		{"maximum", ir.Eltwise{Kind: ir.Maximum}, []*ir.Tensor{row(1, 9), row(3, 4), row(2, 6)}, row(3, 9)},
		{"maximum takes the second of two when one is NaN", ir.Eltwise{Kind: ir.Maximum}, []*ir.Tensor{row(nan, 1), row(1, nan)}, row(1, nan)},
		{"a third NaN loses", ir.Eltwise{Kind: ir.Maximum}, []*ir.Tensor{row(1), row(2), row(nan)}, row(2)},
		{"a NaN so far stays", ir.Eltwise{Kind: ir.Maximum}, []*ir.Tensor{row(1), row(nan), row(2)}, row(nan)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { check(t, apply(t, &c.op, nil, c.in...)[0], c.want) })
	}
}

func TestConcatAndSlice(t *testing.T) {
	a := tensor(ir.Shape{2, 1, 2}, 1, 2, 3, 4)
	b := tensor(ir.Shape{2, 2, 2}, 5, 6, 7, 8, 9, 10, 11, 12)
	joined := tensor(ir.Shape{2, 3, 2}, 1, 2, 5, 6, 7, 8, 3, 4, 9, 10, 11, 12)
	check(t, apply(t, &ir.Concat{Axis: 1}, nil, a, b)[0], joined)
	check(t, apply(t, &ir.Concat{Axis: -2}, nil, a)[0], a)
	check(t, apply(t, &ir.Concat{Axis: 0}, nil, a, a)[0], tensor(ir.Shape{4, 1, 2}, 1, 2, 3, 4, 1, 2, 3, 4))

	pieces := apply(t, &ir.Slice{Axis: 1, Sizes: []int{1, 2}, Pieces: 2}, nil, joined)
	check(t, pieces[0], a)
	check(t, pieces[1], b)
	equal := apply(t, &ir.Slice{Axis: -1, Pieces: 2}, nil, a)
	check(t, equal[0], tensor(ir.Shape{2, 1, 1}, 1, 3))
	check(t, equal[1], tensor(ir.Shape{2, 1, 1}, 2, 4))
}

func TestViewsShareTheirInput(t *testing.T) {
	x := tensor(ir.Shape{1, 2, 2}, 1, 2, 3, 4)
	cases := []struct {
		name string
		op   ir.Op
		want []ir.Shape
	}{
		{"flatten", &ir.Flatten{Axis: 1, EndAxis: -1}, []ir.Shape{{1, 4}}},
		{"reshape", &ir.Reshape{Dims: []int{2, -1}, NumAxes: -1}, []ir.Shape{{2, 2}}},
		{"dropout", &ir.Dropout{Ratio: 0.5}, []ir.Shape{{1, 2, 2}}},
		{"split", &ir.Split{Copies: 2}, []ir.Shape{{1, 2, 2}, {1, 2, 2}}},
		{"silence", &ir.Silence{}, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := apply(t, c.op, nil, x)
			if len(got) != len(c.want) {
				t.Fatalf("%d outputs, want %d", len(got), len(c.want))
			}
			for i, y := range got {
				if !y.Shape.Equal(c.want[i]) || &y.Data[0] != &x.Data[0] {
					t.Errorf("output %d is %v, want %v over the input's data", i, y.Shape, c.want[i])
				}
			}
		})
	}
}
