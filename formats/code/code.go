package code

import (
	"bytes"
	"io"
	"strings"

	"github.com/alexconv/alexconv/ir"
)

// Options say what a module cannot know of itself.
type Options struct {
	// Weights is the name of the file of weights, beside the module.
	Weights string
}

// WriteKeras writes a module for TensorFlow 2 with a Keras model. It loads a
// .npy dict of weights as the TensorFlow side has them: {layer: {"weights":
// (kh, kw, in/group, out) or (in, out), "biases": (out)}}, "/" in a layer's
// name as "_", the rows of a matrix behind an image counting H, W, C. Images
// are N, H, W, C in and out.
//
// The graph needs no weights. A layer that the module or the dict cannot
// express is an error that names it and wraps [ir.ErrUnsupported]; nothing is
// written then.
func WriteKeras(w io.Writer, g *ir.Graph, o Options) error {
	return write(w, g, o, keras)
}

// WriteTorch writes a module for PyTorch. It loads an .npz of weights in
// Caffe's layouts, which are PyTorch's own: the keys are LAYER/0 and LAYER/1,
// filters (out, in/group, kh, kw), matrices (out, in) with in counting C, H,
// W. Images are N, C, H, W.
//
// The graph needs no weights. A layer that the module cannot express is an
// error that names it and wraps [ir.ErrUnsupported]; nothing is written then.
func WriteTorch(w io.Writer, g *ir.Graph, o Options) error {
	return write(w, g, o, torch)
}

// framework is what the two kinds of module differ in.
type framework struct {
	name     string
	writers  map[string]func(*program, ir.Op) error
	reserved []string // names that the module itself uses
	attribs  []string // names that the model's class has already
	assemble func(*program, Options) string
}

func write(w io.Writer, g *ir.Graph, o Options, f *framework) error {
	shapes, err := g.Validate()
	if err != nil {
		return err
	}
	if o.Weights == "" || strings.ContainsAny(o.Weights, "/\\") {
		return ir.Errorf(ir.ErrInvalid, "code: the weights file %q must be a name without a folder", o.Weights)
	}
	p, err := newProgram(g, shapes, f)
	if err != nil {
		return err
	}
	for _, n := range g.Nodes {
		if err := p.write(n); err != nil {
			return err
		}
	}
	_, err = io.Copy(w, bytes.NewReader([]byte(f.assemble(p, o))))
	return err
}
