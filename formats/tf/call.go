package tf

import (
	"github.com/alexconv/alexconv/formats/internal/wire"
	"github.com/alexconv/alexconv/ir"
)

// call is the reading of one TensorFlow node: its attributes, its inputs and
// the ir nodes that it becomes. The first failure is kept; after one,
// accessors give zero values and nothing more is added, so that a reading
// function checks failed once, after it has fetched what it needs.
type call struct {
	*reader
	*attributes
	node *node
	read []bool // which inputs were looked at
}

func (c *call) failed() bool { return c.err != nil }

// unsupported records that the node says something alexconv cannot express.
func (c *call) unsupported(format string, args ...any) {
	c.fail(ir.Errorf(ir.ErrUnsupported, format, args...))
}

// invalid records that the node contradicts TensorFlow's own rules.
func (c *call) invalid(format string, args ...any) {
	c.fail(ir.Errorf(ir.ErrInvalid, format, args...))
}

func (c *call) present(i int) bool { return i < len(c.node.inputs) }

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

// integers gives input i, which must be a constant of integers.
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
		narrow[j] = c.narrow(c.node.inputs[i], v)
	}
	return narrow
}

// integer gives input i, which must be a constant of one integer.
func (c *call) integer(i int) int {
	list := c.integers(i)
	if len(list) == 1 {
		return list[0]
	}
	if !c.failed() {
		c.invalid("input %d has %d values instead of 1", i, len(list))
	}
	return 0
}

// any gives input i, a computed value in whatever order.
func (c *call) any(i int) ref {
	if !c.present(i) {
		c.invalid("input %d is missing", i)
		return ref{}
	}
	name := c.node.inputs[i]
	v, ok := c.refs[name]
	switch {
	case ok:
		c.read[i] = true
		return v
	case c.constants[name] != nil:
		c.unsupported("input %d, %s, is a constant", i, wire.Quote(name))
	case c.paddings[name] != nil:
		c.unsupported("input %d, %s, is padding that is not the convolution's or the pool's that reads it", i, wire.Quote(name))
	default:
		c.invalid("input %d, %s, is an output that its node does not have", i, wire.Quote(name))
	}
	return ref{}
}

// input gives input i, a computed value in the order of its rank.
func (c *call) input(i int) *ir.Value {
	in := c.any(i)
	if c.failed() {
		return nil
	}
	if in.order != natural(c.shapes[in.value]) {
		c.unsupported("input %d, %s, %v; only a matrix product or a reshape can follow", i, wire.Quote(c.node.inputs[i]), in.order)
		return nil
	}
	return in.value
}

func (o order) String() string {
	return [...]string{"is in the order N, C, H, W", "is in the order N, H, W, C", "counts the features of a flattened image as H, W, C"}[o]
}

// shape is the ir shape of input i in the order of its rank.
func (c *call) shape(i int) ir.Shape {
	if v := c.input(i); v != nil {
		return c.shapes[v]
	}
	return nil
}

// vector gives constant input i as a parameter of n values, any axes around
// them being 1.
func (c *call) vector(i, n int) *ir.Tensor {
	t := c.weights(i)
	if c.failed() {
		return nil
	}
	if t.dims.Elements() != n || len(t.dims) > 0 && t.dims[len(t.dims)-1] != n {
		c.unsupported("input %d, %s, is %v; it must have %d values", i, wire.Quote(c.node.inputs[i]), t.dims, n)
		return nil
	}
	return c.param(ir.Shape{n}, piece{t, plainLayout(n)})
}

// param joins constants into a parameter.
func (c *call) param(shape ir.Shape, pieces ...piece) *ir.Tensor {
	if c.failed() {
		return nil
	}
	p, err := c.join(pieces, shape)
	if err != nil {
		c.fail(err)
	}
	return p
}

// emit makes the ir node that reads input 0 and whose output is in the order of
// its rank.
func (c *call) emit(op ir.Op, params ...*ir.Tensor) *ir.Node {
	in := c.input(0)
	return c.emitNode(op, []*ir.Value{in}, params...)
}

// emitNode makes the ir node that writes output 0 in the order of its rank.
func (c *call) emitNode(op ir.Op, inputs []*ir.Value, params ...*ir.Tensor) *ir.Node {
	return c.emitIn(op, inputs, nil, params...)
}

// emitSame makes an element-wise ir node, whose output is in the order of its
// inputs.
func (c *call) emitSame(op ir.Op, inputs ...ref) {
	var values []*ir.Value
	for _, in := range inputs {
		values = append(values, in.value)
	}
	if !c.failed() {
		c.emitIn(op, values, &inputs[0])
	}
}

func (c *call) emitIn(op ir.Op, inputs []*ir.Value, like *ref, params ...*ir.Tensor) *ir.Node {
	if c.failed() {
		return nil
	}
	n := &ir.Node{Name: layerName(c.node), Op: op, Inputs: inputs, Params: params}
	s, err := op.Infer(c.shapes.Of(inputs))
	if err != nil {
		c.fail(err)
		return nil
	}
	var tensors []string
	for i := range s.Outputs {
		tensors = append(tensors, portName(c.node.name, i))
	}
	n.Outputs = c.newValues(c.node, tensors)
	refs := make([]ref, len(n.Outputs))
	for i, v := range n.Outputs {
		refs[i] = ref{value: v, order: natural(s.Outputs[i])}
		if like != nil {
			refs[i] = like.to(v)
		}
	}
	if err := c.add(n, tensors, refs); err != nil {
		c.fail(err)
		return nil
	}
	return n
}

// alias makes the node's output another name of a value, which from then on
// has more readers than its own name.
func (c *call) alias(r ref) {
	if !c.failed() {
		c.refs[c.node.name] = r
		c.aliased[r.value] = true
	}
}

// only reports whether the node is the one reader of input i.
func (c *call) only(i int) bool {
	name := c.node.inputs[i]
	return c.uses[name] == 1 && !c.aliased[c.refs[name].value]
}

// define makes the node's output a constant.
func (c *call) define(t *tensor) {
	if !c.failed() {
		c.constants[c.node.name] = t
	}
}

// finish gives the first failure; an attribute or an input that the reading
// function did not touch is one.
func (c *call) finish() error {
	if err := c.attributes.finish(c.node); err != nil {
		return err
	}
	for i := range c.node.inputs {
		if !c.read[i] {
			return ir.Errorf(ir.ErrUnsupported, "input %d of %s is not supported", i, c.node.op)
		}
	}
	return nil
}
