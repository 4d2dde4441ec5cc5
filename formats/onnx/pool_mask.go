package onnx

import "github.com/alexconv/alexconv/ir"

// outsideMask is the mask of a window that lies wholly outside.
const outsideMask = -1

// poolMask writes MaxPool with its second output, which counts the positions of
// the whole input, and brings that down to the position in the plane. A global
// pooling is one with the plane for a window.
func (l *lowering) poolMask(o *ir.Pool) error {
	spatial := l.in[0][2:]
	if o.Global {
		o = &ir.Pool{Window: ir.NewWindow(spatial...)}
	}
	if l.opset < 8 {
		return l.unsupported("a mask of maxima needs opset 8, this is %d", l.opset)
	}
	p, err := l.planPool(o)
	if err != nil {
		return err
	}
	if p.first != nil {
		return l.unsupported("a mask of maxima with pads of a whole kernel has no form in ONNX")
	}
	kind, inputs, attributes := l.poolNode(o, p)
	final := len(p.behind) == 0
	maxima := l.place(final, kind, inputs, attributes...)
	indices := l.second("indices")
	plane := l.integers("plane", spatial.Elements())
	begin := l.step("Mul", []string{l.step("Div", []string{indices, plane}), plane})
	inputs, attributes = []string{l.step("Sub", []string{indices, begin})}, []*attribute{castTo(elementFloat)}
	if final {
		l.add("Cast", l.base(), inputs, l.outputs[1], attributes)
		return nil
	}
	mask := l.step("Cast", inputs, attributes...)
	outside := p.behind[0]
	inputs, attributes = l.padding(maxima, outside)
	l.result("Pad", inputs, attributes...)
	outside.value = outsideMask
	inputs, attributes = l.padding(mask, outside)
	l.add("Pad", l.base(), inputs, l.outputs[1], attributes)
	return nil
}
