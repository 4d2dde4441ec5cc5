// Package check looks at a graph for what is valid in every format and still
// likely to be wrong, or to give other numbers in other programs: weights that
// are not numbers, pooling whose rounding runtimes treat differently.
//
// It reports and never refuses; the formats' own rules are checked where the
// format is read.
package check
