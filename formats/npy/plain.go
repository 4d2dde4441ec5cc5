package npy

import (
	"io"

	"github.com/alexconv/alexconv/ir"
)

// NamedTensor is one array of an archive under its key.
type NamedTensor struct {
	Name   string
	Tensor *ir.Tensor
}

// ReadArray reads a plain .npy file of float16, float32, float64, integers or
// bool as float32 in C order. Float64 is rounded to nearest; a finite value
// beyond float32's range, and an integer that float32 would round, are refused,
// and so are bytes after the array. The tensor's data may be a view of data.
func ReadArray(data []byte) (*ir.Tensor, error) {
	h, raw, err := readHeader(data)
	if err != nil {
		return nil, err
	}
	if h.dtype.kind == 'O' {
		return nil, ir.Errorf(ir.ErrUnsupported, "npy: the file holds pickled objects (weights), not one array of numbers")
	}
	a, err := newArray(h.shape, h.dtype, h.fortran, raw)
	if err != nil {
		return nil, ir.Errorf(ir.ErrInvalid, "npy: %w", err)
	}
	t, err := a.tensor()
	if err != nil {
		return nil, ir.Errorf(ir.ErrUnsupported, "npy: %w", err)
	}
	return t, nil
}

// ReadNPZ reads the arrays of an .npz archive in its order. A key is the
// entry's name without ".npy" and may contain slashes; elements are
// converted as by [ReadArray]. What the limits leave out are their defaults.
func ReadNPZ(data []byte, limits ir.Limits) ([]NamedTensor, error) {
	arrays, err := readArchive(data, limits.OrDefaults())
	if err != nil {
		return nil, err
	}
	tensors := make([]NamedTensor, len(arrays))
	for i, a := range arrays {
		t, err := a.tensor()
		if err != nil {
			return nil, ir.Errorf(ir.ErrUnsupported, "npz: %w", err)
		}
		tensors[i] = NamedTensor{a.name, t}
	}
	return tensors, nil
}

// WriteArray writes a tensor as a plain .npy file: format 1.0, little-endian
// float32, C order.
func WriteArray(w io.Writer, t *ir.Tensor) error {
	if err := t.Check(); err != nil {
		return err
	}
	if err := checkRank(t.Shape); err != nil {
		return err
	}
	if _, err := w.Write(plainHeader(t.Shape)); err != nil {
		return err
	}
	return writeFloats(w, t.Data)
}

func plainHeader(shape ir.Shape) []byte {
	return appendHeader(nil, header{dtype: float32LE, shape: shape})
}

// chunkElements bounds what is converted to little-endian bytes at a time, and
// packedElements what is brought into another order: 4 and 32 MiB. For AlexNet's
// fc6 the latter is eight of the 36 positions of an image, so that what stands
// together in the source is read together.
const (
	chunkElements  = 1 << 20
	packedElements = 1 << 23
)

// writeFloats writes values as little-endian bytes, a bounded number at a time
// where that needs a copy.
func writeFloats(w io.Writer, values []float32) error {
	for len(values) > 0 {
		n := min(len(values), chunkElements)
		if _, err := w.Write(ir.BytesOf(values[:n])); err != nil {
			return err
		}
		values = values[n:]
	}
	return nil
}
