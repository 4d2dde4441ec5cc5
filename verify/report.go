package verify

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"

	"github.com/alexconv/alexconv/ir"
)

// Verdict is the outcome for a layer or a report.
type Verdict string

// The verdicts.
const (
	Pass      Verdict = "pass"
	Fail      Verdict = "fail"
	Unchecked Verdict = "unchecked"
)

// Identity says whether two digests are the same.
type Identity string

// The identities.
const (
	Equal   Identity = "equal"
	Changed Identity = "changed"
)

// Schema is the version of the JSON form of a [Report]: fields may be added
// within one version, none is removed or changes its meaning.
const Schema = 1

// Report is what a comparison found.
type Report struct {
	Schema  int     `json:"schema"`
	Verdict Verdict `json:"verdict"`
	// Reason says why the verdict is no pass, in one line.
	Reason    string `json:"reason,omitempty"`
	Reference string `json:"reference"`
	Other     string `json:"other"`
	Mode      string `json:"mode"`
	Tolerance string `json:"tolerance"`
	// Input is what both models were fed with, nil where the caller does not say.
	Input *Feed `json:"input,omitempty"`
	// Inputs are the outcomes of several comparisons of which this is the worst; nil
	// of one.
	Inputs []Outcome `json:"inputs,omitempty"`
	// Digest says whether the model's digest is the recorded one; it is the caller's
	// to set, and no part of the verdict.
	Digest Identity `json:"digest,omitempty"`
	// Compared and Unchecked count layers; recorded inputs do not count as
	// compared.
	Compared  int `json:"compared"`
	Unchecked int `json:"unchecked"`
	// Layers are in the order of the reference; those that only the other model
	// has come last.
	Layers []*Layer `json:"layers"`
	// Smallest are the smallest tolerances in numbers, each for itself, within
	// which every compared layer lies; nil where there is none.
	Smallest        *Smallest   `json:"smallest_tolerance"`
	FirstDivergence *Divergence `json:"first_divergence"`
	Causes          []Cause     `json:"causes"`
	// Command is the command that makes this report, empty if there is none; it is
	// the caller's to set.
	Command string `json:"command,omitempty"`
	filters []picture
	// graph is the reference's, and fed the shapes of its inputs, for a picture.
	graph *ir.Graph
	fed   map[string]ir.Shape
}

// Smallest is a pair of tolerances of which either admits a report's layers: as
// rel-l2=E, or as atol=A.
type Smallest struct {
	RelL2 Number `json:"rel_l2"`
	Atol  Number `json:"atol"`
}

// Layer is one row of a report.
type Layer struct {
	// Name is the layer's name in the reference, or its value's where it has
	// none; Value is the value's, which is unique in the model.
	Name    string  `json:"name"`
	Value   string  `json:"value"`
	Op      string  `json:"op"`
	Verdict Verdict `json:"verdict"`
	// Reason says why the verdict is no pass.
	Reason string `json:"reason,omitempty"`
	// Counterpart is the other model's value, empty where there is none.
	Counterpart string `json:"counterpart"`
	// Inputs are the values that the layer reads in the reference, those of layers
	// that have no row included.
	Inputs     []string `json:"inputs,omitempty"`
	Shape      ir.Shape `json:"shape"`
	OtherShape ir.Shape `json:"other_shape"`
	Deviation
	input bool       // a recorded input
	heat  [][]Number // of the deviations, for the first layer that fails
}

