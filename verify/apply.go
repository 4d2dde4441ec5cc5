package verify

import (
	"context"
	"fmt"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime"
)

// apply evaluates one operation by itself and gives its outputs in order, which
// may share memory with the inputs.
func apply(ctx context.Context, op ir.Op, params, in []*ir.Tensor, o runtime.Options) ([]*ir.Tensor, error) {
	g := &ir.Graph{}
	n := &ir.Node{Op: op, Params: params}
	inputs := make(map[string]*ir.Tensor)
	var shapes []ir.Shape
	for i, t := range in {
		v := &ir.Value{Name: fmt.Sprint("in", i)}
		g.Nodes = append(g.Nodes, &ir.Node{Op: &ir.Input{Shape: t.Shape}, Outputs: []*ir.Value{v}})
		n.Inputs = append(n.Inputs, v)
		shapes = append(shapes, t.Shape)
		inputs[v.Name] = t
	}
	s, err := op.Infer(shapes)
	if err != nil {
		return nil, err
	}
	for i := range s.Outputs {
		v := &ir.Value{Name: fmt.Sprint("out", i)}
		n.Outputs = append(n.Outputs, v)
	}
	g.Nodes, g.Outputs = append(g.Nodes, n), n.Outputs
	o.Inputs = nil
	p, err := runtime.Compile(g, o)
	if err != nil {
		return nil, err
	}
	values, err := p.Run(ctx, inputs, nil)
	if err != nil {
		p.Close()
		return nil, err
	}
	out := make([]*ir.Tensor, len(n.Outputs))
	for i, v := range n.Outputs {
		out[i] = values[v.Name]
	}
	return out, p.Close()
}
