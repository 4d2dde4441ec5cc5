package onnx

import "github.com/alexconv/alexconv/ir"

// poolMask writes MaxPool with its second output, which counts the positions of
// the whole input, and brings that down to the position in the plane. A global
// pooling is one with the plane for a window.
func (l *lowering) poolMask(o *ir.Pool) error {
	spatial := l.in[0][2:]
	if o.Global {
		o = &ir.Pool{Window: ir.NewWindow(spatial...)}
	}
	p := planPool(o, spatial)
	switch {
	case l.opset < 8:
		return l.unsupported("a mask of maxima needs opset 8, this is %d", l.opset)
	case p.first != nil:
		return l.unsupported("a mask of maxima with pads, or beyond its input's end, by a whole kernel has no form in ONNX")
	}
	kind, inputs, attributes, err := l.pooling(o, p)
	if err != nil {
		return err
	}
	l.result(kind, inputs, attributes...)
	indices := l.second("indices")
	plane := l.integers("plane", spatial.Elements())
	begin := l.step("Mul", []string{l.step("Div", []string{indices, plane}), plane})
	l.add("Cast", l.base(), []string{l.step("Sub", []string{indices, begin})}, l.outputs[1], []*attribute{castTo(elementFloat)})
	return nil
}
