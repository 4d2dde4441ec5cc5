package runtime

import (
	"context"
	"errors"
	"testing"

	"github.com/alexconv/alexconv/ir"
)

func TestCrop(t *testing.T) {
	x := tensor(ir.Shape{2, 2, 3}, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
	cases := []struct {
		name string
		op   ir.Crop
		like ir.Shape
		want *ir.Tensor
	}{
		{"at the top left by default", ir.Crop{Axis: 1}, ir.Shape{9, 1, 2}, tensor(ir.Shape{2, 1, 2}, 1, 2, 7, 8)},
		{"one offset for all axes", ir.Crop{Axis: 1, Offsets: []int{1}}, ir.Shape{9, 1, 2}, tensor(ir.Shape{2, 1, 2}, 5, 6, 11, 12)},
		{"an offset for each axis", ir.Crop{Axis: 1, Offsets: []int{0, 1}}, ir.Shape{9, 2, 1}, tensor(ir.Shape{2, 2, 1}, 2, 5, 8, 11)},
		{"the last axis", ir.Crop{Axis: -1, Offsets: []int{2}}, ir.Shape{1, 1, 1}, tensor(ir.Shape{2, 2, 1}, 3, 6, 9, 12)},
		{"every axis", ir.Crop{Offsets: []int{1, 0, 1}}, ir.Shape{1, 2, 2}, tensor(ir.Shape{1, 2, 2}, 8, 9, 11, 12)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { check(t, apply(t, &c.op, nil, x, ir.NewTensor(c.like...))[0], c.want) })
	}
}

func TestTile(t *testing.T) {
	x := tensor(ir.Shape{2, 2}, 1, 2, 3, 4)
	check(t, apply(t, &ir.Tile{Axis: 1, Tiles: 2}, nil, x)[0], tensor(ir.Shape{2, 4}, 1, 2, 1, 2, 3, 4, 3, 4))
	check(t, apply(t, &ir.Tile{Axis: -2, Tiles: 2}, nil, x)[0], tensor(ir.Shape{4, 2}, 1, 2, 3, 4, 1, 2, 3, 4))
	check(t, apply(t, &ir.Tile{Axis: 0, Tiles: 1}, nil, x)[0], x)
}

func TestTranspose(t *testing.T) {
	x := tensor(ir.Shape{1, 2, 3}, 1, 2, 3, 4, 5, 6)
	cases := []struct {
		name  string
		order []int
		want  *ir.Tensor
	}{
		{"the last two change places", []int{0, 2, 1}, tensor(ir.Shape{1, 3, 2}, 1, 4, 2, 5, 3, 6)},
		{"reversed", []int{2, 1, 0}, tensor(ir.Shape{3, 2, 1}, 1, 4, 2, 5, 3, 6)},
		{"as it is", []int{0, 1, 2}, x},
		{"the last first", []int{2, 0, 1}, tensor(ir.Shape{3, 1, 2}, 1, 4, 2, 5, 3, 6)},
		{"the first last", []int{1, 2, 0}, tensor(ir.Shape{2, 3, 1}, 1, 2, 3, 4, 5, 6)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { check(t, apply(t, &ir.Transpose{Order: c.order}, nil, x)[0], c.want) })
	}
}

func TestPad(t *testing.T) {
	x := tensor(ir.Shape{2, 2}, 1, 2, 3, 4)
	cases := []struct {
		name string
		op   ir.Pad
		want *ir.Tensor
	}{
		{"the last axis", ir.Pad{Begin: []int{0, 1}, End: []int{0, 2}, Value: 9}, tensor(ir.Shape{2, 5}, 9, 1, 2, 9, 9, 9, 3, 4, 9, 9)},
		{"the first axis", ir.Pad{Begin: []int{1, 0}, End: []int{1, 0}}, tensor(ir.Shape{4, 2}, 0, 0, 1, 2, 3, 4, 0, 0)},
		{"nothing", ir.Pad{Begin: []int{0, 0}, End: []int{0, 0}, Value: 9}, x},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { check(t, apply(t, &c.op, nil, x)[0], c.want) })
	}
}