// Deviation is how far a layer lies from the reference. The figures cover the
// elements that are finite on both sides; where NaN or an infinity stands
// against something else they are infinite. They are NaN where NaN stands
// against NaN and does not count as equal, and where nothing was compared.
type Deviation struct {
	MaxAbs Number `json:"max_abs"` // largest |other - reference|
	MaxRel Number `json:"max_rel"` // largest |other - reference|/|reference|, reference not 0
	RelL2  Number `json:"rel_l2"`  // |other - reference|/|reference| in Euclidean norm
	// Bound is what the tolerance allows for RelL2; NaN where it goes by element
	// alone. That of auto is the layer's own rounding and what comes from the
	// layers before it, which were judged by themselves.
	Bound Number `json:"bound"`
	// Residual is the part of RelL2 that the layer itself makes, on the inputs
	// that it had; BoundUsed the largest share of its bound that an element uses,
	// above 1 where the deviation is no rounding. Both are NaN unless the
	// tolerance is auto.
	Residual  Number `json:"residual"`
	BoundUsed Number `json:"bound_used"`
	// Estimated says that inputs of the layer could not be compared, so that the
	// bound rests on samples of the errors before them.
	Estimated bool `json:"bound_estimated"`
	// Worst is the element that deviates most; the first where a NaN or an
	// infinity is wrong, if any is. It is nil where nothing was compared.
	Worst *Element `json:"worst"`
	// Histogram counts elements by |other - reference| over the largest
	// |reference|: those that are equal, then those below 1e-9, 1e-8 and so on up to
	// 1, then the rest. Elements that are no finite numbers on both sides are left
	// out. It is nil where all are equal.
	Histogram []int `json:"histogram,omitempty"`
	// ReferenceNaN and the like count the values that are no finite numbers.
	ReferenceNaN int `json:"reference_nan"`
	ReferenceInf int `json:"reference_inf"`
	OtherNaN     int `json:"other_nan"`
	OtherInf     int `json:"other_inf"`
}

// Element is one place in a tensor.
type Element struct {
	Index     []int  `json:"index"` // one per axis
	Reference Number `json:"reference"`
	Other     Number `json:"other"`
}

// Divergence is the first layer that fails, in the order of the reference.
type Divergence struct {
	Layer  string   `json:"layer"`
	Value  string   `json:"value"`
	Op     string   `json:"op"`
	Reason string   `json:"reason"`
	Worst  *Element `json:"worst"` // nil where shapes differ
	// Map is the largest deviation over the channels at each position of the first
	// image, in rows and columns of blocks; nil where the value is no image.
	Map [][]Number `json:"-"`
}

// Cause is a named difference that explains deviations.
type Cause struct {
	Code     string `json:"code"` // such as LRN_K
	Layer    string `json:"layer"`
	Evidence string `json:"evidence"`
	// Before and After say, where the difference was tried, what share of its
	// bound the layer used as it is, and what share it uses with the difference
	// taken into account: at most 1 where that explains the layer. NaN where it
	// was not tried.
	Before Number `json:"bound_used_before"`
	After  Number `json:"bound_used_after"`
	// Warning says that the layer agrees all the same: the difference has no
	// effect on these inputs, and spoils nothing. Hidden says that it has no effect
	// on these inputs but has one on others, for which the layer fails.
	Warning bool `json:"warning"`
	Hidden  bool `json:"hidden"`
	// Expose is an input size at which the difference would have an effect, such
	// as 1x3x224x224, empty where none is known.
	Expose string `json:"expose,omitempty"`
	stage  *stage // of the reference, for differences of attributes
	// decisive says that the difference makes the layer another function, lone that
	// only one model has it.
	decisive, lone bool
}

func newCause(code, layer, format string, args ...any) Cause {
	untried := Number(math.NaN())
	return Cause{Code: code, Layer: layer, Evidence: fmt.Sprintf(format, args...), Before: untried, After: untried}
}

// Number is a float64 whose JSON form is null where it is not finite.
type Number float64

// MarshalJSON writes the shortest number that reads back the same.
func (n Number) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(n)) || math.IsInf(float64(n), 0) {
		return []byte("null"), nil
	}
	return strconv.AppendFloat(nil, float64(n), 'g', -1, 64), nil
}

func newReport(reference, other string, o Options) *Report {
	return &Report{
		Schema: Schema, Reference: reference, Other: other,
		Mode: o.Mode.String(), Tolerance: o.tolerances(),
		Layers: []*Layer{}, Causes: []Cause{},
	}
}

// add appends an unchecked layer for the value of a node.
func (r *Report) add(n *ir.Node, v *ir.Value) *Layer {
	l := &Layer{Name: n.Name, Value: v.Name, Op: n.Op.Type(), Verdict: Unchecked, Deviation: unmeasured()}
	if l.Name == "" {
		l.Name = v.Name
	}
	r.Layers = append(r.Layers, l)
	return l
}

