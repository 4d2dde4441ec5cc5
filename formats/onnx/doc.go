// Package onnx reads and writes ONNX models.
//
// [Read] decodes the protobuf message without copying weights: the data of a
// float32 initialiser is a view into the bytes that were given. [Write] is its
// inverse and as frugal: tensor memory goes to the writer as it is.
//
// The path is the same in both directions. Between bytes and graph stands a
// plain model of ONNX's messages (proto.go); lowering turns each ir node into
// ONNX nodes, and reading turns each ONNX node into ir nodes. Both sides of an
// operation stand next to each other in the file that bears its name, and one
// table (ops.go) lists them all.
//
// What ONNX has no word for is composed of several ONNX nodes. Such a group
// carries a mark in a doc_string that names the single operation it stands
// for (mark.go). A mark is only believed when writing that operation gives
// exactly the nodes that were found, so it can restore names and attributes
// but never change what a model computes.
//
// Nothing here keeps state: every function may be called by several goroutines
// at the same time, on one graph as well while none of them changes it.
package onnx
