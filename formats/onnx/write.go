package onnx

import (
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/alexconv/alexconv/formats/internal/mark"
	"github.com/alexconv/alexconv/ir"
)

// WriteOptions says how a graph is written.
type WriteOptions struct {
	// Opset is the version of the default operator set, OldestWrite to
	// NewestOpset; 0 is DefaultOpset.
	Opset int
	// Batch replaces the first extent of every input that has more than one
	// axis; 0 keeps what the graph declares.
	Batch int
	// DynamicBatch leaves that extent open, for nets that can do so.
	DynamicBatch bool
	// Version is noted as producer_version.
	Version string
	// External is the location of a second file, relative to the model's folder
	// and with slashes, that may hold the weights; see [Encode]. Without it all
	// weights are in the model, which then is limited to 2 GiB.
	External string
	// SplitWeights puts the weights into the second file however small the model
	// is.
	SplitWeights bool
	// Digest, if given, is noted in the metadata as alexconv.digest. It is
	// the caller's to compute (see [ir.Digest]), since that reads all weights.
	Digest string
}

// Producer is the producer_name of the files that Write makes.
const Producer = "alexconv"

// digestKey is the metadata under which a digest is noted.
const digestKey = "alexconv.digest"

// Write encodes a graph with weights as an ONNX model. The bytes are a
// function of graph and options alone. Parameters are written from where they
// are, without a copy on little-endian machines.
//
// Every attribute is written, also one that has its default value. Implicit
// splits vanish, since an ONNX value may have many readers. An operation that
// ONNX cannot express is an error that names the layer and wraps
// [ir.ErrUnsupported]; a model of more than 2 GiB wraps [ir.ErrLimit]. Nothing
// is written before the whole model is known to be writable.
func Write(w io.Writer, g *ir.Graph, o WriteOptions) error {
	o.External = ""
	model, _, err := Encode(g, o)
	if err != nil {
		return err
	}
	_, err = model.WriteTo(w)
	return err
}

// Encode is [Write] in two steps, and for two files: it gives what writes the
// model and, if that says that its weights are in the file at External, what
// writes that file; else data is nil. They are so if SplitWeights asks for it
// or if the model would take more than 2 GiB.
//
// In the second file each tensor begins at a multiple of 4096 bytes, so that
// any program can map it; tensors of less than 1 KiB stay in the model. Both
// may be written more than once, as long as the graph's weights do not change.
func Encode(g *ir.Graph, o WriteOptions) (model, data io.WriterTo, err error) {
	if o.Opset == 0 {
		o.Opset = DefaultOpset
	}
	if o.Opset < OldestWrite || o.Opset > NewestOpset {
		return nil, nil, ir.Errorf(ir.ErrUnsupported, "onnx: cannot write opset %d, only %d to %d", o.Opset, OldestWrite, NewestOpset)
	}
	m, err := lowerModel(g, o)
	if err != nil {
		return nil, nil, err
	}
	if o.External != "" && (o.SplitWeights || m.weightBytes() > maxInside) {
		if outside := m.moveOutside(o.External); len(outside) > 0 {
			data = outside
		}
	}
	model, err = encodeModel(m)
	if err != nil {
		return nil, nil, err
	}
	return model, data, nil
}

// lowerModel makes the ONNX messages for a graph.
func lowerModel(g *ir.Graph, o WriteOptions) (*model, error) {
	if _, err := g.Validate(); err != nil {
		return nil, err
	}
	if err := g.CheckWeights(); err != nil {
		return nil, err
	}
	sized, err := inferBatch(g, o)
	if err != nil {
		return nil, err
	}
	w := newWriter(o.Opset, sized.shapes)
	if err := w.declare(g); err != nil {
		return nil, err
	}
	for _, n := range g.Nodes {
		if err := w.write(n); err != nil {
			return nil, err
		}
	}
	if o.DynamicBatch {
		if err := w.checkDynamic(g, sized.other); err != nil {
			return nil, err
		}
	}
	m := &model{
		irVersion:       irVersion(o.Opset),
		producer:        Producer,
		producerVersion: o.Version,
		opsets:          []opsetID{{version: int64(o.Opset)}},
		graph:           w.graph,
	}
	if o.Digest != "" {
		m.metadata = []property{{digestKey, o.Digest}}
	}
	w.declareValues(g, sized)
	if initialisersAreInputs(m.irVersion) {
		for _, t := range w.graph.initialisers {
			w.graph.inputs = append(w.graph.inputs, fixedInfo(t.name, t.kind, t.shape()))
		}
	}
	return m, nil
}

