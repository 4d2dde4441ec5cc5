package runtime

import (
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime/internal/kernel"
)

// convPlan is how the fast engine computes a convolution.
type convPlan struct {
	layout   layout           // of the input
	padding  padding          // that its windows reach into
	winograd *kernel.Winograd // nil for the direct computation
}

// planConv plans the convolution of a node, and reports whether there is a
// kernel for it: one over two spatial axes of a batch of images.
func (p *Plan) planConv(n *ir.Node) (c convPlan, ok bool) {
	o, ok := n.Op.(*ir.Conv)
	if !ok {
		return c, false
	}
	x, y := p.shapes[n.Inputs[0]], p.shapes[n.Outputs[0]]
	axis, err := ir.Axis(o.Axis, len(x))
	if err != nil || len(x) != 4 || axis != 1 || x.Elements() == 0 {
		return c, false
	}
	c.layout = pixels
	// A run along a kernel row is longer than one across the few channels of a
	// first layer, and the input comes as planes.
	if o.Group == 1 && x[1] <= 4 && o.Dilation[1] == 1 && o.Kernel[1] > 1 {
		c.layout = planes
	}
	c.winograd = p.winogradFor(o, c.layout, x, y)
	var begin, end [2]int
	for i := range begin {
		begin[i], _ = o.Pads(i, x[2+i])
		last := (y[2+i]-1)*o.Stride[i] + o.Extent(i)
		if c.winograd != nil {
			// The last tile may reach beyond the last window.
			last = winogradTiles(c.winograd, y[2+i])*c.winograd.Outputs + c.winograd.Kernel - 1
		}
		end[i] = max(0, last-begin[i]-x[2+i])
		// Padding that dwarfs the input is not worth any memory.
		const most = 64
		if begin[i]+end[i] > x[2+i]+most {
			return c, false
		}
	}
	c.padding = padding{begin[0], begin[1], end[0], end[1]}
	return c, true
}

// depthwise reports whether every channel is a group of its own.
func depthwise(o *ir.Conv, channels int) bool {
	return o.Group > 1 && o.Group == channels && o.OutChannels == channels
}

// packConv plans the packed weights of a convolution and the tasks that fill
// them; there are none for a convolution without a kernel.
func packConv(p *Plan, n *ir.Node, o *ir.Conv) (*packed, []func()) {
	c, ok := p.planConv(n)
	if !ok {
		return nil, nil
	}
	x := p.shapes[n.Inputs[0]]
	w := &packed{}
	weights, bias := n.Params[0].Data, []float32(nil)
	if o.Bias {
		bias = n.Params[1].Data
	}
	if depthwise(o, x[1]) {
		return w, []func(){func() { w.depthwise = kernel.NewDepthwiseFilters(weights, bias, o.OutChannels) }}
	}
	shape := kernel.FilterShape{Outputs: o.OutChannels / o.Group, Inputs: x[1] / o.Group, Height: o.Kernel[0], Width: o.Kernel[1]}
	var tasks []func()
	for g := range o.Group {
		first := g * shape.Outputs
		groupWeights, groupBias := weights[first*shape.Steps():], bias
		if c.winograd != nil {
			f := kernel.NewWinogradFilters(c.winograd, shape)
			w.winograd = append(w.winograd, f)
			for panel := range f.Panels() {
				tasks = append(tasks, func() { f.Pack(panel, groupWeights) })
			}
			continue
		}
		f := kernel.NewFilters(shape, c.layout == pixels)
		w.filters = append(w.filters, f)
		if bias != nil {
			groupBias = bias[first:]
		}
		for panel := range f.Panels() {
			tasks = append(tasks, func() { f.Pack(panel, groupWeights, groupBias) })
		}
	}
	return w, tasks
}

