package onnx

import (
	"math"
	"slices"

	"github.com/alexconv/alexconv/ir"
)

func readMaxPool(c *call)           { readPool(c, ir.Max) }
func readAveragePool(c *call)       { readPool(c, ir.Average) }
func readGlobalMaxPool(c *call)     { c.emit(&ir.Pool{Kind: ir.Max, Global: true}) }
func readGlobalAveragePool(c *call) { c.emit(&ir.Pool{Kind: ir.Average, Global: true}) }

// readPool reads MaxPool and AveragePool. ONNX drops a last window that would
// start in the end padding, as ir's Clip does.
func readPool(c *call, kind ir.PoolKind) {
	x := c.shape(0)
	kernel := c.ints("kernel_shape")
	if c.failed() {
		return
	}
	if len(kernel) == 0 || len(x) != len(kernel)+2 {
		c.invalid("the kernel has %d axes, the input is %v", len(kernel), x)
		return
	}
	auto := c.left["auto_pad"]
	o := &ir.Pool{Kind: kind, Window: c.window(kernel)}
	if kind == ir.Average {
		o.CountPad = c.bool("count_include_pad", false)
	} else {
		c.int("storage_order", 0) // concerns only the indices
	}
	o.Ceil = c.bool("ceil_mode", false) && o.Same == ir.Explicit
	o.Clip = o.Ceil
	if o.Ceil && auto != nil && auto.string == "VALID" {
		c.unsupported("auto_pad VALID rounds down, ceil_mode up: runtimes differ on the two together")
	}
	if !o.Ceil {
		c.fits(o.Window, x[2:])
	}
	if !c.failed() {
		c.emit(ir.Canonical(o, []ir.Shape{x}))
	}
}

// writePool writes pooling so that every runtime computes ir's positions and
// divisors.
//
// ceil_mode is used only where all definitions of it agree: no window starts
// in the end padding, and an average does not count padding beside an
// overhang. Elsewhere the rounding is spelled out as end pads, and padding that
// has a value of its own as a Pad node: -FLT_MAX where a maximum has a window
// wholly outside, what such a window averages to, and zeros where an average
// counts pads but not the overhang.
func writePool(l *lowering, o *ir.Pool) error {
	switch {
	case o.InPlace:
		return l.unsupported("what Caffe computes when a pooling overwrites its input has no form in ONNX")
	case o.Mask:
		return l.poolMask(o)
	case o.Global && o.Kind == ir.Average:
		l.result("GlobalAveragePool", l.inputs)
		return nil
	case o.Global:
		l.result("GlobalMaxPool", l.inputs)
		return nil
	}
	kind, inputs, attributes, err := l.pooling(o, planPool(o, l.in[0][2:]))
	if err != nil {
		return err
	}
	l.result(kind, inputs, attributes...)
	return nil
}

// pooling gives the node for a pooling of the layer's input, which is not
// global, and adds what has to come before it.
func (l *lowering) pooling(o *ir.Pool, p poolPlan) (kind string, inputs []string, attributes []*attribute, err error) {
	dilated := slices.Max(o.Dilation) > 1
	switch {
	case dilated && o.Kind == ir.Max && l.opset < 10:
		return "", nil, nil, l.unsupported("dilated pooling needs opset 10, this is %d", l.opset)
	case dilated && o.Kind == ir.Average && l.opset < 19:
		return "", nil, nil, l.unsupported("dilated average pooling needs opset 19, this is %d", l.opset)
	case p.refused:
		return "", nil, nil, l.unsupported("an average with pads of a whole kernel has no form that ONNX's runtimes accept")
	}
	data := l.inputs[0]
	for _, pad := range p.first {
		data = l.padded(data, pad)
	}
	end, ceil := p.end, false
	if o.Ceil && p.ceil && l.opset >= 10 {
		end, ceil = p.ceilEnd, true
	}
	attributes = windowAttributes(o.Window, p.begin, end)
	if l.opset >= 10 {
		attributes = append(attributes, boolAttribute("ceil_mode", ceil))
	}
	if o.Kind == ir.Average {
		attributes = append(attributes, boolAttribute("count_include_pad", p.count))
		if l.opset >= 19 {
			attributes = append(attributes, intsAttribute("dilations", o.Dilation...))
		}
		return "AveragePool", []string{data}, attributes, nil
	}
	if l.opset >= 8 {
		attributes = append(attributes, intAttribute("storage_order", 0))
	}
	if l.opset >= 10 {
		attributes = append(attributes, intsAttribute("dilations", o.Dilation...))
	}
	return "MaxPool", []string{data}, attributes, nil
}

