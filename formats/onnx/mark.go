package onnx

import (
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/alexconv/alexconv/formats/internal/mark"
	"github.com/alexconv/alexconv/ir"
)

// Marks are notes in doc_strings, JSON behind a prefix, of what ONNX has no
// field for. They restore names and attributes; none can change what a model
// computes.
const markPrefix = "alexconv:"

// nodeMark stands on the first of the consecutive ONNX nodes that together are
// one ir node.
type nodeMark struct {
	Type string          `json:"type"`
	Name string          `json:"name"`
	Op   json.RawMessage `json:"op"`
	// Special holds the attributes that are infinite or not a number, which
	// JSON has no form for; in Op they are 0.
	Special map[string]string `json:"special,omitempty"`
	Inputs  []string          `json:"inputs"`
	Outputs []string          `json:"outputs"`
	Params  []string          `json:"params,omitempty"` // initialisers
	Nodes   int               `json:"nodes"`
}

// tensorMark stands on an initialiser whose parameter does not have the name
// that a reader would give it: its own if several nodes read it, else none.
type tensorMark struct {
	Param string `json:"param"`
}

// valueMark stands on a value whose blob has another name, or on an input
// whose layer has.
type valueMark struct {
	Blob  string  `json:"blob,omitempty"`
	Layer *string `json:"layer,omitempty"`
}

// graphMark stands on the graph.
type graphMark struct {
	Unnamed bool           `json:"unnamed,omitempty"` // the model has no name
	Silence []mark.Silence `json:"silence,omitempty"`
}

func (m tensorMark) text() string         { return markText(m) }
func (m *tensorMark) parse(s string) bool { return parseMark(s, m) }
func (m *valueMark) parse(s string) bool  { return parseMark(s, m) }

func (m valueMark) text() string {
	if m == (valueMark{}) {
		return ""
	}
	return markText(m)
}

func (m graphMark) text() string {
	if !m.Unnamed && len(m.Silence) == 0 {
		return ""
	}
	return markText(m)
}

// markText is the text of a mark made of strings, numbers and lists of them,
// which JSON always has a form for.
func markText(m any) string {
	text, err := json.Marshal(m)
	if err != nil {
		return ""
	}
	return markPrefix + string(text)
}

// parseMark reports whether a doc_string is a mark of the wanted kind.
func parseMark(doc string, m any) bool {
	text, ok := strings.CutPrefix(doc, markPrefix)
	return ok && mark.Decode(text, m)
}

// mark notes what the layer is, unless its one node reads back as the very
// same.
func (l *lowering) mark() error {
	if l.readsBack() {
		return nil
	}
	finite, special := splitSpecial(l.layer.Op)
	op, err := json.Marshal(finite)
	if err != nil {
		return l.unsupported("one of several numbers in an attribute is not finite")
	}
	m := nodeMark{
		Type:    l.layer.Op.Type(),
		Name:    l.layer.Name,
		Op:      op,
		Special: special,
		Inputs:  l.inputs,
		Outputs: l.outputs,
		Nodes:   len(l.nodes),
	}
	for _, p := range l.layer.Params {
		m.Params = append(m.Params, l.initialiserOf(p))
	}
	l.nodes[0].doc = markText(m)
	return nil
}

// splitSpecial gives an operation with 0 for attributes that are not finite, and
// these by name.
func splitSpecial(op ir.Op) (ir.Op, map[string]string) {
	finite := reflect.New(reflect.TypeOf(op).Elem())
	finite.Elem().Set(reflect.ValueOf(op).Elem())
	special := make(map[string]string)
	for i := range finite.Elem().NumField() {
		f := finite.Elem().Field(i)
		if f.Kind() == reflect.Float32 && !(math.Abs(f.Float()) <= math.MaxFloat32) {
			special[finite.Elem().Type().Field(i).Name] = strconv.FormatFloat(f.Float(), 'g', -1, 32)
			f.SetFloat(0)
		}
	}
	return finite.Interface().(ir.Op), special
}

// joinSpecial is the reverse of splitSpecial; it reports whether the names are
// those of attributes.
func joinSpecial(op ir.Op, special map[string]string) bool {
	for name, text := range special {
		f := reflect.ValueOf(op).Elem().FieldByName(name)
		v, err := strconv.ParseFloat(text, 32)
		if !f.IsValid() || f.Kind() != reflect.Float32 || err != nil {
			return false
		}
		f.SetFloat(v)
	}
	return true
}

// initialiserOf finds, among the inputs of the layer's nodes, the one that
// holds a parameter.
func (l *lowering) initialiserOf(p *ir.Tensor) string {
	for _, n := range l.nodes {
		for _, name := range n.inputs {
			if t := l.tensors[name]; t != nil && l.stored[storedKey{p, t.shape().String()}] == t {
				return name
			}
		}
	}
	return ""
}

