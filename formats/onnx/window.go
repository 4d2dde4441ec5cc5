package onnx

import (
	"slices"

	"github.com/alexconv/alexconv/formats/internal/wire"
	"github.com/alexconv/alexconv/ir"
)

// window reads the attributes that convolution and pooling share, for a kernel
// of known extents.
func (c *call) window(kernel []int) ir.Window {
	n := len(kernel)
	w := ir.Window{
		Kernel:   kernel,
		Stride:   c.perAxis("strides", n, 1),
		Dilation: c.perAxis("dilations", n, 1),
	}
	pads := c.perAxis("pads", 2*n, 0)
	switch auto := c.text("auto_pad", "NOTSET"); auto {
	case "NOTSET":
	case "VALID":
		pads = make([]int, 2*n)
	case "SAME_UPPER":
		w.Same, pads = ir.SameUpper, make([]int, 2*n)
	case "SAME_LOWER":
		w.Same, pads = ir.SameLower, make([]int, 2*n)
	default:
		c.invalid("auto_pad is %s", wire.Quote(auto))
	}
	if slices.ContainsFunc(pads, func(p int) bool { return p < 0 }) {
		c.unsupported("negative pads are not supported")
	}
	if !c.failed() {
		w.PadBegin, w.PadEnd = pads[:n:n], pads[n:]
	}
	return w
}

// perAxis reads a list of n integers, all equal to absent if it is not given.
func (c *call) perAxis(name string, n, absent int) []int {
	list := c.ints(name)
	switch {
	case list == nil:
		return slices.Repeat([]int{absent}, n)
	case len(list) != n:
		c.invalid("%s has %d entries instead of %d", name, len(list), n)
	}
	return list
}

// fits refuses a window larger than its padded input, for which ONNX has no
// output.
func (c *call) fits(w ir.Window, spatial []int) {
	if c.failed() {
		return
	}
	if len(spatial) != w.Axes() {
		c.invalid("the input has %d spatial axes, the kernel %d", len(spatial), w.Axes())
		return
	}
	for i, in := range spatial {
		if w.Stride[i] <= 0 || w.Dilation[i] <= 0 {
			c.invalid("strides and dilations must be positive")
			return
		}
		begin, end := w.Pads(i, in)
		if in+begin+end < w.Extent(i) {
			c.invalid("the kernel spans %d positions, the padded input %d", w.Extent(i), in+begin+end)
			return
		}
	}
}

// windowAttributes writes the window with explicit pads.
func windowAttributes(w ir.Window, begin, end []int) []*attribute {
	return []*attribute{
		stringAttribute("auto_pad", "NOTSET"),
		intsAttribute("kernel_shape", w.Kernel...),
		intsAttribute("strides", w.Stride...),
		intsAttribute("pads", slices.Concat(begin, end)...),
	}
}
