package onnx

import "github.com/alexconv/alexconv/ir"

// readTranspose reads Transpose, which reverses the axes unless told otherwise.
func readTranspose(c *call) {
	x := c.shape(0)
	if order := c.order(len(x)); !c.failed() {
		c.emit(&ir.Transpose{Order: order})
	}
}

// order gives the attribute perm for a rank.
func (c *call) order(rank int) []int {
	order := c.ints("perm")
	if order != nil {
		return order
	}
	order = make([]int, rank)
	for i := range order {
		order[i] = rank - 1 - i
	}
	return order
}

func writeTranspose(l *lowering, o *ir.Transpose) error {
	l.result("Transpose", l.inputs, intsAttribute("perm", o.Order...))
	return nil
}

// foldTranspose reorders the axes of a constant.
func foldTranspose(c *call) *tensor {
	t := c.weights(0)
	if c.failed() {
		return nil
	}
	dims := t.shape()
	order := c.order(len(dims))
	s, err := (&ir.Transpose{Order: order}).Infer([]ir.Shape{dims})
	if err != nil {
		c.fail(err)
	}
	if c.failed() {
		return nil
	}
	stride := make([]int, len(dims))
	for i, axis := range order {
		stride[i] = dims[axis+1:].Elements()
	}
	return c.view(t, s.Outputs[0], 0, stride)
}
