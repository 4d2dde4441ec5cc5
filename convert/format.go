package convert

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"

	"github.com/alexconv/alexconv/formats/caffe"
	"github.com/alexconv/alexconv/formats/npy"
	"github.com/alexconv/alexconv/formats/onnx"
	"github.com/alexconv/alexconv/ir"
)

// Format is a kind of model file.
type Format string

// The formats. Prototxt is a topology alone, ONNX a topology with weights, the
// others are weights alone.
const (
	Prototxt   Format = "prototxt"
	Caffemodel Format = "caffemodel"
	ONNX       Format = "onnx"
	NPY        Format = "npy"
	NPZ        Format = "npz"
)

var formats = []Format{Prototxt, Caffemodel, ONNX, NPY, NPZ}

// ParseFormat reads a format's name.
func ParseFormat(name string) (Format, error) {
	if f := Format(name); slices.Contains(formats, f) {
		return f, nil
	}
	return "", ir.Errorf(ir.ErrInvalid, "unknown format %q (want prototxt, caffemodel, onnx, npy or npz)", name)
}

// HasTopology reports whether files of the format say what the layers are.
func (f Format) HasTopology() bool { return f == Prototxt || f == ONNX }

// HasWeights reports whether files of the format hold parameters.
func (f Format) HasWeights() bool { return f != Prototxt }

// byName is the format that a file's extension means, or "".
func byName(path string) Format {
	f := Format(strings.TrimPrefix(strings.ToLower(filepath.Ext(path)), "."))
	switch {
	case slices.Contains(formats, f):
		return f
	case f == "pbtxt", f == "txt":
		return Prototxt
	}
	return ""
}

// detect knows a file by its first bytes, and by its name where those tell
// nothing.
func detect(f *file) (Format, error) {
	prefix := f.data[:min(len(f.data), 4096)]
	switch npy.Detect(prefix) {
	case npy.NPY:
		return NPY, nil
	case npy.NPZ:
		return NPZ, nil
	}
	switch {
	case bytes.HasPrefix(prefix, []byte("\x89HDF\r\n\x1a\n")):
		return "", f.wrap(ir.Errorf(ir.ErrUnsupported, "HDF5 weights are not supported; use the .caffemodel"))
	case onnx.Detect(prefix):
		return ONNX, nil
	case caffe.LooksLikeModel(prefix):
		return Caffemodel, nil
	case caffe.LooksLikeText(prefix):
		return Prototxt, nil
	}
	if format := byName(f.path); format != "" {
		return format, nil
	}
	return "", f.wrap(ir.Errorf(ir.ErrUnsupported, "the content is of no known format; name one with --from"))
}
