package ir

// Shapes holds the shape of every value of a graph for one set of input
// shapes.
type Shapes map[*Value]Shape

// Of lists the shapes of several values.
func (s Shapes) Of(values []*Value) []Shape {
	list := make([]Shape, len(values))
	for i, v := range values {
		list[i] = s[v]
	}
	return list
}

// Infer derives the shape of every value from the inputs' shapes: the declared
// ones, or those given by value name. It checks every attribute, and every
// parameter that is present, on the way; the first error names its node, and
// comes with the shapes found before it. Nodes must be in topological order.
func (g *Graph) Infer(inputs map[string]Shape) (Shapes, error) {
	shapes := make(Shapes)
	used := 0
	for _, n := range g.Nodes {
		if in, ok := n.Op.(*Input); ok && len(n.Outputs) == 1 {
			if given, ok := inputs[n.Outputs[0].Name]; ok {
				used++
				if err := given.Check(); err != nil {
					return shapes, n.wrap(err)
				}
				if len(given) != len(in.Shape) {
					return shapes, n.Errorf(ErrInvalid, "the given input is %v, the model declares %v: the number of axes must agree", given, in.Shape)
				}
				shapes[n.Outputs[0]] = given
				continue
			}
		}
		if err := n.infer(shapes); err != nil {
			return shapes, n.wrap(err)
		}
	}
	if used < len(inputs) {
		for name := range inputs {
			if !g.hasInput(name) {
				return shapes, Errorf(ErrInvalid, "the model has no input %q", name)
			}
		}
	}
	return shapes, nil
}

func (g *Graph) hasInput(name string) bool {
	for _, v := range g.Inputs() {
		if v.Name == name {
			return true
		}
	}
	return false
}

// infer adds the node's outputs to shapes.
func (n *Node) infer(shapes Shapes) error {
	for _, v := range n.Inputs {
		if _, ok := shapes[v]; !ok {
			return Errorf(ErrInvalid, "reads value %q before it is written", v.Name)
		}
	}
	s, err := n.Op.Infer(shapes.Of(n.Inputs))
	if err != nil {
		return err
	}
	if len(s.Outputs) != len(n.Outputs) {
		return Errorf(ErrInvalid, "has %d outputs, the operation gives %d", len(n.Outputs), len(s.Outputs))
	}
	for i, v := range n.Outputs {
		if err := s.Outputs[i].Check(); err != nil {
			return err
		}
		shapes[v] = s.Outputs[i]
	}
	return n.checkParams(s.Params)
}

// checkParams holds the parameters present against those the operation has; a
// topology has none.
func (n *Node) checkParams(want []Param) error {
	if n.Params == nil {
		return nil
	}
	if len(n.Params) != len(want) {
		return Errorf(ErrInvalid, "has %d parameters, the operation takes %d", len(n.Params), len(want))
	}
	for i, p := range want {
		t := n.Params[i]
		if t == nil {
			return Errorf(ErrInvalid, "parameter %s is missing", p.Role)
		}
		if !t.Shape.Equal(p.Shape) {
			return Errorf(ErrInvalid, "parameter %s is %v, the layer needs %v", p.Role, t.Shape, p.Shape)
		}
		if err := t.Check(); err != nil {
			return err
		}
	}
	return nil
}
