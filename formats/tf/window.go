package tf

import (
	"slices"

	"github.com/alexconv/alexconv/formats/internal/wire"
	"github.com/alexconv/alexconv/ir"
)

// channelsLast refuses NCHW, which TensorFlow knows on some machines only.
func (c *call) channelsLast() {
	if format := c.text("data_format", "NHWC"); format != "NHWC" {
		c.unsupported("data_format %s is not supported, only NHWC", wire.Quote(format))
	}
}

// window reads the attributes that convolution and pooling share, for a kernel
// of known height and width over input 0, and the padding in front of it if
// that holds a value which the layer's own padding has.
func (c *call) window(kernel []int, paddedWith func(float32) bool) (*ir.Value, ir.Window) {
	c.channelsLast()
	w := ir.Window{Kernel: kernel, Stride: c.perAxis("strides"), Dilation: c.perAxis("dilations")}
	w.PadBegin, w.PadEnd = []int{0, 0}, []int{0, 0}
	pads := c.ints("explicit_paddings")
	switch rule := c.text("padding", ""); rule {
	case "VALID":
	case "SAME":
		w.Same = ir.SameUpper
	case "EXPLICIT":
		if len(pads) != 8 || pads[0] != 0 || pads[1] != 0 || pads[6] != 0 || pads[7] != 0 {
			c.invalid("explicit_paddings must be 8 numbers, with zeros for batch and channels, they are %v", pads)
			return nil, w
		}
		w.PadBegin, w.PadEnd = []int{pads[2], pads[4]}, []int{pads[3], pads[5]}
	default:
		c.invalid("padding is %s", wire.Quote(rule))
	}
	if !c.present(0) {
		c.invalid("input 0 is missing")
		return nil, w
	}
	value := c.paddedInput(&w, paddedWith)
	if c.failed() {
		return nil, w
	}
	x := c.shapes[value]
	if len(x) != 4 {
		c.invalid("the input is %v; it must have 4 axes", x)
		return nil, w
	}
	c.fits(w, x[2:])
	return value, w
}

// paddedInput gives input 0, seen through padding that becomes the window's.
func (c *call) paddedInput(w *ir.Window, paddedWith func(float32) bool) *ir.Value {
	p := c.paddings[c.node.inputs[0]]
	if p == nil {
		return c.input(0)
	}
	c.read[0] = true
	switch {
	case w.Same != ir.Explicit || w.Padded():
		c.unsupported("it pads an input that is padded already")
	case !paddedWith(p.value):
		c.unsupported("its input is padded with %g, which is not what the layer's own padding holds", p.value)
	default:
		w.PadBegin, w.PadEnd = p.begin, p.end
	}
	return p.source
}

// perAxis reads a list such as strides, for N, H, W, C, and gives H and W.
func (c *call) perAxis(name string) []int {
	list := c.ints(name)
	switch {
	case list == nil:
		return []int{1, 1}
	case len(list) != 4:
		c.invalid("%s has %d entries instead of 4", name, len(list))
		return []int{1, 1}
	case list[0] != 1 || list[3] != 1:
		c.unsupported("%s over batch or channels are not supported: %v", name, list)
	}
	return list[1:3:3]
}

// fits refuses a window larger than its padded input, for which TensorFlow has
// no output.
func (c *call) fits(w ir.Window, spatial []int) {
	for i, in := range spatial {
		if min(w.Kernel[i], w.Stride[i], w.Dilation[i]) <= 0 || min(w.PadBegin[i], w.PadEnd[i]) < 0 {
			c.invalid("kernels, strides and dilations must be positive, pads must not be negative")
			return
		}
		begin, end := w.Pads(i, in)
		if in+begin+end < w.Extent(i) {
			c.invalid("the kernel spans %d positions, the padded input %d", w.Extent(i), in+begin+end)
			return
		}
	}
}

// padding is a Pad node over height and width, waiting for the layer that it
// belongs to.
type padding struct {
	source     *ir.Value // what is padded
	begin, end []int
	value      float32
}

// readPad reads Pad and PadV2.
func readPad(c *call) {
	value := c.input(0)
	pads := c.integers(1)
	p := &padding{source: value}
	if c.node.op == "PadV2" {
		if t := c.weights(2); t != nil && !c.failed() {
			list, err := t.asFloats()
			if err != nil {
				c.fail(err)
				return
			}
			if len(list) != 1 {
				c.invalid("the padding has %d values instead of 1", len(list))
				return
			}
			p.value = list[0]
		}
	}
	if c.failed() {
		return
	}
	if len(c.shapes[value]) != 4 || len(pads) != 8 {
		c.unsupported("padding is only supported in front of a convolution or a pool")
		return
	}
	if pads[0] != 0 || pads[1] != 0 || pads[6] != 0 || pads[7] != 0 || slices.Min(pads) < 0 {
		c.unsupported("padding of batch or channels is not supported: %v", pads)
		return
	}
	p.begin, p.end = []int{pads[2], pads[4]}, []int{pads[3], pads[5]}
	c.paddings[c.node.name] = p
}

// padded adds a node that pads height and width of data.
func (l *lowering) padded(data string, begin, end []int, value float32) string {
	pads := l.integers("paddings", []int{4, 2}, 0, 0, begin[0], end[0], begin[1], end[1], 0, 0)
	if value == 0 {
		return l.step("Pad", []string{data, pads}, int32Type("Tpaddings"))
	}
	return l.step("PadV2", []string{data, pads, l.floats("padding", nil, value)}, int32Type("Tpaddings"))
}

// windowAttributes are those of a window that pads by a rule, or with the given
// numbers.
func windowAttributes(w ir.Window, rule string, begin, end []int) []*attribute {
	list := []*attribute{
		intsAttribute("strides", 1, w.Stride[0], w.Stride[1], 1),
		stringAttribute("padding", rule),
		stringAttribute("data_format", "NHWC"),
	}
	if rule == "EXPLICIT" {
		list = append(list, intsAttribute("explicit_paddings", 0, 0, begin[0], end[0], begin[1], end[1], 0, 0))
	}
	return list
}
