package verify

import (
	"fmt"
	"math"
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// attributeDifference is one way in which two operations of a type differ.
type attributeDifference struct {
	code, what       string
	reference, other string
	// apply gives an operation like the reference's the other's attribute; nil
	// where parameters would have to change with it.
	apply func(ir.Op) ir.Op
}

func (d attributeDifference) evidence() string {
	return fmt.Sprintf("%s is %s in the reference, %s in the other", d.what, d.reference, d.other)
}

// differences collects them.
type differences []attributeDifference

// add appends a difference where two values are not the same.
func add[T comparable](list *differences, code, what string, reference, other T, apply func(ir.Op) ir.Op) {
	if reference != other {
		*list = append(*list, attributeDifference{code, what, fmt.Sprint(reference), fmt.Sprint(other), apply})
	}
}

// with makes a copy of an operation with a change.
func with[T any](change func(*T)) func(ir.Op) ir.Op {
	return func(op ir.Op) ir.Op {
		c := *any(op).(*T)
		change(&c)
		return any(&c).(ir.Op)
	}
}

// attributeDifferences compares two operations that read inputs of the given
// shapes. Attributes that cannot matter for these are left out.
func attributeDifferences(reference, other ir.Op, in, otherIn []ir.Shape) differences {
	var list differences
	switch r := reference.(type) {
	case *ir.Input:
		if o, ok := other.(*ir.Input); ok {
			return inputDifferences(r, o)
		}
	case *ir.Conv:
		if o, ok := other.(*ir.Conv); ok {
			return convDifferences(r, o, in[0], otherIn[0])
		}
	case *ir.FullyConnected:
		if o, ok := other.(*ir.FullyConnected); ok {
			add(&list, "CLASSES", "number of units", r.Units, o.Units, nil)
			return list
		}
	case *ir.Pool:
		if o, ok := other.(*ir.Pool); ok {
			return poolDifferences(r, o, in[0], otherIn[0])
		}
	case *ir.LRN:
		if o, ok := other.(*ir.LRN); ok {
			return lrnDifferences(r, o)
		}
	case *ir.Softmax:
		if o, ok := other.(*ir.Softmax); ok {
			axis, _ := ir.Axis(r.Axis, len(in[0]))
			otherAxis, _ := ir.Axis(o.Axis, len(otherIn[0]))
			add(&list, "SOFTMAX_AXIS", "axis", axis, otherAxis, with(func(c *ir.Softmax) { c.Axis = otherAxis }))
			return list
		}
	}
	if isActivation(reference) && isActivation(other) {
		same := func(ir.Op) ir.Op { return other }
		if len(in) != 1 || other.Type() == "PReLU" {
			same = nil
		}
		add(&list, "FC_ACTIVATION", "activation", spelled(reference, in), spelled(other, otherIn), same)
		return list
	}
	return otherDifferences(reference, other, in, otherIn)
}

// otherDifferences compares the canonical attributes of operations without
// rules of their own.
func otherDifferences(reference, other ir.Op, in, otherIn []ir.Shape) differences {
	if reference.Type() != other.Type() || isView(reference) || len(in) != len(otherIn) {
		return nil
	}
	var list differences
	add(&list, "ATTRIBUTE", "operation", spelled(reference, in), spelled(other, otherIn), func(ir.Op) ir.Op { return other })
	return list
}

// spelled is an operation's type with its canonical attributes.
func spelled(op ir.Op, in []ir.Shape) string {
	text := op.Type()
	for _, a := range ir.Attributes(ir.Canonical(op, in)) {
		text += " " + a.Name + "=" + a.Value
	}
	return text
}

func isActivation(op ir.Op) bool {
	switch op.(type) {
	case *ir.ReLU, *ir.PReLU, *ir.ELU, *ir.Sigmoid, *ir.Tanh, *ir.Softplus, *ir.Swish, *ir.Abs, *ir.Clip, *ir.Threshold:
		return true
	}
	return false
}

// inputDifferences compares declared sizes, and the batch by itself: it changes
// no number.
func inputDifferences(r, o *ir.Input) differences {
	var list differences
	if len(r.Shape) < 2 || len(o.Shape) < 2 {
		return list
	}
	add(&list, "INPUT_SIZE_224_227", "declared input", r.Shape[1:].String(), o.Shape[1:].String(), with(func(c *ir.Input) {
		c.Shape = append(c.Shape[:1:1], o.Shape[1:]...)
	}))
	add(&list, "BATCH_BAKED", "declared batch", r.Shape[0], o.Shape[0], nil)
	return list
}

// convDifferences compares padding in numbers; a rule that comes to the same
// numbers at the declared size is the same padding.
func convDifferences(r, o *ir.Conv, in, otherIn ir.Shape) differences {
	var list differences
	add(&list, "CONV_GROUPS", "number of groups", r.Group, o.Group, nil)
	add(&list, "CONV_OUTPUTS", "number of outputs", r.OutChannels, o.OutChannels, nil)
	add(&list, "CONV_WINDOW", "window", geometry(r.Window), geometry(o.Window), nil)
	a, b := settled(r.Window, in, r.Axis), settled(o.Window, otherIn, o.Axis)
	code := "PAD"
	switch {
	case lopsided(a, in, r.Axis), lopsided(b, otherIn, o.Axis):
		code = "PAD_ASYMMETRIC"
	case r.Same != o.Same, keepsSize(a, in, r.Axis) != keepsSize(b, otherIn, o.Axis):
		code = "PAD_CONV1_SAME"
	}
	add(&list, code, "padding", pads(a), pads(b), with(func(c *ir.Conv) { c.Window = b }))
	return list
}

// settled is a window with its padding in numbers.
func settled(w ir.Window, in ir.Shape, channelAxis int) ir.Window {
	axis, err := ir.Axis(channelAxis, len(in))
	if err != nil || len(in)-axis-1 != w.Axes() {
		return w
	}
	return w.Resolved(in[axis+1:])
}

// lopsided reports whether a window pads one side more than the other, but for
// the one position that TensorFlow's SAME may add.
func lopsided(w ir.Window, in ir.Shape, channelAxis int) bool {
	same := w
	same.Same = ir.SameUpper
	return !slices.Equal(w.PadBegin, w.PadEnd) && pads(settled(same, in, channelAxis)) != pads(w)
}

// keepsSize reports whether a window has in/stride positions, rounded up, on every
// axis, which is what SAME pads for.
func keepsSize(w ir.Window, in ir.Shape, channelAxis int) bool {
	axis, err := ir.Axis(channelAxis, len(in))
	if err != nil || len(in)-axis-1 != w.Axes() {
		return false
	}
	for i, extent := range in[axis+1:] {
		positions := (extent+w.PadBegin[i]+w.PadEnd[i]-w.Extent(i))/w.Stride[i] + 1
		if positions != (extent+w.Stride[i]-1)/w.Stride[i] {
			return false
		}
	}
	return true
}

func geometry(w ir.Window) string {
	return fmt.Sprintf("%v by %v with dilation %v", w.Kernel, w.Stride, w.Dilation)
}

func pads(w ir.Window) string { return fmt.Sprintf("%v before and %v after", w.PadBegin, w.PadEnd) }

func poolDifferences(r, o *ir.Pool, in, otherIn ir.Shape) differences {
	var list differences
	add(&list, "POOL_KIND", "kind", r.Kind, o.Kind, with(func(c *ir.Pool) { c.Kind = o.Kind }))
	if r.Global || o.Global {
		add(&list, "POOL_WINDOW", "global", r.Global, o.Global, nil)
		return list
	}
	add(&list, "POOL_WINDOW", "window", geometry(r.Window), geometry(o.Window), with(func(c *ir.Pool) { c.Window = o.Window }))
	rounding := map[bool]string{false: "floor", true: "ceil"}
	a, b := settled(r.Window, in, 1), settled(o.Window, otherIn, 1)
	if r.Ceil != o.Ceil && pads(a) != pads(b) {
		spelled := func(ceil bool, w ir.Window) string { return rounding[ceil] + " with " + pads(w) }
		add(&list, "POOL_PAD_END", "rounding with padding", spelled(r.Ceil, a), spelled(o.Ceil, b), with(func(c *ir.Pool) { c.Ceil, c.Window = o.Ceil, b }))
	} else {
		add(&list, "POOL_ROUNDING", "rounding", rounding[r.Ceil], rounding[o.Ceil], with(func(c *ir.Pool) { c.Ceil = o.Ceil }))
		add(&list, "POOL_PAD_END", "padding", pads(a), pads(b), with(func(c *ir.Pool) { c.Window = b }))
	}
	counted := map[bool]string{false: "not counted", true: "counted"}
	if r.Kind == ir.Average && (a.Padded() || b.Padded()) {
		add(&list, "POOL_COUNT_PAD", "padding in averages", counted[r.CountPad], counted[o.CountPad], with(func(c *ir.Pool) { c.CountPad = o.CountPad }))
	}
	return list
}

func lrnDifferences(r, o *ir.LRN) differences {
	var list differences
	add(&list, "LRN_REGION", "region", r.Region, o.Region, with(func(c *ir.LRN) { c.Region = o.Region }))
	add(&list, "LRN_WINDOW", "window", r.Size, o.Size, with(func(c *ir.LRN) { c.Size = o.Size }))
	add(&list, "LRN_K", "k", r.K, o.K, with(func(c *ir.LRN) { c.K = o.K }))
	add(&list, "LRN_BETA", "beta", r.Beta, o.Beta, with(func(c *ir.LRN) { c.Beta = o.Beta }))
	if near(r.C, o.C) {
		return list
	}
	code := "LRN_ALPHA"
	for _, n := range []int{r.Size, r.Size * r.Size} {
		if near(r.C, o.C*float32(n)) || near(o.C, r.C*float32(n)) {
			code = "LRN_ALPHA_SCALE"
		}
	}
	// A region or a window that alpha is divided by takes the factor along.
	if near(r.C*divisor(r), o.C*divisor(o)) {
		switch {
		case r.Region != o.Region:
			code = "LRN_REGION"
		case r.Size != o.Size:
			code = "LRN_WINDOW"
		}
	}
	add(&list, code, "factor of the sum of squares", r.C, o.C, with(func(c *ir.LRN) { c.C = o.C }))
	return list
}

// divisor is what Caffe divides alpha by: the number of values in the window.
func divisor(o *ir.LRN) float32 {
	if o.Region == ir.Within {
		return float32(o.Size * o.Size)
	}
	return float32(o.Size)
}

// near allows for the rounding of a division by the window.
func near(a, b float32) bool { return math.Abs(float64(a-b)) <= 1e-6*math.Abs(float64(b)) }
