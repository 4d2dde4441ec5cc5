package ir

// Validate checks the whole graph: unique value names, one writer per value,
// topological order, every attribute, shape and parameter. It gives the shapes
// for the declared inputs, or one error that names the node.
func (g *Graph) Validate() (Shapes, error) {
	names := make(map[string]bool)
	written := make(map[*Value]bool)
	for _, n := range g.Nodes {
		for _, v := range n.Inputs {
			if !written[v] {
				return nil, n.Errorf(ErrInvalid, "reads value %q before it is written", v.Name)
			}
		}
		for _, v := range n.Outputs {
			if names[v.Name] || written[v] {
				return nil, n.Errorf(ErrInvalid, "writes value %q, which is written already", v.Name)
			}
			names[v.Name], written[v] = true, true
		}
	}
	for _, v := range g.Outputs {
		if !written[v] {
			return nil, Errorf(ErrInvalid, "no layer writes output %q", v.Name)
		}
	}
	return g.Infer(nil)
}

// CheckWeights reports, as ErrNoWeights, a node whose operation takes
// parameters that are not there.
func (g *Graph) CheckWeights() error {
	shapes, err := g.Infer(nil)
	if err != nil {
		return err
	}
	for _, n := range g.Nodes {
		s, err := n.Op.Infer(shapes.Of(n.Inputs))
		if err != nil {
			return n.wrap(err)
		}
		if len(s.Params) > 0 && len(n.Params) == 0 {
			return n.Errorf(ErrNoWeights, "has no weights; give TOPOLOGY+WEIGHTS")
		}
	}
	return nil
}

// Sort puts the nodes into a topological order that keeps the given order
// wherever the edges allow, and refuses a cycle, naming a node on it.
func (g *Graph) Sort() error {
	producers := g.Producers()
	state := make(map[*Node]int) // 0 new, 1 on the path, 2 done
	sorted := make([]*Node, 0, len(g.Nodes))
	type frame struct {
		node *Node
		next int // the input to look at
	}
	for _, root := range g.Nodes {
		if state[root] != 0 {
			continue
		}
		stack := []frame{{node: root}}
		state[root] = 1
		for len(stack) > 0 {
			top := &stack[len(stack)-1]
			if top.next == len(top.node.Inputs) {
				state[top.node] = 2
				sorted = append(sorted, top.node)
				stack = stack[:len(stack)-1]
				continue
			}
			value := top.node.Inputs[top.next]
			top.next++
			producer := producers[value]
			switch {
			case producer == nil:
				return top.node.Errorf(ErrInvalid, "reads value %q, which nothing writes", value.Name)
			case state[producer] == 1:
				return top.node.Errorf(ErrInvalid, "stands on a cycle through value %q", value.Name)
			case state[producer] == 0:
				state[producer] = 1
				stack = append(stack, frame{node: producer})
			}
		}
	}
	g.Nodes = sorted
	return nil
}
