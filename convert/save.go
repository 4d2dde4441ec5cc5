package convert

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/alexconv/alexconv/formats/caffe"
	"github.com/alexconv/alexconv/formats/code"
	"github.com/alexconv/alexconv/formats/npy"
	"github.com/alexconv/alexconv/formats/onnx"
	"github.com/alexconv/alexconv/formats/tf"
	"github.com/alexconv/alexconv/ir"
)

// SaveOptions says how a model is written. The zero value takes each format's
// defaults.
type SaveOptions struct {
	To           Format // overrules the file name's extension
	Opset        int    // ONNX operator set; 0 is the default
	DynamicBatch bool   // ONNX: leave the batch size open
	// ExternalData writes an ONNX model's weights into a file of their own beside
	// it, x.onnx.data for x.onnx; a model of more than 2 GiB always has one.
	ExternalData bool
	// EmbedDigest notes the model's digest in an ONNX model. It reads all weights
	// once more.
	EmbedDigest bool
	// Version is noted in an ONNX model as that of its producer.
	Version string
	Schema  npy.Schema
	Pickle  int // npy: pickle protocol 2 or 4; 0 is the default
	// Force replaces files that are there.
	Force bool
	// Source is the model that the graph was read from, if any: weights that lie
	// in its files are copied from file to file, and the files themselves are
	// never overwritten.
	Source *Model
	// Keep lists further files that must not be overwritten.
	Keep []string
	// Written, if not nil, is told how many bytes of a file are written so far.
	Written func(path string, total int64)
}

// Save writes the graph to out, one path or several joined with plus signs,
// such as x.prototxt+x.caffemodel. All files appear together or none does; see
// [WriteFiles]. A file that is there is an error that wraps [io/fs.ErrExist]
// unless Force is set; a source that changed meanwhile is one that wraps
// [ir.ErrChanged].
func Save(ctx context.Context, g *ir.Graph, out string, o SaveOptions) ([]Output, error) {
	targets, err := plan(g, out, o)
	if err != nil {
		return nil, err
	}
	w := fileWriter{ctx: ctx, written: o.Written}
	keep := o.Keep
	if o.Source != nil {
		keep = slices.Concat(keep, o.Source.Paths)
		w.sources = o.Source.files
	}
	for i, t := range targets {
		if err := RefuseInput(t.Path, keep); err != nil {
			return nil, err
		}
		targets[i].New = !o.Force
	}
	return w.write(targets)
}

// Write writes the graph in one format to a stream. A program is written
// without the weights that it loads.
func Write(ctx context.Context, w io.Writer, g *ir.Graph, format Format, o SaveOptions) error {
	write, err := writer(g, "model", format, o)
	if err != nil {
		return err
	}
	to := &sink{ctx: ctx, to: w}
	if o.Source != nil {
		to.sources = o.Source.files
	}
	if err := ir.CatchFaults(func() error { return write(to) }); err != nil {
		return blame(to.sources, err)
	}
	return to.flush()
}

// Formats says what each file named by out will hold.
func Formats(out string, to Format) ([]Format, error) {
	var list []Format
	for path := range strings.SplitSeq(out, "+") {
		format := byName(path)
		if to != "" {
			format = to
		}
		if format == "" || path == "" {
			return nil, ir.Errorf(ir.ErrInvalid, "%q: the name says no format; use .onnx, .npy, .npz or x.prototxt+x.caffemodel, or --to", path)
		}
		list = append(list, format)
	}
	return list, nil
}

func plan(g *ir.Graph, out string, o SaveOptions) ([]Target, error) {
	formats, err := Formats(out, o.To)
	if err != nil {
		return nil, err
	}
	var targets []Target
	for i, path := range strings.Split(out, "+") {
		if formats[i] == ONNX {
			files, err := onnxTargets(g, path, o)
			if err != nil {
				return nil, &FileError{path, err}
			}
			targets = append(targets, files...)
			continue
		}
		write, err := writer(g, path, formats[i], o)
		if err != nil {
			return nil, &FileError{path, err}
		}
		targets = append(targets, Target{Path: path, Write: write})
		if beside, ok := weightsBeside(g, path, formats[i]); ok {
			weights, err := writer(g, beside, byName(beside), o)
			if err != nil {
				return nil, &FileError{beside, err}
			}
			targets = append(targets, Target{Path: beside, Write: weights})
		}
	}
	return targets, nil
}

