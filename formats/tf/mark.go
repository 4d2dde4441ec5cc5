package tf

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"github.com/alexconv/alexconv/formats/internal/mark"
	"github.com/alexconv/alexconv/formats/internal/wire"
	"github.com/alexconv/alexconv/ir"
)

// markName is the attribute that holds a mark, as JSON. TensorFlow keeps names
// with a leading underscore free for such use.
const markName = "_alexconv"

// nodeMark notes on a node what TensorFlow has no field for.
type nodeMark struct {
	// Layer is the layer's name where the node has another, on the node that
	// writes the layer's value. Values and Blobs name that value, or values.
	Layer  *string  `json:"layer,omitempty"`
	Values []string `json:"values,omitempty"`
	Blobs  []string `json:"blobs,omitempty"`
	// Param is the name of a shared parameter, on its Const.
	Param string `json:"param,omitempty"`
	// Group stands on the first of the consecutive nodes, constants not
	// counted, that together are one ir node.
	Group *group `json:"group,omitempty"`
	// Graph stands on the first node.
	Graph *graphMark `json:"graph,omitempty"`
}

type group struct {
	Type    string          `json:"type"`
	Op      json.RawMessage `json:"op"`
	Inputs  []string        `json:"inputs"`
	Outputs []string        `json:"outputs"`
	Nodes   int             `json:"nodes"`
}

type graphMark struct {
	Name    string         `json:"name,omitempty"`
	Outputs []string       `json:"outputs,omitempty"` // where not every value that nobody reads is one
	Silence []mark.Silence `json:"silence,omitempty"`
}

// attribute is the mark as it is written, nil if it says nothing. A mark is
// made of strings, numbers and lists of them, which JSON always has a form for.
func (m nodeMark) attribute() *attribute {
	text, err := json.Marshal(m)
	if err != nil || string(text) == "{}" {
		return nil
	}
	return stringAttribute(markName, string(text))
}

// mark reads the node's mark; a text that is none says nothing.
func (n *node) mark() nodeMark {
	a := n.get(markName)
	if a == nil || a.kind != kindString {
		return nodeMark{}
	}
	var m nodeMark
	if !mark.Decode(a.string, &m) {
		return nodeMark{}
	}
	return m
}

// mark notes the layer's names on the node that writes its value, and what the
// layer is on its first node unless the structure says so.
func (l *lowering) mark() error {
	last := &l.marks[len(l.nodes)-1]
	if l.nodes[len(l.nodes)-1].name != l.layer.Name {
		last.Layer = &l.layer.Name
	}
	plainNames := true
	for i, v := range l.layer.Outputs {
		plainNames = plainNames && v.Name == l.outputs[i] && v.Blob == v.Name
		last.Values = append(last.Values, v.Name)
		last.Blobs = append(last.Blobs, v.Blob)
	}
	if plainNames {
		last.Values, last.Blobs = nil, nil
	}
	switch l.layer.Op.(type) {
	case *ir.Input:
		return nil
	case *ir.Concat, *ir.Bias:
		// Without a mark, one might be read as the end of a convolution in groups,
		// the other as the bias of a convolution in front.
	default:
		if l.readsBack() {
			return nil
		}
	}
	op, err := json.Marshal(l.layer.Op)
	if err != nil {
		// JSON has no form for infinities and NaN.
		return l.unsupported("an attribute is not a finite number")
	}
	l.marks[0].Group = &group{
		Type:    l.layer.Op.Type(),
		Op:      op,
		Inputs:  l.inputs,
		Outputs: l.outputs,
		Nodes:   len(l.nodes),
	}
	return nil
}

// readsBack reports whether reading the layer's nodes by their structure gives
// the layer as it is. No parameter is looked at: it is the same if it comes
// from the same place in the same layout.
func (l *lowering) readsBack() bool {
	r := newReader(l.producer)
	r.dry = true
	r.constants = l.tensors
	r.countUses(l.nodes)
	for i, name := range l.inputs {
		v := &ir.Value{Name: name}
		r.refs[name] = l.refs[l.layer.Inputs[i]].to(v)
		r.shapes[v] = l.in[i]
	}
	for _, n := range l.nodes {
		if r.readNode(n) != nil {
			return false
		}
	}
	if len(r.graph.Nodes) != 1 {
		return false
	}
	n := r.graph.Nodes[0]
	if !sameOp(n.Op, l.layer.Op) || !slices.Equal(valueNames(n.Inputs), l.inputs) ||
		!slices.Equal(valueNames(n.Outputs), l.outputs) || len(n.Params) != len(l.layer.Params) {
		return false
	}
	for i, p := range n.Params {
		if !r.comesFrom(p, l.layer.Params[i]) {
			return false
		}
	}
	for i, name := range l.outputs {
		if r.refs[name].order != l.outputRefs[i].order {
			return false
		}
	}
	return true
}

// sameOp reports whether two operations have the same attributes, but for those
// of a pooling that cannot matter.
func sameOp(a, b ir.Op) bool {
	if p, ok := a.(*ir.Pool); ok {
		if q, ok := b.(*ir.Pool); ok {
			a, b = ir.Canonical(p, nil), ir.Canonical(q, nil)
		}
	}
	return reflect.DeepEqual(a, b)
}

