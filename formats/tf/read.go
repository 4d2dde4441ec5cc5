package tf

import (
	"slices"
	"strconv"
	"strings"

	"github.com/alexconv/alexconv/formats/internal/wire"
	"github.com/alexconv/alexconv/ir"
)

// ReadOptions says what a file leaves open.
type ReadOptions struct {
	// Shapes gives the shapes of placeholders by their names, in the file's
	// own order of axes (N, H, W, C for an image). A placeholder that is not
	// named has the shape that the file declares, with a batch of 1 where the
	// first axis is open; any other open axis is an error.
	Shapes map[string]ir.Shape
	// Outputs names the nodes that the model returns. Without it they are the
	// values that no node reads.
	Outputs []string
	// Limits bound what is accepted of the file; what is zero is its default.
	Limits ir.Limits
}

// Read decodes a frozen GraphDef. Images, stored as N, H, W, C, come out as
// N, C, H, W, also those that a placeholder declares; filters and matrices are
// converted to ir's layouts. Weights that have one layout in both, and float32
// elements, are views into src, which must stay unchanged as long as the graph
// is in use.
//
// Layers are named after the node that writes their value. A node's padding,
// groups and bias are read into the convolution, pool or matrix product that
// they belong to, and constants are folded; nothing else is rewritten. Whatever
// cannot be read exactly is an error with the node's name: an unknown
// operation, an attribute without a meaning here, variables that are not
// frozen, weights that are computed, the features of a flattened image where
// another layer than a matrix product would see their order.
//
// The graph is valid (see [ir.Graph.Validate]).
func Read(src []byte, o ReadOptions) (*ir.Graph, error) {
	limits := o.Limits.OrDefaults()
	if err := limits.Check(ir.LimitBytes, "bytes of the file", int64(len(src))); err != nil {
		return nil, err
	}
	def, err := decodeGraph(src, limits)
	if err != nil {
		return nil, err
	}
	if err := limits.Check(ir.LimitNodes, "nodes of the file", int64(len(def.nodes))); err != nil {
		return nil, err
	}
	r := newReader(def.producer)
	r.given = o.Shapes
	nodes, err := sortNodes(def.nodes)
	if err != nil {
		return nil, err
	}
	for name := range o.Shapes {
		if !slices.ContainsFunc(nodes, func(n *node) bool { return n.name == name && n.op == "Placeholder" }) {
			return nil, ir.Errorf(ir.ErrInvalid, "tf: a shape is given for %s, which is no placeholder", wire.Quote(name))
		}
	}
	if err := checkPieces(nodes); err != nil {
		return nil, err
	}
	m := def.nodes[0].mark().Graph
	r.countUses(nodes)
	outputs := r.outputNames(nodes, o.Outputs, m)
	if nodes, err = r.takeConstants(nodes, limits, len(src)); err != nil {
		return nil, err
	}
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
	if err := r.finish(outputs, m); err != nil {
		return nil, err
	}
	return r.graph, limits.CheckGraph(r.graph)
}

// reader turns TensorFlow nodes into ir nodes, one after the other. Its maps
// from names have one entry per output, NAME or NAME:1.
type reader struct {
	producer  int64
	given     map[string]ir.Shape
	graph     *ir.Graph
	shapes    ir.Shapes
	refs      map[string]ref
	constants map[string]*tensor
	paddings  map[string]*padding
	uses      map[string]int
	nodeUses  map[string]int     // of all outputs of a node together
	aliased   map[*ir.Value]bool // has a second name
	values    names
	params    map[paramKey]*ir.Tensor
	// origins are the constants behind each parameter.
	origins map[*ir.Tensor][]piece
	// producers are the ir nodes by what they write.
	producers map[*ir.Value]*ir.Node
	// dry makes parameters without values: see readsBack.
	dry bool
}

