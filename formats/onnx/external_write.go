package onnx

import (
	"io"
	"math"
	"strconv"

	"github.com/alexconv/alexconv/formats/internal/wire"
)

const (
	// maxInside leaves room in a message of 2 GiB for all but the weights.
	maxInside = math.MaxInt32 - 64<<20
	// smallestOutside is the length from which a tensor may stand outside; the
	// onnx package has the same.
	smallestOutside = 1024
	// alignment of tensors outside is that of memory pages.
	alignment = 4096
)

// weightBytes is how many bytes the initialisers hold.
func (m *model) weightBytes() int64 {
	var total int64
	for _, t := range m.graph.initialisers {
		total += 4 * int64(len(t.floats))
	}
	return total
}

// moveOutside gives the float tensors that are large enough a place in the file
// at a location, in the order in which they are there.
func (m *model) moveOutside(location string) outside {
	var list outside
	var end int64
	for _, t := range m.graph.initialisers {
		size := 4 * int64(len(t.floats))
		if t.kind != elementFloat || size < smallestOutside {
			continue
		}
		offset := (end + alignment - 1) / alignment * alignment
		t.external = &external{location: location, offset: offset, length: size, sized: true}
		list = append(list, t)
		end = offset + size
	}
	return list
}

// pairs are what external_data says of a place.
func (e *external) pairs() []property {
	return []property{
		{"location", e.location},
		{"offset", strconv.FormatInt(e.offset, 10)},
		{"length", strconv.FormatInt(e.length, 10)},
	}
}

// outside are the tensors of a file of external data, by ascending offset.
type outside []*tensor

// WriteTo writes the file, with zeros between the tensors.
func (list outside) WriteTo(w io.Writer) (int64, error) {
	var written int64
	emit := func(b []byte) error {
		n, err := w.Write(b)
		written += int64(n)
		return err
	}
	zeros := make([]byte, alignment)
	for _, t := range list {
		if err := emit(zeros[:t.external.offset-written]); err != nil {
			return written, err
		}
		if err := wire.Floats(t.floats).Emit(emit); err != nil {
			return written, err
		}
	}
	return written, nil
}
