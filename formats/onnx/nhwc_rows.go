package onnx

import (
	"fmt"

	"github.com/alexconv/alexconv/ir"
)

// flattens reports whether a node joins all axes of its input but the first.
func flattens(n *ir.Node, shapes ir.Shapes) bool {
	switch n.Op.(type) {
	case *ir.Flatten, *ir.Reshape:
		x, y := shapes[n.Inputs[0]], shapes[n.Outputs[0]]
		return len(x) > 2 && len(y) == 2 && x[0] == y[0]
	}
	return false
}

// flatten joins the axes of an image as it is stored: the columns are those of
// the old value in another order, or in the same one where only axes of extent 1
// have moved.
func (t *transposer) flatten(n *ir.Node, s stored) {
	image := t.shapes[s.value]
	out := n.Outputs[0]
	flat, same := out, keepsColumns(image, s.order)
	if !same {
		flat = t.innerValues(n.Outputs)[0]
	}
	if !t.add(&ir.Node{Name: n.Name, Op: &ir.Flatten{Axis: 1, EndAxis: -1}, Inputs: []*ir.Value{s.value}, Outputs: []*ir.Value{flat}}) {
		t.keep(n)
		return
	}
	if same {
		t.written[out] = true
		return
	}
	t.rows[out] = stored{value: flat, order: s.order, image: image}
}

// keepsColumns reports whether the axes that have an extent, apart from the
// first, keep their sequence.
func keepsColumns(image ir.Shape, order []int) bool {
	last := 0
	for _, axis := range order[1:] {
		if image[axis] == 1 {
			continue
		}
		if axis < last {
			return false
		}
		last = axis
	}
	return true
}

// moveRows writes an operation on a flattened image whose columns are in another
// order: one on elements as it is, a fully connected layer with the columns of
// its weights in that order.
func (t *transposer) moveRows(n *ir.Node) bool {
	s, ok := t.rows[n.Inputs[0]]
	if !ok || len(n.Inputs) != 1 {
		return false
	}
	m := &ir.Node{Name: n.Name, Op: n.Op, Pos: n.Pos, Inputs: []*ir.Value{s.value}, Params: n.Params}
	if fc, ok := n.Op.(*ir.FullyConnected); ok {
		if axis, err := ir.Axis(fc.Axis, 2); err != nil || axis != 1 || len(n.Params) == 0 {
			return false
		}
		m.Params = append([]*ir.Tensor{t.reorderColumns(n.Params[0], fc.Transposed, s)}, n.Params[1:]...)
		m.Outputs = n.Outputs
		if !t.add(m) {
			return false
		}
		t.written[n.Outputs[0]] = true
		return true
	}
	switch n.Op.(type) {
	case *ir.ReLU, *ir.Sigmoid, *ir.Tanh, *ir.Abs, *ir.ELU, *ir.Softplus, *ir.Swish, *ir.Clip, *ir.Threshold, *ir.Power, *ir.Exp, *ir.Log,
		*ir.Dropout, *ir.Split:
	default:
		return false
	}
	m.Outputs = t.innerValues(n.Outputs)
	if !t.add(m) {
		return false
	}
	for i, v := range n.Outputs {
		t.rows[v] = stored{value: m.Outputs[i], order: s.order, image: s.image}
	}
	return true
}

// reorderColumns is a weight matrix, (out, in) or transposed (in, out), whose
// inputs follow the order in which the image is stored.
func (t *transposer) reorderColumns(w *ir.Tensor, transposed bool, s stored) *ir.Tensor {
	key := columnKey{w, fmt.Sprint(s.order, transposed), s.image.String()}
	if out := t.columns[key]; out != nil {
		return out
	}
	// The columns as the layer knows them, by their place in the stored image.
	rank := len(s.order)
	old := make(ir.Shape, rank) // the shape of the image that the layer knows
	stride := make([]int, rank) // in it, by stored axis
	for i, axis := range s.order {
		old[i] = s.image[axis]
	}
	for i, axis := range s.order {
		stride[axis] = old[i+1:].Elements()
	}
	places := make([]int, old[1:].Elements())
	for i := range places {
		places[i] = i
	}
	from := strided(places, s.image[1:], 0, stride[1:])
	out := ir.NewTensor(w.Shape...)
	out.Name = w.Name
	rows, columns := w.Shape[0], w.Shape[1]
	if transposed {
		for i, place := range from {
			copy(out.Data[i*columns:][:columns], w.Data[place*columns:])
		}
	} else {
		for row := range rows {
			for i, place := range from {
				out.Data[row*columns+i] = w.Data[row*columns+place]
			}
		}
	}
	t.columns[key] = out
	return out
}
