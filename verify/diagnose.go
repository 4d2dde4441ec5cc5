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
			c.stage, c.decisive = s, d.apply != nil
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

// annotate marks the causes whose layers agree all the same. Where an attribute
// makes a layer another function, that is a failure which these inputs hide:
// what depends on the input's size needs a size that shows it. A layer of one
// side whose absence is a cause fails, unless what is unchecked is allowed.
func (r *Report) annotate(a *alignment, o Options) {
	rows, agrees := make(map[string]*Layer), make(map[string]bool)
	for _, l := range r.Layers {
		if known := rows[l.Name]; known == nil || l.Verdict == Fail {
			rows[l.Name], agrees[l.Name] = l, l.Verdict == Pass
		}
	}
	for i := range r.Causes {
		c := &r.Causes[i]
		row := rows[c.Layer]
		c.Warning = row == nil || agrees[c.Layer]
		if c.lone && !o.AllowUnchecked && row != nil && row.Verdict == Unchecked {
			row.Verdict, row.Reason = Fail, c.Evidence
		}
		if !c.Warning {
			continue
		}
		decisive := c.decisive
		if c.stage != nil && dependsOnSize(c.Code) {
			c.Expose = exposingInput(a, c.stage)
			decisive = decisive && c.Expose != ""
		}
		if c.Expose != "" {
			c.Evidence += "; an input of " + c.Expose + " would show it"
		}
		if !decisive || o.AllowHidden {
			continue
		}
		c.Warning, c.Hidden = false, true
		if row == nil {
			row = r.prepend(c.stage, a.partner[c.stage])
			rows[c.Layer] = row
		}
		row.hide(c)
	}
}

// hide fails a layer for a difference that its numbers do not show.
func (l *Layer) hide(c *Cause) {
	if l.Verdict != Fail {
		l.Verdict, l.Reason = Fail, "the same on these inputs, but "+c.Evidence
	}
}

// prepend adds the row of an input.
func (r *Report) prepend(s, match *stage) *Layer {
	l := &Layer{
		Name: s.layer(), Value: s.value.Name, Op: s.node.Op.Type(), Deviation: unmeasured(), input: true,
		Counterpart: match.value.Name, Shape: s.declared(), OtherShape: match.declared(),
	}
	r.Layers = slices.Insert(r.Layers, 0, l)
	return l
}

// declared is the shape of an input as the model declares it.
func (s *stage) declared() ir.Shape { return s.node.Op.(*ir.Input).Shape }
