// Package verify compares a model with a reference, layer by layer, on the
// same inputs.
//
// [Compare] runs two models, [Against] one model and recorded values, [Recorded]
// a reference and what another program computed for a model. A layer passes,
// fails or stays unchecked; so does the whole [Report], which is green only when
// at least one layer was compared, every compared layer agrees and, unless the
// caller allows it, none stayed unchecked and none has attributes that make it
// another function on other inputs. NaN equals nothing, not even NaN, unless
// asked.
//
// # Stages
//
//	align.go                     pair the layers of two graphs, by name, then by structure
//	attributes.go, structure.go  name what differs between the graphs
//	exposure.go                  find an input size that shows what this one hides
//	compare.go, measure.go       run both models and measure
//	partial.go, recording.go     where a model stops, or only its values are there
//	judge.go, bound*.go          decide what is rounding, for tolerance auto
//	parameters.go                compare weights
//	explain.go, hypotheses*.go   try mistakes on the first layer that fails
//	search.go, patterns.go       look for the input that widens the gap
//	repair.go                    take a named difference out of a model
//	report.go, text.go, ...      the report and its forms
//	several.go                   the report on several inputs
//
// Nothing here keeps state: every function may be called by several goroutines
// at the same time, on one graph as well while none of them changes it.
package verify