func unmeasured() Deviation {
	unknown := Number(math.NaN())
	return Deviation{MaxAbs: unknown, MaxRel: unknown, RelL2: unknown, Bound: unknown, Residual: unknown, BoundUsed: unknown}
}

// compare judges tensors of the layer, whose shapes may differ.
func (l *Layer) compare(reference, other *ir.Tensor, o Options) {
	l.Shape, l.OtherShape = reference.Shape, other.Shape
	l.Verdict, l.Reason = Pass, ""
	if !reference.Shape.Equal(other.Shape) {
		l.Verdict, l.Reason = Fail, "shape "+reference.Shape.String()+" against "+other.Shape.String()
		return
	}
	tolerance := o.tolerance(l)
	d := measure(reference.Data, other.Data, tolerance, o.EqualNaN)
	l.Deviation = Deviation{
		MaxAbs: Number(d.maxAbs), MaxRel: Number(d.maxRel), RelL2: Number(d.relL2), Bound: Number(tolerance.bound()),
		Residual: Number(math.NaN()), BoundUsed: Number(math.NaN()),
		ReferenceNaN: d.special[0].nan, ReferenceInf: d.special[0].inf,
		OtherNaN: d.special[1].nan, OtherInf: d.special[1].inf,
	}
	if d.count > 0 {
		l.Worst = &Element{
			Index:     coordinates(reference.Shape, d.worst),
			Reference: Number(reference.Data[d.worst]),
			Other:     Number(other.Data[d.worst]),
		}
	}
	l.Histogram = histogram(reference.Data, other.Data, d)
	if l.Reason = tolerance.judge(reference, other, d); l.Reason != "" {
		l.Verdict = Fail
	}
	l.heat = heat(reference, other, d)
}

// coordinates are the indices along each axis of a flat index.
func coordinates(shape ir.Shape, flat int) []int {
	at := make([]int, len(shape))
	for axis := len(shape) - 1; axis >= 0; axis-- {
		at[axis], flat = flat%shape[axis], flat/shape[axis]
	}
	return at
}

// conclude counts, finds the first divergence and sets the verdict.
func (r *Report) conclude(o Options) {
	failed := 0
	r.Smallest = r.smallest()
	for _, l := range r.Layers {
		switch {
		case l.Verdict == Unchecked:
			r.Unchecked++
			continue
		case !l.input:
			r.Compared++
		}
		if l.Verdict != Fail {
			continue
		}
		if failed++; failed == 1 {
			r.FirstDivergence = &Divergence{Layer: l.Name, Value: l.Value, Op: l.Op, Reason: l.Reason, Worst: l.Worst, Map: l.heat}
		}
	}
	slices.SortStableFunc(r.Causes, func(a, b Cause) int { return cmp.Compare(r.distance(a), r.distance(b)) })
	switch {
	case failed > 0:
		r.Verdict, r.Reason = Fail, count(failed, "layer")+" of "+strconv.Itoa(len(r.Layers))+" outside the tolerance, the first is "+strconv.Quote(r.FirstDivergence.Layer)
	case r.Compared == 0:
		r.Verdict, r.Reason = Unchecked, "no layer was compared"
	case r.Unchecked > 0 && !o.AllowUnchecked:
		r.Verdict, r.Reason = Unchecked, count(r.Unchecked, "layer")+" could not be compared"
	default:
		r.Verdict = Pass
	}
}

// distance orders causes: those at the first divergence, those elsewhere, then
// warnings.
func (r *Report) distance(c Cause) int {
	switch {
	case c.Warning:
		return 2
	case r.FirstDivergence != nil && c.Layer == r.FirstDivergence.Layer:
		return 0
	}
	return 1
}

func (r *Report) smallest() *Smallest {
	var s Smallest
	compared := false
	for _, l := range r.Layers {
		if l.Worst == nil {
			if l.Shape != nil && !l.Shape.Equal(l.OtherShape) {
				return nil
			}
			continue
		}
		compared = true
		s.RelL2, s.Atol = max(s.RelL2, l.RelL2), max(s.Atol, l.MaxAbs)
	}
	if !compared || math.IsNaN(float64(s.RelL2)) || math.IsInf(float64(s.Atol), 0) {
		return nil
	}
	return &s
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

// WriteJSON writes the report as one indented JSON object.
func (r *Report) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(r)
}