// readMarked reads the nodes at the head of the list as the one ir node that
// their mark names, and gives how many they are: 0 without a mark, or with one
// that writing does not confirm.
func (r *reader) readMarked(nodes []*node) (int, error) {
	m := nodes[0].mark().Group
	if m == nil || m.Nodes < 1 || m.Nodes > len(nodes) {
		return 0, nil
	}
	found := nodes[:m.Nodes]
	l := r.unmark(m)
	if l == nil || l.lower() != nil {
		return 0, nil
	}
	params, ok := r.confirm(l, found)
	if !ok {
		return 0, nil
	}
	n, last := l.layer, found[len(found)-1]
	n.Name = layerName(last)
	for i, p := range params {
		loaded, err := r.join(p, l.layer.Params[i].Shape)
		if err != nil {
			return 0, nodeError(last, err)
		}
		n.Params[i] = loaded
	}
	n.Outputs = r.newValues(last, m.Outputs)
	refs := make([]ref, len(m.Outputs))
	for i, v := range l.outputRefs {
		refs[i] = v.to(n.Outputs[i])
	}
	if err := r.add(n, m.Outputs, refs); err != nil {
		return 0, nodeError(last, err)
	}
	return m.Nodes, nil
}

// unmark prepares the writing of the layer that a mark names, with parameters
// that have a shape alone; nil if the mark does not fit the graph.
func (r *reader) unmark(m *group) *lowering {
	op := mark.Operation(operations[m.Type], m.Op)
	if op == nil {
		return nil
	}
	n := &ir.Node{Name: "layer", Op: op}
	w := newEmptyWriter(r.producer)
	for _, name := range m.Inputs {
		in, ok := r.refs[name]
		if !ok {
			return nil
		}
		n.Inputs = append(n.Inputs, in.value)
		w.refs[in.value] = in
	}
	s, err := op.Infer(r.shapes.Of(n.Inputs))
	if err != nil || len(s.Outputs) != len(m.Outputs) {
		return nil
	}
	for _, p := range s.Params {
		if p.Shape.Check() != nil {
			return nil
		}
		n.Params = append(n.Params, &ir.Tensor{Shape: p.Shape})
	}
	for i, name := range m.Outputs {
		if _, taken := r.refs[name]; taken || slices.Contains(m.Outputs[:i], name) || s.Outputs[i].Check() != nil {
			return nil
		}
	}
	l := &lowering{writer: w, layer: n, in: r.shapes.Of(n.Inputs), out: s.Outputs, inputs: m.Inputs, outputs: m.Outputs}
	// A flattening of one node transposes nothing.
	l.placeOutputs(m.Nodes == 1)
	return l
}

// confirm reports whether the nodes found are those that writing the layer
// gives, but for the names of what is inside the group, and that nothing else
// reads the inside. It gives the constants that hold each parameter's parts.
func (r *reader) confirm(l *lowering, found []*node) ([][]piece, bool) {
	if len(l.nodes) != len(found) {
		return nil, false
	}
	inside := make(map[string]string) // from the written node to the one found
	uses := make(map[string]int)      // of nodes, by those found
	params := make([][]piece, len(l.layer.Params))
	for i, want := range l.nodes {
		n := found[i]
		if n.op != want.op || !sameAttributes(n, want) || len(n.inputs) != len(want.inputs) {
			return nil, false
		}
		for j, name := range want.inputs {
			uses[nodeOf(n.inputs[j])]++
			constant := r.constants[n.inputs[j]]
			within, ok := inside[nodeOf(name)]
			t := l.tensors[name]
			switch {
			case ok:
				ok = within+strings.TrimPrefix(name, nodeOf(name)) == n.inputs[j]
			case t == nil:
				ok = name == n.inputs[j]
			case constant == nil:
			case t.source != nil:
				k := slices.Index(l.layer.Params, t.source)
				params[k] = append(params[k], piece{constant, t.layout})
				ok = constant.dims.Equal(t.dims)
			default:
				ok = t.equal(constant)
			}
			if !ok {
				return nil, false
			}
		}
		if slices.Contains(l.outputs, want.name) {
			if n.name != want.name {
				return nil, false
			}
		} else {
			inside[want.name] = n.name
		}
	}
	for _, name := range inside {
		if r.nodeUses[name] != uses[name] {
			return nil, false
		}
	}
	return params, true
}

// sameAttributes compares the attributes of two nodes but for their marks.
func sameAttributes(a, b *node) bool {
	bare := func(n *node) *wire.Message {
		list := slices.DeleteFunc(slices.Clone(n.attributes), func(a *attribute) bool { return a.name == markName })
		return encodeNode(&node{attributes: list})
	}
	for _, v := range a.attributes {
		if v.kind == kindTensor || v.kind == kindOther || v.kind == kindShape {
			return false
		}
	}
	return bare(a).Equal(bare(b))
}

// readGraphMark restores what has no node: the model's name, silences, and
// which values are outputs.
func (r *reader) readGraphMark(m *graphMark) error {
	r.graph.Name = m.Name
	for _, s := range m.Silence {
		if err := s.Insert(r.graph, func(name string) *ir.Value { return r.refs[name].value }); err != nil {
			return ir.Errorf(ir.ErrInvalid, "tf: %w", err)
		}
	}
	return r.graph.Sort()
}
