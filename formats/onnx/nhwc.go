package onnx

import (
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// foldTransposes is the pass that undoes what converters from TensorFlow put
// around operations on images: a Transpose from NHWC before, one back after. It
// moves each Transpose towards the outputs, through operations that work on
// elements or along one axis, until it meets its opposite, or until a fully
// connected layer reads the flattened image, whose columns are then reordered
// instead. A Transpose of an input or output stays: it belongs to how the model
// is called. With nchw, one of an input in NHWC goes too, and the input is NCHW.
//
// The graph is returned as it is where no fewer Transposes would remain.
func foldTransposes(g *ir.Graph, nchw bool) (*ir.Graph, error) {
	before := countTransposes(g)
	if before == 0 {
		return g, nil
	}
	shapes, err := g.Infer(nil)
	if err != nil {
		return nil, err
	}
	consumers := g.Consumers()
	t := &transposer{
		shapes:  shapes,
		stored:  make(map[*ir.Value]stored),
		rows:    make(map[*ir.Value]stored),
		written: make(map[*ir.Value]bool),
		origin:  g.Producers(),
		names:   make(names),
		inner:   make(map[*ir.Value]*ir.Value),
		columns: make(map[columnKey]*ir.Tensor),
	}
	for v := range shapes {
		t.names[v.Name] = true
	}
	for _, n := range g.Nodes {
		if nchw && channelsLast(n, consumers, g.Outputs) {
			t.input(n)
			continue
		}
		t.node(n)
	}
	for _, v := range g.Outputs {
		t.output(v)
	}
	out := &ir.Graph{Name: g.Name, Nodes: t.nodes, Outputs: g.Outputs}
	if countTransposes(out) >= before {
		return g, nil
	}
	t.rename()
	return out, nil
}

// channelsLast reports whether a node is an input of which nothing but Transposes
// that put its last axis behind the first are read.
func channelsLast(n *ir.Node, consumers map[*ir.Value][]*ir.Node, outputs []*ir.Value) bool {
	in, ok := n.Op.(*ir.Input)
	if !ok || len(in.Shape) < 3 || len(consumers[n.Outputs[0]]) == 0 || slices.Contains(outputs, n.Outputs[0]) {
		return false
	}
	for _, c := range consumers[n.Outputs[0]] {
		if o, ok := c.Op.(*ir.Transpose); !ok || !slices.Equal(o.Order, channelsSecond(len(in.Shape))) {
			return false
		}
	}
	return true
}

// channelsSecond is the order from channels last to channels second: 0, 3, 1, 2
// for images.
func channelsSecond(rank int) []int {
	order := []int{0, rank - 1}
	for axis := 1; axis < rank-1; axis++ {
		order = append(order, axis)
	}
	return order
}

func countTransposes(g *ir.Graph) int {
	count := 0
	for _, n := range g.Nodes {
		if _, ok := n.Op.(*ir.Transpose); ok {
			count++
		}
	}
	return count
}

// transposer writes the new list of nodes. A value of the old graph exists in it
// as itself, or as another value that is stored in another order of axes, or as
// both where readers need both.
type transposer struct {
	shapes  ir.Shapes
	stored  map[*ir.Value]stored
	rows    map[*ir.Value]stored // flattened images that exist in another order of columns
	written map[*ir.Value]bool   // exists as itself
	origin  map[*ir.Value]*ir.Node
	names   names
	inner   map[*ir.Value]*ir.Value // from a new value to the old one that it stands for
	columns map[columnKey]*ir.Tensor
	nodes   []*ir.Node
}

// stored is a value in another order: axis i of the value is axis order[i] of
// value, whose shape is in shapes. For rows, value is what the flattening of the
// stored image gives, and image is the shape of that.
type stored struct {
	value *ir.Value
	order []int
	image ir.Shape
}

type columnKey struct {
	tensor *ir.Tensor
	order  string
	image  string
}

// node takes over one node of the old graph.
func (t *transposer) node(n *ir.Node) {
	if o, ok := n.Op.(*ir.Transpose); ok {
		t.transpose(n, o)
		return
	}
	if len(n.Inputs) > 0 && (t.moveRows(n) || t.move(n)) {
		return
	}
	if flattens(n, t.shapes) {
		if s, ok := t.stored[n.Inputs[0]]; ok && s.order[0] == 0 {
			t.flatten(n, s)
			return
		}
	}
	t.keep(n)
}

// input writes an input with its channels second; the old value is that in the
// order that it had.
func (t *transposer) input(n *ir.Node) {
	shape := n.Op.(*ir.Input).Shape
	order := channelsSecond(len(shape))
	moved, back := make(ir.Shape, len(shape)), make([]int, len(shape))
	for i, axis := range order {
		moved[i], back[axis] = shape[axis], i
	}
	m := &ir.Node{Name: n.Name, Op: &ir.Input{Shape: moved}, Outputs: t.innerValues(n.Outputs)}
	t.add(m)
	t.stored[n.Outputs[0]] = stored{value: m.Outputs[0], order: back}
}

// keep writes a node as it is, but for inputs that exist under another name.
func (t *transposer) keep(n *ir.Node) {
	m := *n
	m.Inputs = make([]*ir.Value, len(n.Inputs))
	for i, v := range n.Inputs {
		m.Inputs[i] = t.need(v)
	}
	t.nodes = append(t.nodes, &m)
	for _, v := range n.Outputs {
		t.written[v] = true
	}
}

// need makes a value exist as itself, and gives it; or the one that equals it,
// where two Transposes undo each other.
func (t *transposer) need(v *ir.Value) *ir.Value {
	s, ok := t.stored[v]
	switch {
	case t.written[v]:
	case ok && isIdentity(s.order):
		return s.value
	case ok:
		t.add(&ir.Node{Name: t.transposeName(v), Op: &ir.Transpose{Order: s.order}, Inputs: []*ir.Value{s.value}, Outputs: []*ir.Value{v}})
		t.written[v] = true
	default:
		t.keep(t.origin[v])
	}
	return v
}

// output makes a value exist under its own name.
func (t *transposer) output(v *ir.Value) {
	if same := t.need(v); same != v {
		t.add(&ir.Node{Name: v.Name, Op: &ir.Split{Copies: 1}, Inputs: []*ir.Value{same}, Outputs: []*ir.Value{v}})
		t.written[v] = true
	}
}

// transposeName is the name of the node that writes v, where that is a
// Transpose, else one made of v's.
func (t *transposer) transposeName(v *ir.Value) string {
	if _, ok := t.origin[v].Op.(*ir.Transpose); ok {
		return t.origin[v].Name
	}
	return v.Name + "/transpose"
}

// add appends a node and notes the shapes of its outputs.
func (t *transposer) add(n *ir.Node) bool {
	s, err := n.Op.Infer(t.shapes.Of(n.Inputs))
	if err != nil {
		return false
	}
	for i, v := range n.Outputs {
		t.shapes[v] = s.Outputs[i]
	}
	t.nodes = append(t.nodes, n)
	return true
}

// transpose joins a Transpose with the order in which its input is stored.
func (t *transposer) transpose(n *ir.Node, o *ir.Transpose) {
	source, order := n.Inputs[0], o.Order
	if s, ok := t.stored[source]; ok {
		source, order = s.value, composed(s.order, order)
	} else {
		source = t.need(source)
	}
	t.stored[n.Outputs[0]] = stored{value: source, order: order}
}

// composed is the order of b applied to a value that is a applied to another.
func composed(a, b []int) []int {
	order := make([]int, len(b))
	for i, axis := range b {
		order[i] = a[axis]
	}
	return order
}

func isIdentity(order []int) bool {
	return slices.IsSorted(order)
}

// move writes an operation on values that are all stored in one order as the
// same operation on what is stored.
func (t *transposer) move(n *ir.Node) bool {
	var order []int
	var in []*ir.Value
	for _, v := range n.Inputs {
		s, ok := t.stored[v]
		if !ok || order != nil && !slices.Equal(order, s.order) {
			return false
		}
		order, in = s.order, append(in, s.value)
	}
	if isIdentity(order) {
		return false
	}
	op := reordered(n.Op, order, len(n.Params))
	if op == nil {
		return false
	}
	m := &ir.Node{Name: n.Name, Op: op, Pos: n.Pos, Inputs: in, Params: n.Params}
	m.Outputs = t.innerValues(n.Outputs)
	if !t.add(m) {
		return false
	}
	for i, v := range n.Outputs {
		t.stored[v] = stored{value: m.Outputs[i], order: order}
	}
	return true
}

// reordered is the operation on inputs of another order of axes, nil where there
// is none: axis i of what op sees is axis order[i] of what the result sees.
func reordered(op ir.Op, order []int, params int) ir.Op {
	rank := len(order)
	at := func(axis int) int {
		if axis < 0 {
			axis += rank
		}
		return order[axis]
	}
	switch o := op.(type) {
	case *ir.ReLU, *ir.Sigmoid, *ir.Tanh, *ir.Abs, *ir.ELU, *ir.Softplus, *ir.Swish, *ir.Clip, *ir.Threshold, *ir.Power, *ir.Exp, *ir.Log,
		*ir.Dropout, *ir.Split, *ir.Eltwise:
		return op
	case *ir.PReLU:
		if o.Shared {
			return op
		}
	case *ir.Softmax:
		return &ir.Softmax{Axis: at(o.Axis)}
	case *ir.LogSoftmax:
		return &ir.LogSoftmax{Axis: at(o.Axis)}
	case *ir.Concat:
		return &ir.Concat{Axis: at(o.Axis)}
	case *ir.Slice:
		moved := *o
		moved.Axis = at(o.Axis)
		return &moved
	case *ir.Pad:
		moved := &ir.Pad{Begin: make([]int, rank), End: make([]int, rank), Value: o.Value}
		for i, axis := range order {
			moved.Begin[axis], moved.End[axis] = o.Begin[i], o.End[i]
		}
		return moved
	case *ir.Scale:
		if params > 0 && o.NumAxes == 0 {
			return op
		}
		if params > 0 && o.NumAxes == 1 {
			return &ir.Scale{Axis: at(o.Axis), NumAxes: 1, Bias: o.Bias}
		}
	case *ir.Bias:
		if params > 0 && o.NumAxes == 0 {
			return op
		}
		if params > 0 && o.NumAxes == 1 {
			return &ir.Bias{Axis: at(o.Axis), NumAxes: 1}
		}
	}
	return nil
}

// innerValues are values that stand for others.
func (t *transposer) innerValues(outputs []*ir.Value) []*ir.Value {
	var list []*ir.Value
	for _, v := range outputs {
		name := t.names.free(v.Name + "/stored")
		inner := &ir.Value{Name: name, Blob: name}
		t.inner[inner] = v
		list = append(list, inner)
	}
	return list
}

// rename gives a value the name of the one that it stands for, where that does
// not exist as itself.
func (t *transposer) rename() {
	for inner, v := range t.inner {
		if !t.written[v] {
			inner.Name, inner.Blob = v.Name, v.Blob
		}
	}
}
