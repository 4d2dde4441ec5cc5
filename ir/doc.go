// Package ir is the model that every format is read into and written from: a
// graph of float32 tensor operations in static single assignment form.
//
// The set of operations is closed ([Op]); each is a struct whose fields are
// its attributes. A value that two frameworks compute differently is an
// attribute, never a convention. Layouts are canonical: activations NCHW,
// convolution filters OIHW, fully connected matrices (out, in) with in
// counting C, H, W unless an attribute says otherwise.
//
// The package imports the standard library only, and nothing in it knows a
// file format.
//
// Functions keep no state. A graph may be read by several goroutines at the same
// time as long as none changes it.
package ir
