package verify

import (
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// diagnose names the differences between the two graphs that are commonly made
// when a model changes its format, whether or not the numbers of this run show
// them: rounding a pool up or down, for one, is invisible at some input sizes.
func diagnose(a *alignment) []Cause {
	causes := structureDifferences(a)
	for _, s := range slices.Concat(a.left.inputs, a.left.stages) {
		match := a.partner[s]
		if match == nil {
			continue
		}
		in, otherIn := a.left.shapesOf(s), a.right.shapesOf(match)
		for _, d := range attributeDifferences(s.node.Op, match.node.Op, in, otherIn) {
			c := newCause(d.code, s.layer(), "%s", d.evidence())
			causes = append(causes, c)
		}
	}
	return causes
}

// layer is the name under which a stage is reported.
func (s *stage) layer() string {
	if s.node.Name != "" {
		return s.node.Name
	}
	return s.value.Name
}

// shapesOf lists the shapes that the stage's node reads at the declared input
// size.
func (s *side) shapesOf(at *stage) []ir.Shape { return s.shapes.Of(at.node.Inputs) }

// annotate marks the causes whose layers agree, and proposes inputs that would
// show them.
func (r *Report) annotate(a *alignment) {
	verdicts := make(map[string]Verdict)
	for _, l := range r.Layers {
		if _, known := verdicts[l.Name]; !known || l.Verdict == Fail {
			verdicts[l.Name] = l.Verdict
		}
	}
	proposed, looked := "", false
	for i := range r.Causes {
		c := &r.Causes[i]
		c.Warning = verdicts[c.Layer] == Pass || verdicts[c.Layer] == ""
		if !c.Warning || !dependsOnSize(c.Code) {
			continue
		}
		if !looked {
			proposed, looked = exposingInput(a), true
		}
		if c.Expose = proposed; proposed != "" {
			c.Evidence += "; an input of " + proposed + " would show it"
		}
	}
}
