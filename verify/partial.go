package verify

import (
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// partial is as much of a model as takes some inputs.
type partial struct {
	Model
	// refuses is the first node that does not take what it would read, and why
	// says so; both are nil where the model is whole.
	refuses *ir.Node
	why     error
	missing map[*ir.Value]bool // from that node on
}

// computable is what a model computes from inputs of the given shapes, by value
// name: all of it, or what comes before the first node that refuses them. An
// input that is itself refused is an error.
func computable(m Model, inputs map[string]*ir.Tensor) (partial, error) {
	p := partial{Model: m, missing: make(map[*ir.Value]bool)}
	shapes, err := m.Graph.Infer(shapesOf(inputs))
	if err == nil {
		return p, nil
	}
	at := slices.IndexFunc(m.Graph.Nodes, func(n *ir.Node) bool {
		return slices.ContainsFunc(n.Outputs, func(v *ir.Value) bool { return shapes[v] == nil })
	})
	if at < 0 {
		at = len(m.Graph.Nodes)
	}
	// A node whose parameters do not fit has shapes all the same.
	if _, before := (&ir.Graph{Nodes: m.Graph.Nodes[:at]}).Infer(shapesOf(inputs)); before != nil {
		at--
	}
	if at < 0 || at == len(m.Graph.Nodes) {
		return p, err
	}
	p.refuses, p.why = m.Graph.Nodes[at], err
	if _, source := p.refuses.Op.(*ir.Input); source {
		return p, err
	}
	for _, n := range m.Graph.Nodes[at:] {
		for _, v := range n.Outputs {
			p.missing[v] = true
		}
	}
	p.Graph = &ir.Graph{Name: m.Graph.Name, Nodes: m.Graph.Nodes[:at]}
	consumers := p.Graph.Consumers()
	for _, n := range p.Graph.Nodes {
		for _, v := range n.Outputs {
			if consumers[v] == nil {
				p.Graph.Outputs = append(p.Graph.Outputs, v)
			}
		}
	}
	return p, nil
}

// note says of a layer that the model does not compute its value.
func (p partial) note(l *Layer, n *ir.Node) {
	l.Reason = "not computed, because an earlier layer of " + p.Name + " takes no such input"
	if n == p.refuses {
		l.Verdict, l.Reason = Fail, p.Name+" takes no such input: "+p.why.Error()
	}
}

// shapesOf are the shapes of tensors by name.
func shapesOf(tensors map[string]*ir.Tensor) map[string]ir.Shape {
	shapes := make(map[string]ir.Shape, len(tensors))
	for name, t := range tensors {
		if t != nil {
			shapes[name] = t.Shape
		}
	}
	return shapes
}
