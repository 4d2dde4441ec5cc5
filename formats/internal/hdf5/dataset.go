package hdf5

import (
	"encoding/binary"
	"math"

	"github.com/alexconv/alexconv/ir"
)

// Dataset is an array of numbers.
type Dataset struct {
	Shape  ir.Shape
	Offset int64 // of the numbers in the file
	typ    datatype
	raw    []byte
}

// maxRank is HDF5's own limit on the number of axes.
const maxRank = 32

// dataset reads the object header at offset as a dataset whose numbers are in
// the file in one piece.
func (f *File) dataset(offset uint64) (*Dataset, error) {
	h, err := f.header(offset)
	if err != nil {
		return nil, err
	}
	d := &Dataset{}
	if d.typ, err = h.datatype(); err != nil {
		return nil, err
	}
	if d.Shape, err = f.dataspace(h); err != nil {
		return nil, err
	}
	if err := f.layout(h, d); err != nil {
		return nil, err
	}
	if want := int64(d.Shape.Elements()) * int64(d.typ.size); want != int64(len(d.raw)) {
		return nil, ir.Errorf(ir.ErrInvalid, "byte %d: the dataset has shape %v, which is %d bytes, but %d are there", d.Offset, d.Shape, want, len(d.raw))
	}
	return d, nil
}

// dataspace reads the shape (section IV.A.2.b).
func (f *File) dataspace(h header) (ir.Shape, error) {
	m, err := h.need(messageDataspace, 4, "dataspace")
	if err != nil {
		return nil, err
	}
	rank, extents := int(m.body[1]), 8
	switch version := m.body[0]; {
	case version == 2 && m.body[3] == 2:
		return nil, m.errorf(ir.ErrInvalid, "the dataset has no values")
	case version == 2:
		extents = 4
	case version != 1:
		return nil, m.errorf(ir.ErrUnsupported, "dataspace version %d is not supported", version)
	}
	if rank > maxRank || len(m.body) < extents+rank*wide {
		return nil, m.errorf(ir.ErrInvalid, "a dataspace of %d axes does not fit into %d bytes", rank, len(m.body))
	}
	shape := make(ir.Shape, rank)
	for axis := range shape {
		extent := address(m.body[extents+axis*wide:])
		if extent > ir.MaxElements {
			return nil, m.errorf(ir.ErrLimit, "axis %d has %d elements, at most %d are possible", axis, extent, ir.MaxElements)
		}
		shape[axis] = int(extent)
	}
	if err := shape.Check(); err != nil {
		return nil, m.errorf(ir.ErrLimit, "%w", err)
	}
	return shape, f.limits.Check(ir.LimitElements, "elements of a dataset", int64(shape.Elements()))
}

// layout finds the numbers (section IV.A.2.i, version 3).
func (f *File) layout(h header, d *Dataset) error {
	m, err := h.need(messageLayout, 4, "data layout")
	if err != nil {
		return err
	}
	if _, filtered := h[messageFilters]; filtered {
		return m.errorf(ir.ErrUnsupported, "compressed datasets are not supported: write the file without filters, as Caffe does")
	}
	if version := m.body[0]; version != 3 {
		return m.errorf(ir.ErrUnsupported, "data layout version %d is not supported", version)
	}
	switch class := m.body[1]; {
	case class == 0:
		size := int(binary.LittleEndian.Uint16(m.body[2:]))
		if size > len(m.body)-4 {
			return m.errorf(ir.ErrInvalid, "compact data of %d bytes are beyond their message", size)
		}
		d.Offset, d.raw = int64(m.offset)+4, m.body[4:4+size]
	case class == 1 && len(m.body) >= 2+2*wide:
		begin, size := address(m.body[2:]), address(m.body[2+wide:])
		if begin == undefined && size > 0 {
			return m.errorf(ir.ErrInvalid, "the dataset's values were never written")
		}
		if begin == undefined {
			begin = 0
		}
		d.Offset = int64(min(begin, math.MaxInt64))
		d.raw, err = f.at(begin, size, "a dataset")
	default:
		return m.errorf(ir.ErrUnsupported, "data layout of class %d is not supported: write the file without chunks, as Caffe does", class)
	}
	return err
}
