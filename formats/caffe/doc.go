// Package caffe reads and writes Caffe's nets: the prototxt that describes one
// (protobuf text format) and the caffemodel that holds its weights (protobuf
// wire format), in the layer formats V0, V1 and V2.
//
// A net is read as BVLC Caffe 1.0 reads it, or refused where Caffe refuses it:
//
//	text or wire bytes   prototxt.go, wire.go   -> message, by the tables of schema*.go
//	old layer formats    upgrade*.go            -> V2 layers
//	phase and stages     rules.go, deploy.go    -> the layers of a deployed net
//	shared blobs         splits.go, build.go    -> ir.Graph in SSA form
//	operations           ops*.go                <-> ir.Op, one row per layer type
//	weights              weights.go, hdf5.go    -> views into the file
//
// Writing goes through the same tables, from a graph to messages (write.go) to
// text and wire bytes.
//
// Nothing here keeps state: every function may be called by several goroutines
// at the same time, on one graph as well while none of them changes it.
package caffe