// writer collects the ONNX graph.
type writer struct {
	opset     int
	shapes    ir.Shapes
	graph     *graph
	valueOf   map[*ir.Value]string // the ONNX name, other than its own behind a split
	isOutput  map[*ir.Value]bool
	values    names // of values and initialisers
	nodes     names
	tensors   map[string]*tensor // the initialisers by name
	stored    map[storedKey]*tensor
	users     map[*ir.Tensor]int // how many times layers use a parameter
	graphMark graphMark
	written   int // layers that a reader will find so far, inputs first
}

// storedKey is a parameter in the shape in which an initialiser holds it.
type storedKey struct {
	tensor *ir.Tensor
	shape  string
}

func newWriter(opset int, shapes ir.Shapes) *writer {
	return &writer{
		opset:    opset,
		shapes:   shapes,
		graph:    &graph{},
		valueOf:  make(map[*ir.Value]string),
		isOutput: make(map[*ir.Value]bool),
		values:   make(names),
		nodes:    make(names),
		tensors:  make(map[string]*tensor),
		stored:   make(map[storedKey]*tensor),
		users:    make(map[*ir.Tensor]int),
	}
}

// declare takes in the graph's names and refuses those that ONNX cannot have.
func (w *writer) declare(g *ir.Graph) error {
	w.written = len(g.Inputs())
	for _, v := range g.Outputs {
		if w.isOutput[v] {
			return ir.Errorf(ir.ErrUnsupported, "onnx: value %q is an output of the model twice", v.Name)
		}
		w.isOutput[v] = true
	}
	for _, n := range g.Nodes {
		for _, text := range append([]string{n.Name}, valueNames(n.Outputs)...) {
			if !utf8.ValidString(text) {
				return n.Errorf(ir.ErrUnsupported, "the name %q is not valid UTF-8, as ONNX's names must be", text)
			}
		}
		for _, v := range n.Outputs {
			if v.Name == "" {
				return n.Errorf(ir.ErrUnsupported, "writes a value without a name; ONNX needs one")
			}
			w.values[v.Name] = true
			w.valueOf[v] = v.Name
		}
		for _, p := range n.Params {
			w.users[p]++
		}
	}
	w.graph.name = g.Name
	if g.Name == "" {
		// The checker refuses a graph without a name.
		w.graph.name = Producer
		w.graphMark.Unnamed = true
	}
	return nil
}

func valueNames(values []*ir.Value) []string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = v.Name
	}
	return list
}

// names are those taken in a namespace.
type names map[string]bool

// free gives the wanted name, or one made of it that is not taken, and takes
// it.
func (n names) free(want string) string {
	name := want
	for i := 2; n[name]; i++ {
		name = fmt.Sprintf("%s_%d", want, i)
	}
	n[name] = true
	return name
}

// write adds the ONNX nodes of one ir node.
func (w *writer) write(n *ir.Node) error {
	switch op := n.Op.(type) {
	case *ir.Input:
		if op.Shape.Elements() == 0 {
			return n.Errorf(ir.ErrUnsupported, "an input without elements, %v, cannot be written: in ONNX a size of 0 is open", op.Shape)
		}
		return nil
	case *ir.Silence:
		s := mark.Silence{Name: n.Name, At: w.written}
		for _, v := range n.Inputs {
			s.Inputs = append(s.Inputs, w.valueOf[v])
		}
		w.graphMark.Silence = append(w.graphMark.Silence, s)
		w.written++
		return nil
	case *ir.Split:
		if op.Implicit && !w.anyOutput(n.Outputs) {
			for _, v := range n.Outputs {
				w.valueOf[v] = w.valueOf[n.Inputs[0]]
			}
			return nil
		}
	}
	w.written++
	l := w.lowering(n)
	if err := l.lower(); err != nil {
		return err
	}
	if err := l.mark(); err != nil {
		return err
	}
	w.graph.nodes = append(w.graph.nodes, l.nodes...)
	return nil
}

func (w *writer) anyOutput(values []*ir.Value) bool {
	for _, v := range values {
		if w.isOutput[v] {
			return true
		}
	}
	return false
}

// lowering prepares the writing of one node.
func (w *writer) lowering(n *ir.Node) *lowering {
	l := &lowering{writer: w, layer: n, in: w.shapes.Of(n.Inputs), out: w.shapes.Of(n.Outputs)}
	for _, v := range n.Inputs {
		l.inputs = append(l.inputs, w.valueOf[v])
	}
	l.outputs = valueNames(n.Outputs)
	return l
}
