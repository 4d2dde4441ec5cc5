package onnx

import "github.com/alexconv/alexconv/ir"

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
// overhang. Elsewhere the rounding is spelled out as end pads, padding that has
// a value of its own as a Pad node before, and windows wholly outside the input
// as a Pad node behind.
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
	_, err := l.pooled(o, true)
	return err
}

// pooled adds a pooling of the layer's input, which is not global, and gives its
// result; the layer's own if final.
func (l *lowering) pooled(o *ir.Pool, final bool) (string, error) {
	p, err := l.planPool(o)
	if err != nil {
		return "", err
	}
	kind, inputs, attributes := l.poolNode(o, p)
	data := l.place(final && len(p.behind) == 0, kind, inputs, attributes...)
	for i, pad := range p.behind {
		inputs, attributes := l.padding(data, pad)
		data = l.place(final && i == len(p.behind)-1, "Pad", inputs, attributes...)
	}
	return data, nil
}

// place adds a node that writes the layer's output if it is the final one, else
// one inside the group.
func (l *lowering) place(final bool, opType string, inputs []string, attributes ...*attribute) string {
	if final {
		l.result(opType, inputs, attributes...)
		return l.outputs[0]
	}
	return l.step(opType, inputs, attributes...)
}

// poolNode gives the node for a pooling of the layer's input and adds what has
// to come before it.
func (l *lowering) poolNode(o *ir.Pool, p poolPlan) (kind string, inputs []string, attributes []*attribute) {
	data := l.inputs[0]
	if p.first != nil {
		inputs, attributes := l.padding(data, *p.first)
		data = l.step("Pad", inputs, attributes...)
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
		return "AveragePool", []string{data}, attributes
	}
	if l.opset >= 8 {
		attributes = append(attributes, intAttribute("storage_order", 0))
	}
	if l.opset >= 10 {
		attributes = append(attributes, intsAttribute("dilations", o.Dilation...))
	}
	return "MaxPool", []string{data}, attributes
}
