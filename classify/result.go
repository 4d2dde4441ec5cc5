package classify

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// Result is the accuracy over a list or over shards of one. Results of
// different shards merge into the result of all; it is the same, byte for
// byte, as that of an evaluation in one piece.
type Result struct {
	Schema int    `json:"schema"`
	Model  string `json:"model"`
	Identity
	Classes int `json:"classes"`
	// Evaluated is how many of the list's pictures the result speaks for.
	Evaluated   int     `json:"evaluated"`
	Top1        float64 `json:"top1"`
	Top5        float64 `json:"top5"`
	Top1Correct int     `json:"top1_correct"`
	Top5Correct int     `json:"top5_correct"`
	// Complete says that every picture of the list is evaluated.
	Complete bool `json:"complete"`
	// Shards are those that are not yet complete together.
	Shards []Shard `json:"shards,omitempty"`
}

// resultSchema is the version of a result's form.
const resultSchema = 1

// NewResult counts outcomes of a shard.
func NewResult(model string, id Identity, shard Shard, classes int, outcomes []Outcome) *Result {
	r := &Result{Schema: resultSchema, Model: model, Identity: id, Classes: classes, Evaluated: len(outcomes), Shards: []Shard{shard}}
	for _, o := range outcomes {
		if o.Rank <= 1 {
			r.Top1Correct++
		}
		if o.Rank <= guesses {
			r.Top5Correct++
		}
	}
	r.finish()
	return r
}

// finish derives what follows from the counts.
func (r *Result) finish() {
	r.Top1, r.Top5 = 0, 0
	if r.Evaluated > 0 {
		r.Top1 = float64(r.Top1Correct) / float64(r.Evaluated)
		r.Top5 = float64(r.Top5Correct) / float64(r.Evaluated)
	}
	if r.Complete = r.Evaluated == r.Images; r.Complete {
		r.Shards = nil
	}
	slices.SortFunc(r.Shards, func(a, b Shard) int {
		if a.Of != b.Of {
			return a.Of - b.Of
		}
		return a.Index - b.Index
	})
}

// ReadResult reads the JSON of a result and checks that its numbers can belong
// together. Errors wrap [ir.ErrInvalid].
func ReadResult(data []byte) (*Result, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	var r Result
	if err := d.Decode(&r); err != nil {
		return nil, ir.Errorf(ir.ErrInvalid, "not the JSON of an evaluation: %w", err)
	}
	if r.Schema != resultSchema {
		return nil, ir.Errorf(ir.ErrInvalid, "not the JSON of an evaluation: schema %d (want %d)", r.Schema, resultSchema)
	}
	sound := 0 <= r.Top1Correct && r.Top1Correct <= r.Top5Correct && r.Top5Correct <= r.Evaluated && r.Evaluated <= r.Images && r.Complete == (r.Evaluated == r.Images)
	for _, s := range r.Shards {
		sound = sound && s.Of >= 0 && s.Index >= 0 && s.Index < max(s.Of, 1)
	}
	if !sound || !r.Complete && len(r.Shards) == 0 {
		return nil, ir.Errorf(ir.ErrInvalid, "the numbers of this evaluation contradict each other")
	}
	return &r, nil
}

// Merge adds up results of shards that have no picture in common. Errors wrap
// [ir.ErrInvalid] and give the places of the two results in the list, from 0.
func Merge(results []*Result) (*Result, error) {
	if len(results) == 0 {
		return nil, ir.Errorf(ir.ErrInvalid, "no results to merge")
	}
	merged := *results[0]
	merged.Shards = slices.Clone(merged.Shards)
	for i, r := range results[1:] {
		if what := merged.difference(r.Identity); what != "" {
			return nil, &MergeError{i + 1, "is of another evaluation: " + what}
		}
		if merged.Complete || r.Complete {
			return nil, &MergeError{i + 1, "has pictures that were counted before: one of the results is already complete"}
		}
		for _, a := range merged.Shards {
			for _, b := range r.Shards {
				if a.overlaps(b) {
					return nil, &MergeError{i + 1, fmt.Sprintf("has pictures that were counted before: shard %v meets shard %v", b, a)}
				}
			}
		}
		merged.Evaluated += r.Evaluated
		merged.Top1Correct += r.Top1Correct
		merged.Top5Correct += r.Top5Correct
		merged.Shards = append(merged.Shards, r.Shards...)
		if merged.Evaluated > merged.Images {
			return nil, &MergeError{i + 1, fmt.Sprintf("makes %d pictures of a list of %d", merged.Evaluated, merged.Images)}
		}
		merged.finish()
	}
	return &merged, nil
}

// MergeError says which result cannot be added to those before it.
type MergeError struct {
	Index  int // among the results given, from 0
	Reason string
}

func (e *MergeError) Error() string { return fmt.Sprintf("result %d %s", e.Index, e.Reason) }

// Unwrap gives [ir.ErrInvalid].
func (e *MergeError) Unwrap() error { return ir.ErrInvalid }