func newReader(producer int64) *reader {
	return &reader{
		producer:  producer,
		graph:     &ir.Graph{},
		shapes:    make(ir.Shapes),
		refs:      make(map[string]ref),
		constants: make(map[string]*tensor),
		paddings:  make(map[string]*padding),
		uses:      make(map[string]int),
		nodeUses:  make(map[string]int),
		aliased:   make(map[*ir.Value]bool),
		values:    make(names),
		params:    make(map[paramKey]*ir.Tensor),
		origins:   make(map[*ir.Tensor][]piece),
		producers: make(map[*ir.Value]*ir.Node),
	}
}

// portName is the name of a node's output.
func portName(node string, port int) string {
	if port == 0 {
		return node
	}
	return node + ":" + strconv.Itoa(port)
}

// nodeOf is the name of the node that has an output of the given name.
func nodeOf(tensor string) string {
	name, _, _ := strings.Cut(tensor, ":")
	return name
}

func (r *reader) countUses(nodes []*node) {
	for _, n := range nodes {
		for _, name := range n.inputs {
			r.use(name)
		}
	}
}

func (r *reader) use(tensor string) {
	r.uses[tensor]++
	r.nodeUses[nodeOf(tensor)]++
}

// outputNames are the outputs that the caller wants, that the mark names, or
// that nothing reads. Each counts as a use.
func (r *reader) outputNames(nodes []*node, wanted []string, m *graphMark) []string {
	list := slices.Clone(wanted)
	if len(list) == 0 && m != nil {
		list = slices.Clone(m.Outputs)
	}
	silenced := make(map[string]bool)
	if m != nil {
		for _, s := range m.Silence {
			for _, name := range s.Inputs {
				silenced[name] = true
			}
		}
	}
	if len(list) == 0 {
		for _, n := range nodes {
			for i := range outputsOf(n) {
				name := portName(n.name, i)
				if r.uses[name] == 0 && n.op != "Const" && n.op != "NoOp" && !silenced[name] {
					list = append(list, name)
				}
			}
		}
	}
	for i, name := range list {
		list[i] = strings.TrimSuffix(name, ":0")
		r.use(list[i])
	}
	for name := range silenced {
		r.use(name)
	}
	return list
}

// outputsOf is how many outputs of a node count as outputs of a graph in which
// nothing reads them.
func outputsOf(n *node) int {
	if n.op != "Split" && n.op != "SplitV" {
		return 1
	}
	if a := n.get("num_split"); a != nil && a.kind == kindInt && a.int > 0 {
		return int(min(a.int, maxPieces+1))
	}
	return 1
}

// maxPieces bounds the outputs of all Split nodes together, each of which takes
// memory without taking bytes in the file.
const maxPieces = 1 << 16

func checkPieces(nodes []*node) error {
	pieces := 0
	for _, n := range nodes {
		if count := outputsOf(n); count > 1 {
			pieces += count
		}
		if pieces > maxPieces {
			return nodeError(n, ir.Errorf(ir.ErrLimit, "splits with more than %d outputs are not read", maxPieces))
		}
	}
	return nil
}

