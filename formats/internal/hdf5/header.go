package hdf5

import (
	"encoding/binary"

	"github.com/alexconv/alexconv/ir"
)

// The types of header message that are read (section IV.A.2).
const (
	messageDataspace    = 0x01
	messageDatatype     = 0x03
	messageLayout       = 0x08
	messageFilters      = 0x0b
	messageContinuation = 0x10
	messageSymbolTable  = 0x11
)

// sharedFlag marks a message whose content is elsewhere.
const sharedFlag = 0x02

// header is an object's messages by type; of several the first counts.
type header map[uint16]message

type message struct {
	body   []byte
	offset uint64
}

// block is a stretch of messages.
type block struct{ offset, size uint64 }

// header reads a version 1 object header (section IV.A.1.a).
func (f *File) header(offset uint64) (header, error) {
	prefix, err := f.at(offset, 16, "an object header")
	if err != nil {
		return nil, err
	}
	if prefix[0] != 1 {
		return nil, ir.Errorf(ir.ErrUnsupported, "byte %d: no object header of version 1 begins here: write the file in HDF5's earliest format, as Caffe does", offset)
	}
	left := int(binary.LittleEndian.Uint16(prefix[2:]))
	h := make(header)
	blocks := []block{{offset + 16, uint64(binary.LittleEndian.Uint32(prefix[8:]))}}
	for ; len(blocks) > 0; blocks = blocks[1:] {
		b, err := f.at(blocks[0].offset, blocks[0].size, "a block of header messages")
		if err != nil {
			return nil, err
		}
		for place := blocks[0].offset; len(b) >= 8 && left > 0; left-- {
			typ, size := binary.LittleEndian.Uint16(b), int(binary.LittleEndian.Uint16(b[2:]))
			if size > len(b)-8 {
				return nil, ir.Errorf(ir.ErrInvalid, "byte %d: a header message of %d bytes is beyond its block", place, size)
			}
			m := message{b[8 : 8+size], place + 8}
			switch _, seen := h[typ]; {
			case typ == messageContinuation && size >= 2*wide:
				blocks = append(blocks, block{address(m.body), address(m.body[wide:])})
			case seen:
			case b[4]&sharedFlag != 0 && (typ == messageDataspace || typ == messageDatatype):
				return nil, ir.Errorf(ir.ErrUnsupported, "byte %d: a shared header message of type %d is not supported", place, typ)
			default:
				h[typ] = m
			}
			b, place = b[8+size:], place+8+uint64(size)
		}
	}
	return h, nil
}

// need is a message of at least size bytes.
func (h header) need(typ uint16, size int, what string) (message, error) {
	m, ok := h[typ]
	if !ok {
		return m, ir.Errorf(ir.ErrInvalid, "the object has no %s message", what)
	}
	if len(m.body) < size {
		return m, m.errorf(ir.ErrInvalid, "the %s message has %d bytes, at least %d are needed", what, len(m.body), size)
	}
	return m, nil
}

func (m message) errorf(kind error, format string, args ...any) error {
	return ir.Errorf(kind, "byte %d: %w", m.offset, ir.Errorf(kind, format, args...))
}
