package caffe

import (
	"github.com/alexconv/alexconv/ir"
)

var inputLayer = &layerType{
	name:    "Input",
	bottoms: exactly(0), tops: atLeast(1), each: true,
	op: (*ir.Input)(nil),
	read: func(l *layer, _ []ir.Shape) (ir.Op, error) {
		shapes := l.message.message("input_param").messages("shape")
		switch {
		case len(shapes) == 0:
			return nil, l.errorAt(l.message.at, "has no shape; give input_param { shape { dim: ... } }")
		case len(shapes) != 1 && len(shapes) != len(l.tops):
			return nil, l.errorAt(l.message.place("input_param"), "needs one shape, or one per top: %d shapes for %d tops", len(shapes), len(l.tops))
		}
		shape, err := blobShapeOf(l, shapes[min(l.top, len(shapes)-1)])
		return &ir.Input{Shape: shape}, err
	},
	write: func(n *ir.Node, l *message) error {
		addShape(l.ensure("input_param").addMessage("shape"), n.Op.(*ir.Input).Shape)
		return nil
	},
}

// blobShapeOf reads a BlobShape.
func blobShapeOf(l *layer, m *message) (ir.Shape, error) {
	shape := ir.Shape(m.nums("dim"))
	if len(shape) > maxAxes {
		return nil, l.errorAt(m.at, "a blob has at most %d axes, this one %d", maxAxes, len(shape))
	}
	if err := shape.Check(); err != nil {
		return nil, l.at(m.at, err)
	}
	return shape, nil
}

func addShape(m *message, s ir.Shape) {
	for _, d := range s {
		m.addNum("dim", d)
	}
}

var concatLayer = &layerType{
	name:    "Concat",
	bottoms: atLeast(1), tops: exactly(1),
	op: (*ir.Concat)(nil),
	read: func(l *layer, _ []ir.Shape) (ir.Op, error) {
		axis, err := axisOf(l, l.message.message("concat_param"), "concat_dim")
		return &ir.Concat{Axis: axis}, err
	},
	write: func(n *ir.Node, l *message) error {
		l.addMessage("concat_param").addNum("axis", n.Op.(*ir.Concat).Axis)
		return nil
	},
}

var sliceLayer = &layerType{
	name:    "Slice",
	bottoms: exactly(1), tops: atLeast(1),
	op: (*ir.Slice)(nil),
	read: func(l *layer, in []ir.Shape) (ir.Op, error) {
		p := l.message.message("slice_param")
		given, err := axisOf(l, p, "slice_dim")
		if err != nil {
			return nil, err
		}
		axis, err := ir.Axis(given, len(in[0]))
		if err != nil {
			return nil, l.at(p.place("axis"), err)
		}
		op, points := &ir.Slice{Axis: given, Pieces: len(l.tops)}, p.nums("slice_point")
		if len(points) == 0 {
			return op, nil
		}
		if len(points) != len(l.tops)-1 {
			return nil, l.errorAt(p.place("slice_point"), "needs one slice_point fewer than tops, has %d for %d", len(points), len(l.tops))
		}
		previous := 0
		for _, point := range append(points, in[0][axis]) {
			if point <= previous {
				return nil, l.errorAt(p.place("slice_point"), "slice_point must grow and stay below the extent of %d along axis %d", in[0][axis], axis)
			}
			op.Sizes = append(op.Sizes, point-previous)
			previous = point
		}
		return op, nil
	},
	write: func(n *ir.Node, l *message) error {
		op, p := n.Op.(*ir.Slice), l.addMessage("slice_param")
		point := 0
		for i := range max(len(op.Sizes)-1, 0) {
			point += op.Sizes[i]
			p.addNum("slice_point", point)
		}
		p.addNum("axis", op.Axis)
		return nil
	},
}

var cropLayer = &layerType{
	name:    "Crop",
	bottoms: exactly(2), tops: exactly(1),
	op: (*ir.Crop)(nil),
	read: func(l *layer, _ []ir.Shape) (ir.Op, error) {
		p := l.message.message("crop_param")
		return &ir.Crop{Axis: p.num("axis", 2), Offsets: p.nums("offset")}, nil
	},
	write: func(n *ir.Node, l *message) error {
		op, p := n.Op.(*ir.Crop), l.addMessage("crop_param")
		p.addNum("axis", op.Axis)
		for _, offset := range op.Offsets {
			p.addNum("offset", offset)
		}
		return nil
	},
}

var tileLayer = &layerType{
	name:    "Tile",
	bottoms: exactly(1), tops: exactly(1),
	op: (*ir.Tile)(nil),
	read: func(l *layer, _ []ir.Shape) (ir.Op, error) {
		p := l.message.message("tile_param")
		if !p.has("tiles") {
			return nil, l.errorAt(l.message.place("tile_param"), "the number of tiles must be given")
		}
		return &ir.Tile{Axis: p.num("axis", 1), Tiles: p.num("tiles", 0)}, nil
	},
	write: func(n *ir.Node, l *message) error {
		op, p := n.Op.(*ir.Tile), l.addMessage("tile_param")
		p.addNum("axis", op.Axis)
		p.addNum("tiles", op.Tiles)
		return nil
	},
}

var flattenLayer = &layerType{
	name:    "Flatten",
	bottoms: exactly(1), tops: exactly(1),
	op: (*ir.Flatten)(nil),
	read: func(l *layer, _ []ir.Shape) (ir.Op, error) {
		p := l.message.message("flatten_param")
		return &ir.Flatten{Axis: p.num("axis", 1), EndAxis: p.num("end_axis", -1)}, nil
	},
	write: func(n *ir.Node, l *message) error {
		op, p := n.Op.(*ir.Flatten), l.addMessage("flatten_param")
		p.addNum("axis", op.Axis)
		p.addNum("end_axis", op.EndAxis)
		return nil
	},
}

var reshapeLayer = &layerType{
	name:    "Reshape",
	bottoms: exactly(1), tops: exactly(1),
	op: (*ir.Reshape)(nil),
	read: func(l *layer, _ []ir.Shape) (ir.Op, error) {
		p := l.message.message("reshape_param")
		return &ir.Reshape{
			Dims:    p.message("shape").nums("dim"),
			Axis:    p.num("axis", 0),
			NumAxes: p.num("num_axes", -1),
		}, nil
	},
	write: func(n *ir.Node, l *message) error {
		op, p := n.Op.(*ir.Reshape), l.addMessage("reshape_param")
		addShape(p.addMessage("shape"), op.Dims)
		if op.Axis != 0 {
			p.addNum("axis", op.Axis)
		}
		if op.NumAxes != -1 {
			p.addNum("num_axes", op.NumAxes)
		}
		return nil
	},
}

var splitLayer = &layerType{
	name:    "Split",
	bottoms: exactly(1), tops: atLeast(1),
	op: (*ir.Split)(nil),
	read: func(l *layer, _ []ir.Shape) (ir.Op, error) {
		return &ir.Split{Copies: len(l.tops), Implicit: l.implicit}, nil
	},
}

var silenceLayer = &layerType{
	name:    "Silence",
	bottoms: atLeast(1), tops: exactly(0),
	op: (*ir.Silence)(nil), read: without(&ir.Silence{}),
}
