// Package npy reads and writes numpy's files: plain .npy arrays, .npz
// archives, and the pickled dict of weights that the TensorFlow side of the
// field exchanges as .npy.
//
// A weights file has no topology. [LoadWeights] puts one into a graph that
// came from elsewhere, and [WriteWeights] writes a graph's parameters alone:
//
//	{layer: {"weights": w, "biases": b}}   the dict schema, caffe-tensorflow's
//	{layer: [w, b]}                        the list schema, its older form
//
// Filters are stored (kh, kw, in/group, out), those of a deconvolution (kh, kw,
// out/group, in), matrices (in, out), and the
// rows of a matrix that follows a spatial value count H, W, C.
//
// Bytes are hostile until shown otherwise. The unpickler knows numpy's array
// constructors and nothing else, so no file can make it run code; lengths are
// checked against the bytes that remain before memory is taken.
//
// Nothing here keeps state: every function may be called by several goroutines
// at the same time, on one graph as well while none of them changes it.
package npy
