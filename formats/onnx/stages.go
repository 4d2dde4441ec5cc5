package onnx

import "github.com/alexconv/alexconv/ir"

// stage is one of the ir operations, each on one value, that an ONNX node
// becomes together.
type stage struct {
	suffix string // of the names of its node and value
	op     ir.Op
	params []*ir.Tensor
}

// apply adds the stages, all of them inside the node, and gives the last value.
func (c *call) apply(v *ir.Value, list ...stage) *ir.Value {
	for _, s := range list {
		out := c.between(s.suffix)
		c.emitNode(&ir.Node{
			Name:    displayName(c.node) + "/" + s.suffix,
			Op:      s.op,
			Inputs:  []*ir.Value{v},
			Outputs: []*ir.Value{out},
			Params:  s.params,
		})
		if c.failed() {
			return nil
		}
		v = out
	}
	return v
}

// conclude adds the stages, of which the last bears the node's name and writes
// output 0. Without any, the output is a copy of v.
func (c *call) conclude(v *ir.Value, list ...stage) {
	last := stage{op: &ir.Split{Copies: 1}}
	if len(list) > 0 {
		list, last = list[:len(list)-1], list[len(list)-1]
	}
	v = c.apply(v, list...)
	if c.failed() {
		return
	}
	c.emitNode(&ir.Node{Op: last.op, Inputs: []*ir.Value{v}, Outputs: c.outputs(1), Params: last.params})
}
