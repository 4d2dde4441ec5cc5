package caffe

import (
	"maps"
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// builder turns layers into a graph.
type builder struct {
	graph   *ir.Graph
	shapes  ir.Shapes
	stages  map[string][]*ir.Value // what each blob holds in turn
	writers map[*ir.Value]*layer
	unread  map[string]bool
	sharing sharing
}

// build makes the graph of a net's layers, splits included.
func build(name string, layers []*layer) (*ir.Graph, error) {
	b := &builder{
		graph:   &ir.Graph{Name: name},
		shapes:  make(ir.Shapes),
		stages:  make(map[string][]*ir.Value),
		writers: make(map[*ir.Value]*layer),
		unread:  make(map[string]bool),
		sharing: make(sharing),
	}
	for _, l := range layers {
		if err := b.layer(l); err != nil {
			return nil, err
		}
	}
	b.nameValues()
	// Caffe's outputs are the blobs that nobody reads, sorted by name.
	for _, blob := range slices.Sorted(maps.Keys(b.unread)) {
		b.graph.Outputs = append(b.graph.Outputs, b.current(blob))
	}
	if len(b.graph.Nodes) == 0 {
		return nil, ir.Errorf(ir.ErrInvalid, "the net has no layers for phase and stages as given")
	}
	return b.graph, nil
}

func (b *builder) current(blob string) *ir.Value {
	stages := b.stages[blob]
	return stages[len(stages)-1]
}

func (b *builder) layer(l *layer) error {
	if e := dialects[l.options.Dialect].expansions[l.typ]; e != nil {
		return b.expand(l, e)
	}
	t, err := l.lookup()
	if err != nil {
		return err
	}
	if err := l.check(t); err != nil {
		return err
	}
	var inputs []*ir.Value
	for _, bottom := range l.bottoms {
		if !b.unread[bottom] {
			return l.errorf("unknown bottom blob %q", bottom)
		}
		delete(b.unread, bottom)
		inputs = append(inputs, b.current(bottom))
	}
	nodes, err := b.nodes(l, t, inputs)
	if err != nil {
		return err
	}
	outputs, err := b.tops(l)
	if err != nil {
		return err
	}
	for i, n := range nodes {
		n.Outputs = outputs
		if t.each {
			n.Outputs = outputs[i : i+1]
		}
		if err := b.infer(l, t, n); err != nil {
			return err
		}
	}
	b.graph.Nodes = append(b.graph.Nodes, nodes...)
	return b.params(l, t, nodes)
}

// nodes reads the layer's operation: one node, or one per top, of which those
// with bottoms share the operation.
func (b *builder) nodes(l *layer, t *layerType, inputs []*ir.Value) ([]*ir.Node, error) {
	pieces := 1
	if t.each {
		pieces = len(l.tops)
	}
	var nodes []*ir.Node
	for i := range pieces {
		in := inputs
		if t.each && len(inputs) > 0 {
			in = inputs[i : i+1]
			if s := b.shapes[in[0]]; !s.Equal(b.shapes[inputs[0]]) {
				return nil, l.errorf("bottom %d is %v, bottom 0 is %v: all must agree", i, s, b.shapes[inputs[0]])
			}
		}
		l.top = i
		if i > 0 && len(in) > 0 {
			nodes = append(nodes, &ir.Node{Name: l.name, Op: nodes[0].Op, Pos: nodes[0].Pos, Inputs: in})
			continue
		}
		op, err := t.read(l, b.shapes.Of(in))
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, &ir.Node{Name: l.name, Op: op, Pos: l.message.at.String(), Inputs: in})
	}
	return nodes, nil
}

// tops makes a value for each top. A top may overwrite the bottom of the same
// index and no other blob.
func (b *builder) tops(l *layer) ([]*ir.Value, error) {
	var outputs []*ir.Value
	for i, top := range l.tops {
		if len(b.stages[top]) > 0 && !l.inPlace(i) {
			at := l.message.at
			if tops := l.message.all("top"); i < len(tops) {
				at = tops[i].at
			}
			return nil, l.errorAt(at, "top blob %q is written by layer %q already; only a layer that alone reads a blob may overwrite it",
				top, b.writers[b.current(top)].name)
		}
		v := &ir.Value{Blob: top}
		b.stages[top] = append(b.stages[top], v)
		b.writers[v] = l
		b.unread[top] = true
		outputs = append(outputs, v)
	}
	return outputs, nil
}

func (b *builder) infer(l *layer, t *layerType, n *ir.Node) error {
	if l.overwrites() && (t.inPlace == nil || !t.inPlace(n.Op)) {
		return l.unsupported(l.message.at, "%s cannot overwrite its own bottom %q: give its top a name of its own", l.typ, l.bottoms[0])
	}
	in := b.shapes.Of(n.Inputs)
	s, err := n.Op.Infer(in)
	if err != nil {
		return l.at(l.message.at, err)
	}
	if l.overwrites() && s.Outputs[0].Elements() != in[0].Elements() && b.startsAsInput(l.bottoms[0]) {
		return l.unsupported(l.message.at, "%s would change the size of the net's input %q, which Caffe does not restore: give its top a name of its own", l.typ, l.bottoms[0])
	}
	for i, v := range n.Outputs {
		if len(s.Outputs[i]) > maxAxes {
			return l.errorf("a blob has at most %d axes, its top would have %d", maxAxes, len(s.Outputs[i]))
		}
		if err := s.Outputs[i].Check(); err != nil {
			return l.at(l.message.at, err)
		}
		b.shapes[v] = s.Outputs[i]
	}
	return nil
}

// startsAsInput reports whether a blob is first written by an Input layer.
func (b *builder) startsAsInput(blob string) bool {
	return b.writers[b.stages[blob][0]].typ == inputLayer.name
}

func (b *builder) params(l *layer, t *layerType, nodes []*ir.Node) error {
	shapes, err := t.blobShapes(nodes[0].Op, b.shapes.Of(nodes[0].Inputs))
	if err != nil {
		return l.at(l.message.at, err)
	}
	return b.sharing.add(l, nodes, shapes)
}

// blobShapes are the shapes of the layer's blobs for its bottoms' shapes.
func (t *layerType) blobShapes(op ir.Op, in []ir.Shape) ([]ir.Shape, error) {
	var shapes []ir.Shape
	if t.blobs != nil {
		shapes = t.blobs.shapes(in[0])
	} else {
		s, err := op.Infer(in)
		if err != nil {
			return nil, err
		}
		for _, p := range s.Params {
			shapes = append(shapes, p.Shape)
		}
	}
	for _, s := range shapes {
		if err := s.Check(); err != nil {
			return nil, err
		}
	}
	return shapes, nil
}

// nameValues gives the last value of a blob the blob's name, and each earlier
// one "blob@layer" after the layer that wrote it, numbered where that is taken.
func (b *builder) nameValues() {
	taken := newNames()
	for blob := range b.stages {
		taken.take(blob)
	}
	for _, n := range b.graph.Nodes {
		for _, v := range n.Outputs {
			if v == b.current(v.Blob) {
				v.Name = v.Blob
				continue
			}
			v.Name = taken.unique(v.Blob+"@"+n.Name, "#")
		}
	}
}

func keys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
