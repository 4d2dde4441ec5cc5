package tf

import (
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// lowering is the writing of one ir node as TensorFlow nodes.
type lowering struct {
	*writer
	layer      *ir.Node
	in, out    []ir.Shape // as ir has them
	inputs     []string   // the TensorFlow names of the layer's inputs
	outputs    []string
	outputRefs []ref
	nodes      []*node    // without constants
	marks      []nodeMark // one for each node
	constants  []*node
}

// lower runs the writing function of the layer's operation.
func (l *lowering) lower() error {
	write := writers[l.layer.Op.Type()]
	if write == nil {
		return l.unsupported("TensorFlow has no form for %s", l.layer.Op.Type())
	}
	return write(l, l.layer.Op)
}

// unsupported is an error that names the layer.
func (l *lowering) unsupported(format string, args ...any) error {
	return l.layer.Errorf(ir.ErrUnsupported, format, args...)
}

// placeOutputs says in which order the outputs are: element-wise layers keep
// that of their input, and a flattened image has rows if asRows says so.
func (l *lowering) placeOutputs(asRows bool) {
	for i, shape := range l.out {
		out := ref{order: natural(shape)}
		if i < len(l.layer.Outputs) {
			out.value = l.layer.Outputs[i]
		}
		switch l.layer.Op.(type) {
		case *ir.Flatten, *ir.Reshape:
			if x := l.in[0]; asRows && flattensImage(x, shape) && !oneOrder(x[1:]) {
				out.order, out.image = rows, x[1:]
			}
		default:
			if keepsFeatures(l.layer.Op) {
				out = l.refs[l.layer.Inputs[0]].to(out.value)
			}
		}
		l.outputRefs = append(l.outputRefs, out)
	}
}

// to is the reference with another value.
func (r ref) to(v *ir.Value) ref {
	r.value = v
	return r
}

// input is the reference to the layer's input i.
func (l *lowering) input(i int) ref { return l.refs[l.layer.Inputs[i]] }

// base is what the names of nodes inside the group begin with.
func (l *lowering) base() string { return nodeOf(l.outputs[0]) }

// step adds a node inside the group and gives the name of its output.
func (l *lowering) step(op string, inputs []string, attributes ...*attribute) string {
	name := l.names.free(l.base() + "/" + op)
	l.add(name, op, inputs, attributes)
	return name
}

// result adds the node that writes the layer's output.
func (l *lowering) result(op string, inputs []string, attributes ...*attribute) {
	l.add(l.base(), op, inputs, attributes)
}

// chain adds a node that is the result, if last, else a step.
func (l *lowering) chain(last bool, op string, inputs []string, attributes ...*attribute) string {
	if last {
		l.result(op, inputs, attributes...)
		return l.outputs[0]
	}
	return l.step(op, inputs, attributes...)
}

func (l *lowering) add(name, op string, inputs []string, attributes []*attribute) {
	l.nodes = append(l.nodes, &node{
		name:       name,
		op:         op,
		inputs:     inputs,
		attributes: append(slices.Clone(attributes), typeAttribute("T", typeFloat)),
	})
	l.marks = append(l.marks, nodeMark{})
}

// param gives the name of the constant that holds parameter i in a layout, with
// the given dims.
func (l *lowering) param(i int, suffix string, at layout, dims ...int) string {
	p := l.layer.Params[i]
	key := paramPlace{p, at, ir.Shape(dims).String()}
	if t := l.stored[key]; t != nil {
		return t.name
	}
	t := &tensor{kind: typeFloat, dims: dims, source: p, layout: at, mark: nodeMark{Param: p.Name}}
	l.stored[key] = t
	return l.constant(suffix, t)
}

// floats adds a constant of the given dims.
func (l *lowering) floats(suffix string, dims []int, values ...float32) string {
	return l.constant(suffix, &tensor{kind: typeFloat, dims: dims, floats: values})
}

// integers adds a list of int32 numbers as a constant.
func (l *lowering) integers(suffix string, dims []int, values ...int) string {
	t := &tensor{kind: typeInt32, dims: dims, ints: []int64{}}
	for _, v := range values {
		t.ints = append(t.ints, int64(v))
	}
	return l.constant(suffix, t)
}

// list adds a constant of one axis.
func (l *lowering) list(suffix string, values ...int) string {
	return l.integers(suffix, []int{len(values)}, values...)
}

func (l *lowering) constant(suffix string, t *tensor) string {
	t.name = l.names.free(l.base() + "/" + suffix)
	n := &node{name: t.name, op: "Const", attributes: []*attribute{
		typeAttribute("dtype", t.kind),
		{name: "value", kind: kindTensor, tensor: t},
	}}
	if m := t.mark.attribute(); m != nil {
		n.attributes = append(n.attributes, m)
	}
	l.constants = append(l.constants, n)
	l.tensors[t.name] = t
	return t.name
}

// int32Type is the attribute that types a constant of axes, sizes or pads.
func int32Type(name string) *attribute { return typeAttribute(name, typeInt32) }

// planes gives input i in ir's own order.
func (l *lowering) planes(i int) string {
	if l.input(i).order != images {
		return l.inputs[i]
	}
	return l.transposed(l.inputs[i], toPlanes)
}

func (l *lowering) transposed(data string, order []int) string {
	return l.step("Transpose", []string{data, l.list("perm", order...)}, int32Type("Tperm"))
}

// reshaped adds a node that gives data another shape, the batch being what
// remains.
func (l *lowering) reshaped(last bool, data string, dims ...int) string {
	if len(dims) > 0 {
		dims[0] = -1
	}
	return l.chain(last, "Reshape", []string{data, l.list("shape", dims...)}, int32Type("Tshape"))
}

// fromPlanes makes the layer's output of data whose elements are in ir's own
// order, in whatever shape.
func (l *lowering) fromPlanes(data string) {
	out := l.out[0]
	data = l.reshaped(len(out) != 4, data, out.Clone()...)
	if len(out) == 4 {
		l.result("Transpose", []string{data, l.list("perm", toImages...)}, int32Type("Tperm"))
	}
}
