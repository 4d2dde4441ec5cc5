package verify

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/alexconv/alexconv/ir"
)

// Tolerance is how far a layer may lie from the reference. The zero value is
// auto: the layer's relative L2 norm stays within a bound that follows from the
// number n of rounded operations in the longest sums on the way to it, each
// adding gamma(n) = n*u/(1 - n*u) with u = 2^-24 (Higham, Accuracy and Stability
// of Numerical Algorithms, 2nd ed., lemma 3.1), widened where a layer is
// ill-conditioned and never above one percent; no element deviates by more than
// 4 times that bound of the largest magnitude. It is an estimate, no proof.
type Tolerance struct {
	kind       toleranceKind
	rtol, atol float64
	relL2      float64
}

type toleranceKind int

const (
	auto toleranceKind = iota
	elementwise
	relativeL2
)

// ParseTolerance reads one of
//
//	auto               within float32 rounding
//	rtol=R,atol=A      |other - reference| <= A + R*|reference| for every element
//	                   (numpy.allclose); one that is left out is 0
//	rel-l2=E           |other - reference| <= E*|reference| in Euclidean norm
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
		switch name {
		case "rtol":
			t.kind, t.rtol = elementwise, v
		case "atol":
			t.kind, t.atol = elementwise, v
		case "rel-l2":
			t.kind, t.relL2 = relativeL2, v
		default:
			return Tolerance{}, badTolerance(text)
		}
	}
	if seen["rel-l2"] && len(seen) > 1 {
		return Tolerance{}, badTolerance(text)
	}
	return t, nil
}

func badTolerance(text string) error {
	return ir.Errorf(ir.ErrInvalid, "cannot read tolerance %q (want auto, rtol=R,atol=A or rel-l2=E with finite numbers from 0 up)", text)
}

// String writes the tolerance as ParseTolerance reads it.
func (t Tolerance) String() string {
	switch t.kind {
	case elementwise:
		return fmt.Sprintf("rtol=%g,atol=%g", t.rtol, t.atol)
	case relativeL2:
		return fmt.Sprintf("rel-l2=%g", t.relL2)
	}
	return "auto"
}

// bound is what the tolerance allows for the relative L2 norm, derived being
// that of auto; NaN where it does not say.
func (t Tolerance) bound(derived float64) float64 {
	switch t.kind {
	case elementwise:
		return math.NaN()
	case relativeL2:
		return t.relL2
	}
	return derived
}

// judge says what is wrong with a comparison, nothing if it is within the
// tolerance; derived is the bound of auto.
func (t Tolerance) judge(d difference, derived float64) (reason string) {
	switch {
	case d.unequal > 0:
		return fmt.Sprintf("NaN or infinity against another value in %d of %d", d.unequal, d.count)
	case d.bothNaN > 0:
		return fmt.Sprintf("NaN on both sides in %d of %d", d.bothNaN, d.count)
	case t.kind == elementwise && d.beyond > 0:
		return fmt.Sprintf("%d of %d values beyond %v", d.beyond, d.count, t)
	case t.kind == elementwise:
		return ""
	}
	bound := t.bound(derived)
	largest := ratio(d.maxAbs, d.largest)
	switch {
	case !(d.relL2 <= bound):
		return fmt.Sprintf("relative L2 %.2g above %.2g", d.relL2, bound)
	case t.kind == auto && !(largest <= spread*bound):
		return fmt.Sprintf("largest deviation over largest value %.2g above %.2g", largest, spread*bound)
	}
	return ""
}
