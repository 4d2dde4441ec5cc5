package tf

import (
	"io"
	"slices"
	"unicode/utf8"

	"github.com/alexconv/alexconv/formats/internal/mark"
	"github.com/alexconv/alexconv/ir"
)

// WriteOptions says how a graph is written.
type WriteOptions struct {
	// DynamicBatch leaves the first extent of every placeholder open, for nets
	// in which it is a batch all the way.
	DynamicBatch bool
}

// graphVersion is the version of graphs that the files follow: TensorFlow 1.15
// and every later release read it.
const graphVersion = 134

// Write encodes a graph with weights as a frozen GraphDef. The bytes are a
// function of graph and options alone. Weights are converted while they are
// written, without a copy of the whole.
//
// A layer's value is written by the node of the layer's name, in which
// characters that TensorFlow does not allow become underscores; what is lost
// so, and blobs' names, stand in marks. Padding that depends on the input's
// size (SAME) is written as such, every other padding of a convolution in
// numbers. Pooling that rounds up is written for the declared input size: as
// VALID or SAME where one of these gives the same windows, else with explicit
// pads.
//
// Implicit splits vanish, since a TensorFlow value may have many readers. An
// operation that TensorFlow cannot express is an error that names the layer
// and wraps [ir.ErrUnsupported]; a graph of more than 2 GiB wraps
// [ir.ErrLimit]. Nothing is written before the whole graph is known to be
// writable.
func Write(w io.Writer, g *ir.Graph, o WriteOptions) error {
	def, err := lowerGraph(g, o)
	if err != nil {
		return err
	}
	encoded, err := encodeGraph(def)
	if err != nil {
		return err
	}
	_, err = encoded.WriteTo(w)
	return err
}

// lowerGraph makes the messages for a graph.
func lowerGraph(g *ir.Graph, o WriteOptions) (*graphDef, error) {
	shapes, err := g.Validate()
	if err != nil {
		return nil, err
	}
	if err := g.CheckWeights(); err != nil {
		return nil, err
	}
	if o.DynamicBatch {
		if err := checkBatch(g, shapes); err != nil {
			return nil, err
		}
	}
	w, err := newWriter(g, shapes)
	if err != nil {
		return nil, err
	}
	for _, n := range g.Nodes {
		if err := w.write(n, o); err != nil {
			return nil, err
		}
	}
	w.noteOutputs(g)
	if len(w.def.nodes) > 0 {
		first := w.def.nodes[0]
		m := first.mark()
		m.Graph = &w.graphMark
		first.attributes = slices.DeleteFunc(first.attributes, func(a *attribute) bool { return a.name == markName })
		if a := m.attribute(); a != nil {
			first.attributes = append(first.attributes, a)
		}
	}
	return w.def, nil
}

// checkBatch refuses an open batch where some value's first extent is not the
// batch.
func checkBatch(g *ir.Graph, shapes ir.Shapes) error {
	doubled := make(map[string]ir.Shape)
	for _, v := range g.Inputs() {
		s := shapes[v].Clone()
		if len(s) > 0 {
			s[0] *= 2
		}
		doubled[v.Name] = s
	}
	other, err := g.Infer(doubled)
	if err != nil {
		return ir.Errorf(ir.ErrUnsupported, "tf: the batch cannot be left open: %w", err)
	}
	for _, n := range g.Nodes {
		for _, v := range n.Outputs {
			a, b := shapes[v], other[v]
			if len(a) == 0 || b[0] != 2*a[0] || !a[1:].Equal(b[1:]) {
				return n.Errorf(ir.ErrUnsupported, "TensorFlow cannot leave the batch of this layer open")
			}
		}
	}
	return nil
}

// writer collects the nodes.
type writer struct {
	producer  int64
	def       *graphDef
	graphMark graphMark
	shapes    ir.Shapes
	rows      map[*ir.Value]ir.Shape // see rowValues
	refs      map[*ir.Value]ref
	tensorOf  map[*ir.Value]string
	isOutput  map[*ir.Value]bool
	final     map[*ir.Node]string // the node that writes a layer's value
	names     names
	tensors   map[string]*tensor // the constants by name
	stored    map[paramPlace]*tensor
	written   int // layers that a reader will find so far
}

// paramPlace is a parameter as a constant holds it.
type paramPlace struct {
	param  *ir.Tensor
	layout layout
	dims   string
}

