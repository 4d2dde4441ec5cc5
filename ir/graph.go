package ir

import "slices"

// Graph is a model: nodes in a topological order, and the values that it
// returns. The inputs are the outputs of its [Input] nodes, in node order.
type Graph struct {
	Name    string
	Nodes   []*Node
	Outputs []*Value
}

// Value is one tensor that flows through a graph, written by exactly one node.
type Value struct {
	// Name is unique in the graph. Where a blob is overwritten in place, the
	// last value bears the blob's own name and every earlier one is
	// "blob@layer", after the layer that wrote it.
	Name string
	// Blob is the name that the source gives the storage; the stages of an
	// in-place chain share it. It equals Name everywhere else.
	Blob string
}

// Node is one application of an operation.
type Node struct {
	// Name is the layer's name in the source. Caffe allows it to be empty or
	// repeated, so values, not nodes, are the graph's unique handles.
	Name string
	Op   Op
	// Pos is LINE:COLUMN in the source, empty when unknown.
	Pos     string
	Inputs  []*Value
	Outputs []*Value
	// Params are the learned tensors in the order that the operation's Infer
	// lists them, or nil in a topology without weights. Nodes that share a
	// parameter hold the same *Tensor.
	Params []*Tensor
	// Shared names, in a topology, the parameters that several nodes share, by
	// position in the source (Caffe's param { name }): what loads the weights
	// gives parameters of one name the same numbers. Empty names share nothing.
	Shared []string
}

// Inputs lists the values that a caller must provide, in node order.
func (g *Graph) Inputs() []*Value {
	var in []*Value
	for _, n := range g.Nodes {
		if _, ok := n.Op.(*Input); ok {
			in = append(in, n.Outputs...)
		}
	}
	return in
}

// Value finds a value by its name, nil where there is none.
func (g *Graph) Value(name string) *Value {
	for _, n := range g.Nodes {
		for _, v := range n.Outputs {
			if v.Name == name {
				return v
			}
		}
	}
	return nil
}

// Producers maps each value to the node that writes it.
func (g *Graph) Producers() map[*Value]*Node {
	m := make(map[*Value]*Node)
	for _, n := range g.Nodes {
		for _, v := range n.Outputs {
			m[v] = n
		}
	}
	return m
}

// Consumers maps each value to the nodes that read it, in node order; a node
// that reads it twice is listed twice.
func (g *Graph) Consumers() map[*Value][]*Node {
	m := make(map[*Value][]*Node)
	for _, n := range g.Nodes {
		for _, v := range n.Inputs {
			m[v] = append(m[v], n)
		}
	}
	return m
}

// Weights counts the distinct parameters' elements.
func (g *Graph) Weights() int {
	seen := make(map[*Tensor]bool)
	total := 0
	for _, n := range g.Nodes {
		for _, p := range n.Params {
			if !seen[p] {
				seen[p] = true
				total += len(p.Data)
			}
		}
	}
	return total
}

// Clone copies graph, nodes and values, so that a pass may rewrite them;
// operations and tensors, which nobody changes, are shared.
func (g *Graph) Clone() *Graph {
	values := make(map[*Value]*Value)
	copied := func(list []*Value) []*Value {
		out := make([]*Value, len(list))
		for i, v := range list {
			if values[v] == nil {
				c := *v
				values[v] = &c
			}
			out[i] = values[v]
		}
		return out
	}
	c := &Graph{Name: g.Name}
	for _, n := range g.Nodes {
		m := *n
		m.Inputs, m.Outputs = copied(n.Inputs), copied(n.Outputs)
		m.Params = slices.Clone(n.Params)
		c.Nodes = append(c.Nodes, &m)
	}
	c.Outputs = copied(g.Outputs)
	return c
}
