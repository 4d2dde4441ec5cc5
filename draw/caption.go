package draw

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/alexconv/alexconv/ir"
)

// caption says what an operation is, how many channels it gives (0 if that is
// not its own to say), and those of its parameters that are not the usual ones.
type caption struct {
	what     string
	channels int
	details  []string
}

// text is the caption without the number of channels.
func (c caption) text() string { return strings.Join(append([]string{c.what}, c.details...), " · ") }

// add appends a detail unless it is one of the usual.
func (c *caption) add(unless bool, format string, args ...any) {
	if !unless {
		c.details = append(c.details, fmt.Sprintf(format, args...))
	}
}

// captionOf is the caption of an operation on inputs of the given shapes.
func captionOf(op ir.Op, in []ir.Shape) caption {
	switch o := op.(type) {
	case *ir.Input:
		return caption{what: "Input"}
	case *ir.Conv:
		return convCaption(o, in[0])
	case *ir.Deconv:
		c := caption{what: "Deconv " + times(o.Kernel), channels: o.OutChannels}
		c.window(o.Window)
		c.add(o.OutputPad == nil, "output pad %s", times(o.OutputPad))
		c.add(o.Group == 1, "groups %d", o.Group)
		return c
	case *ir.Pool:
		return poolCaption(o)
	case *ir.LRN:
		return lrnCaption(o)
	case *ir.FullyConnected:
		return caption{what: "Fully connected", channels: o.Units}
	case *ir.Softmax:
		c := caption{what: "Softmax"}
		c.add(o.Axis == 1, "axis %d", o.Axis)
		return c
	case *ir.Concat:
		c := caption{what: "Concat"}
		c.add(o.Axis == 1, "axis %d", o.Axis)
		return c
	case *ir.Slice:
		c := caption{what: "Slice"}
		c.add(len(o.Sizes) == 0, "%s", joined(o.Sizes, " + "))
		c.add(o.Axis == 1, "axis %d", o.Axis)
		return c
	case *ir.Eltwise:
		c := caption{what: map[ir.EltwiseKind]string{ir.Sum: "Sum", ir.Product: "Product", ir.Maximum: "Maximum"}[o.Kind]}
		for _, k := range o.Coefficients {
			c.details = append(c.details, "× "+number(k))
		}
		return c
	case *ir.ReLU:
		c := caption{what: "ReLU"}
		c.add(o.Slope == 0, "slope %s", number(o.Slope))
		return c
	case *ir.Dropout:
		return caption{what: "Dropout", details: []string{number(o.Ratio)}}
	case *ir.BatchNorm:
		c := caption{what: "BatchNorm"}
		c.add(!o.BatchStats, "of the batch")
		return c
	case *ir.Scale:
		c := caption{what: "Scale"}
		c.add(o.Bias, "no bias")
		return c
	}
	c := caption{what: op.Type()}
	for _, a := range ir.Attributes(op) {
		c.details = append(c.details, strings.ToLower(a.Name)+" "+a.Value)
	}
	return c
}

func convCaption(o *ir.Conv, in ir.Shape) caption {
	c := caption{what: "Conv " + times(o.Kernel), channels: o.OutChannels}
	axis, err := ir.Axis(o.Axis, len(in))
	depthwise := err == nil && o.Group > 1 && o.Group == in[axis] && o.Group == o.OutChannels
	if depthwise {
		c.what = "Depthwise " + times(o.Kernel)
	}
	c.window(o.Window)
	c.add(o.Group == 1 || depthwise, "groups %d", o.Group)
	return c
}

func poolCaption(o *ir.Pool) caption {
	c := caption{what: map[ir.PoolKind]string{ir.Max: "Max pool", ir.Average: "Average pool"}[o.Kind]}
	if o.Global {
		c.what = "Global " + strings.ToLower(c.what)
		return c
	}
	c.what += " " + times(o.Kernel)
	c.window(o.Window)
	c.add(!o.Ceil, "ceil")
	return c
}

// lrnCaption has alpha as Caffe and ONNX write it, divided by the window.
func lrnCaption(o *ir.LRN) caption {
	alpha := o.C * float32(o.Size)
	if o.Region == ir.Within {
		alpha *= float32(o.Size)
	}
	c := caption{what: "LRN " + o.Region.String()}
	c.add(false, "n %d", o.Size)
	c.add(false, "α %s", number(alpha))
	c.add(false, "β %s", number(o.Beta))
	c.add(false, "k %s", number(o.K))
	return c
}

// window adds stride, padding and dilation.
func (c *caption) window(w ir.Window) {
	c.add(all(w.Stride, 1), "stride %s", square(w.Stride))
	switch {
	case w.Same != ir.Explicit:
		c.add(false, "pad %s", strings.ReplaceAll(w.Same.String(), "_", " "))
	case slices.Equal(w.PadBegin, w.PadEnd):
		c.add(all(w.PadBegin, 0), "pad %s", square(w.PadBegin))
	default:
		c.add(false, "pad %s before, %s after", square(w.PadBegin), square(w.PadEnd))
	}
	c.add(all(w.Dilation, 1), "dilation %s", square(w.Dilation))
}

func all(list []int, v int) bool {
	return !slices.ContainsFunc(list, func(u int) bool { return u != v })
}

// square is a number where all are the same.
func square(list []int) string {
	if len(list) > 0 && all(list, list[0]) {
		return strconv.Itoa(list[0])
	}
	return times(list)
}

func times(list []int) string { return joined(list, "×") }

func joined(list []int, separator string) string {
	parts := make([]string, len(list))
	for i, v := range list {
		parts[i] = strconv.Itoa(v)
	}
	return strings.Join(parts, separator)
}

// number has the digits that a float32 is sure to keep.
func number(v float32) string { return strconv.FormatFloat(float64(v), 'g', 6, 64) }
