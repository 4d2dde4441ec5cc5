package onnx

import (
	"github.com/alexconv/alexconv/formats/internal/wire"
	"github.com/alexconv/alexconv/ir"
)

// ReadOptions says what a file leaves open.
type ReadOptions struct {
	// Dims gives sizes to symbolic dimensions by their names, such as
	// "height". The first axis of an input, the batch, is 1 where it is
	// symbolic and not given.
	Dims map[string]int
	// External gives the content of a file that stands beside the model and
	// holds weights, by the location that the model gives for it. It decides
	// which locations are allowed. The bytes must stay unchanged as long as the
	// graph is in use. Without it such weights are an error.
	External func(location string) ([]byte, error)
	// NCHW makes an input that the model only transposes from NHWC, as TensorFlow
	// orders an image, one that is NCHW.
	NCHW bool
	// Limits bound what is accepted of a file; what is zero is its default.
	Limits ir.Limits
}

// Read decodes an ONNX model. Float32 weights are views into src, which must
// stay unchanged as long as the graph is in use; others are converted.
//
// Each node becomes one ir node, some become several. Nodes that alexconv's own
// writer composed become the single operation that they stand for. What is
// computed from constants and shapes alone is folded, and three passes rewrite
// what other converters leave: foldTransposes (nhwc.go), foldPads (pads.go) and
// foldLRN (lrn_composed.go); a file that alexconv itself has written needs none.
// Whatever cannot be read exactly is an error with the node's name: an unknown
// operation or domain, an attribute without a meaning here, a subgraph, weights
// that are computed from inputs.
//
// The graph is valid (see [ir.Graph.Validate]).
func Read(src []byte, o ReadOptions) (*ir.Graph, error) {
	m, err := decodeModel(src, o)
	if err != nil {
		return nil, err
	}
	r, err := readModel(m, o)
	if err != nil {
		return nil, err
	}
	if m.producer == Producer && !o.NCHW {
		return r.graph, nil
	}
	return fold(r.graph, o)
}

// fold runs the passes.
func fold(g *ir.Graph, o ReadOptions) (*ir.Graph, error) {
	g, err := foldTransposes(g, o.NCHW)
	if err != nil {
		return nil, err
	}
	foldPads(g)
	if err := foldLRN(g); err != nil {
		return nil, err
	}
	_, err = g.Validate()
	return g, err
}

// readModel turns a decoded model into a graph.
func readModel(m *model, o ReadOptions) (*reader, error) {
	opset, err := m.opset()
	if err != nil {
		return nil, err
	}
	r := newReader(opset)
	r.limits, r.size = o.Limits.OrDefaults(), m.size
	if err := r.declare(m.graph, o.Dims); err != nil {
		return nil, err
	}
	nodes, err := sortNodes(m.graph)
	if err != nil {
		return nil, err
	}
	r.countUses(m.graph)
	for len(nodes) > 0 {
		used, err := r.readMarked(nodes)
		if err != nil {
			return nil, err
		}
		if used == 0 {
			if err := r.readNode(nodes[0]); err != nil {
				return nil, err
			}
			used = 1
		}
		nodes = nodes[used:]
	}
	if err := r.finish(m.graph); err != nil {
		return nil, err
	}
	return r, nil
}

// reader turns ONNX nodes into ir nodes, one after the other.
type reader struct {
	opset     int
	graph     *ir.Graph
	shapes    ir.Shapes
	values    map[string]*ir.Value
	constants map[string]*tensor
	infos     map[string]*valueInfo
	uses      map[string]int // how many nodes and graph outputs read a value
	params    map[paramKey]*ir.Tensor
	// origin is the initialiser behind each parameter.
	origin map[*ir.Tensor]*tensor
	// products are the nodes read from MatMul, to which an Add may still
	// bring the bias.
	products map[*ir.Value]*ir.Node
	limits   ir.Limits
	size     int64 // of the file
	folded   int64 // the bytes of the constants computed so far
}

// paramKey is an initialiser seen with a shape.
type paramKey struct {
	tensor *tensor
	shape  string
}

