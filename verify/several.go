package verify

import "slices"

// Feed says what models were fed with.
type Feed struct {
	Name string `json:"name"` // such as "seed 3" or a file's path
	// Preprocess says how a picture became numbers, in a form that JSON and
	// [fmt.Print] can write; nil where there was no picture.
	Preprocess any `json:"preprocess,omitempty"`
}

// Outcome is one of several comparisons.
type Outcome struct {
	Feed
	Verdict Verdict `json:"verdict"`
	Reason  string  `json:"reason,omitempty"`
	// Layer is the first that fails, empty where none does.
	Layer string `json:"layer,omitempty"`
	// RelL2 and BoundUsed are the largest of all layers.
	RelL2     Number `json:"rel_l2"`
	BoundUsed Number `json:"bound_used"`
}

// Lead is the report on several comparisons of the same two models, which differ
// in their inputs: the worst of them, with the outcomes of all. There must be one
// at least.
func Lead(reports []*Report) *Report {
	if len(reports) == 1 {
		return reports[0]
	}
	lead := *reports[Worst(reports)]
	for _, r := range reports {
		lead.Inputs = append(lead.Inputs, r.outcome())
	}
	return &lead
}

// worse reports whether a verdict is worse than another's, or as bad with larger
// deviations.
func (r *Report) worse(than *Report) bool {
	a, b := r.outcome(), than.outcome()
	if rank(a.Verdict) != rank(b.Verdict) {
		return rank(a.Verdict) > rank(b.Verdict)
	}
	if a.BoundUsed != b.BoundUsed {
		return a.BoundUsed > b.BoundUsed
	}
	return a.RelL2 > b.RelL2
}

func rank(v Verdict) int { return slices.Index([]Verdict{Pass, Unchecked, Fail}, v) }

func (r *Report) outcome() Outcome {
	o := Outcome{Verdict: r.Verdict, Reason: r.Reason}
	if r.Input != nil {
		o.Feed = *r.Input
	}
	if r.FirstDivergence != nil {
		o.Layer = r.FirstDivergence.Layer
	}
	for _, l := range r.Layers {
		if l.RelL2 > o.RelL2 {
			o.RelL2 = l.RelL2
		}
		if l.BoundUsed > o.BoundUsed {
			o.BoundUsed = l.BoundUsed
		}
	}
	return o
}

// Worst is the index of the worst report, of equals the first.
func Worst(reports []*Report) int {
	worst := 0
	for i, r := range reports {
		if r.worse(reports[worst]) {
			worst = i
		}
	}
	return worst
}
