package npy

import (
	"encoding/binary"
	"math"
	"strconv"

	"github.com/alexconv/alexconv/ir"
	"github.com/x448/float16"
)

// dtype is the type of an array's elements. Kind is numpy's letter: f, i, u,
// b (bool) or O (Python object).
type dtype struct {
	kind byte
	size int // bytes per element
	big  bool
}

var float32LE = dtype{kind: 'f', size: 4}

// sizes holds the element sizes that each kind is read with.
var sizes = map[byte][]int{'f': {2, 4, 8}, 'i': {1, 2, 4, 8}, 'u': {1, 2, 4, 8}, 'b': {1}, 'O': {0, 4, 8}}

// parseDType reads a type string such as "<f4", ">i8", "|b1" or "f4". The
// native orders "=", "|" and none are little-endian.
func parseDType(text string) (dtype, error) {
	rest := text
	var d dtype
	if rest != "" {
		switch rest[0] {
		case '>':
			d.big = true
			rest = rest[1:]
		case '<', '=', '|':
			rest = rest[1:]
		}
	}
	if rest == "" {
		return dtype{}, ir.Errorf(ir.ErrInvalid, "%q is not a dtype", clip(text))
	}
	d.kind = rest[0]
	if digits := rest[1:]; digits != "" {
		n, err := strconv.ParseUint(digits, 10, 16)
		if err != nil {
			return dtype{}, ir.Errorf(ir.ErrUnsupported, "dtype %q is not supported", clip(text))
		}
		d.size = int(n)
	}
	for _, size := range sizes[d.kind] {
		if d.size == size {
			return d, nil
		}
	}
	return dtype{}, ir.Errorf(ir.ErrUnsupported,
		"dtype %q is not supported: only float16, float32, float64, integers and bool are", clip(text))
}

// String is numpy's type string with its byte order.
func (d dtype) String() string {
	order := "<"
	switch {
	case d.size == 1 || d.kind == 'O':
		order = "|"
	case d.big:
		order = ">"
	}
	if d.kind == 'O' {
		return "|O"
	}
	return order + string(d.kind) + strconv.Itoa(d.size)
}

// exactInteger is the largest magnitude up to which every integer is a
// float32.
const exactInteger = 1 << 24

// floats converts elements in storage order. Float64 is rounded to nearest; a
// finite value that float32 cannot hold, or an integer that it would round, is
// refused. The result may be a view of raw.
func (d dtype) floats(raw []byte) ([]float32, error) {
	if d == float32LE {
		return ir.FloatsOf(raw), nil
	}
	values := make([]float32, len(raw)/d.size)
	for i := range values {
		bits := d.bits(raw[i*d.size:])
		switch d.kind {
		case 'f':
			v, err := d.float(bits)
			if err != nil {
				return nil, elementError(i, err)
			}
			values[i] = v
		case 'b':
			if bits != 0 {
				values[i] = 1
			}
		case 'u':
			values[i] = float32(bits)
			if bits > exactInteger && (values[i] >= 1<<64 || uint64(values[i]) != bits) {
				return nil, elementError(i, ir.Errorf(ir.ErrUnsupported, "%d is not a float32", bits))
			}
		case 'i':
			shift := 64 - 8*d.size
			n := int64(bits<<shift) >> shift
			values[i] = float32(n)
			if (n > exactInteger || n < -exactInteger) && (values[i] >= 1<<63 || int64(values[i]) != n) {
				return nil, elementError(i, ir.Errorf(ir.ErrUnsupported, "%d is not a float32", n))
			}
		}
	}
	return values, nil
}

// bits is the first element of raw, zero-extended.
func (d dtype) bits(raw []byte) uint64 {
	switch {
	case d.size == 1:
		return uint64(raw[0])
	case d.size == 2 && d.big:
		return uint64(binary.BigEndian.Uint16(raw))
	case d.size == 2:
		return uint64(binary.LittleEndian.Uint16(raw))
	case d.size == 4 && d.big:
		return uint64(binary.BigEndian.Uint32(raw))
	case d.size == 4:
		return uint64(binary.LittleEndian.Uint32(raw))
	case d.big:
		return binary.BigEndian.Uint64(raw)
	}
	return binary.LittleEndian.Uint64(raw)
}

func (d dtype) float(bits uint64) (float32, error) {
	switch d.size {
	case 2:
		return float16.Frombits(uint16(bits)).Float32(), nil
	case 4:
		return math.Float32frombits(uint32(bits)), nil
	}
	wide := math.Float64frombits(bits)
	narrow := float32(wide)
	if math.IsInf(float64(narrow), 0) && !math.IsInf(wide, 0) {
		return 0, ir.Errorf(ir.ErrUnsupported, "%g is beyond float32", wide)
	}
	return narrow, nil
}

func elementError(i int, err error) error {
	return ir.Errorf(ir.ErrUnsupported, "element %d: %w", i, err)
}

// clip shortens text from a file for an error message.
func clip(text string) string {
	const limit = 60
	if len(text) > limit {
		return text[:limit] + "..."
	}
	return text
}
