package npy

import "github.com/alexconv/alexconv/ir"

// rowOrder finds out where TensorFlow, whose images are NHWC, counts the
// features of a flattened image otherwise than the graph does.
type rowOrder struct {
	shapes    ir.Shapes
	producers map[*ir.Value]*ir.Node
}

func newRowOrder(g *ir.Graph, shapes ir.Shapes) rowOrder {
	return rowOrder{shapes, g.Producers()}
}

// matrix decides how the rows of a fully connected layer's matrix are stored.
// They count H, W, C where the layer reads a 4-D value whose planes have more
// than one pixel, be it flattened, reshaped or passed through an element-wise
// layer on the way. Features that flattened images are only a part of have no
// such order, and are refused.
func (r rowOrder) matrix(n *ir.Node) (layout, error) {
	fc := n.Op.(*ir.FullyConnected)
	l := layout{matrix: true, transposed: fc.Transposed}
	in := r.shapes[n.Inputs[0]]
	axis, err := ir.Axis(fc.Axis, len(in))
	if err != nil {
		return l, n.Errorf(ir.ErrInvalid, "%w", err)
	}
	if axis != 1 {
		return l, nil
	}
	image, whole := r.image(n.Inputs[0], make(map[*ir.Value]bool))
	switch {
	case image == nil:
	case !whole || image.Elements() != in[axis:].Elements():
		return l, n.Errorf(ir.ErrUnsupported,
			"its input mixes flattened images with other features, which the .npy dict orders differently; use .npz")
	default:
		l.spatial = image
	}
	return l, nil
}

// checkChannels refuses per-feature parameters of a flattened image.
func (r rowOrder) checkChannels(n *ir.Node) error {
	if v := n.Inputs[0]; len(r.shapes[v]) != 4 {
		if image, _ := r.image(v, make(map[*ir.Value]bool)); image != nil {
			return n.Errorf(ir.ErrUnsupported,
				"its channels are the features of a flattened image, which the .npy dict orders differently; use .npz")
		}
	}
	return nil
}

// image is the C, H, W of the 4-D value whose elements v has in row-major
// order, nil where there is none or it has one pixel; whole is false where v
// has only some of its elements, or others beside them.
func (r rowOrder) image(v *ir.Value, seen map[*ir.Value]bool) (chw ir.Shape, whole bool) {
	if s := r.shapes[v]; len(s) == 4 {
		if s[2]*s[3] == 1 {
			return nil, true
		}
		return s[1:].Clone(), true
	}
	p := r.producers[v]
	if p == nil || seen[v] {
		return nil, true
	}
	seen[v] = true
	switch p.Op.(type) {
	case *ir.Concat, *ir.Slice:
		for _, in := range p.Inputs {
			if image, _ := r.image(in, seen); image != nil {
				return image, false
			}
		}
	case *ir.FullyConnected:
		return nil, true
	case *ir.Reduction:
		// One feature per channel is left, or less.
		if len(r.shapes[v]) <= 2 {
			return nil, true
		}
		return r.part(p, seen)
	case *ir.Flatten, *ir.Reshape:
		return r.image(p.Inputs[0], seen)
	default:
		// What keeps the shape works on each feature where it is.
		switch {
		case len(p.Inputs) == 0:
		case r.shapes[p.Inputs[0]].Equal(r.shapes[v]):
			return r.image(p.Inputs[0], seen)
		default:
			return r.part(p, seen)
		}
	}
	return nil, true
}

// part is the image that a node's first input has the elements of, if any; the
// node's output has others.
func (r rowOrder) part(n *ir.Node, seen map[*ir.Value]bool) (chw ir.Shape, whole bool) {
	image, _ := r.image(n.Inputs[0], seen)
	return image, image == nil
}
