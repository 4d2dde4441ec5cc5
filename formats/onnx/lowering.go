package onnx

import (
	"strings"

	"github.com/alexconv/alexconv/ir"
)

// lowering is the writing of one ir node as ONNX nodes.
type lowering struct {
	*writer
	layer   *ir.Node
	in, out []ir.Shape
	inputs  []string // the ONNX names of the layer's inputs
	outputs []string
	nodes   []*node
}

// lower runs the writing function of the layer's operation.
func (l *lowering) lower() error {
	write := writers[l.layer.Op.Type()]
	if write == nil {
		return l.unsupported("ONNX has no form for %s", l.layer.Op.Type())
	}
	return write(l, l.layer.Op)
}

// unsupported is an error that names the layer.
func (l *lowering) unsupported(format string, args ...any) error {
	return l.layer.Errorf(ir.ErrUnsupported, format, args...)
}

// base is what the names of the layer's nodes and tensors begin with.
func (l *lowering) base() string {
	if l.layer.Name == "" && len(l.outputs) > 0 {
		return l.outputs[0]
	}
	return l.layer.Name
}

// step adds a node inside the group and gives the name of its output.
func (l *lowering) step(opType string, inputs []string, attributes ...*attribute) string {
	suffix := "/" + strings.ToLower(opType)
	out := l.values.free(l.base() + suffix)
	l.add(opType, l.base()+suffix, inputs, out, attributes)
	return out
}

// result adds the node that writes the layer's output.
func (l *lowering) result(opType string, inputs []string, attributes ...*attribute) {
	l.add(opType, l.base(), inputs, l.outputs[0], attributes)
}

func (l *lowering) add(opType, name string, inputs []string, output string, attributes []*attribute) {
	l.nodes = append(l.nodes, &node{
		name:       l.writer.nodes.free(name),
		opType:     opType,
		inputs:     inputs,
		outputs:    []string{output},
		attributes: attributes,
	})
}

// param gives the name of the initialiser that holds parameter i with the
// given dims, which have as many elements as the parameter.
func (l *lowering) param(i int, dims ...int) string {
	p := l.layer.Params[i]
	key := storedKey{p, ir.Shape(dims).String()}
	if t := l.stored[key]; t != nil {
		return t.name
	}
	name := p.Name
	if name == "" {
		name = l.base() + "/" + l.roles()[i]
	}
	t := floatTensor(l.values.free(name), dims, p.Data)
	// A shared initialiser's own name is what a reader expects of it.
	if shared := l.users[p] > 1; shared != (p.Name != "") || shared && t.name != p.Name {
		t.doc = tensorMark{Param: p.Name}.text()
	}
	l.stored[key] = t
	return l.constant(t)
}

func (l *lowering) roles() []string {
	s, err := l.layer.Op.Infer(l.in)
	if err != nil {
		return nil
	}
	var roles []string
	for _, p := range s.Params {
		roles = append(roles, p.Role)
	}
	return roles
}

// floats adds a constant of the given dims.
func (l *lowering) floats(suffix string, dims []int, values ...float32) string {
	return l.constant(floatTensor(l.values.free(l.base()+"/"+suffix), dims, values))
}

// scalar adds a constant without axes.
func (l *lowering) scalar(suffix string, value float32) string {
	return l.floats(suffix, nil, plain(value))
}

// integers adds a list of int64 numbers as a constant.
func (l *lowering) integers(suffix string, values ...int) string {
	list := make([]int64, len(values))
	for i, v := range values {
		list[i] = int64(v)
	}
	return l.constant(intTensor(l.values.free(l.base()+"/"+suffix), list))
}

func (l *lowering) constant(t *tensor) string {
	l.graph.initialisers = append(l.graph.initialisers, t)
	l.tensors[t.name] = t
	return t.name
}

// axis gives an axis as it is written: a negative one only in opsets that
// know them.
func (l *lowering) axis(axis, rank int) int {
	if axis < 0 && l.opset < 11 {
		return axis + rank
	}
	return axis
}
