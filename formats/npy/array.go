package npy

import (
	"math/bits"

	"github.com/alexconv/alexconv/formats/internal/strided"
	"github.com/alexconv/alexconv/ir"
)

// array is one numeric array as a file stores it. Its elements are converted
// only when they are asked for.
type array struct {
	// name is the key in an archive or "layer/role" in a dict; empty for a
	// plain .npy.
	name    string
	shape   ir.Shape
	dtype   dtype
	fortran bool // raw holds the elements in column-major order
	raw     []byte
}

// tensor converts the array to float32 in C order. Little-endian float32 in C
// order stays a view of the file.
func (a *array) tensor() (*ir.Tensor, error) {
	v, err := a.view()
	if err != nil {
		return nil, err
	}
	data, err := v.Pack()
	if err != nil {
		return nil, err
	}
	return &ir.Tensor{Shape: a.shape.Clone(), Data: data}, nil
}

// view is the array's elements as float32 with the strides of their order.
func (a *array) view() (strided.View, error) {
	values, err := a.dtype.floats(a.raw)
	if err != nil {
		if a.name != "" {
			err = ir.Errorf(ir.ErrUnsupported, "array %q: %w", a.name, err)
		}
		return strided.View{}, err
	}
	if a.fortran {
		return strided.FortranOrder(values, a.shape), nil
	}
	return strided.COrder(values, a.shape), nil
}

// maxRank is numpy's limit on the number of axes.
const maxRank = 64

func checkRank(shape ir.Shape) error {
	if len(shape) > maxRank {
		return ir.Errorf(ir.ErrLimit, "an array has %d axes, at most %d are possible", len(shape), maxRank)
	}
	return nil
}

// newArray checks that raw holds exactly the elements that shape and type
// announce.
func newArray(shape ir.Shape, d dtype, fortran bool, raw []byte) (*array, error) {
	want, err := byteSize(shape, d)
	if err != nil {
		return nil, err
	}
	if want != uint64(len(raw)) {
		return nil, ir.Errorf(ir.ErrInvalid, "an array of shape %v and dtype %v needs %d bytes, %d present",
			shape, d, want, len(raw))
	}
	return &array{shape: shape, dtype: d, fortran: fortran, raw: raw}, nil
}

// byteSize is the size of an array's elements, refused where the shape is out
// of bounds or the product overflows.
func byteSize(shape ir.Shape, d dtype) (uint64, error) {
	if err := checkRank(shape); err != nil {
		return 0, err
	}
	if err := shape.Check(); err != nil {
		return 0, err
	}
	over, size := bits.Mul64(uint64(shape.Elements()), uint64(d.size))
	if over != 0 {
		return 0, ir.Errorf(ir.ErrLimit, "an array of shape %v is too large", shape)
	}
	return size, nil
}
