package ir

// Cost counts the work of one node for given shapes.
type Cost struct {
	// MACs are multiply-accumulate operations of matrix products and
	// convolutions; other operations count none.
	MACs int64
	// Params is the number of learned values.
	Params int64
	// Activations is the number of output values.
	Activations int64
}

// FLOPs counts a multiply-accumulate as two operations.
func (c Cost) FLOPs() int64 { return 2 * c.MACs }

// Add sums two costs.
func (c Cost) Add(d Cost) Cost {
	return Cost{c.MACs + d.MACs, c.Params + d.Params, c.Activations + d.Activations}
}

// Cost counts a node's work for inferred shapes.
func (n *Node) Cost(shapes Shapes) (Cost, error) {
	s, err := n.Op.Infer(shapes.Of(n.Inputs))
	if err != nil {
		return Cost{}, n.wrap(err)
	}
	var c Cost
	for _, v := range n.Outputs {
		c.Activations += int64(shapes[v].Elements())
	}
	for _, p := range s.Params {
		c.Params += int64(p.Shape.Elements())
	}
	switch n.Op.(type) {
	case *Conv:
		c.MACs = c.Activations * int64(s.Params[0].Shape[1:].Elements())
	case *Deconv:
		inputs := int64(shapes[n.Inputs[0]].Elements())
		c.MACs = inputs * int64(s.Params[0].Shape[1:].Elements())
	case *FullyConnected:
		batch := c.Activations / int64(n.Op.(*FullyConnected).Units)
		c.MACs = batch * int64(s.Params[0].Shape.Elements())
	}
	return c, nil
}
