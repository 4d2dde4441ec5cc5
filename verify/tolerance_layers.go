package verify

import (
	"cmp"
	"fmt"
	"math"
	"path"
	"slices"
	"strings"

	"github.com/alexconv/alexconv/ir"
)

// LayerTolerance is the tolerance of the layers whose name, or whose value's,
// matches a pattern of [path.Match], such as fc*.
type LayerTolerance struct {
	Pattern string
	Tolerance
}

// ParseLayerTolerance reads PATTERN:TOLERANCE, such as fc*:rel-l2=1e-4.
func ParseLayerTolerance(text string) (LayerTolerance, error) {
	at := strings.LastIndexByte(text, ':')
	if at <= 0 {
		return LayerTolerance{}, ir.Errorf(ir.ErrInvalid, "cannot read tolerance %q (want PATTERN:TOLERANCE, such as fc*:rel-l2=1e-4)", text)
	}
	l := LayerTolerance{Pattern: text[:at]}
	if _, err := path.Match(l.Pattern, ""); err != nil {
		return LayerTolerance{}, ir.Errorf(ir.ErrInvalid, "cannot read pattern %q: %w", l.Pattern, err)
	}
	var err error
	l.Tolerance, err = ParseTolerance(text[at+1:])
	return l, err
}

// String writes it as ParseLayerTolerance reads it.
func (l LayerTolerance) String() string { return l.Pattern + ":" + l.Tolerance.String() }

// tolerance is the layer's.
func (o Options) tolerance(l *Layer) Tolerance {
	for _, t := range slices.Backward(o.Layers) {
		for _, name := range []string{l.Name, l.Value} {
			if ok, err := path.Match(t.Pattern, name); ok && err == nil {
				return t.Tolerance
			}
		}
	}
	return o.Tolerance
}

// judges reports whether some layer may have tolerance auto.
func (o Options) judges() bool {
	return o.Tolerance.kind == auto || slices.ContainsFunc(o.Layers, func(l LayerTolerance) bool { return l.kind == auto })
}

// tolerances is all of them in one line.
func (o Options) tolerances() string {
	text := o.Tolerance.String()
	for _, l := range o.Layers {
		text += "; " + l.String()
	}
	return text
}

// mostSteps is the largest number of float32 steps between two elements that are
// no NaN.
func mostSteps(reference, other []float32) float64 {
	most := 0.0
	for i, v := range reference {
		if v == v && other[i] == other[i] {
			most = max(most, math.Abs(float64(ordinal(v)-ordinal(other[i]))))
		}
	}
	return most
}

// ordinal numbers float32 values in ascending order, both zeros alike.
func ordinal(v float32) int64 {
	bits := int64(math.Float32bits(v) &^ (1 << 31))
	if math.Signbit(float64(v)) {
		return -bits
	}
	return bits
}

// ranking says where the largest elements differ, nothing if they do not.
func (t Tolerance) ranking(reference, other *ir.Tensor) string {
	rows := 1
	if len(reference.Shape) > 1 {
		rows = reference.Shape[0]
	}
	if len(reference.Data) == 0 {
		return ""
	}
	run := len(reference.Data) / rows
	for row := range rows {
		ours, theirs := ranks(reference.Data[row*run:][:run]), ranks(other.Data[row*run:][:run])
		for place := range min(t.top, run) {
			if ours[place] != theirs[place] {
				return fmt.Sprintf("batch element %d: place %d is %d instead of %d", row, place+1, theirs[place], ours[place])
			}
		}
	}
	return ""
}

// ranks lists indices by descending value.
func ranks(values []float32) []int {
	list := make([]int, len(values))
	for i := range list {
		list[i] = i
	}
	slices.SortStableFunc(list, func(a, b int) int { return cmp.Compare(values[b], values[a]) })
	return list
}
