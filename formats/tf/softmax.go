package tf

import "github.com/alexconv/alexconv/ir"

// readSoftmax reads Softmax, which is along the last axis.
func readSoftmax(c *call) {
	in := c.any(0)
	if c.failed() {
		return
	}
	switch x := c.shapes[in.value]; {
	case len(x) == 0:
		c.invalid("the input has no axes")
	case in.order == images:
		c.emitSame(&ir.Softmax{Axis: 1}, in)
	default:
		c.emitSame(&ir.Softmax{Axis: len(x) - 1}, in)
	}
}

// writeSoftmax writes Softmax; an axis that is not stored last changes places
// with the last one.
func writeSoftmax(l *lowering, o *ir.Softmax) error {
	rank := len(l.in[0])
	axis, err := storedAxis(o.Axis, rank)
	if err != nil {
		return err
	}
	if axis == rank-1 {
		l.result("Softmax", l.inputs)
		return nil
	}
	order := make([]int, rank)
	for i := range order {
		order[i] = i
	}
	order[axis], order[rank-1] = rank-1, axis
	swapped := l.transposed(l.inputs[0], order)
	l.result("Transpose", []string{l.step("Softmax", []string{swapped}), l.list("perm", order...)}, int32Type("Tperm"))
	return nil
}