// sortNodes puts the nodes into topological order and refuses names that are
// given twice or never.
func sortNodes(list []*node) ([]*node, error) {
	written := make(map[string]*ir.Value)
	var order ir.Graph
	nodes := make(map[*ir.Node]*node)
	for _, n := range list {
		m := &ir.Node{Name: n.name, Op: &ir.Silence{}}
		if n.name == "" {
			return nil, m.Errorf(ir.ErrInvalid, "a node of type %s has no name", wire.Quote(n.op))
		}
		if written[n.name] != nil {
			return nil, m.Errorf(ir.ErrInvalid, "another node has this name already")
		}
		written[n.name] = &ir.Value{Name: n.name}
		m.Outputs = []*ir.Value{written[n.name]}
		nodes[m] = n
		order.Nodes = append(order.Nodes, m)
	}
	for _, m := range order.Nodes {
		for _, name := range nodes[m].inputs {
			v := written[nodeOf(name)]
			if v == nil {
				return nil, m.Errorf(ir.ErrInvalid, "reads %s, which no node writes", wire.Quote(name))
			}
			m.Inputs = append(m.Inputs, v)
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

// nodeError places an error at a TensorFlow node.
func nodeError(n *node, err error) error {
	return &ir.NodeError{Node: n.name, Type: n.op, Err: err}
}

// layerName is the name of the layer whose value the node writes.
func layerName(n *node) string {
	if m := n.mark(); m.Layer != nil {
		return *m.Layer
	}
	return n.name
}

// readNode reads one node by its structure.
func (r *reader) readNode(n *node) error {
	read := readers[n.op]
	if read == nil {
		return nodeError(n, ir.Errorf(ir.ErrUnsupported, "operation %s is not supported", wire.Quote(n.op)))
	}
	c := &call{reader: r, node: n, attributes: newAttributes(n), read: make([]bool, len(n.inputs))}
	read(c)
	if err := c.finish(); err != nil {
		return nodeError(n, err)
	}
	return nil
}

// add appends a node, infers the shapes of its outputs and, unless they are
// inside one of the file's nodes, declares them under the names of the file.
func (r *reader) add(n *ir.Node, tensors []string, refs []ref) error {
	s, err := n.Op.Infer(r.shapes.Of(n.Inputs))
	if err != nil {
		return err
	}
	for i, v := range n.Outputs {
		if err := s.Outputs[i].Check(); err != nil {
			return err
		}
		r.shapes[v] = s.Outputs[i]
		r.producers[v] = n
		if tensors != nil {
			r.refs[tensors[i]] = refs[i]
		}
	}
	r.graph.Nodes = append(r.graph.Nodes, n)
	return nil
}

// newValues makes the values of a layer with the names that the mark of its
// last node notes, else those of the file.
func (r *reader) newValues(n *node, tensors []string) []*ir.Value {
	m := n.mark()
	values := make([]*ir.Value, len(tensors))
	for i, name := range tensors {
		blob := ""
		if len(m.Values) == len(tensors) && len(m.Blobs) == len(tensors) {
			name, blob = m.Values[i], m.Blobs[i]
		}
		values[i] = &ir.Value{Name: r.values.free(name), Blob: blob}
		if blob == "" {
			values[i].Blob = values[i].Name
		}
	}
	return values
}

// finish names shared parameters and resolves the graph's outputs.
func (r *reader) finish(outputs []string, m *graphMark) error {
	users := make(map[*ir.Tensor]int)
	for _, n := range r.graph.Nodes {
		for _, p := range n.Params {
			users[p]++
		}
	}
	for p, n := range users {
		if from := r.origins[p]; n > 1 && p.Name == "" && from != nil {
			p.Name = from[0].tensor.name
		}
	}
	if len(outputs) == 0 {
		return ir.Errorf(ir.ErrInvalid, "tf: the graph has no outputs")
	}
	for _, name := range outputs {
		v, ok := r.refs[name]
		switch {
		case r.constants[name] != nil:
			return ir.Errorf(ir.ErrUnsupported, "tf: output %s is a constant", wire.Quote(name))
		case r.paddings[name] != nil:
			return ir.Errorf(ir.ErrUnsupported, "tf: output %s is padding that no convolution or pool reads", wire.Quote(name))
		case !ok:
			return ir.Errorf(ir.ErrInvalid, "tf: no node writes output %s", wire.Quote(name))
		case v.order != natural(r.shapes[v.value]):
			return ir.Errorf(ir.ErrUnsupported, "tf: output %s %v, which nothing here turns back", wire.Quote(name), v.order)
		}
		r.graph.Outputs = append(r.graph.Outputs, v.value)
	}
	if m != nil {
		if err := r.readGraphMark(m); err != nil {
			return err
		}
	}
	_, err := r.graph.Validate()
	return err
}
