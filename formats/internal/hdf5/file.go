package hdf5

import (
	"bytes"
	"encoding/binary"
	"math"

	"github.com/alexconv/alexconv/ir"
)

// Signature is what every HDF5 file begins with.
const Signature = "\x89HDF\r\n\x1a\n"

// wide is the length of an address or a length, the only one that is read.
const wide = 8

// undefined is the address of what is not there.
const undefined = math.MaxUint64

// File is an HDF5 file in memory. In a sound file no byte belongs to two things:
// what is read of one may not exceed its length in all, so that the effort and
// the copies stay in proportion. Hence no object can be read twice.
type File struct {
	data   []byte
	limits ir.Limits
	links  int    // of the groups that were read
	unread uint64 // bytes that may still be read
	root   uint64
}

// Open reads the superblock (section II.A). Links count as [ir.Limits.Tensors],
// the axes of a dataset and the levels of an index as Nesting. Errors wrap
// [ir.ErrInvalid], [ir.ErrUnsupported] or [ir.ErrLimit] and name the byte.
func Open(data []byte, limits ir.Limits) (*File, error) {
	limits = limits.OrDefaults()
	f := &File{data: data, limits: limits, unread: uint64(len(data))}
	if !bytes.HasPrefix(data, []byte(Signature)) {
		return nil, ir.Errorf(ir.ErrInvalid, "byte 0: no HDF5 signature")
	}
	head, err := f.at(0, 24, "the superblock")
	if err != nil {
		return nil, err
	}
	addresses := uint64(24)
	switch version := head[8]; version {
	case 0:
	case 1:
		addresses += 4
	default:
		return nil, ir.Errorf(ir.ErrUnsupported, "byte 8: superblock version %d is not supported: write the file in HDF5's earliest format, as Caffe does", version)
	}
	if head[13] != wide || head[14] != wide {
		return nil, ir.Errorf(ir.ErrUnsupported, "byte 13: addresses of %d and lengths of %d bytes are not supported, only of %d", head[13], head[14], wide)
	}
	// Base address, free space, end of file, driver information; then the root's
	// symbol table entry.
	rest, err := f.at(addresses, 4*wide+entrySize, "the superblock")
	if err != nil {
		return nil, err
	}
	if base := address(rest); base != 0 {
		return nil, ir.Errorf(ir.ErrUnsupported, "byte %d: the base address is %d, only 0 is supported", addresses, base)
	}
	if end := address(rest[2*wide:]); end > uint64(len(data)) {
		return nil, ir.Errorf(ir.ErrInvalid, "byte %d: truncated: the file was %d bytes long, %d are left", addresses+2*wide, end, len(data))
	}
	f.root = address(rest[5*wide:])
	return f, nil
}

// Root is the root group.
func (f *File) Root() (*Group, error) { return f.group(f.root) }

// at is a part of the file that is read once.
func (f *File) at(offset, size uint64, what string) ([]byte, error) {
	if n := uint64(len(f.data)); offset > n || size > n-offset {
		return nil, ir.Errorf(ir.ErrInvalid, "byte %d: %s of %d bytes is beyond the file's %d", offset, what, size, n)
	}
	if size > f.unread {
		return nil, ir.Errorf(ir.ErrInvalid, "byte %d: %s overlaps other parts: together they are longer than the file", offset, what)
	}
	f.unread -= size
	return f.data[offset : offset+size : offset+size], nil
}

// signed is a part of the file that begins with a signature.
func (f *File) signed(signature string, offset, size uint64, what string) ([]byte, error) {
	b, err := f.at(offset, size, what)
	if err == nil && string(b[:len(signature)]) != signature {
		return nil, ir.Errorf(ir.ErrInvalid, "byte %d: %s should begin with %q", offset, what, signature)
	}
	return b, err
}

func address(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }
