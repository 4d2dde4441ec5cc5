package hdf5

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"

	"github.com/x448/float16"

	"github.com/alexconv/alexconv/ir"
)

// The classes of datatype that are read.
const (
	classInteger = 0
	classFloat   = 1
)

// impliedBit is the flag of a mantissa whose first bit is not stored.
const impliedBit = 0x20

// datatype is how one number is stored.
type datatype struct {
	class  int
	size   int // in bytes
	big    bool
	signed bool
}

// ieee are the properties of IEEE 754's binary16, 32 and 64: bit offset,
// precision, exponent's location and size, mantissa's location and size, bias.
var ieee = map[int][]byte{
	2: {0, 0, 16, 0, 10, 5, 0, 10, 15, 0, 0, 0},
	4: {0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0},
	8: {0, 0, 64, 0, 52, 11, 0, 52, 0xff, 3, 0, 0},
}

// datatype reads the type (section IV.A.2.d).
func (h header) datatype() (datatype, error) {
	m, err := h.need(messageDatatype, 12, "datatype")
	if err != nil {
		return datatype{}, err
	}
	flags, size, properties := m.body[1], binary.LittleEndian.Uint32(m.body[4:]), m.body[8:]
	t := datatype{class: int(m.body[0] & 0xf), size: int(min(size, math.MaxInt32)), big: flags&1 != 0}
	float := ieee[t.size]
	switch {
	case t.class == classFloat && float != nil && flags&^1 == impliedBit && int(m.body[2]) == 8*t.size-1 && bytes.HasPrefix(properties, float):
	case t.class == classInteger && slices.Contains([]int{1, 2, 4, 8}, t.size) && bytes.HasPrefix(properties, []byte{0, 0, byte(8 * t.size), 0}):
		t.signed = flags&8 != 0
	default:
		return t, m.errorf(ir.ErrUnsupported, "numbers of class %d in %d bytes are not supported, only binary16, 32 and 64 floats and integers", t.class, size)
	}
	return t, nil
}

// Floats is the dataset's numbers as float32: a view of the file where they are
// that, else a copy, rounded to nearest as HDF5's own conversion does.
func (d *Dataset) Floats() []float32 {
	if d.typ == (datatype{class: classFloat, size: 4}) {
		return ir.FloatsOf(d.raw)
	}
	values := make([]float32, len(d.raw)/d.typ.size)
	for i := range values {
		values[i] = d.typ.float(d.raw[i*d.typ.size:])
	}
	return values
}

// float is the number at the beginning of b.
func (t datatype) float(b []byte) float32 {
	var bits uint64
	for i := range t.size {
		at := i
		if !t.big {
			at = t.size - 1 - i
		}
		bits = bits<<8 | uint64(b[at])
	}
	switch {
	case t.class == classFloat && t.size == 2:
		return float16.Frombits(uint16(bits)).Float32()
	case t.class == classFloat && t.size == 4:
		return math.Float32frombits(uint32(bits))
	case t.class == classFloat:
		return float32(math.Float64frombits(bits))
	case t.signed:
		shift := 64 - 8*t.size
		return float32(int64(bits<<shift) >> shift)
	}
	return float32(bits)
}