// conv adds a convolution and what its step can take in of that which follows.
func (b *builder) conv(n *ir.Node, o *ir.Conv) bool {
	c, ok := b.plan.planConv(n)
	if !ok {
		return false
	}
	pad := c.padding
	in := b.read(n.Inputs[0], c.layout)
	e := b.epilogue(n)
	out := b.writePixels(e.value)
	w := b.weights[n]
	if w.winograd != nil {
		b.convWinograd(n, o, in, pad, out, e)
		return true
	}
	// Pixel x of row y reads the taps at from.Row*y + from.Column*x behind the first
	// window, which begins in the padding.
	from := kernel.Plane{Row: o.Stride[0] * in.Row, Column: o.Stride[1] * in.Column}
	if w.depthwise != nil {
		taps := depthwiseTaps(o, in)
		rest := epilogue{other: e.other, relu: e.relu}
		b.addImages(imageLoop{batch: out.batch, tasks: out.height, out: []*form{out}, body: func(x *execution, at place, y int) {
			w.depthwise.Row(x.data[out.buffer][out.at(at, y, 0):], out.Column, x.data[in.buffer][in.at(at, -pad.top, -pad.left)+y*from.Row:], from.Column, taps, out.width, e.affine, e.relu && e.other == nil)
			rest.run(x, out, at, y, 0, out.width, 0, out.channels)
		}}, e.nodes...)
		return true
	}

	taps := convTaps(o, in, c.layout)
	f := w.filters[0]
	height, width := out.height, out.width
	one := oneRow(o, in, out, e)
	if one {
		height, width = 1, height*width
	}
	// Where the row is one in the input only, it is computed elsewhere first.
	apart := one && !out.continuous()
	row := kernel.Plane{Row: out.width * f.Columns(), Column: f.Columns(), Channel: 1}
	if apart {
		b.scratch = max(b.scratch, width*f.Columns())
	}
	loop := func(threads int) *imageLoop {
		t := newConvTasks(height, width, len(w.filters)*f.Panels(), f.Columns()*f.Steps(), threads)
		return &imageLoop{batch: out.batch, tasks: t.count(), out: []*form{out}, body: func(x *execution, at place, task int) {
			t.each(task, func(panel, y, end int) {
				group, panel := panel/f.Panels(), panel%f.Panels()
				to := group*f.Outputs + panel*f.Columns()
				dst, plane := x.data[out.buffer][out.at(at, y, 0)+to:], out.Plane
				if apart {
					dst, plane = x.scratch(at.worker, width*f.Columns()), row
				}
				w.filters[group].Rows(dst, plane, x.data[in.buffer][in.at(at, -pad.top, -pad.left)+y*from.Row+group*f.Inputs*in.Channel:], from, taps, panel, end-y, width,
					e.after(x, at, y, group*f.Outputs, to))
				if apart {
					kernel.Copy(x.data[out.buffer][out.at(at, 0, 0)+to:], out.Plane, dst, row, min(f.Columns(), f.Outputs-panel*f.Columns()), out.height, out.width)
				}
			})
		}}
	}
	shared := loop(b.plan.threads)
	shared.alone = loop(1)
	shared.weights, shared.panel, shared.input = len(w.filters)*f.Floats(), f.Columns()*f.Steps(), in.image
	b.addImages(*shared, e.nodes...)
	return true
}

// oneRow reports whether a small image can be treated as one row, which is cut
// into larger tiles: pixels of a 1x1 convolution do not care which row they are
// in, and where they are read the next row begins where one ends.
func oneRow(o *ir.Conv, in, out *form, e *epilogue) bool {
	const small = 64
	for i := range 2 {
		if o.Kernel[i] != 1 || o.Stride[i] != 1 || o.Padded() {
			return false
		}
	}
	return out.height > 1 && out.height*out.width <= small && in.continuous() && (e.other == nil || e.other.continuous())
}

// convTaps lists what one output pixel reads of its group's first channel on,
// in runs as long as the layout permits.
func convTaps(o *ir.Conv, in *form, l layout) kernel.Taps {
	var offsets []int
	rows, columns := o.Kernel[0], o.Kernel[1]
	rowStep, columnStep := o.Dilation[0]*in.Row, o.Dilation[1]*in.Column
	if l == planes {
		for c := range in.channels {
			for y := range rows {
				offsets = append(offsets, c*in.Channel+y*rowStep)
			}
		}
		return kernel.NewTaps(offsets, columns, 1)
	}
	inner := in.channels / o.Group
	if columnStep == inner {
		inner, columns = inner*columns, 1
	}
	for y := range rows {
		for x := range columns {
			offsets = append(offsets, y*rowStep+x*columnStep)
		}
	}
	return kernel.NewTaps(offsets, inner, 1)
}

// depthwiseTaps lists what one output pixel of a channel reads of that channel, row
// by row.
func depthwiseTaps(o *ir.Conv, in *form) kernel.Taps {
	var offsets []int
	for y := range o.Kernel[0] {
		offsets = append(offsets, y*o.Dilation[0]*in.Row)
	}
	return kernel.NewTaps(offsets, o.Kernel[1], o.Dilation[1]*in.Column)
}
