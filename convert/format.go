package convert

import (
	"strings"

	"github.com/alexconv/alexconv/formats/caffe"
	"github.com/alexconv/alexconv/formats/npy"
	"github.com/alexconv/alexconv/formats/onnx"
	"github.com/alexconv/alexconv/formats/tf"
	"github.com/alexconv/alexconv/ir"
)

// Format is a kind of model file.
type Format string

// The formats. Prototxt is a topology alone, ONNX and GraphDef have topology and
// weights, Caffemodel, HDF5 (Caffe's), NPY and NPZ weights alone. Keras and Torch are programs
// that come with a file of weights beside them, and are only written.
// Binaryproto is no model but a mean image of Caffe's, for [ReadMean].
const (
	Prototxt   Format = "prototxt"
	Caffemodel Format = "caffemodel"
	HDF5       Format = "hdf5"
	ONNX       Format = "onnx"
	GraphDef   Format = "pb"
	NPY        Format = "npy"
	NPZ        Format = "npz"
	Keras      Format = "keras"
	Torch      Format = "torch"

	Binaryproto Format = "binaryproto"
)

// formatTraits is what sets a format apart.
type formatTraits struct {
	format     Format
	extensions []string // of file names, longest first where one ends another
	topology   bool
	weights    bool
	read       bool
}

var formats = []formatTraits{
	{Prototxt, []string{".prototxt", ".pbtxt", ".txt"}, true, false, true},
	{Caffemodel, []string{".caffemodel"}, false, true, true},
	{HDF5, []string{".h5", ".hdf5"}, false, true, true},
	{ONNX, []string{".onnx"}, true, true, true},
	{GraphDef, []string{".pb"}, true, true, true},
	{NPY, []string{".npy"}, false, true, true},
	{NPZ, []string{".npz"}, false, true, true},
	{Torch, []string{".torch.py"}, true, true, false},
	{Keras, []string{".py"}, true, true, false},
	{Binaryproto, []string{".binaryproto"}, false, false, true},
}

func (f Format) traits() formatTraits {
	for _, t := range formats {
		if t.format == f {
			return t
		}
	}
	return formatTraits{}
}

// ParseFormat reads a format's name.
func ParseFormat(name string) (Format, error) {
	var names []string
	for _, t := range formats {
		if string(t.format) == name {
			return t.format, nil
		}
		names = append(names, string(t.format))
	}
	return "", ir.Errorf(ir.ErrInvalid, "unknown format %q (want %s)", name, strings.Join(names, ", "))
}

// HasTopology reports whether files of the format say what the layers are.
func (f Format) HasTopology() bool { return f.traits().topology }

// HasWeights reports whether files of the format hold parameters.
func (f Format) HasWeights() bool { return f.traits().weights }

// Readable reports whether alexconv reads the format.
func (f Format) Readable() bool { return f.traits().read }

// byName is the format that a file's extension means, or "".
func byName(path string) Format {
	path = strings.ToLower(path)
	for _, t := range formats {
		for _, extension := range t.extensions {
			if strings.HasSuffix(path, extension) {
				return t.format
			}
		}
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
	case caffe.LooksLikeHDF5(prefix):
		return HDF5, nil
	case onnx.Detect(prefix):
		return ONNX, nil
	case tf.Detect(prefix):
		return GraphDef, nil
	case caffe.LooksLikeModel(prefix):
		return Caffemodel, nil
	case caffe.LooksLikeMean(prefix):
		return Binaryproto, nil
	case caffe.LooksLikeText(prefix):
		return Prototxt, nil
	}
	if format := byName(f.path); format.Readable() {
		return format, nil
	}
	return "", f.wrap(ir.Errorf(ir.ErrUnsupported, "the content is of no known format; name one with --from"))
}