// poolPlan is how ONNX says a pooling for one input size.
type poolPlan struct {
	first      []padding // by nodes of their own
	begin, end []int     // the pads of the pooling itself, rounding down
	count      bool      // count_include_pad
	ceil       bool      // ceil_mode with ceilEnd gives the same
	ceilEnd    []int
	refused    bool
}

// padding is what a Pad node adds before and after each spatial axis.
type padding struct {
	spatial [][2]int
	value   float32
}

func planPool(o *ir.Pool, spatial []int) poolPlan {
	n := o.Axes()
	begin, end, need := make([]int, n), make([]int, n), make([]int, n)
	p := poolPlan{begin: begin, end: make([]int, n), ceil: true, ceilEnd: end}
	padded, overhang, wide := false, false, false
	for i, in := range spatial {
		begin[i], end[i] = o.Pads(i, in)
		positions, stride, kernel, extent := o.Positions(i, in), o.Stride[i], o.Kernel[i], o.Extent(i)
		span := in + begin[i] + end[i] - extent
		// The last window needs so much end padding, however that came about.
		need[i] = max((positions-1)*stride+extent-in-begin[i], 0)
		padded = padded || begin[i] > 0 || end[i] > 0
		overhang = overhang || need[i] > end[i]
		// Runtimes refuse pads of a kernel's size, dilated or not.
		wide = wide || begin[i] >= kernel || need[i] >= kernel

		p.end[i] = need[i]
		if need[i] <= end[i] && end[i] < kernel && span/stride+1 == positions {
			p.end[i] = end[i]
		}
		p.ceil = p.ceil && span >= 0 && (span+stride-1)/stride+1 == positions &&
			end[i] < kernel && (positions-1)*stride < in+begin[i]
	}
	p.count = o.CountPad && o.Kind == ir.Average && padded
	switch {
	case o.Kind == ir.Max && (wide || padded && slices.Max(o.Dilation) > 1):
		p.padFirst(begin, need, need, -math.MaxFloat32)
	case o.Kind == ir.Average && wide && !padded && slices.Max(o.Dilation) == 1:
		p.padOutside(o, spatial, need)
	case p.count && overhang:
		p.padFirst(begin, end, need, 0)
	}
	p.refused = o.Kind == ir.Average && wide && p.first == nil
	return p
}

// padFirst moves the padding, as far as the windows reach into it, into a node
// of its own and leaves the overhang to the pooling.
func (p *poolPlan) padFirst(begin, end, need []int, value float32) {
	p.begin, p.end = make([]int, len(begin)), make([]int, len(end))
	p.count, p.ceil = false, false
	pad := padding{value: value}
	for i := range begin {
		reached := min(end[i], need[i])
		pad.spatial = append(pad.spatial, [2]int{begin[i], reached})
		p.end[i] = need[i] - reached
	}
	p.first = append(p.first, pad)
}

// padOutside gives an average's last window that lies wholly outside, on axes
// without pads, what it is to average: the divisor has a factor of
// in - start for each axis, so the result is 0/0 if one of them is 0, else a
// zero. The window before such a one ends inside the input.
func (p *poolPlan) padOutside(o *ir.Pool, spatial, need []int) {
	zeros, nothing := padding{value: 0}, padding{value: float32(math.NaN())}
	p.end, p.ceil = make([]int, len(need)), false
	for i, in := range spatial {
		zero, nan := 0, 0
		switch start := in + need[i] - o.Kernel[i]; {
		case need[i] < o.Kernel[i]:
			p.end[i] = need[i]
		case start > in:
			zero = need[i]
		default:
			nan = need[i]
		}
		zeros.spatial = append(zeros.spatial, [2]int{0, zero})
		nothing.spatial = append(nothing.spatial, [2]int{0, nan})
	}
	for _, pad := range []padding{zeros, nothing} {
		if slices.ContainsFunc(pad.spatial, func(s [2]int) bool { return s[1] > 0 }) {
			p.first = append(p.first, pad)
		}
	}
}

// padded adds a Pad node over the spatial axes and gives its output.
func (l *lowering) padded(data string, p padding) string {
	before, after := []int{0, 0}, []int{0, 0}
	for _, s := range p.spatial {
		before, after = append(before, s[0]), append(after, s[1])
	}
	pads := append(before, after...)
	mode := stringAttribute("mode", "constant")
	if l.opset < 11 {
		return l.step("Pad", []string{data}, mode, intsAttribute("pads", pads...), floatAttribute("value", p.value))
	}
	return l.step("Pad", []string{data, l.integers("pads", pads...), l.scalar("padding", p.value)}, mode)
}
