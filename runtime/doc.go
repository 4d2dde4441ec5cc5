// Package runtime evaluates an [ir.Graph]: [Compile] turns it into a [Plan]
// for one set of input shapes, and [Plan.Run] gives its outputs.
//
// Every operation has its reference code in the file that bears its name in
// package ir: plain loops that accumulate in float64 and round once, to the
// float32 of the result.
package runtime
