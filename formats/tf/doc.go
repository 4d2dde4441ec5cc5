// Package tf reads and writes frozen TensorFlow graphs: a GraphDef (.pb) whose
// weights are Const nodes.
//
// TensorFlow's images are NHWC, ir's are NCHW. A value of four axes is stored
// N, H, W, C; any other is stored as it stands. Filters are stored (kh, kw,
// in/group, out) and matrices (in, out), their rows counting H, W, C where an
// image is flattened in front of them. Shapes, axes and weights are converted
// in both directions, so the graph that [Read] gives is canonical like every
// other one: an input of 1x227x227x3 becomes one of 1x3x227x227.
//
// Between bytes and graph stands a plain model of the messages (proto.go). One
// table (ops.go) lists the operations; reading and writing of one stand next
// to each other in the file that bears its name. Whatever another program
// composed is read by its structure: padding before a convolution becomes its
// pads, a Split, convolutions and a ConcatV2 become one convolution in groups,
// a BiasAdd the bias of what is in front of it.
//
// What the structure does not say, the name of a blob or Caffe's rounding of a
// pool, stands in an attribute called _alexconv (mark.go), which TensorFlow and
// OpenCV ignore. Such a mark is only believed when writing what it names gives
// exactly the nodes that were found, so it can restore names and attributes
// but never change what a model computes.
//
// Where TensorFlow has several forms, the one is written that OpenCV's importer
// takes as well, as seen with OpenCV 4.6: explicit padding in Conv2D and
// MaxPool rather than a node of its own (it has no PadV2), axes as single
// numbers in int_val, no Neg. That importer ignores the dilations of a Conv2D,
// so a dilated convolution is for TensorFlow alone.
//
// Nothing here keeps state: every function may be called by several goroutines
// at the same time, on one graph as well while none of them changes it.
package tf
