package tf

import "github.com/alexconv/alexconv/ir"

// readShape folds the shape of a value, in TensorFlow's order, into a constant.
func readShape(c *call) {
	in := c.any(0)
	if c.failed() {
		return
	}
	c.defineInts(c.storedShape(in), false)
}

// defineInts makes the output a constant list, or the one number in it.
func (c *call) defineInts(list []int, scalar bool) {
	t := &tensor{name: c.node.name, kind: typeInt32, dims: ir.Shape{len(list)}, ints: []int64{}}
	if scalar {
		t.dims = ir.Shape{}
	}
	for _, v := range list {
		t.ints = append(t.ints, int64(v))
	}
	c.define(t)
}

// readStridedSlice cuts a constant list: from begin to end by steps of 1, or,
// with shrink_axis_mask, the one number at begin.
func readStridedSlice(c *call) {
	list, begin, end, step := c.integers(0), c.integer(1), c.integer(2), c.integer(3)
	masks := [3]int{c.int("begin_mask", 0), c.int("end_mask", 0), c.int("shrink_axis_mask", 0)}
	if c.int("ellipsis_mask", 0) != 0 || c.int("new_axis_mask", 0) != 0 || step != 1 {
		c.unsupported("only a plain slice of a shape is supported")
	}
	if c.failed() {
		return
	}
	within := func(i int) int {
		if i < 0 {
			i += len(list)
		}
		return min(max(i, 0), len(list))
	}
	from, to := within(begin), within(end)
	if masks[0] != 0 {
		from = 0
	}
	if masks[1] != 0 {
		to = len(list)
	}
	if masks[2] != 0 {
		to = from + 1
	}
	if from > to || to > len(list) {
		c.invalid("there is nothing from %d to %d of %v", begin, end, list)
		return
	}
	c.defineInts(list[from:to], masks[2] != 0)
}

// readPack joins constant numbers into a list.
func readPack(c *call) {
	if axis := c.int("axis", 0); axis != 0 {
		c.unsupported("only numbers can be packed, along axis 0")
	}
	var list []int
	for i := range c.node.inputs {
		list = append(list, c.integer(i))
	}
	c.defineInts(list, false)
}
