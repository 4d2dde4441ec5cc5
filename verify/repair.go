package verify

import (
	"fmt"
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// Fix is a copy of the other model's graph without the difference that a cause
// names: with the reference's attribute, parameters or layer in the place that
// the cause names. The models and the cause are those of one [Compare].
//
// Causes that are no property of a graph, such as NAME_MAP, and such as change
// what layers compute in more than one place are [ir.ErrUnsupported].
func Fix(reference, other Model, cause Cause) (*ir.Graph, error) {
	fixed := Model{Name: other.Name, Graph: other.Graph.Clone()}
	a, err := align(reference, fixed)
	if err != nil {
		return nil, err
	}
	r := &repair{alignment: a, graph: fixed.Graph, cause: cause}
	if err := r.apply(); err != nil {
		return nil, err
	}
	if _, err := r.graph.Validate(); err != nil {
		return nil, fmt.Errorf("%s with %s repaired: %w", other.Name, cause.Code, err)
	}
	return r.graph, nil
}

type repair struct {
	*alignment
	graph *ir.Graph
	cause Cause
}

func (r *repair) apply() error {
	named := func(s *side) *stage {
		for _, at := range slices.Concat(s.inputs, s.stages) {
			if at.layer() == r.cause.Layer {
				return at
			}
		}
		return nil
	}
	ours, theirs := named(r.left), named(r.right)
	if ours == nil && theirs != nil && r.partner[theirs] == nil {
		return r.remove(theirs)
	}
	if ours == nil {
		return ir.Errorf(ir.ErrInvalid, "no layer %q to repair", r.cause.Layer)
	}
	match := r.partner[ours]
	switch r.cause.Code {
	case "LRN_EXTRA", "OUTPUT_IS_LOGITS", "FC_ACTIVATION":
		if match == nil {
			return r.insert(ours)
		}
	case "LRN_POOL_ORDER":
		return r.swap(match)
	}
	if match == nil {
		return r.unsupported()
	}
	n := match.node
	switch r.cause.Code {
	case "WEIGHTS", "WEIGHTS_FLOAT16", "WEIGHTS_BFLOAT16", "WEIGHTS_TRUNCATED", "WEIGHTS_SHIFTED", "WEIGHTS_SCALED", "WEIGHTS_PERMUTED", "BIAS_MISSING",
		"FC6_FLATTEN_ORDER", "FILTER_LAYOUT", "CHANNEL_ORDER", "KERNEL_FLIP", "TRANSPOSED_FC", "SCALE_255", "MEAN_KIND", "CONV_GROUPS", "FC_ACTIVATION":
		n.Op, n.Params = ours.node.Op, ours.node.Params
		return nil
	}
	op := attributeDifferences(n.Op, ours.node.Op, r.right.shapesOf(match), r.left.shapesOf(ours)).applied(n.Op, r.cause.Code)
	if op == nil {
		return r.unsupported()
	}
	n.Op = op
	return nil
}

func (r *repair) unsupported() error {
	return ir.Errorf(ir.ErrUnsupported, "%s at layer %q has no repair", r.cause.Code, r.cause.Layer)
}

// remove takes a node with one input and one output out of the graph.
func (r *repair) remove(at *stage) error {
	n := at.node
	if len(n.Inputs) != 1 || len(n.Outputs) != 1 {
		return r.unsupported()
	}
	r.redirect(n.Outputs[0], n.Inputs[0], nil)
	r.graph.Nodes = slices.DeleteFunc(r.graph.Nodes, func(m *ir.Node) bool { return m == n })
	return nil
}

// insert puts a copy of the reference's node behind the value that corresponds
// to its input.
func (r *repair) insert(missing *stage) error {
	n := missing.node
	if len(n.Inputs) != 1 || len(n.Outputs) != 1 {
		return r.unsupported()
	}
	source := r.partner[r.left.of[n.Inputs[0]]]
	if source == nil {
		return r.unsupported()
	}
	name := missing.value.Name
	for r.graph.Value(name) != nil {
		name += "'"
	}
	made := &ir.Node{Name: n.Name, Op: n.Op, Params: n.Params, Inputs: []*ir.Value{source.value}, Outputs: []*ir.Value{{Name: name, Blob: name}}}
	at := slices.Index(r.graph.Nodes, source.node)
	r.redirect(source.value, made.Outputs[0], made)
	r.graph.Nodes = slices.Insert(r.graph.Nodes, at+1, made)
	return nil
}

// redirect makes what reads one value read another, but for one node.
func (r *repair) redirect(from, to *ir.Value, except *ir.Node) {
	for _, n := range r.graph.Nodes {
		for i, v := range n.Inputs {
			if v == from && n != except {
				n.Inputs[i] = to
			}
		}
	}
	for i, v := range r.graph.Outputs {
		if v == from {
			r.graph.Outputs[i] = to
		}
	}
}

// swap exchanges two nodes of which one reads the other: operations, names, and
// the names of what they write.
func (r *repair) swap(at *stage) error {
	if at == nil {
		return r.unsupported()
	}
	source := r.right.source(at)
	if source == nil || !normAndPool(source, at) {
		return r.unsupported()
	}
	x, y := source.node, at.node
	x.Name, y.Name = y.Name, x.Name
	x.Op, y.Op = y.Op, x.Op
	v, w := x.Outputs[0], y.Outputs[0]
	*v, *w = *w, *v
	return nil
}
