package onnx

import (
	"math"
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// poolPlan is how ONNX says a pooling for one input size.
type poolPlan struct {
	first      *padding // by a node of its own, before the pooling
	begin, end []int    // the pads of the pooling itself, rounding down
	count      bool     // count_include_pad
	ceil       bool     // ceil_mode with ceilEnd gives the same
	ceilEnd    []int
	behind     []padding // results of windows wholly outside
}

// padding is what a Pad node adds before and after each spatial axis.
type padding struct {
	spatial [][2]int
	value   float32
}

// planPool finds the form of a pooling, or says why the opset has none.
func (l *lowering) planPool(o *ir.Pool) (poolPlan, error) {
	spatial := l.in[0][2:]
	dilated := slices.Max(o.Dilation) > 1
	switch {
	case dilated && o.Kind == ir.Max && l.opset < 10:
		return poolPlan{}, l.unsupported("dilated pooling needs opset 10, this is %d", l.opset)
	case dilated && o.Kind == ir.Average && l.opset < 19:
		return poolPlan{}, l.unsupported("dilated average pooling needs opset 19, this is %d", l.opset)
	}
	n := o.Axes()
	begin, end, need, outside := make([]int, n), make([]int, n), make([]int, n), make([]int, n)
	p := poolPlan{begin: begin, end: make([]int, n), ceil: true, ceilEnd: end}
	padded, overhang, wide := false, false, false
	for i, in := range spatial {
		begin[i], end[i] = o.Pads(i, in)
		positions, stride, kernel, extent := o.Positions(i, in), o.Stride[i], o.Kernel[i], o.Extent(i)
		span := in + begin[i] + end[i] - extent
		p.ceil = p.ceil && span >= 0 && (span+stride-1)/stride+1 == positions &&
			end[i] < kernel && (positions-1)*stride < in+begin[i]
		for positions > 1 && (positions-1)*stride >= in+begin[i] {
			positions--
			outside[i]++
		}
		// The last window that is not outside needs so much end padding,
		// however that came about.
		need[i] = max((positions-1)*stride+extent-in-begin[i], 0)
		padded = padded || begin[i] > 0 || end[i] > 0
		overhang = overhang || need[i] > end[i]
		// Runtimes refuse pads of a kernel's size, dilated or not.
		wide = wide || begin[i] >= kernel || need[i] >= kernel

		p.end[i] = need[i]
		if need[i] <= end[i] && end[i] < kernel && span/stride+1 == positions {
			p.end[i] = end[i]
		}
	}
	p.count = o.CountPad && o.Kind == ir.Average && padded
	switch {
	case o.Kind == ir.Average && wide:
		return p, l.unsupported("an average with pads of a whole kernel has no form that ONNX's runtimes accept")
	case o.Kind == ir.Max && (wide || padded && dilated):
		p.padFirst(begin, need, need, -math.MaxFloat32)
	case p.count && overhang:
		p.padFirst(begin, end, need, 0)
	}
	if slices.Max(outside) == 0 {
		return p, nil
	}
	if o.Kind == ir.Average && (padded || slices.Max(outside) > 1) {
		return p, l.unsupported("averages of windows that lie wholly in the end padding have no form in ONNX")
	}
	p.padBehind(o, spatial, outside)
	return p, nil
}

// padFirst moves the padding, as far as the windows reach into it, into a node
// of its own and leaves the overhang to the pooling.
func (p *poolPlan) padFirst(begin, end, need []int, value float32) {
	p.begin, p.end = make([]int, len(begin)), make([]int, len(end))
	p.count, p.ceil = false, false
	p.first = &padding{value: value}
	for i := range begin {
		reached := min(end[i], need[i])
		p.first.spatial = append(p.first.spatial, [2]int{begin[i], reached})
		p.end[i] = need[i] - reached
	}
}

// padBehind adds the results of the windows that lie wholly outside, which are
// the last ones of their axis. A maximum is -FLT_MAX. An average's divisor has
// the factor in - start, so it is 0/0 if one of them is 0, else a zero.
func (p *poolPlan) padBehind(o *ir.Pool, spatial, outside []int) {
	if o.Kind == ir.Max {
		p.behind = []padding{{behind(outside), -math.MaxFloat32}}
		return
	}
	zero, nan := make([]int, len(outside)), make([]int, len(outside))
	for i, in := range spatial {
		if (o.Positions(i, in)-1)*o.Stride[i] == in {
			nan[i] = outside[i]
		} else {
			zero[i] = outside[i]
		}
	}
	for _, pad := range []padding{{behind(zero), 0}, {behind(nan), float32(math.NaN())}} {
		if slices.ContainsFunc(pad.spatial, func(s [2]int) bool { return s[1] > 0 }) {
			p.behind = append(p.behind, pad)
		}
	}
}

func behind(counts []int) (spatial [][2]int) {
	for _, n := range counts {
		spatial = append(spatial, [2]int{0, n})
	}
	return spatial
}

// padding gives inputs and attributes of a Pad node over the spatial axes.
func (l *lowering) padding(data string, p padding) ([]string, []*attribute) {
	before, after := []int{0, 0}, []int{0, 0}
	for _, s := range p.spatial {
		before, after = append(before, s[0]), append(after, s[1])
	}
	pads := append(before, after...)
	mode := stringAttribute("mode", "constant")
	if l.opset < 11 {
		return []string{data}, []*attribute{mode, intsAttribute("pads", pads...), floatAttribute("value", p.value)}
	}
	return []string{data, l.integers("pads", pads...), l.scalar("padding", p.value)}, []*attribute{mode}
}
