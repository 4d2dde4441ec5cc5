package verify

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/alexconv/alexconv/ir"
)

// Tolerance is how far a layer may lie from the reference. The zero value is
// auto: each layer has to be a float32 evaluation of the reference's layer on
// the inputs that it had, every element within a bound on rounding errors that
// follows from the layer and these inputs.
type Tolerance struct {
	kind       toleranceKind
	rtol, atol float64
	relL2      float64
	steps      float64 // of ulp
	top        int
}

type toleranceKind int

const (
	auto toleranceKind = iota
	elementwise
	relativeL2
	ulp
	topK
)

// ParseTolerance reads one of
//
//	auto               within float32 rounding
//	rtol=R,atol=A      |other - reference| <= A + R*|reference| for every element
//	                   (numpy.allclose); one that is left out is 0
//	rel-l2=E           |other - reference| <= E*|reference| in Euclidean norm
//	ulp=N              every element within N steps of float32
//	top-k=K            the K largest elements of each batch element are the same, in
//	                   the same order; of equal ones the first counts
func ParseTolerance(text string) (Tolerance, error) {
	if text == "auto" {
		return Tolerance{}, nil
	}
	var t Tolerance
	seen := make(map[string]bool)
	for field := range strings.SplitSeq(text, ",") {
		name, number, ok := strings.Cut(field, "=")
		v, err := strconv.ParseFloat(number, 64)
		if !ok || err != nil || seen[name] || !(v >= 0) || math.IsInf(v, 0) {
			return Tolerance{}, badTolerance(text)
		}
		seen[name] = true
		switch {
		case name == "rtol":
			t.kind, t.rtol = elementwise, v
		case name == "atol":
			t.kind, t.atol = elementwise, v
		case name == "rel-l2":
			t.kind, t.relL2 = relativeL2, v
		case name == "ulp":
			t.kind, t.steps = ulp, v
		case name == "top-k" && v >= 1 && v <= ir.MaxElements && v == math.Trunc(v):
			t.kind, t.top = topK, int(v)
		default:
			return Tolerance{}, badTolerance(text)
		}
	}
	if len(seen) > 1 && !(len(seen) == 2 && seen["rtol"] && seen["atol"]) {
		return Tolerance{}, badTolerance(text)
	}
	return t, nil
}

func badTolerance(text string) error {
	return ir.Errorf(ir.ErrInvalid, "cannot read tolerance %q (want auto, rtol=R,atol=A, rel-l2=E, ulp=N with finite numbers from 0 up, or top-k=K from 1 up)", text)
}

// String writes the tolerance as ParseTolerance reads it.
func (t Tolerance) String() string {
	switch t.kind {
	case elementwise:
		return fmt.Sprintf("rtol=%g,atol=%g", t.rtol, t.atol)
	case relativeL2:
		return fmt.Sprintf("rel-l2=%g", t.relL2)
	case ulp:
		return fmt.Sprintf("ulp=%g", t.steps)
	case topK:
		return fmt.Sprintf("top-k=%d", t.top)
	}
	return "auto"
}

// bound is what the tolerance allows for the relative L2 norm, NaN where it does
// not say.
func (t Tolerance) bound() float64 {
	if t.kind == relativeL2 {
		return t.relL2
	}
	return math.NaN()
}

// judge says what is wrong with a comparison, nothing if it is within the
// tolerance. Auto is left to a judge of its own but for special values.
func (t Tolerance) judge(reference, other *ir.Tensor, d difference) (reason string) {
	switch {
	case d.unequal > 0:
		return fmt.Sprintf("NaN or infinity against another value in %d of %d", d.unequal, d.count)
	case d.bothNaN > 0:
		return fmt.Sprintf("NaN on both sides in %d of %d", d.bothNaN, d.count)
	case t.kind == elementwise && d.beyond > 0:
		return fmt.Sprintf("%d of %d values beyond %v", d.beyond, d.count, t)
	case t.kind == relativeL2 && !(d.relL2 <= t.relL2):
		return fmt.Sprintf("relative L2 %.2g above %.2g", d.relL2, t.relL2)
	case t.kind == ulp:
		if steps := mostSteps(reference.Data, other.Data); steps > t.steps {
			return fmt.Sprintf("an element %g float32 steps away, above %g", steps, t.steps)
		}
	case t.kind == topK:
		return t.ranking(reference, other)
	}
	return ""
}
