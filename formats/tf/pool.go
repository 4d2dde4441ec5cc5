package tf

import (
	"math"
	"slices"

	"github.com/alexconv/alexconv/ir"
)

func readMaxPool(c *call) { readPool(c, ir.Max) }
func readAvgPool(c *call) { readPool(c, ir.Average) }

// readPool reads MaxPool and AvgPool. A maximum ignores its padding, which in a
// node of its own is so low that no value is lower; an average ignores its own
// padding and counts that of a node in front of it.
func readPool(c *call, kind ir.PoolKind) {
	size := c.perAxis("ksize")
	value, w := c.window(size, func(v float32) bool {
		return kind == ir.Average && v == 0 || kind == ir.Max && v <= -math.MaxFloat32
	})
	if c.failed() {
		return
	}
	if kind == ir.Average && w.Padded() && c.paddings[c.node.inputs[0]] == nil {
		c.invalid("AvgPool has no explicit padding")
		return
	}
	p := c.paddings[c.node.inputs[0]]
	if p != nil && math.IsInf(float64(p.value), -1) && (outside(w.PadBegin, size) || outside(w.PadEnd, size)) {
		c.unsupported("a window lies in the padding and would be minus infinity")
		return
	}
	o := &ir.Pool{Kind: kind, Window: w, CountPad: p != nil}
	c.emitNode(ir.Canonical(o, nil), []*ir.Value{value})
}

// outside reports whether a window can lie in the padding alone.
func outside(pads, kernel []int) bool { return pads[0] >= kernel[0] || pads[1] >= kernel[1] }

func readMean(c *call) { readGlobal(c, ir.Average) }
func readMax(c *call)  { readGlobal(c, ir.Max) }

// readGlobal reads a reduction over height and width, which may keep them as
// axes of extent 1.
func readGlobal(c *call, kind ir.PoolKind) {
	x := c.shape(0)
	axes := c.integers(1)
	keep := c.bool("keep_dims", false)
	if c.failed() {
		return
	}
	for i, a := range axes {
		if a < 0 {
			axes[i] += len(x)
		}
	}
	slices.Sort(axes)
	if len(x) != 4 || !slices.Equal(axes, []int{1, 2}) {
		c.unsupported("a reduction is only supported over height and width")
		return
	}
	o := &ir.Pool{Kind: kind, Global: true}
	if keep {
		c.emit(o)
		return
	}
	pooled := &ir.Value{Name: c.values.free(c.node.name + "/pooled")}
	pooled.Blob = pooled.Name
	n := &ir.Node{Name: c.node.name + "/pool", Op: o, Inputs: []*ir.Value{c.input(0)}, Outputs: []*ir.Value{pooled}}
	if err := c.add(n, nil, nil); err != nil {
		c.fail(err)
		return
	}
	c.emitNode(&ir.Flatten{Axis: 1, EndAxis: -1}, []*ir.Value{pooled})
}

// writePool writes pooling for the declared input size: VALID where no window
// reaches beyond the input; SAME where the layer says so, or where SAME happens
// to have these very windows, as for Caffe's 3x3/2 pool of 54 rounded up to 27.
// Another maximum has explicit pads, or stands behind a PadV2 where a pad is as
// large as the kernel, which MaxPool refuses; another average that counts its
// padding stands behind a Pad. An average that divides by less than a whole
// window elsewhere has no form.
func writePool(l *lowering, o *ir.Pool) error {
	x := l.in[0]
	if len(x) != 4 {
		return l.unsupported("TensorFlow pools images of 4 axes, the input is %v", x)
	}
	switch {
	case o.Mask:
		return l.unsupported("the places of the maxima have no form in TensorFlow that counts them within a plane")
	case o.InPlace:
		return l.unsupported("TensorFlow has no form for the result of Caffe's pooling in place")
	case o.Global:
		l.global(o, x)
		return nil
	}
	if slices.Max(o.Dilation) > 1 {
		return l.unsupported("TensorFlow's pools have no dilation")
	}
	op := "MaxPool"
	if o.Kind == ir.Average {
		op = "AvgPool"
	}
	p := planPool(o, x[2:])
	counts := o.CountPad && o.Kind == ir.Average && p.padded
	data, rule := l.inputs[0], "VALID"
	switch {
	case o.Same == ir.SameUpper && !counts:
		rule = "SAME"
	case !p.reaches:
	case p.same && !counts:
		rule = "SAME"
	case o.Kind == ir.Max && (outside(p.begin, o.Kernel) || outside(p.need, o.Kernel)):
		data = l.padded(data, p.begin, p.need, -math.MaxFloat32)
	case o.Kind == ir.Max:
		rule = "EXPLICIT"
	case counts && !p.overhang:
		data = l.padded(data, p.begin, p.need, 0)
	default:
		return l.unsupported("TensorFlow's AvgPool cannot divide by the windows that this padding or rounding up gives at the input %v", x)
	}
	attributes := append(windowAttributes(o.Window, rule, p.begin, p.need), intsAttribute("ksize", 1, o.Kernel[0], o.Kernel[1], 1))
	l.result(op, []string{data}, attributes...)
	return nil
}

// global writes an average as a Mean, and a maximum as one window.
func (l *lowering) global(o *ir.Pool, x ir.Shape) {
	if o.Kind == ir.Average {
		l.result("Mean", []string{l.inputs[0], l.list("reduction_indices", 1, 2)}, int32Type("Tidx"), boolAttribute("keep_dims", true))
		return
	}
	attributes := append(windowAttributes(ir.NewWindow(x[2], x[3]), "VALID", nil, nil), intsAttribute("ksize", 1, x[2], x[3], 1))
	l.result("MaxPool", l.inputs, attributes...)
}

// poolPlan is the padding that the windows of a pooling reach into at one
// input size.
type poolPlan struct {
	begin, need []int
	padded      bool // there is padding, reached or not
	reaches     bool // a window reaches beyond the input
	overhang    bool // and beyond its padding
	same        bool // SAME has these windows
}

func planPool(o *ir.Pool, spatial []int) poolPlan {
	p := poolPlan{begin: []int{0, 0}, need: []int{0, 0}, same: true}
	rule := o.Window
	rule.Same, rule.PadBegin, rule.PadEnd = ir.SameUpper, []int{0, 0}, []int{0, 0}
	for i, in := range spatial {
		begin, end := o.Pads(i, in)
		positions, stride := o.Positions(i, in), o.Stride[i]
		need := max((positions-1)*stride+o.Extent(i)-in-begin, 0)
		p.begin[i], p.need[i] = begin, need
		p.padded = p.padded || begin > 0 || end > 0
		p.reaches = p.reaches || begin > 0 || need > 0
		p.overhang = p.overhang || need > end
		sameBegin, sameEnd := rule.Pads(i, in)
		p.same = p.same && begin == sameBegin && need == sameEnd && positions == (in+stride-1)/stride
	}
	return p
}
