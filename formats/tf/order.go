package tf

import "github.com/alexconv/alexconv/ir"

// order says how the elements of a TensorFlow value lie, compared with the ir
// value that it stands for.
type order int

const (
	asIs   order = iota // the same
	images              // N, H, W, C where ir has N, C, H, W
	rows                // features count H, W, C where ir counts C, H, W
)

// natural is the order in which a value of a rank is stored unless something
// else is said.
func natural(s ir.Shape) order {
	if len(s) == 4 {
		return images
	}
	return asIs
}

// ref is a TensorFlow value: the ir value and the order of its elements. For
// rows, image is the C, H, W that the features count.
type ref struct {
	value *ir.Value
	order order
	image ir.Shape
}

// stored is a shape of four axes as N, H, W, C; any other is as it stands.
func stored(s ir.Shape) ir.Shape {
	if len(s) != 4 {
		return s
	}
	return ir.Shape{s[0], s[2], s[3], s[1]}
}

// canonical is the inverse of stored.
func canonical(s ir.Shape) ir.Shape {
	if len(s) != 4 {
		return s
	}
	return ir.Shape{s[0], s[3], s[1], s[2]}
}

// toImages is the permutation by which Transpose makes N, H, W, C of
// N, C, H, W: the place of each axis of the one in the other. toPlanes is its
// inverse.
var (
	toImages = []int{0, 2, 3, 1}
	toPlanes = []int{0, 3, 1, 2}
)

// storedAxis is where an axis of ir, which may count from the end, stands in
// the stored value.
func storedAxis(axis, rank int) (int, error) {
	axis, err := ir.Axis(axis, rank)
	if err != nil || rank != 4 {
		return axis, err
	}
	return toPlanes[axis], nil
}

// canonicalAxis is the inverse of storedAxis.
func canonicalAxis(axis, rank int) (int, error) {
	axis, err := ir.Axis(axis, rank)
	if err != nil || rank != 4 {
		return axis, err
	}
	return toImages[axis], nil
}

// oneOrder reports whether an image's C, H, W lies in memory as H, W, C does.
func oneOrder(chw ir.Shape) bool { return chw[0] == 1 || chw[1]*chw[2] == 1 }

// keepsFeatures reports whether an operation works on each element of its one
// input where it is.
func keepsFeatures(op ir.Op) bool {
	switch op.(type) {
	case *ir.ReLU, *ir.Sigmoid, *ir.Tanh, *ir.Abs, *ir.ELU, *ir.Softplus, *ir.Exp, *ir.Log, *ir.Dropout, *ir.Split:
		return true
	}
	return false
}

// rowValues finds the values that may be written in the order of rows: an image
// flattened to (batch, features), and what element-wise layers make of it,
// provided that nothing but matrix products reads them in the end. It gives the
// image's C, H, W for each.
func rowValues(g *ir.Graph, shapes ir.Shapes) map[*ir.Value]ir.Shape {
	consumers := g.Consumers()
	open := make(map[*ir.Value]bool) // has a reader that needs ir's own order
	for _, v := range g.Outputs {
		open[v] = true
	}
	for i := len(g.Nodes) - 1; i >= 0; i-- {
		for _, v := range g.Nodes[i].Outputs {
			for _, n := range consumers[v] {
				fc, product := n.Op.(*ir.FullyConnected)
				switch {
				case product && (fc.Axis == 1 || fc.Axis == -1) && len(shapes[v]) == 2:
				case keepsFeatures(n.Op):
					for _, out := range n.Outputs {
						open[v] = open[v] || open[out]
					}
				default:
					open[v] = true
				}
			}
		}
	}
	found := make(map[*ir.Value]ir.Shape)
	for _, n := range g.Nodes {
		switch n.Op.(type) {
		case *ir.Flatten, *ir.Reshape:
			x, out := shapes[n.Inputs[0]], shapes[n.Outputs[0]]
			if flattensImage(x, out) && !oneOrder(x[1:]) && !open[n.Outputs[0]] {
				found[n.Outputs[0]] = x[1:]
			}
		default:
			if image := inputImage(n, found); image != nil && keepsFeatures(n.Op) {
				for _, out := range n.Outputs {
					found[out] = image
				}
			}
		}
	}
	return found
}

func inputImage(n *ir.Node, found map[*ir.Value]ir.Shape) ir.Shape {
	if len(n.Inputs) == 0 {
		return nil
	}
	return found[n.Inputs[0]]
}

// flattensImage reports whether out joins all axes of the image x but the
// batch.
func flattensImage(x, out ir.Shape) bool {
	return len(x) == 4 && len(out) == 2 && x[0] == out[0]
}
