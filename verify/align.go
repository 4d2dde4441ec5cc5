package verify

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// stage is a value that a layer computes, or an input: everything but the
// outputs of operations that pass their input through.
type stage struct {
	node   *ir.Node
	value  *ir.Value
	index  int      // among the node's outputs
	names  []string // of the value and of those that equal it
	output bool     // the graph returns it
}

// needed reports whether a stage without counterpart leaves something
// unchecked: views compute nothing.
func (s *stage) needed() bool { return s.output || !isView(s.node.Op) }

func isView(op ir.Op) bool {
	switch op.(type) {
	case *ir.Flatten, *ir.Reshape:
		return true
	}
	return false
}

// side is one model as a list of stages.
type side struct {
	inputs []*stage
	stages []*stage // without inputs, in node order
	of     map[*ir.Value]*stage
	graph  *ir.Graph
	shapes ir.Shapes // for the declared inputs
}

func newSide(m Model) (*side, error) {
	g := m.Graph
	shapes, err := g.Validate()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", m.Name, err)
	}
	s := &side{graph: g, shapes: shapes, of: make(map[*ir.Value]*stage)}
	for _, n := range g.Nodes {
		for i, v := range n.Outputs {
			if ir.PassesThrough(n.Op) {
				source := s.of[n.Inputs[0]]
				source.names = append(source.names, v.Name)
				s.of[v] = source
				continue
			}
			made := &stage{node: n, value: v, index: i, names: []string{v.Name}}
			s.of[v] = made
			if _, ok := n.Op.(*ir.Input); ok {
				s.inputs = append(s.inputs, made)
			} else {
				s.stages = append(s.stages, made)
			}
		}
	}
	for _, v := range g.Outputs {
		s.of[v].output = true
	}
	return s, nil
}

// alignment pairs the stages of two models.
type alignment struct {
	left, right *side
	partner     map[*stage]*stage // in both directions
}

// align pairs inputs and stages: first those of the same name and operation,
// then those of layers of the same name and operation, then those that are
// computed by the same structure from paired ones, last those of the same name
// whatever computes them. A layer's name or a structure that occurs twice pairs
// nothing.
func align(left, right Model) (*alignment, error) {
	l, err := newSide(left)
	if err != nil {
		return nil, err
	}
	r, err := newSide(right)
	if err != nil {
		return nil, err
	}
	a := &alignment{left: l, right: r, partner: make(map[*stage]*stage)}
	if err := a.pairInputs(left.Name, right.Name); err != nil {
		return nil, err
	}
	sameType := func(x, y *stage) bool { return x.node.Op.Type() == y.node.Op.Type() }
	a.pairByName(1, sameType)
	a.pairByName(-1, sameType)
	a.pairByLayer()
	if a.incomplete() {
		a.pairByStructure(layerLabels(left.Graph), layerLabels(right.Graph))
		a.pairByStructure(nil, nil)
	}
	a.pairByName(-1, func(x, y *stage) bool { return true })
	return a, nil
}

func (a *alignment) pair(x, y *stage) { a.partner[x], a.partner[y] = y, x }

func (a *alignment) pairInputs(left, right string) error {
	if len(a.left.inputs) == 1 && len(a.right.inputs) == 1 {
		a.pair(a.left.inputs[0], a.right.inputs[0])
		return nil
	}
	byName := make(map[string]*stage)
	for _, s := range a.left.inputs {
		byName[s.value.Name] = s
	}
	for _, s := range a.right.inputs {
		match := byName[s.value.Name]
		if match == nil {
			return ir.Errorf(ir.ErrInvalid, "%s has an input %q, %s has none of that name", right, s.value.Name, left)
		}
		a.pair(match, s)
	}
	return nil
}

// rename gives the left model's inputs the right model's names. An input that
// only the left model has is left out, one of no model kept for the run to
// refuse.
func (a *alignment) rename(inputs map[string]*ir.Tensor) map[string]*ir.Tensor {
	renamed := make(map[string]*ir.Tensor)
	maps.Copy(renamed, inputs)
	for _, s := range a.left.inputs {
		delete(renamed, s.value.Name)
	}
	for _, s := range a.right.inputs {
		renamed[s.value.Name] = inputs[a.partner[s].value.Name]
	}
	return renamed
}

