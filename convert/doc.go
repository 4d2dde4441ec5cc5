// Package convert opens a model in any format as one graph and saves a graph
// in any format.
//
// A model is named by one path, or by a topology and its weights joined with a
// plus sign; see [ParseSpec]. Formats are known by content, then by name.
//
// # Files
//
// Weights are views into mapped files and are copied from file to file where
// both formats have them in one order (sink.go). Outputs get their names when
// all of them are on the disk (stage.go, atomic.go).
//
// # Errors
//
// Every error says what is wrong, where and what to do. [FileError] has the
// file; below it is an error of one of the kinds of package ir, such as
// [github.com/alexconv/alexconv/ir.ErrUnsupported], and where one is to blame an
// [github.com/alexconv/alexconv/ir.NodeError] with the layer. errors.Is and
// errors.As find them.
//
// # Concurrency
//
// There is no global state. Different models may be opened and saved by
// different goroutines at the same time, and one open [Model] may be saved, run
// and hashed by several at the same time as long as none of them changes its
// graph; Close comes after the last.
package convert