// weightsBeside is the file of weights that a program at the given path loads,
// if the graph has any: x.npy for x.py, x.npz for x.torch.py.
func weightsBeside(g *ir.Graph, path string, format Format) (string, bool) {
	if format != Keras && format != Torch {
		return "", false
	}
	return weightsName(path, format), g.CheckWeights() == nil
}

func weightsName(path string, format Format) string {
	for _, extension := range format.traits().extensions {
		if len(path) > len(extension) && strings.EqualFold(path[len(path)-len(extension):], extension) {
			path = path[:len(path)-len(extension)]
		}
	}
	if format == Torch {
		return path + ".npz"
	}
	return path + ".npy"
}

// writer returns what writes the graph in a format. What the format cannot
// hold is an error here or when it runs.
func writer(g *ir.Graph, path string, format Format, o SaveOptions) (func(io.Writer) error, error) {
	switch format {
	case Prototxt, Caffemodel:
		return caffeWriter(g, format)
	case ONNX:
		options, err := o.onnx(g)
		return func(w io.Writer) error { return onnx.Write(w, g, options) }, err
	case GraphDef:
		return func(w io.Writer) error { return tf.Write(w, g, tf.WriteOptions{DynamicBatch: o.DynamicBatch}) }, nil
	case Keras:
		return func(w io.Writer) error {
			return code.WriteKeras(w, g, code.Options{Weights: filepath.Base(weightsName(path, Keras))})
		}, nil
	case Torch:
		return func(w io.Writer) error {
			return code.WriteTorch(w, g, code.Options{Weights: filepath.Base(weightsName(path, Torch))})
		}, nil
	case NPZ:
		return func(w io.Writer) error { return npy.WriteNPZ(w, g) }, nil
	case HDF5:
		return nil, ir.Errorf(ir.ErrUnsupported, "HDF5 is only read; write x.caffemodel")
	case Binaryproto:
		return nil, ir.Errorf(ir.ErrUnsupported, "a binaryproto holds a mean image, not a model; write x.caffemodel")
	default:
		return func(w io.Writer) error {
			return npy.WriteWeights(w, g, npy.WriteOptions{Schema: o.Schema, Pickle: o.Pickle})
		}, nil
	}
}

// caffeWriter resolves padding rules first, because Caffe has only numbers.
func caffeWriter(g *ir.Graph, format Format) (func(io.Writer) error, error) {
	g, err := ResolvePadding(g)
	if err != nil {
		return nil, err
	}
	if format == Caffemodel {
		_, weights, err := caffe.Write(g)
		if err != nil {
			return nil, err
		}
		return func(w io.Writer) error { _, err := weights.WriteTo(w); return err }, nil
	}
	text, err := caffe.WriteTopology(g)
	return func(w io.Writer) error { _, err := w.Write(text); return err }, err
}

// RefuseExisting is an error that wraps [io/fs.ErrExist] when there is something
// at path.
func RefuseExisting(path string) error {
	if _, err := os.Lstat(path); err == nil {
		return &FileError{path, existsError()}
	}
	return nil
}

// RefuseInput is an error when path is one of the input files.
func RefuseInput(path string, inputs []string) error {
	target, err := os.Stat(path)
	if err != nil {
		return nil
	}
	for _, input := range inputs {
		if info, err := os.Stat(input); err == nil && os.SameFile(info, target) {
			return &FileError{path, ir.Errorf(ir.ErrInvalid, "is the model's own file; choose another output")}
		}
	}
	return nil
}
