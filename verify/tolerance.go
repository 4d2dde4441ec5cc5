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
func (t Tolerance) judge(d difference) (reason string) {
	switch {
	case d.unequal > 0:
		return fmt.Sprintf("NaN or infinity against another value in %d of %d", d.unequal, d.count)
	case d.bothNaN > 0:
		return fmt.Sprintf("NaN on both sides in %d of %d", d.bothNaN, d.count)
	case t.kind == elementwise && d.beyond > 0:
		return fmt.Sprintf("%d of %d values beyond %v", d.beyond, d.count, t)
	case t.kind == relativeL2 && !(d.relL2 <= t.relL2):
		return fmt.Sprintf("relative L2 %.2g above %.2g", d.relL2, t.relL2)
	}
	return ""
}
