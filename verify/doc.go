// Package verify compares a model with a reference, layer by layer, on the
// same inputs.
//
// [Compare] runs two models, [Against] one model and recorded values. A layer
// passes, fails or stays unchecked; so does the whole [Report], which is green
// only when at least one layer was compared, every compared layer agrees and,
// unless the caller allows it, none stayed unchecked. NaN equals nothing, not
// even NaN, unless asked.
package verify
