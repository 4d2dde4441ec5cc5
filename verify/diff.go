package verify

import (
	"fmt"
	"io"
	"math"
	"slices"
	"text/tabwriter"

	"github.com/alexconv/alexconv/ir"
)

// ParameterDiff compares one parameter of two models.
type ParameterDiff struct {
	Layer   string  `json:"layer"` // of the reference, or of the other where that has none
	Role    string  `json:"role"`  // such as "weights"
	Verdict Verdict `json:"verdict"`
	// Reason says why the verdict is no pass.
	Reason     string   `json:"reason,omitempty"`
	Shape      ir.Shape `json:"shape"`
	OtherShape ir.Shape `json:"other_shape"`
	// Different counts the values whose bits differ; Steps is how many float32
	// values two of them lie apart at most, MaxAbs their largest distance.
	Different int    `json:"different"`
	Steps     Number `json:"ulp"`
	MaxAbs    Number `json:"max_abs"`
	// Code names how the other's values come from the reference's, such as
	// TRANSPOSED_FC or WEIGHTS_FLOAT16, where that is known; Evidence describes
	// it.
	Code     string `json:"code,omitempty"`
	Evidence string `json:"evidence,omitempty"`
}

// Diff compares the parameters of two models bit by bit without running them. The
// layers are paired as by [Compare]; parameters of a layer without counterpart
// are unchecked. A matrix that one model stores transposed is compared in one
// orientation.
func Diff(reference, other Model) ([]ParameterDiff, error) {
	a, err := align(reference, other)
	if err != nil {
		return nil, err
	}
	for _, m := range []Model{reference, other} {
		if err := m.Graph.CheckWeights(); err != nil {
			return nil, fmt.Errorf("%s: %w", m.Name, err)
		}
	}
	var list []ParameterDiff
	for _, s := range a.left.stages {
		if s.index > 0 {
			continue
		}
		match := a.partner[s]
		for i, role := range roles(s.node, a.left) {
			d := ParameterDiff{Layer: s.layer(), Role: role, Shape: oriented(s.node, i).Shape, Verdict: Unchecked, Reason: "no counterpart in " + other.Name}
			if match != nil && i < len(match.node.Params) && match.node.Op.Type() == s.node.Op.Type() {
				d.compare(oriented(s.node, i), oriented(match.node, i))
				if d.Verdict == Fail {
					d.relate(a, s, match, i)
				}
			}
			list = append(list, d)
		}
	}
	for _, s := range a.right.stages {
		match := a.partner[s]
		for i, role := range roles(s.node, a.right) {
			if s.index == 0 && (match == nil || i >= len(match.node.Params) || match.node.Op.Type() != s.node.Op.Type()) {
				list = append(list, ParameterDiff{Layer: s.layer(), Role: role, OtherShape: oriented(s.node, i).Shape, Verdict: Unchecked, Reason: "only in " + other.Name})
			}
		}
	}
	return list, nil
}

// roles lists what a node's parameters are.
func roles(n *ir.Node, s *side) []string {
	signature, err := n.Op.Infer(s.shapes.Of(n.Inputs))
	if err != nil {
		return nil
	}
	var list []string
	for _, p := range signature.Params {
		list = append(list, p.Role)
	}
	return list
}

func (d *ParameterDiff) compare(reference, other *ir.Tensor) {
	d.OtherShape = other.Shape
	d.Verdict, d.Reason = Pass, ""
	if !reference.Shape.Equal(other.Shape) {
		d.Verdict, d.Reason = Fail, "shape "+reference.Shape.String()+" against "+other.Shape.String()
		return
	}
	if identical(reference, other) {
		return
	}
	for i, v := range reference.Data {
		w := other.Data[i]
		if math.Float32bits(v) == math.Float32bits(w) {
			continue
		}
		d.Different++
		if deviation := Number(math.Abs(float64(v) - float64(w))); !math.IsNaN(float64(deviation)) {
			d.MaxAbs = max(d.MaxAbs, deviation)
		}
	}
	d.Steps = Number(mostSteps(reference.Data, other.Data))
	d.Verdict, d.Reason = Fail, fmt.Sprintf("%d of %d values differ", d.Different, len(reference.Data))
}

// relate names how the other's parameters come from the reference's.
func (d *ParameterDiff) relate(a *alignment, s, match *stage, i int) {
	reference, other := oriented(s.node, i), oriented(match.node, i)
	if !reference.Shape.Equal(other.Shape) {
		return
	}
	j := &judge{graph: a.left.graph, shapes: a.left.shapes}
	suspect := j.suspect(s.node, match.node, &target{exact: &ir.Tensor{}})
	for _, guess := range hypotheses {
		for _, m := range guess(suspect) {
			if i < len(m.params) && !identical(m.params[i], reference) && identical(m.params[i], other) {
				d.Code, d.Evidence = m.code, m.evidence
				return
			}
		}
	}
	if slices.Equal(sorted(reference.Data), sorted(other.Data)) {
		d.Code, d.Evidence = "WEIGHTS_PERMUTED", "the other has the same values in another order"
	}
}

func sorted(values []float32) []float32 {
	list := slices.Clone(values)
	slices.Sort(list)
	return list
}

// WriteDiff writes a diff as a table; the last line is the verdict, which passes
// only where there are parameters and all are the same.
func WriteDiff(w io.Writer, list []ParameterDiff) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "layer\tparameter\tshape\tdifferent\tulp\tmax abs\tverdict")
	for _, d := range list {
		text := string(d.Verdict)
		if d.Reason != "" {
			text += " (" + d.Reason
			if d.Code != "" {
				text += "; " + d.Code + ": " + d.Evidence
			}
			text += ")"
		}
		shape := d.Shape
		if shape == nil {
			shape = d.OtherShape
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%d\t%.3g\t%.3g\t%s\n", d.Layer, d.Role, shape, d.Different, float64(d.Steps), float64(d.MaxAbs), text)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%s: %s compared\n", DiffVerdict(list), count(len(list), "parameter"))
	return err
}

// DiffVerdict is fail if a parameter differs, else unchecked if one could not be
// compared or there is none, else pass.
func DiffVerdict(list []ParameterDiff) Verdict {
	verdict := Pass
	if len(list) == 0 {
		verdict = Unchecked
	}
	for _, d := range list {
		switch {
		case d.Verdict == Fail:
			return Fail
		case d.Verdict == Unchecked:
			verdict = Unchecked
		}
	}
	return verdict
}