// pairByName looks at the first limit names of each stage, -1 meaning all.
func (a *alignment) pairByName(limit int, accept func(x, y *stage) bool) {
	names := func(s *stage) []string {
		if limit < 0 {
			return s.names
		}
		return s.names[:limit]
	}
	byName := make(map[string]*stage)
	for _, s := range a.right.stages {
		if a.partner[s] == nil {
			for _, name := range names(s) {
				byName[name] = s
			}
		}
	}
	for _, s := range a.left.stages {
		for _, name := range names(s) {
			match := byName[name]
			if a.partner[s] == nil && match != nil && a.partner[match] == nil && accept(s, match) {
				a.pair(s, match)
			}
		}
	}
}

// pairByLayer pairs the stages of layers whose name, operation and output occur
// once among the unpaired of each side.
func (a *alignment) pairByLayer() {
	type layer struct {
		name, op string
		index    int
	}
	open := func(s *side) map[layer][]*stage {
		m := make(map[layer][]*stage)
		for _, at := range s.stages {
			if a.partner[at] == nil && at.node.Name != "" {
				key := layer{at.node.Name, at.node.Op.Type(), at.index}
				m[key] = append(m[key], at)
			}
		}
		return m
	}
	ours, theirs := open(a.left), open(a.right)
	for key, list := range ours {
		if match := theirs[key]; len(list) == 1 && len(match) == 1 {
			a.pair(list[0], match[0])
		}
	}
}

// incomplete reports whether both sides have stages left to pair.
func (a *alignment) incomplete() bool {
	open := func(s *side) bool {
		for _, stage := range s.stages {
			if a.partner[stage] == nil {
				return true
			}
		}
		return false
	}
	return open(a.left) && open(a.right)
}

// layerLabels tells nodes apart by attributes and weights.
func layerLabels(g *ir.Graph) map[*ir.Node]string {
	labels := make(map[*ir.Node]string)
	digests, err := ir.LayerDigests(g)
	if err != nil {
		return nil // without weights, types have to do
	}
	for _, d := range digests {
		labels[d.Node] = d.Digest
	}
	return labels
}

// pairByStructure pairs stages whose key occurs once among the unpaired of each
// side.
func (a *alignment) pairByStructure(left, right map[*ir.Node]string) {
	anchors := make(map[*stage]string)
	number := 0
	for _, s := range slices.Concat(a.left.inputs, a.left.stages) {
		if match := a.partner[s]; match != nil {
			anchors[s] = fmt.Sprint(number)
			anchors[match] = anchors[s]
			number++
		}
	}
	byKey := make(map[string][]*stage)
	for _, s := range a.right.open(anchors, right) {
		byKey[s.key] = append(byKey[s.key], s.stage)
	}
	ours := make(map[string][]*stage)
	for _, s := range a.left.open(anchors, left) {
		ours[s.key] = append(ours[s.key], s.stage)
	}
	for key, list := range ours {
		if match := byKey[key]; len(list) == 1 && len(match) == 1 {
			a.pair(list[0], match[0])
		}
	}
}

type keyed struct {
	stage *stage
	key   string
}

// open lists the stages without anchor with their keys: a hash over the label
// (or the type) and the keys of what they read, anchors being keys by
// themselves.
func (s *side) open(anchors map[*stage]string, labels map[*ir.Node]string) []keyed {
	keys := make(map[*stage]string)
	var list []keyed
	for _, at := range slices.Concat(s.inputs, s.stages) {
		if anchor, ok := anchors[at]; ok {
			keys[at] = anchor
			continue
		}
		h := sha256.New()
		label := labels[at.node]
		if label == "" {
			label = at.node.Op.Type()
		}
		fmt.Fprintf(h, "%s %d", label, at.index)
		for _, v := range at.node.Inputs {
			fmt.Fprintf(h, " %s", keys[s.read(at.node, v)])
		}
		keys[at] = hex.EncodeToString(h.Sum(nil))
		list = append(list, keyed{at, keys[at]})
	}
	return list
}

// read is the stage that a node reads as v; a fully connected layer flattens by
// itself, so views before it do not count.
func (s *side) read(n *ir.Node, v *ir.Value) *stage {
	at := s.of[v]
	if _, ok := n.Op.(*ir.FullyConnected); ok {
		for isView(at.node.Op) {
			at = s.of[at.node.Inputs[0]]
		}
	}
	return at
}

// reads lists the values that a stage reads of other stages.
func (s *side) reads(at *stage) []string {
	var names []string
	for _, v := range at.node.Inputs {
		names = append(names, s.read(at.node, v).value.Name)
	}
	return names
}
