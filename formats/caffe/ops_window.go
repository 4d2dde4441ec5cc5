package caffe

import (
	"slices"
	"strings"

	"github.com/alexconv/alexconv/ir"
)

// symmetric refuses a window whose padding is not a number per axis.
func symmetric(n *ir.Node, w ir.Window) error {
	if w.Same != ir.Explicit {
		return refuse(n, "its padding (%v) follows the input size; resolve it for one size first", w.Same)
	}
	for i := range w.Kernel {
		if w.PadBegin[i] != w.PadEnd[i] {
			return refuse(n, "axis %d is padded by %d before and %d after, a Caffe layer pads both by the same", i+2, w.PadBegin[i], w.PadEnd[i])
		}
	}
	return nil
}

var poolingLayer = &layerType{
	name:    "Pooling",
	bottoms: exactly(1), tops: count{1, 2},
	// In place it computes what its attribute says.
	inPlace: func(op ir.Op) bool { return op.(*ir.Pool).InPlace },
	op:      (*ir.Pool)(nil),
	read:    readPooling,
	write:   writePooling,
}

func readPooling(l *layer, in []ir.Shape) (ir.Op, error) {
	p := l.message.message("pooling_param")
	if len(in[0]) != 4 {
		return nil, l.errorf("the input must have 4 axes (num, channels, height, width), it is %v", in[0])
	}
	pool := &ir.Pool{
		Global: p.flag("global_pooling", false),
		// One field of Caffe's; OpenCV gives its number to the other.
		Ceil:    p.choice("round_mode", "CEIL") == "CEIL" && p.flag("ceil_mode", true),
		Mask:    len(l.tops) > 1,
		InPlace: l.overwrites(),
	}
	switch p.choice("pool", "MAX") {
	case "AVE":
		pool.Kind, pool.CountPad = ir.Average, true
		if pool.Mask {
			return nil, l.errorf("an average has no second top, the mask of maxima")
		}
	case "STOCHASTIC":
		return nil, l.unsupported(p.place("pool"), "stochastic pooling is not supported; use MAX or AVE")
	}
	kernel, err := plane(l, p, "kernel_size", "kernel_h", "kernel_w", 0)
	if err != nil {
		return nil, err
	}
	stride, err := plane(l, p, "stride", "stride_h", "stride_w", 1)
	if err != nil {
		return nil, err
	}
	pad, err := plane(l, p, "pad", "pad_h", "pad_w", 0)
	if err != nil {
		return nil, err
	}
	padded := pad[0] != 0 || pad[1] != 0
	if pool.Global {
		switch {
		case p.has("kernel_size") || p.has("kernel_h") || p.has("kernel_w"):
			return nil, l.errorAt(p.place("global_pooling"), "global pooling takes no kernel size")
		case padded || stride[0] != 1 || stride[1] != 1:
			return nil, l.errorAt(p.place("global_pooling"), "global pooling takes no pad and no stride but 1")
		}
		return &ir.Pool{Kind: pool.Kind, Global: true, Mask: pool.Mask, InPlace: pool.InPlace}, nil
	}
	for i := range kernel {
		switch {
		case kernel[i] == 0:
			return nil, l.errorAt(p.place("kernel_size"), "the kernel size must be positive")
		case padded && pad[i] >= kernel[i]:
			return nil, l.errorAt(p.place("pad"), "pad %d must be smaller than the kernel's %d", pad[i], kernel[i])
		}
	}
	pool.Window = ir.NewWindow(kernel...)
	pool.Stride, pool.PadBegin, pool.PadEnd = stride, pad, pad
	pool.Clip = padded
	return pool, nil
}

// plane reads a pooling's field that is given for both axes, or by height and
// width together. The kernel size has to be given, unless pooling is global.
func plane(l *layer, p *message, name, height, width string, absent int) ([]int, error) {
	h, w := p.has(height), p.has(width)
	switch {
	case h != w && name == "kernel_size" && p.has(name):
		// Caffe takes the size and ignores the half.
	case h != w:
		return nil, l.errorAt(p.place(height), "%s and %s go together", height, width)
	case h && p.has(name):
		return nil, l.errorAt(p.place(name), "has %s and also %s and %s; give one form", name, height, width)
	case h:
		return []int{p.num(height, 0), p.num(width, 0)}, nil
	}
	v := p.num(name, absent)
	return []int{v, v}, nil
}

func writePooling(n *ir.Node, l *message) error {
	op, p := n.Op.(*ir.Pool), l.addMessage("pooling_param")
	if op.InPlace && l.str("bottom") != l.str("top") {
		return refuse(n, "it is what the layer computes in place, but its input is needed elsewhere")
	}
	if op.Kind == ir.Average {
		p.addChoice("pool", "AVE")
	}
	if op.Global {
		p.addFlag("global_pooling", true)
		return nil
	}
	if err := symmetric(n, op.Window); err != nil {
		return err
	}
	switch {
	case op.Axes() != 2:
		return refuse(n, "it pools over %d axes, a Caffe layer over 2", op.Axes())
	case slices.Max(op.Dilation) > 1:
		return refuse(n, "its window is dilated")
	case op.Clip != op.Padded() && clipMatters(op):
		return refuse(n, "a last window that starts in the padding is kept or dropped otherwise than Caffe does")
	case op.Kind == ir.Average && op.Padded() && !op.CountPad:
		return refuse(n, "its average leaves out the padding, Caffe's counts it")
	}
	for i := range op.Kernel {
		if op.Padded() && op.PadBegin[i] >= op.Kernel[i] {
			return refuse(n, "pad %d must be smaller than the kernel's %d", op.PadBegin[i], op.Kernel[i])
		}
	}
	addPlane(p, "pad", op.PadBegin, 0)
	addPlane(p, "kernel_size", op.Kernel, -1)
	addPlane(p, "stride", op.Stride, 1)
	if !op.Ceil {
		p.addChoice("round_mode", "FLOOR")
	}
	return nil
}

// addPlane writes a pooling's field in its short form where both axes agree.
func addPlane(p *message, name string, v []int, absent int) {
	switch short := strings.TrimSuffix(name, "_size"); {
	case v[0] != v[1]:
		p.addNum(short+"_h", v[0])
		p.addNum(short+"_w", v[1])
	case v[0] != absent:
		p.addNum(name, v[0])
	}
}

// clipMatters reports whether at some input size a window can start at or
// beyond the input's end plus the pad: the last start is below
// in + 2*pad - kernel + stride when positions are rounded up.
func clipMatters(op *ir.Pool) bool {
	for i := range op.Kernel {
		if op.Ceil && op.PadEnd[i]+op.Stride[i]-op.Kernel[i] > 0 {
			return true
		}
	}
	return false
}
