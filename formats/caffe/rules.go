package caffe

import (
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// netFilter is the state that include and exclude rules are held against.
type netFilter struct {
	phase  Phase
	level  int
	stages []string
}

// filter selects the layers of a net that exist in the given state. A layer
// with include rules exists if one of them is met, another unless one of its
// exclude rules is met.
func (s netFilter) filter(layers []*message) ([]*message, error) {
	var kept []*message
	for _, l := range layers {
		include, exclude := l.messages("include"), l.messages("exclude")
		if len(include) > 0 && len(exclude) > 0 {
			return nil, layerErrorf(l, l.place("exclude"), ir.ErrInvalid, "has both include and exclude rules; give one kind")
		}
		if len(include) > 0 && slices.ContainsFunc(include, s.meets) ||
			len(include) == 0 && !slices.ContainsFunc(exclude, s.meets) {
			kept = append(kept, l)
		}
	}
	return kept, nil
}

// meets reports whether the state meets every condition of a NetStateRule.
func (s netFilter) meets(rule *message) bool {
	if rule.has("phase") && rule.choice("phase", "") != s.phase.String() ||
		rule.has("min_level") && s.level < rule.num("min_level", 0) ||
		rule.has("max_level") && s.level > rule.num("max_level", 0) {
		return false
	}
	for _, stage := range rule.strs("stage") {
		if !slices.Contains(s.stages, stage) {
			return false
		}
	}
	for _, stage := range rule.strs("not_stage") {
		if slices.Contains(s.stages, stage) {
			return false
		}
	}
	return true
}
