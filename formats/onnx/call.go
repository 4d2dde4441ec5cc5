package onnx

import (
	"github.com/alexconv/alexconv/formats/internal/wire"
	"github.com/alexconv/alexconv/ir"
)

// call is the reading of one ONNX node: its attributes, its inputs and the ir
// nodes that it becomes. The first failure is kept; after one, accessors give
// zero values and nothing more is added, so that a reading function checks
// failed once, after it has fetched what it needs.
type call struct {
	*reader
	*attributes
	node *node
	read []bool // which inputs were looked at
	made []*ir.Node
}

func (c *call) failed() bool { return c.err != nil }

// unsupported records that the node says something alexconv cannot express.
func (c *call) unsupported(format string, args ...any) {
	c.fail(ir.Errorf(ir.ErrUnsupported, format, args...))
}

// invalid records that the node contradicts ONNX's own rules.
func (c *call) invalid(format string, args ...any) {
	c.fail(ir.Errorf(ir.ErrInvalid, format, args...))
}

// present reports whether input i is given.
func (c *call) present(i int) bool {
	return i < len(c.node.inputs) && c.node.inputs[i] != ""
}

// constant gives input i if it is a constant, else nil.
func (c *call) constant(i int) *tensor {
	if !c.present(i) {
		return nil
	}
	t := c.constants[c.node.inputs[i]]
	if t != nil {
		c.read[i] = true
	}
	return t
}

// weights gives input i, which must be a constant.
func (c *call) weights(i int) *tensor {
	t := c.constant(i)
	switch {
	case t != nil:
	case !c.present(i):
		c.invalid("input %d is missing", i)
	default:
		c.unsupported("input %d, %s, must be a constant", i, wire.Quote(c.node.inputs[i]))
	}
	return t
}

// integers gives input i, which must be a constant list of integers.
func (c *call) integers(i int) []int {
	t := c.weights(i)
	if t == nil {
		return nil
	}
	list, err := t.asInts()
	if err != nil {
		c.fail(err)
		return nil
	}
	narrow := make([]int, len(list))
	for j, v := range list {
		narrow[j] = c.narrow("input "+wire.Quote(c.node.inputs[i]), v)
	}
	return narrow
}

// input gives input i, which must be a computed value.
func (c *call) input(i int) *ir.Value {
	if !c.present(i) {
		c.invalid("input %d is missing", i)
		return nil
	}
	v := c.values[c.node.inputs[i]]
	if v == nil {
		c.unsupported("input %d, %s, is a constant", i, wire.Quote(c.node.inputs[i]))
		return nil
	}
	c.read[i] = true
	return v
}

// inputs gives all inputs, which must be computed values.
func (c *call) inputs() []*ir.Value {
	if len(c.node.inputs) == 0 {
		c.invalid("has no inputs")
	}
	list := make([]*ir.Value, len(c.node.inputs))
	for i := range list {
		list[i] = c.input(i)
	}
	return list
}

// shape is the shape of input i, nil if that is not a computed value.
func (c *call) shape(i int) ir.Shape {
	if v := c.input(i); v != nil {
		return c.shapes[v]
	}
	return nil
}

// tensorOf is a constant as a parameter of the given shape.
func (c *call) tensorOf(t *tensor, shape ir.Shape) *ir.Tensor {
	if c.failed() {
		return nil
	}
	p, err := c.param(t, shape)
	if err != nil {
		c.fail(err)
	}
	return p
}

// emit makes the ir node that reads input 0 and writes output 0.
func (c *call) emit(op ir.Op, params ...*ir.Tensor) {
	if c.failed() {
		return
	}
	c.emitNode(&ir.Node{Op: op, Inputs: []*ir.Value{c.input(0)}, Outputs: c.outputs(1), Params: params})
}

// emitNode makes an ir node under the ONNX node's name.
func (c *call) emitNode(n *ir.Node) {
	if c.failed() {
		return
	}
	if n.Name == "" {
		n.Name = displayName(c.node)
	}
	if err := c.add(n); err != nil {
		c.fail(err)
		return
	}
	c.made = append(c.made, n)
}

// outputs declares the first n outputs.
func (c *call) outputs(n int) []*ir.Value {
	var list []*ir.Value
	for i := range n {
		if i >= len(c.node.outputs) || c.node.outputs[i] == "" {
			c.unsupported("output %d has no name", i)
			return nil
		}
		list = append(list, c.newValue(c.node.outputs[i]))
	}
	return list
}

// between makes a value for inside a node that becomes several, with a name
// that the file does not use.
func (c *call) between(suffix string) *ir.Value {
	if len(c.node.outputs) == 0 {
		c.invalid("has no outputs")
		return nil
	}
	name := c.node.outputs[0] + "/" + suffix
	for c.values[name] != nil || c.uses[name] > 0 || c.infos[name] != nil {
		name += "_"
	}
	return &ir.Value{Name: name, Blob: name}
}

// finish gives the first failure; an attribute, an input or a used output that
// the reading function did not touch is one.
func (c *call) finish() error {
	if err := c.attributes.finish(c.node); err != nil {
		return err
	}
	for i, name := range c.node.inputs {
		if name != "" && !c.read[i] {
			return ir.Errorf(ir.ErrUnsupported, "input %d of %s is not supported", i, c.node.opType)
		}
	}
	for i, name := range c.node.outputs {
		if c.values[name] == nil && c.constants[name] == nil && c.uses[name] > 0 && name != "" {
			return ir.Errorf(ir.ErrUnsupported, "output %d of %s is not supported", i, c.node.opType)
		}
	}
	return nil
}
