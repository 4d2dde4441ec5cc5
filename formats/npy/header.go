package npy

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/alexconv/alexconv/ir"
)

// magic opens every .npy file; two version bytes and the header's length
// follow (numpy/lib/format.py, NEP 1).
const magic = "\x93NUMPY"

// header is what precedes an array's bytes in a .npy file.
type header struct {
	dtype   dtype
	fortran bool
	shape   ir.Shape
}

// readHeader parses the header of format 1.0, 2.0 or 3.0 and returns the
// bytes after it.
func readHeader(data []byte) (header, []byte, error) {
	if !bytes.HasPrefix(data, []byte(magic)) {
		return header{}, nil, ir.Errorf(ir.ErrInvalid, "not a .npy file: the magic bytes are missing")
	}
	if len(data) < 8 {
		return header{}, nil, ir.Errorf(ir.ErrInvalid, "npy header: the file ends after %d bytes", len(data))
	}
	major, minor := data[6], data[7]
	if major < 1 || major > 3 || minor != 0 {
		return header{}, nil, ir.Errorf(ir.ErrUnsupported, "npy header: format version %d.%d is unknown", major, minor)
	}
	rest := data[8:]
	lengthBytes := 4
	if major == 1 {
		lengthBytes = 2
	}
	if len(rest) < lengthBytes {
		return header{}, nil, ir.Errorf(ir.ErrInvalid, "npy header: the file ends after %d bytes", len(data))
	}
	var length uint64
	if major == 1 {
		length = uint64(binary.LittleEndian.Uint16(rest))
	} else {
		length = uint64(binary.LittleEndian.Uint32(rest))
	}
	rest = rest[lengthBytes:]
	if length > uint64(len(rest)) {
		return header{}, nil, ir.Errorf(ir.ErrInvalid, "npy header: length %d, but only %d bytes remain", length, len(rest))
	}
	p := literal{text: string(rest[:length]), base: len(data) - len(rest)}
	h, err := p.header()
	if err != nil {
		return header{}, nil, err
	}
	return h, rest[length:], nil
}

// appendHeader writes a format 1.0 header whose end is aligned to 64 bytes, as
// numpy does. A shape of at most maxRank axes always fits.
func appendHeader(b []byte, h header) []byte {
	dims := make([]string, len(h.shape))
	for i, d := range h.shape {
		dims[i] = fmt.Sprint(d)
	}
	shape := "(" + strings.Join(dims, ", ") + ")"
	if len(dims) == 1 {
		shape = "(" + dims[0] + ",)"
	}
	order := "False"
	if h.fortran {
		order = "True"
	}
	text := fmt.Sprintf("{'descr': '%v', 'fortran_order': %s, 'shape': %s, }", h.dtype, order, shape)
	const fixed = len(magic) + 4 // version and length
	padding := 63 - (fixed+len(text))%64
	text += strings.Repeat(" ", padding) + "\n"
	b = append(b, magic...)
	b = append(b, 1, 0)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(text)))
	return append(b, text...)
}
