package onnx

import (
	"github.com/alexconv/alexconv/ir"
)

// check refuses a model with more or larger things than the limits allow.
func (m *model) check(limits ir.Limits) error {
	g := m.graph
	if err := limits.Check(ir.LimitNodes, "nodes of the graph", int64(len(g.nodes))); err != nil {
		return err
	}
	if err := limits.Check(ir.LimitTensors, "initialisers of the graph", int64(len(g.initialisers))); err != nil {
		return err
	}
	for _, t := range g.initialisers {
		if err := limits.CheckName(t.name); err != nil {
			return err
		}
		if err := limits.Check(ir.LimitElements, "elements of an initialiser", int64(t.shape().Elements())); err != nil {
			return err
		}
	}
	for _, n := range g.nodes {
		for _, name := range append(append([]string{n.name}, n.inputs...), n.outputs...) {
			if err := limits.CheckName(name); err != nil {
				return err
			}
		}
	}
	for _, list := range [][]*valueInfo{g.inputs, g.outputs} {
		for _, v := range list {
			if err := limits.CheckName(v.name); err != nil {
				return err
			}
		}
	}
	return nil
}
