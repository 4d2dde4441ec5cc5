package caffe

import (
	"math"
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// Write renders a graph with weights as a prototxt and the caffemodel that
// goes with it; equal graphs give equal bytes. Blobs and layers keep their
// names where those are unique, in-place layers work in place again, and
// implicit Splits are left to Caffe.
//
// What no Caffe layer computes is an error that wraps [ir.ErrUnsupported] and
// names the node; a node without its weights is one that wraps
// [ir.ErrNoWeights].
func Write(g *ir.Graph) (prototxt []byte, weights *Caffemodel, err error) {
	if err := g.CheckWeights(); err != nil {
		return nil, nil, err
	}
	net, err := netOf(g)
	if err != nil {
		return nil, nil, err
	}
	prototxt = formatText(net.message)
	addBlobs(net)
	weights = &Caffemodel{encode(net.message)}
	if weights.Size() > math.MaxInt32 {
		return nil, nil, ir.Errorf(ir.ErrUnsupported, "the weights take %d bytes, Caffe reads files of less than 2 GiB", weights.Size())
	}
	return prototxt, weights, nil
}

// WriteTopology renders a graph's description alone.
func WriteTopology(g *ir.Graph) ([]byte, error) {
	net, err := netOf(g)
	if err != nil {
		return nil, err
	}
	return formatText(net.message), nil
}

// writer turns a graph into a net.
type writer struct {
	graph   *ir.Graph
	shapes  ir.Shapes
	source  map[*ir.Value]*ir.Value // what a value is a copy of, for implicit splits
	readers map[*ir.Value]int
	output  map[*ir.Value]bool
	blobs   map[*ir.Value]string // the blob that holds a value
	reads   map[*ir.Value]string // the blob to read it from, where that is another
	taken   *names               // of blobs
	layers  *names               // of layers
	shared  *paramNames
	net     *written
}

// written is a net with the node behind each of its layers that may have blobs.
type written struct {
	message *message
	layers  []writtenLayer
}

type writtenLayer struct {
	node    *ir.Node
	in      []ir.Shape
	message *message
}

func netOf(g *ir.Graph) (*written, error) {
	shapes, err := g.Validate()
	if err != nil {
		return nil, err
	}
	w := &writer{
		graph:   g,
		shapes:  shapes,
		source:  make(map[*ir.Value]*ir.Value),
		readers: make(map[*ir.Value]int),
		output:  make(map[*ir.Value]bool),
		blobs:   make(map[*ir.Value]string),
		reads:   make(map[*ir.Value]string),
		taken:   newNames(),
		layers:  newNames(),
		shared:  newParamNames(g),
		net:     &written{message: &message{schema: netParameter}},
	}
	if g.Name != "" {
		w.net.message.addStr("name", g.Name)
	}
	w.countReaders()
	w.nameBlobs()
	for i, n := range g.Nodes {
		if isImplicit(n) {
			continue
		}
		if err := w.layer(n, w.continues(i)); err != nil {
			return nil, err
		}
		w.settleOutputs(n)
	}
	return w.net, nil
}

func isImplicit(n *ir.Node) bool {
	s, ok := n.Op.(*ir.Split)
	return ok && s.Implicit
}

// countReaders looks through implicit splits, which Caffe will add again.
func (w *writer) countReaders() {
	for _, n := range w.graph.Nodes {
		for _, v := range n.Outputs {
			w.taken.take(v.Name)
			if isImplicit(n) {
				w.source[v] = w.origin(n.Inputs[0])
			}
		}
		if isImplicit(n) {
			continue
		}
		for _, v := range n.Inputs {
			w.readers[w.origin(v)]++
		}
	}
	for _, v := range w.graph.Outputs {
		w.output[w.origin(v)] = true
	}
}

func (w *writer) origin(v *ir.Value) *ir.Value {
	if from := w.source[v]; from != nil {
		return from
	}
	return v
}

// nameBlobs gives each value a blob. A chain of values that may overwrite each
// other shares one, which is named after the last.
func (w *writer) nameBlobs() {
	for _, n := range slices.Backward(w.graph.Nodes) {
		if isImplicit(n) {
			continue
		}
		for _, v := range n.Outputs {
			if w.blobs[v] == "" {
				w.blobs[v] = v.Name
				if w.output[v] && w.readers[v] > 0 {
					w.blobs[v] = w.taken.unique(v.Name+"_raw", "_")
				}
			}
		}
		t := typeByOp[opType(n.Op)]
		if t == nil || t.inPlace == nil || !t.inPlace(n.Op) {
			continue
		}
		in, out := w.origin(n.Inputs[0]), n.Outputs[0]
		if in.Blob == out.Blob && w.readers[in] == 1 && !w.output[in] {
			w.blobs[in] = w.blobs[out]
		}
	}
}

// continues reports whether node i is a further top of the Input layer that
// node i-1 belongs to.
func (w *writer) continues(i int) bool {
	if i == 0 || w.graph.Nodes[i].Name != w.graph.Nodes[i-1].Name {
		return false
	}
	_, a := w.graph.Nodes[i-1].Op.(*ir.Input)
	_, b := w.graph.Nodes[i].Op.(*ir.Input)
	return a && b
}

// layer writes one node, to the previous layer if it continues that.
func (w *writer) layer(n *ir.Node, continues bool) error {
	t := typeByOp[opType(n.Op)]
	if t == nil {
		return refuse(n, "no layer type has the operation %s", n.Op.Type())
	}
	if continues {
		l := w.net.layers[len(w.net.layers)-1].message
		l.addStr("top", w.blobs[n.Outputs[0]])
		return t.write(n, l)
	}
	in := w.shapes.Of(n.Inputs)
	blobs, err := t.blobShapes(n.Op, in)
	if err != nil {
		return n.Errorf(ir.ErrInvalid, "%v", err)
	}
	l := w.open(w.layerName(n, len(blobs) > 0), t.name)
	for _, v := range n.Inputs {
		v = w.origin(v)
		blob := w.reads[v]
		if blob == "" {
			blob = w.blobs[v]
		}
		l.addStr("bottom", blob)
	}
	for _, v := range n.Outputs {
		l.addStr("top", w.blobs[v])
	}
	w.shared.add(l, n, t.blobs != nil)
	w.net.layers = append(w.net.layers, writtenLayer{n, in, l})
	if t.write == nil {
		return nil
	}
	return t.write(n, l)
}

func (w *writer) open(name, typ string) *message {
	l := w.net.message.addMessage("layer")
	if name != "" {
		l.addStr("name", name)
	}
	l.addStr("type", typ)
	return l
}

// layerName is the node's name, numbered where another layer has it, because
// Caffe finds weights by name. A layer with weights needs one.
func (w *writer) layerName(n *ir.Node, weighted bool) string {
	switch {
	case n.Name != "":
		return w.layers.unique(n.Name, "_")
	case weighted:
		return w.layers.unique(w.blobs[n.Outputs[0]], "_")
	}
	return ""
}

// settleOutputs makes Caffe's rule, that what nobody reads is an output, agree
// with the graph's outputs: a value that is both read and an output is split,
// one that is neither is silenced.
func (w *writer) settleOutputs(n *ir.Node) {
	for _, v := range n.Outputs {
		switch read := w.readers[v] > 0; {
		case read && w.output[v]:
			w.reads[v] = w.taken.unique(v.Name+"_read", "_")
			l := w.open(w.layers.unique(v.Name+"_output", "_"), splitLayer.name)
			l.addStr("bottom", w.blobs[v])
			l.addStr("top", v.Name)
			l.addStr("top", w.reads[v])
		case !read && !w.output[v]:
			l := w.open(w.layers.unique(v.Name+"_silence", "_"), silenceLayer.name)
			l.addStr("bottom", w.blobs[v])
		}
	}
}

// addBlobs gives the layers their blobs.
func addBlobs(net *written) {
	for _, l := range net.layers {
		blobs := l.node.Params
		if t := typeByOp[opType(l.node.Op)]; t.blobs != nil {
			blobs = t.blobs.store(l.node.Op, l.in[0], blobs)
		}
		for _, t := range blobs {
			l.message.add("blobs", value{blob: tensorBlob(t)})
		}
	}
}
