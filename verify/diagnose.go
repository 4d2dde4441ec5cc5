package verify

import (
	"fmt"
	"math"
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// diagnose names the differences in attributes between paired layers that are
// commonly made when a model changes its format. They are named whether or not
// the numbers of this run show them: rounding a pool up or down, for one, is
// invisible at some input sizes.
func diagnose(a *alignment) []Cause {
	var causes []Cause
	for _, s := range slices.Concat(a.left.inputs, a.left.stages) {
		match := a.partner[s]
		if match == nil {
			continue
		}
		for _, d := range attributeDifferences(a.left.settled(s), a.right.settled(match)) {
			d.Layer = s.node.Name
			if d.Layer == "" {
				d.Layer = s.value.Name
			}
			causes = append(causes, d)
		}
	}
	return causes
}

// settled is the stage's operation with its padding in numbers at the declared
// input size; a convolution keeps the rule that they come from.
func (s *side) settled(at *stage) ir.Op {
	if len(at.node.Inputs) == 0 {
		return at.node.Op
	}
	in := s.shapes[at.node.Inputs[0]]
	switch o := at.node.Op.(type) {
	case *ir.Conv:
		c := *o
		axis, _ := ir.Axis(o.Axis, len(in))
		c.Window = o.Resolved(in[axis+1:])
		c.Same = o.Same
		return &c
	case *ir.Pool:
		c := *o
		c.Window = o.Resolved(in[2:])
		return &c
	}
	return at.node.Op
}

// attributeDifferences gives causes without their layer.
func attributeDifferences(reference, other ir.Op) []Cause {
	switch r := reference.(type) {
	case *ir.Input:
		if o, ok := other.(*ir.Input); ok {
			return inputDifferences(r, o)
		}
	case *ir.Conv:
		if o, ok := other.(*ir.Conv); ok {
			return convDifferences(r, o)
		}
	case *ir.Pool:
		if o, ok := other.(*ir.Pool); ok {
			return poolDifferences(r, o)
		}
	case *ir.LRN:
		if o, ok := other.(*ir.LRN); ok {
			return lrnDifferences(r, o)
		}
	}
	if isActivation(reference) && isActivation(other) && reference.Type() != other.Type() {
		return differ(nil, "FC_ACTIVATION", "activation", reference.Type(), other.Type())
	}
	return nil
}

func isActivation(op ir.Op) bool {
	switch op.(type) {
	case *ir.ReLU, *ir.PReLU, *ir.Sigmoid, *ir.Tanh:
		return true
	}
	return false
}

// differ appends a cause where two values are not the same.
func differ[T comparable](causes []Cause, code, what string, reference, other T) []Cause {
	if reference == other {
		return causes
	}
	return append(causes, Cause{Code: code, Evidence: fmt.Sprintf("%s is %v in the reference, %v in the other", what, reference, other)})
}

// inputDifferences compares declared sizes, the batch aside.
func inputDifferences(r, o *ir.Input) []Cause {
	if len(r.Shape) < 2 || len(o.Shape) < 2 || r.Shape[1:].Equal(o.Shape[1:]) {
		return nil
	}
	return differ(nil, "INPUT_SIZE_224_227", "declared input", r.Shape[1:].String(), o.Shape[1:].String())
}

func convDifferences(r, o *ir.Conv) []Cause {
	causes := differ(nil, "CONV_GROUPS", "number of groups", r.Group, o.Group)
	code := "PAD"
	switch {
	case r.Same != o.Same:
		code = "PAD_CONV1_SAME"
	case !symmetric(r.Window) || !symmetric(o.Window):
		code = "PAD_ASYMMETRIC"
	}
	return differ(causes, code, "padding", pads(r.Window), pads(o.Window))
}

func symmetric(w ir.Window) bool { return slices.Equal(w.PadBegin, w.PadEnd) }

func pads(w ir.Window) string { return fmt.Sprintf("%v before and %v after", w.PadBegin, w.PadEnd) }

func poolDifferences(r, o *ir.Pool) []Cause {
	if r.Global || o.Global {
		return nil
	}
	rounding := map[bool]string{false: "floor", true: "ceil"}
	causes := differ(nil, "POOL_ROUNDING", "rounding", rounding[r.Ceil], rounding[o.Ceil])
	return differ(causes, "POOL_PAD_END", "padding", pads(r.Window), pads(o.Window))
}

func lrnDifferences(r, o *ir.LRN) []Cause {
	causes := differ(nil, "LRN_REGION", "region", r.Region, o.Region)
	causes = differ(causes, "LRN_WINDOW", "window", r.Size, o.Size)
	causes = differ(causes, "LRN_K", "k", r.K, o.K)
	causes = differ(causes, "LRN_BETA", "beta", r.Beta, o.Beta)
	code := "LRN_ALPHA"
	for _, n := range []int{r.Size, r.Size * r.Size} {
		if near(r.C, o.C*float32(n)) || near(o.C, r.C*float32(n)) {
			code = "LRN_ALPHA_SCALE"
		}
	}
	return differ(causes, code, "factor of the sum of squares", r.C, o.C)
}

// near allows for the rounding of a division by the window.
func near(a, b float32) bool { return math.Abs(float64(a-b)) <= 1e-6*math.Abs(float64(b)) }
