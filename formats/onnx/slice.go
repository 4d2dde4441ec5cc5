package onnx

import (
	"math"
	"slices"
	"strconv"

	"github.com/alexconv/alexconv/ir"
)

// part is what a Slice takes of one axis: count positions from first on, step
// apart.
type part struct{ first, count, step int }

// parts gives what Slice takes of each axis of a shape. Starts, ends, axes and
// steps are attributes before opset 10 and inputs from it on.
func (c *call) parts(x ir.Shape) []part {
	starts, ends, axes := c.clampedInts("starts", 1), c.clampedInts("ends", 2), c.clampedInts("axes", 3)
	var steps []int
	if c.opset >= 10 {
		steps = c.clampedInts("", 4)
	}
	if axes == nil {
		for i := range starts {
			axes = append(axes, i)
		}
	}
	if steps == nil {
		steps = slices.Repeat([]int{1}, len(starts))
	}
	list := make([]part, len(x))
	for i, d := range x {
		list[i] = part{0, d, 1}
	}
	if len(ends) != len(starts) || len(axes) != len(starts) || len(steps) != len(starts) {
		c.invalid("starts, ends, axes and steps have %d, %d, %d and %d entries", len(starts), len(ends), len(axes), len(steps))
	}
	if c.failed() {
		return nil
	}
	for i, given := range axes {
		axis, err := ir.Axis(given, len(x))
		if err != nil {
			c.fail(err)
			return nil
		}
		if steps[i] == 0 {
			c.invalid("the step along axis %d is 0", axis)
			return nil
		}
		list[axis] = partOf(starts[i], ends[i], steps[i], x[axis])
	}
	return list
}

// partOf resolves start and end, which may count from the end of an extent and
// lie beyond it.
func partOf(start, end, step, extent int) part {
	low, high := 0, extent
	if step < 0 {
		low, high = -1, extent-1
	}
	resolve := func(at int) int {
		if at < 0 {
			at += extent
		}
		return min(max(at, low), high)
	}
	start, end = resolve(start), resolve(end)
	reach := end - start
	if step < 0 {
		reach, step = -reach, -step
		return part{start, max(0, (reach+step-1)/step), -step}
	}
	return part{start, max(0, (reach+step-1)/step), step}
}

// clampedInts gives a list of positions along axes, in which numbers of any size
// mean an end: an attribute before opset 10, an input from it on.
func (c *call) clampedInts(name string, input int) []int {
	var list []int64
	switch {
	case c.opset < 10:
		if a := c.take(name, typeInts); a != nil {
			list = a.ints
		}
	case c.present(input):
		if t := c.weights(input); t != nil {
			var err error
			if list, err = t.asInts(); err != nil {
				c.fail(err)
			}
		}
	}
	if list == nil {
		return nil
	}
	narrow := make([]int, len(list))
	for i, v := range list {
		narrow[i] = int(min(max(v, math.MinInt32), math.MaxInt32))
	}
	return narrow
}

// readSlice reads Slice as one ir Slice per axis of which it takes a part; the
// other pieces have no readers. A step takes every so many positions only where
// a pooling of single positions can: along the axes of an image.
func readSlice(c *call) {
	x := c.shape(0)
	list := c.parts(x)
	if c.failed() {
		return
	}
	v := c.input(0)
	steps := make([]int, len(x))
	stepped := false
	for axis, s := range list {
		steps[axis] = s.step
		switch {
		case s.count == 0:
			c.unsupported("nothing is left of axis %d", axis)
		case s.step < 0:
			c.unsupported("a negative step (%d) is not supported", s.step)
		case s.step > 1 && (axis < 2 || s.step > x[axis]):
			c.unsupported("a step of %d along axis %d is not supported", s.step, axis)
		}
		if c.failed() {
			return
		}
		stepped = stepped || s.step > 1
	}
	var cut []int
	for axis, s := range list {
		if s.first > 0 || s.step == 1 && s.count < x[axis] {
			cut = append(cut, axis)
		}
	}
	for i, axis := range cut {
		s := list[axis]
		count := s.count
		if s.step > 1 {
			count = x[axis] - s.first
		}
		v = c.cut(v, axis, s.first, count, i == len(cut)-1 && !stepped)
		if c.failed() {
			return
		}
	}
	switch {
	case stepped:
		w := ir.NewWindow(slices.Repeat([]int{1}, len(x)-2)...)
		w.Stride = steps[2:]
		c.conclude(v, stage{op: &ir.Pool{Kind: ir.Max, Window: w}})
	case len(cut) == 0:
		c.conclude(v)
	}
}

// cut takes a piece along an axis: into output 0 if it is the last thing that the
// node does.
func (c *call) cut(v *ir.Value, axis, first, count int, last bool) *ir.Value {
	name := displayName(c.node)
	var out *ir.Value
	if last {
		if list := c.outputs(1); list != nil {
			out = list[0]
		}
	} else {
		out = c.between("axis" + strconv.Itoa(axis))
		name += "/axis" + strconv.Itoa(axis)
	}
	if c.failed() {
		return nil
	}
	n := &ir.Node{Name: name, Inputs: []*ir.Value{v}}
	o := &ir.Slice{Axis: axis}
	piece := func(size int, v *ir.Value) {
		o.Sizes, n.Outputs, o.Pieces = append(o.Sizes, size), append(n.Outputs, v), o.Pieces+1
	}
	if first > 0 {
		piece(first, c.between("before"+strconv.Itoa(axis)))
	}
	piece(count, out)
	if rest := c.shapes[v][axis] - first - count; rest > 0 {
		piece(rest, c.between("after"+strconv.Itoa(axis)))
	}
	n.Op = o
	c.emitNode(n)
	return out
}

// foldSlice takes a part of a constant.
func foldSlice(c *call) *tensor {
	t := c.weights(0)
	if c.failed() {
		return nil
	}
	list := c.parts(t.shape())
	if c.failed() {
		return nil
	}
	dims, stride, offset := make(ir.Shape, len(list)), make([]int, len(list)), 0
	for axis, s := range list {
		inner := t.shape()[axis+1:].Elements()
		dims[axis], stride[axis] = s.count, s.step*inner
		offset += s.first * inner
	}
	return c.view(t, dims, offset, stride)
}

// readGather reads the choice of one position along an axis: that axis goes if
// the index is a number and stays if it is a list of one.
func readGather(c *call) {
	x, indices := c.shape(0), c.integers(1)
	given := c.int("axis", 0)
	if c.failed() {
		return
	}
	axis, err := ir.Axis(given, len(x))
	if err != nil {
		c.fail(err)
		return
	}
	rank := len(c.constants[c.node.inputs[1]].shape())
	if len(indices) != 1 || rank > 1 {
		c.unsupported("only one position can be gathered, there are %d", len(indices))
		return
	}
	at, err := ir.Axis(indices[0], x[axis])
	if err != nil {
		c.invalid("index %d is out of range for an extent of %d", indices[0], x[axis])
		return
	}
	keeps := rank == 1
	v := c.input(0)
	if x[axis] > 1 {
		v = c.cut(v, axis, at, 1, keeps)
	}
	switch {
	case c.failed():
	case keeps && x[axis] == 1:
		c.conclude(v)
	case !keeps:
		c.conclude(v, stage{op: &ir.Reshape{Dims: without(c.shapes[v], axis), NumAxes: -1}})
	}
}

// without is the reshape that drops an axis of extent 1.
func without(x ir.Shape, axis int) []int {
	var dims []int
	for i, d := range x {
		if i != axis {
			dims = append(dims, copied(d, i, len(dims)))
		}
	}
	return dims
}