func newEmptyWriter(producer int64) *writer {
	return &writer{
		producer: producer,
		def:      &graphDef{producer: producer},
		refs:     make(map[*ir.Value]ref),
		tensorOf: make(map[*ir.Value]string),
		isOutput: make(map[*ir.Value]bool),
		final:    make(map[*ir.Node]string),
		names:    make(names),
		tensors:  make(map[string]*tensor),
		stored:   make(map[paramPlace]*tensor),
	}
}

func newWriter(g *ir.Graph, shapes ir.Shapes) (*writer, error) {
	w := newEmptyWriter(graphVersion)
	w.graphMark.Name = g.Name
	w.shapes = shapes
	w.rows = rowValues(g, shapes)
	for _, v := range g.Outputs {
		if w.isOutput[v] {
			return nil, ir.Errorf(ir.ErrUnsupported, "tf: value %q is an output of the model twice", v.Name)
		}
		w.isOutput[v] = true
	}
	for _, n := range g.Nodes {
		for _, text := range append([]string{n.Name}, valueNames(n.Outputs)...) {
			if !utf8.ValidString(text) {
				return nil, n.Errorf(ir.ErrUnsupported, "the name %q is not valid UTF-8, which its mark cannot hold", text)
			}
		}
		if name := legal(n.Name); !w.folded(n) && !w.names[name] {
			w.final[n] = w.names.free(name)
		}
	}
	for _, n := range g.Nodes {
		if w.final[n] == "" && !w.folded(n) {
			w.final[n] = w.names.free(legal(n.Name))
		}
	}
	return w, nil
}

func valueNames(values []*ir.Value) []string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = v.Name
	}
	return list
}

// folded reports whether a layer has no node of its own.
func (w *writer) folded(n *ir.Node) bool {
	switch op := n.Op.(type) {
	case *ir.Silence:
		return true
	case *ir.Split:
		return op.Implicit && !slices.ContainsFunc(n.Outputs, func(v *ir.Value) bool { return w.isOutput[v] })
	}
	return false
}

// write adds the TensorFlow nodes of one ir node.
func (w *writer) write(n *ir.Node, o WriteOptions) error {
	if w.folded(n) {
		if _, ok := n.Op.(*ir.Silence); ok {
			s := mark.Silence{Name: n.Name, At: w.written}
			for _, v := range n.Inputs {
				s.Inputs = append(s.Inputs, w.tensorOf[v])
			}
			w.graphMark.Silence = append(w.graphMark.Silence, s)
			w.written++
			return nil
		}
		for _, v := range n.Outputs {
			w.tensorOf[v], w.refs[v] = w.tensorOf[n.Inputs[0]], w.refs[n.Inputs[0]]
		}
		return nil
	}
	w.written++
	l := &lowering{writer: w, layer: n, in: w.shapes.Of(n.Inputs), out: w.shapes.Of(n.Outputs)}
	for _, v := range n.Inputs {
		l.inputs = append(l.inputs, w.tensorOf[v])
	}
	_, split := n.Op.(*ir.Split)
	for i := range n.Outputs {
		switch {
		case split && i > 0:
			l.outputs = append(l.outputs, w.names.free(w.final[n]+"/copy"))
		default:
			l.outputs = append(l.outputs, portName(w.final[n], i))
		}
	}
	l.placeOutputs(w.rows[n.Outputs[0]] != nil)
	if in, ok := n.Op.(*ir.Input); ok {
		if in.Shape.Elements() == 0 {
			return n.Errorf(ir.ErrUnsupported, "a placeholder without elements, %v, cannot be written", in.Shape)
		}
		l.placeholder(in, o.DynamicBatch)
	} else if err := l.lower(); err != nil {
		return err
	}
	if err := l.mark(); err != nil {
		return err
	}
	for i, v := range n.Outputs {
		w.tensorOf[v], w.refs[v] = l.outputs[i], l.outputRefs[i]
	}
	for i, made := range l.nodes {
		if a := l.marks[i].attribute(); a != nil {
			made.attributes = append(made.attributes, a)
		}
	}
	w.def.nodes = append(append(w.def.nodes, l.constants...), l.nodes...)
	return nil
}

// noteOutputs lists the outputs in the mark unless they are, in order, what a
// reader takes for them.
func (w *writer) noteOutputs(g *ir.Graph) {
	var outputs []string
	for _, v := range g.Outputs {
		outputs = append(outputs, w.tensorOf[v])
	}
	r := newReader(w.producer)
	r.countUses(w.def.nodes)
	if !slices.Equal(outputs, r.outputNames(w.def.nodes, nil, &graphMark{Silence: w.graphMark.Silence})) {
		w.graphMark.Outputs = outputs
	}
}