func TestLogSoftmaxDoesNotUnderflow(t *testing.T) {
	x := tensor(ir.Shape{1, 2}, 0, 200)
	check(t, apply(t, &ir.LogSoftmax{Axis: 1}, nil, x)[0], tensor(ir.Shape{1, 2}, -200, 0))
	check(t, apply(t, &ir.LogSoftmax{Axis: 0}, nil, x)[0], tensor(ir.Shape{1, 2}, 0, 0))
}

func TestBias(t *testing.T) {
	x := tensor(ir.Shape{1, 2, 2}, 1, 2, 3, 4)
	pair := tensor(ir.Shape{2}, 10, 100)
	cases := []struct {
		name   string
		op     ir.Bias
		params []*ir.Tensor
		in     []*ir.Tensor
		want   []float32
	}{
		{"per channel", ir.Bias{Axis: 1, NumAxes: 1}, []*ir.Tensor{pair}, []*ir.Tensor{x}, []float32{11, 12, 103, 104}},
		{"last axis", ir.Bias{Axis: -1, NumAxes: -1}, []*ir.Tensor{pair}, []*ir.Tensor{x}, []float32{11, 102, 13, 104}},
		{"scalar", ir.Bias{Axis: 1}, []*ir.Tensor{tensor(ir.Shape{}, 3)}, []*ir.Tensor{x}, []float32{4, 5, 6, 7}},
		{"second input", ir.Bias{Axis: 1}, nil, []*ir.Tensor{x, pair}, []float32{11, 12, 103, 104}},
		{"scalar second input", ir.Bias{Axis: 9}, nil, []*ir.Tensor{x, tensor(ir.Shape{}, 2)}, []float32{3, 4, 5, 6}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			check(t, apply(t, &c.op, c.params, c.in...)[0], tensor(x.Shape, c.want...))
		})
	}
}

func TestEmbed(t *testing.T) {
	table, offset := tensor(ir.Shape{3, 2}, 1, 2, 3, 4, 5, 6), tensor(ir.Shape{2}, 10, 20)
	check(t, apply(t, &ir.Embed{Entries: 3, Units: 2}, []*ir.Tensor{table}, tensor(ir.Shape{3}, 2, 0, 2))[0],
		tensor(ir.Shape{3, 2}, 5, 6, 1, 2, 5, 6))
	check(t, apply(t, &ir.Embed{Entries: 3, Units: 2, Bias: true}, []*ir.Tensor{table, offset}, tensor(ir.Shape{1, 2}, 1, 2.9))[0],
		tensor(ir.Shape{1, 2, 2}, 13, 24, 15, 26))
	check(t, apply(t, &ir.Embed{Entries: 3, Units: 2}, []*ir.Tensor{table}, tensor(ir.Shape{}, 1))[0], tensor(ir.Shape{2}, 3, 4))
}

func TestEmbedRefusesIndicesOutOfRange(t *testing.T) {
	g := &ir.Graph{}
	x := input(g, "x", ir.Shape{2})
	g.Outputs = []*ir.Value{node(g, "table", &ir.Embed{Entries: 3, Units: 1}, []*ir.Tensor{tensor(ir.Shape{3, 1}, 1, 2, 3)}, x)}
	for _, engine := range []Engine{Reference, Fast} {
		p := mustCompile(t, g, Options{Engine: engine})
		for _, v := range []float32{3, -1, nan, inf} {
			_, err := p.Run(context.Background(), map[string]*ir.Tensor{"x": tensor(ir.Shape{2}, 0, v)}, nil)
			var place *ir.NodeError
			if !errors.Is(err, ir.ErrInvalid) || !errors.As(err, &place) || place.Node != "table" {
				t.Errorf("%v, index %v: %v, want an error at the node", engine, v, err)
			}
		}
	}
}
