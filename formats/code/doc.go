// Package code writes a graph as a program: a module for TensorFlow 2 and
// Keras, or one for PyTorch, that a person can read and change, and that loads
// the weights from a numpy file beside it.
//
// A layer becomes a line or two in the order of the graph, an in-place blob one
// variable that is assigned several times. What a framework computes otherwise
// than the graph says, such as Caffe's rounding of pools, is spelled out in
// small functions at the head of the module (fragments/), of which only those
// that are needed are written.
//
// Nothing of a model's text reaches the program but as a quoted string or as an
// identifier made for it (python.go). The bytes are a function of the graph and
// the options alone.
//
// Nothing here keeps state: every function may be called by several goroutines
// at the same time, on one graph as well while none of them changes it.
package code