// readsBack reports whether reading the layer's nodes by their structure gives
// the layer as it is.
func (l *lowering) readsBack() bool {
	if len(l.nodes) != 1 || l.nodes[0].name != l.layer.Name {
		return false
	}
	r := newReader(l.opset)
	r.constants = l.tensors
	for i, name := range l.inputs {
		v := &ir.Value{Name: name}
		r.values[name], r.shapes[v] = v, l.in[i]
	}
	if err := r.readNode(l.nodes[0]); err != nil || len(r.graph.Nodes) != 1 {
		return false
	}
	n := r.graph.Nodes[0]
	if n.Name != l.layer.Name || !sameOp(n.Op, l.layer.Op) || len(n.Params) != len(l.layer.Params) ||
		!reflect.DeepEqual(valueNames(n.Inputs), l.inputs) || !reflect.DeepEqual(valueNames(n.Outputs), l.outputs) {
		return false
	}
	for i, p := range n.Params {
		if q := l.layer.Params[i]; !p.Shape.Equal(q.Shape) || !sameFloats(p.Data, q.Data) {
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
	var m nodeMark
	if !parseMark(nodes[0].doc, &m) || m.Nodes < 1 || m.Nodes > len(nodes) {
		return 0, nil
	}
	n, out := r.unmark(m)
	if n == nil {
		return 0, nil
	}
	w := newWriter(r.opset, nil)
	for _, name := range slices.Concat(m.Inputs, m.Outputs) {
		w.values[name] = true
	}
	l := &lowering{writer: w, layer: n, in: r.shapes.Of(n.Inputs), out: out, inputs: m.Inputs, outputs: m.Outputs}
	if err := l.lower(); err != nil || !r.confirms(l, nodes[:m.Nodes]) {
		return 0, nil
	}
	if err := r.add(n); err != nil {
		return 0, n.Errorf(ir.ErrInvalid, "%w", err)
	}
	return m.Nodes, nil
}

// unmark makes the ir node that a mark names, with the shapes of its outputs;
// nil if the mark does not fit the graph.
func (r *reader) unmark(m nodeMark) (*ir.Node, []ir.Shape) {
	op := mark.Operation(operations[m.Type], m.Op)
	if op == nil || !joinSpecial(op, m.Special) {
		return nil, nil
	}
	n := &ir.Node{Name: m.Name, Op: op}
	for _, name := range m.Inputs {
		v := r.values[name]
		if v == nil {
			return nil, nil
		}
		n.Inputs = append(n.Inputs, v)
	}
	s, err := op.Infer(r.shapes.Of(n.Inputs))
	if err != nil || len(s.Outputs) != len(m.Outputs) || len(s.Params) != len(m.Params) {
		return nil, nil
	}
	for _, name := range m.Outputs {
		if r.values[name] != nil {
			return nil, nil
		}
		n.Outputs = append(n.Outputs, r.newValue(name))
	}
	for i, name := range m.Params {
		t := r.constants[name]
		if t == nil {
			return nil, nil
		}
		p, err := r.param(t, s.Params[i].Shape)
		if err != nil {
			return nil, nil
		}
		n.Params = append(n.Params, p)
	}
	return n, s.Outputs
}

// confirms reports whether the nodes found are those that writing the layer
// gives, but for the names of what is inside the group, and that nothing else
// reads the inside.
func (r *reader) confirms(l *lowering, found []*node) bool {
	if len(l.nodes) != len(found) {
		return false
	}
	inside := make(map[string]string) // from the written name to the one found
	uses := make(map[string]int)
	for i, want := range l.nodes {
		n := found[i]
		if n.opType != want.opType || !defaultDomain(n.domain) || !sameAttributes(n, want) ||
			len(n.inputs) != len(want.inputs) || len(n.outputs) != len(want.outputs) {
			return false
		}
		for j, name := range want.inputs {
			uses[n.inputs[j]]++
			if !r.sameInput(l, inside, name, n.inputs[j]) {
				return false
			}
		}
		for j, name := range want.outputs {
			if l.isOutputName(name) {
				if n.outputs[j] != name {
					return false
				}
				continue
			}
			inside[name] = n.outputs[j]
		}
	}
	for _, name := range inside {
		if r.uses[name] != uses[name] {
			return false
		}
	}
	return true
}

func (l *lowering) isOutputName(name string) bool {
	return slices.Contains(l.outputs, name)
}

// sameInput compares a written input with the one found: constants by content,
// values by name.
func (r *reader) sameInput(l *lowering, inside map[string]string, want, found string) bool {
	if name, ok := inside[want]; ok {
		return name == found
	}
	if t := l.tensors[want]; t != nil {
		constant := r.constants[found]
		return constant != nil && t.equal(constant)
	}
	return want == found
}

func sameAttributes(a, b *node) bool {
	return sameNode(&node{attributes: a.attributes}, &node{attributes: b.attributes})
}

// readGraphMark restores what has no node: silences, and the absence of a name.
func (r *reader) readGraphMark(g *graph) error {
	var m graphMark
	if !parseMark(g.doc, &m) {
		return nil
	}
	if m.Unnamed && g.name == Producer {
		r.graph.Name = ""
	}
	for _, s := range m.Silence {
		if err := s.Insert(r.graph, func(name string) *ir.Value { return r.values[name] }); err != nil {
			return ir.Errorf(ir.ErrInvalid, "onnx: %w", err)
		}
	}
	return r.graph.Sort()
}