func newReader(opset int) *reader {
	return &reader{
		opset:     opset,
		graph:     &ir.Graph{},
		shapes:    make(ir.Shapes),
		values:    make(map[string]*ir.Value),
		constants: make(map[string]*tensor),
		infos:     make(map[string]*valueInfo),
		uses:      make(map[string]int),
		params:    make(map[paramKey]*ir.Tensor),
		origin:    make(map[*ir.Tensor]*tensor),
		products:  make(map[*ir.Value]*ir.Node),
		limits:    ir.DefaultLimits,
	}
}

// declare takes in what stands around the nodes: initialisers, inputs and the
// notes on values.
func (r *reader) declare(g *graph, dims map[string]int) error {
	r.graph.Name = g.name
	for _, t := range g.initialisers {
		if t.name == "" {
			return ir.Errorf(ir.ErrInvalid, "onnx: an initialiser has no name")
		}
		if r.constants[t.name] != nil {
			return ir.Errorf(ir.ErrInvalid, "onnx: initialiser %s is given twice", wire.Quote(t.name))
		}
		r.constants[t.name] = t
	}
	for _, list := range [][]*valueInfo{g.values, g.outputs} {
		for _, v := range list {
			r.infos[v.name] = v
		}
	}
	for _, v := range g.inputs {
		if r.constants[v.name] != nil {
			continue
		}
		r.infos[v.name] = v
		if err := r.addInput(v, dims); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) countUses(g *graph) {
	for _, n := range g.nodes {
		for _, name := range n.inputs {
			r.uses[name]++
		}
	}
	for _, v := range g.outputs {
		r.uses[v.name]++
	}
}

// sortNodes puts the nodes into topological order and refuses names that are
// written twice or never.
func sortNodes(g *graph) ([]*node, error) {
	written := make(map[string]*ir.Value)
	known := make(map[string]bool) // inputs and initialisers
	for _, v := range g.inputs {
		if known[v.name] {
			return nil, ir.Errorf(ir.ErrInvalid, "onnx: input %s is declared twice", wire.Quote(v.name))
		}
		known[v.name] = true
	}
	for _, t := range g.initialisers {
		known[t.name] = true
	}
	var order ir.Graph
	nodes := make(map[*ir.Node]*node)
	for _, n := range g.nodes {
		m := &ir.Node{Name: displayName(n), Op: &ir.Silence{}}
		for _, name := range n.outputs {
			if name == "" {
				continue
			}
			if written[name] != nil || known[name] {
				return nil, m.Errorf(ir.ErrInvalid, "writes value %s, which is written already", wire.Quote(name))
			}
			written[name] = &ir.Value{Name: name}
			m.Outputs = append(m.Outputs, written[name])
		}
		nodes[m] = n
		order.Nodes = append(order.Nodes, m)
	}
	for _, m := range order.Nodes {
		for _, name := range nodes[m].inputs {
			switch {
			case name == "" || known[name]:
			case written[name] == nil:
				return nil, m.Errorf(ir.ErrInvalid, "reads value %s, which nothing writes", wire.Quote(name))
			default:
				m.Inputs = append(m.Inputs, written[name])
			}
		}
	}
	if err := order.Sort(); err != nil {
		return nil, err
	}
	sorted := make([]*node, len(order.Nodes))
	for i, m := range order.Nodes {
		sorted[i] = nodes[m]
	}
	return sorted, nil
}

// displayName is the node's name, or where it has none, that of its first
// output.
func displayName(n *node) string {
	if n.name == "" && len(n.outputs) > 0 {
		return n.outputs[0]
	}
	return n.name
}

// nodeError places an error at an ONNX node.
func nodeError(n *node, err error) error {
	return &ir.NodeError{Node: displayName(n), Type: n.opType, Err: err}
}

// readNode reads one node by its structure.
func (r *reader) readNode(n *node) error {
	if !defaultDomain(n.domain) {
		return nodeError(n, ir.Errorf(ir.ErrUnsupported, "operation %s of domain %s is not supported", wire.Quote(n.opType), wire.Quote(n.domain)))
	}
	c := &call{reader: r, node: n, attributes: newAttributes(n), read: make([]bool, len(n.inputs))}
	if !c.fold() {
		read := readers[n.opType]
		if read == nil {
			return nodeError(n, ir.Errorf(ir.ErrUnsupported, "operation %s is not supported", wire.Quote(n.opType)))
		}
		read(c)
	}
	if err := c.finish(); err != nil {
		return nodeError(n, err)
	}
	return nil
}

// add appends a node and infers the shapes of its outputs, which it declares.
func (r *reader) add(n *ir.Node) error {
	s, err := n.Op.Infer(r.shapes.Of(n.Inputs))
	if err != nil {
		return err
	}
	if len(s.Outputs) != len(n.Outputs) {
		return ir.Errorf(ir.ErrInvalid, "has %d outputs, the operation gives %d", len(n.Outputs), len(s.Outputs))
	}
	for i, v := range n.Outputs {
		if err := s.Outputs[i].Check(); err != nil {
			return err
		}
		r.shapes[v] = s.Outputs[i]
		r.values[v.Name] = v
	}
	r.graph.Nodes = append(r.graph.Nodes, n)
	return nil
}

// newValue is a value with the blob name that the file notes for it.
func (r *reader) newValue(name string) *ir.Value {
	v := &ir.Value{Name: name, Blob: name}
	if info := r.infos[name]; info != nil {
		var m valueMark
		if m.parse(info.doc) && m.Blob != "" {
			v.Blob = m.Blob
		}
	}
	return v
}

// param is a constant as a parameter of the given shape, which has as many
// elements. The same constant in the same shape is the same tensor.
func (r *reader) param(t *tensor, shape ir.Shape) (*ir.Tensor, error) {
	key := paramKey{t, shape.String()}
	if p := r.params[key]; p != nil {
		return p, nil
	}
	data, err := t.asFloats()
	if err != nil {
		return nil, err
	}
	if len(data) == 0 || len(data) != shape.Elements() {
		return nil, ir.Errorf(ir.ErrInvalid, "tensor %s is %v, the operation needs %v", wire.Quote(t.name), t.shape(), shape)
	}
	p := &ir.Tensor{Shape: shape.Clone(), Data: data}
	var m tensorMark
	if m.parse(t.doc) {
		p.Name = m.Param
		if twin := r.twin(p); twin != nil && p.Name != "" {
			p = twin
		}
	}
	r.params[key] = p
	r.origin[p] = t
	return p, nil
}

// twin finds a parameter of the same name and content that stands in another
// initialiser, because ONNX needed it in another shape there.
func (r *reader) twin(p *ir.Tensor) *ir.Tensor {
	for q := range r.origin {
		if q.Name == p.Name && q.Shape.Equal(p.Shape) && sameFloats(q.Data, p.Data) {
			return q
		}
	}
	return nil
}

// finish names shared parameters and resolves the graph's outputs.
func (r *reader) finish(g *graph) error {
	users := make(map[*ir.Tensor]int)
	for _, n := range r.graph.Nodes {
		for _, p := range n.Params {
			users[p]++
		}
	}
	for p, n := range users {
		var m tensorMark
		if t := r.origin[p]; n > 1 && t != nil && !m.parse(t.doc) {
			p.Name = t.name
		}
	}
	if len(g.outputs) == 0 {
		return ir.Errorf(ir.ErrInvalid, "onnx: the graph has no outputs")
	}
	for _, out := range g.outputs {
		v := r.values[out.name]
		switch {
		case v != nil:
			r.graph.Outputs = append(r.graph.Outputs, v)
		case r.constants[out.name] != nil:
			return ir.Errorf(ir.ErrUnsupported, "onnx: output %s is a constant", wire.Quote(out.name))
		default:
			return ir.Errorf(ir.ErrInvalid, "onnx: no node writes output %s", wire.Quote(out.name))
		}
	}
	if err := r.readGraphMark(g); err != nil {
		return err
	}
	_, err := r.graph.Validate()
	return err
}
