// Package runtime evaluates an [ir.Graph]: [Compile] turns it into a [Plan]
// for one set of input shapes, and [Plan.Run] gives its outputs.
//
// # The reference engine
//
// Every operation has its reference code in the file that bears its name in
// package ir: plain loops that accumulate in float64 and round once, to the
// float32 of the result.
//
// # The fast engine
//
// Compile packs the weights of convolutions (pack.go) and builds a program
// (build.go): a list of steps over buffers. The files fast_OP.go hold, for each
// operation with a fast kernel, the layouts that it reads and writes and the
// loop over its tasks; every other operation runs its reference code, so that
// the fast engine computes whatever the reference does.
//
// A value can exist in several forms (form.go): flat as in its tensor, as pixels
// with their channels side by side, or as planes, the latter two with the zero
// padding that its readers need, which the producer of the value writes around
// it. A conversion is inserted only where a reader needs a form that does not
// exist. Buffers whose lives do not overlap share memory (arena.go), which runs
// hand on to each other.
//
// Steps that treat every image for itself form sections (images.go). In a batch,
// each thread takes whole images through a section, so that a batch of many is
// as kind to the caches as a batch of one.
//
// A ReLU is computed in the step before it, and nodes that pass their input
// through have no step. A run with a visitor uses a second program in which
// neither happens and every value also exists flat; both use the same kernels in
// the same order, so that their numbers are the same to the last bit.
//
// The work of a step is divided among the caller and its helpers (team.go),
// which start and end with the run.
package runtime
