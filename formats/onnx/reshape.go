package onnx

import (
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// readFlatten reads Flatten, which always gives two axes.
func readFlatten(c *call) {
	x := c.shape(0)
	given := c.int("axis", 1)
	if c.failed() {
		return
	}
	axis := given
	if axis < 0 {
		axis += len(x)
	}
	switch {
	case axis < 0 || axis > len(x):
		c.invalid("axis %d is out of range for %d axes", given, len(x))
	case axis == 1 && len(x) > 1:
		c.emit(&ir.Flatten{Axis: 1, EndAxis: -1})
	case axis == 0:
		c.emit(&ir.Reshape{Dims: []int{1, -1}, NumAxes: -1})
	default:
		c.emit(&ir.Reshape{Dims: []int{-1, x[axis:].Elements()}, NumAxes: -1})
	}
}

// writeFlatten writes Flatten where all axes but the first are joined, else
// Reshape.
func writeFlatten(l *lowering, o *ir.Flatten) error {
	x := l.in[0]
	first, err := ir.Axis(o.Axis, len(x))
	if err != nil {
		return err
	}
	last, err := ir.Axis(o.EndAxis, len(x))
	if err != nil {
		return err
	}
	if first == 1 && last == len(x)-1 {
		l.result("Flatten", l.inputs, intAttribute("axis", 1))
		return nil
	}
	dims := append(make([]int, first, len(x)), -1) // zeros copy
	l.reshapeResult(l.inputs[0], append(dims, x[last+1:]...))
	return nil
}

// readReshape reads a reshape to a constant shape. An entry that is the extent of
// some value along the same axis, as in x.view(x.size(0), -1), and equals the
// input's copies it, so that it follows another batch.
func readReshape(c *call) {
	x, dims := c.shape(0), c.integers(1)
	if c.bool("allowzero", false) && slices.Contains(dims, 0) {
		c.unsupported("extents of 0 (allowzero) are not supported")
	}
	if c.failed() {
		return
	}
	for i, axis := range c.constants[c.node.inputs[1]].extentOf {
		if axis == i+1 && i < len(x) && dims[i] == x[i] {
			dims[i] = 0
		}
	}
	c.emit(&ir.Reshape{Dims: dims, NumAxes: -1})
}

// writeReshape spells the axes out that ir leaves as they are.
func writeReshape(l *lowering, o *ir.Reshape) error {
	x := l.in[0]
	first := o.Axis
	if first < 0 {
		first += len(x) + 1
	}
	last := len(x)
	if o.NumAxes >= 0 {
		last = first + o.NumAxes
	}
	dims := append(make([]int, first), o.Dims...)
	for i, d := range x[last:] {
		if len(dims) == last+i {
			d = 0 // keeps its place
		}
		dims = append(dims, d)
	}
	l.reshapeResult(l.inputs[0], dims)
	return nil
}

// axesOf gives the axes of Squeeze or Unsqueeze, resolved for a rank and in
// ascending order: an attribute before opset 13, an input from it on.
func (c *call) axesOf(rank int) []int {
	list := c.ints("axes")
	if c.present(1) {
		list = c.integers(1)
	}
	var axes []int
	for _, a := range list {
		axis, err := ir.Axis(a, rank)
		if err != nil {
			c.fail(err)
			return nil
		}
		axes = append(axes, axis)
	}
	slices.Sort(axes)
	if len(slices.Compact(slices.Clone(axes))) != len(axes) {
		c.invalid("an axis is named twice in %v", list)
	}
	return axes
}

func readSqueeze(c *call) {
	x := c.shape(0)
	given := c.has("axes") || c.present(1)
	axes := c.axesOf(len(x))
	if c.failed() {
		return
	}
	var out []int
	for axis, d := range x {
		drop := slices.Contains(axes, axis) || !given && d == 1
		if drop && d != 1 {
			c.invalid("axis %d of %v cannot be squeezed", axis, x)
			return
		}
		if !drop {
			out = append(out, copied(d, axis, len(out)))
		}
	}
	c.emit(&ir.Reshape{Dims: out, NumAxes: -1})
}

func readUnsqueeze(c *call) {
	x := c.shape(0)
	count := 0
	if a := c.left["axes"]; a != nil {
		count = len(a.ints)
	} else if t := c.constant(1); t != nil {
		count = t.shape().Elements()
	}
	if count == 0 || count > maxInts {
		c.invalid("has no axes")
		return
	}
	axes := c.axesOf(len(x) + count)
	if c.failed() {
		return
	}
	var out []int
	from := 0
	for axis := range len(x) + count {
		if slices.Contains(axes, axis) {
			out = append(out, 1)
			continue
		}
		out = append(out, copied(x[from], from, axis))
		from++
	}
	c.emit(&ir.Reshape{Dims: out, NumAxes: -1})
}

// copied is a reshape's entry for an extent: 0, which copies and so follows
// another batch, where it keeps its place.
func copied(extent, from, to int) int {
	if from == to {
		return 0
	}
	return extent
}

// reshaped adds a Reshape node and gives its output. In dims, 0 copies and -1
// takes what remains.
func (l *lowering) reshaped(data string, dims []int) string {
	return l.step("Reshape", []string{data, l.integers("shape", dims...)}, l.reshapeAttributes()...)
}

// reshapeResult reshapes into the layer's output.
func (l *lowering) reshapeResult(data string, dims []int) {
	l.result("Reshape", []string{data, l.integers("shape", dims...)}, l.reshapeAttributes()...)
}

func (l *lowering) reshapeAttributes() []*attribute {
	if l.opset < 14 {
		return nil
	}
	return []*attribute{intAttribute("allowzero", 0)}
}
