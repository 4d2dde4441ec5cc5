package onnx

import (
	"encoding/binary"
	"math"

	"github.com/x448/float16"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/alexconv/alexconv/formats/internal/wire"
	"github.com/alexconv/alexconv/ir"
)

// shape is the tensor's dims as ir counts them.
func (t *tensor) shape() ir.Shape { return ir.Shape(t.dims) }

// asFloats gives the elements of a floating-point tensor as float32: a view
// where they are stored so, else converted once and kept. A double rounds to
// the nearest float32.
func (t *tensor) asFloats() ([]float32, error) {
	if t.floats != nil {
		return t.floats, nil
	}
	b := t.raw
	if b == nil {
		b = t.packed
	}
	switch t.kind {
	case elementFloat:
		t.floats = ir.FloatsOf(b)
	case elementDouble:
		t.floats = convert(b, 8, func(b []byte) float32 {
			return float32(math.Float64frombits(binary.LittleEndian.Uint64(b)))
		})
	case elementFloat16:
		t.floats = t.convertHalves(halfFloat)
	case elementBfloat16:
		t.floats = t.convertHalves(brainFloat)
	default:
		return nil, ir.Errorf(ir.ErrUnsupported, "tensor %s holds %v values where floating-point numbers are needed", wire.Quote(t.name), t.kind)
	}
	return t.floats, nil
}

// convertHalves converts 16-bit floats, which stand in raw_data or, one per
// varint, in int32_data.
func (t *tensor) convertHalves(element func(uint16) float32) []float32 {
	if t.raw != nil {
		return convert(t.raw, 2, func(b []byte) float32 { return element(binary.LittleEndian.Uint16(b)) })
	}
	f := make([]float32, 0, t.shape().Elements())
	for b := t.varint; len(b) > 0; {
		v, n := protowire.ConsumeVarint(b)
		f = append(f, element(uint16(v)))
		b = b[n:]
	}
	return f
}

// maxInts bounds the integer tensors that are read: shapes, axes and sizes.
const maxInts = 1 << 16

// asInts gives the elements of an integer tensor, decoded once and kept.
func (t *tensor) asInts() ([]int64, error) {
	if t.ints != nil {
		return t.ints, nil
	}
	if !t.kind.integer() {
		return nil, ir.Errorf(ir.ErrUnsupported, "tensor %s holds %v values where integers are needed", wire.Quote(t.name), t.kind)
	}
	if n := t.shape().Elements(); n > maxInts {
		return nil, ir.Errorf(ir.ErrLimit, "tensor %s has %d integers, more than %d", wire.Quote(t.name), n, maxInts)
	}
	t.ints = []int64{}
	for b := t.varint; len(b) > 0; {
		v, n := protowire.ConsumeVarint(b)
		t.ints = append(t.ints, int64(v))
		b = b[n:]
	}
	size := t.kind.size()
	for b := t.raw; len(b) > 0; b = b[size:] {
		t.ints = append(t.ints, t.kind.int(b))
	}
	return t.ints, nil
}

// int is the first integer of this type in b.
func (t elementType) int(b []byte) int64 {
	switch t {
	case elementInt8:
		return int64(int8(b[0]))
	case elementInt32:
		return int64(int32(binary.LittleEndian.Uint32(b)))
	case elementInt64:
		return int64(binary.LittleEndian.Uint64(b))
	}
	return int64(b[0])
}

func convert(b []byte, size int, element func([]byte) float32) []float32 {
	f := make([]float32, len(b)/size)
	for i := range f {
		f[i] = element(b[i*size:])
	}
	return f
}

func halfFloat(bits uint16) float32 { return float16.Frombits(bits).Float32() }

func brainFloat(bits uint16) float32 { return math.Float32frombits(uint32(bits) << 16) }

// floatTensor is a tensor that the writer makes from float32 values.
func floatTensor(name string, dims []int, values []float32) *tensor {
	if values == nil {
		values = []float32{}
	}
	return &tensor{name: name, dims: dims, kind: elementFloat, floats: values}
}

// intTensor is a one-dimensional int64 tensor that the writer makes.
func intTensor(name string, values []int64) *tensor {
	return &tensor{name: name, dims: []int{len(values)}, kind: elementInt64, ints: values}
}

// equal reports whether two tensors have the same type, dims and elements, bit
// for bit. Tensors of types that alexconv does not read are never equal.
func (t *tensor) equal(u *tensor) bool {
	if t.kind != u.kind || !t.shape().Equal(u.shape()) {
		return false
	}
	if t.kind == elementInt64 {
		a, errA := t.asInts()
		b, errB := u.asInts()
		return errA == nil && errB == nil && sliceEqual(a, b, func(v int64) uint64 { return uint64(v) })
	}
	a, errA := t.asFloats()
	b, errB := u.asFloats()
	return errA == nil && errB == nil && sameFloats(a, b)
}

// sameFloats compares bit for bit, and at once when both are one memory.
func sameFloats(a, b []float32) bool {
	if len(a) == len(b) && len(a) > 0 && &a[0] == &b[0] {
		return true
	}
	return sliceEqual(a, b, func(v float32) uint64 { return uint64(math.Float32bits(v)) })
}

func sliceEqual[T any](a, b []T, bits func(T) uint64) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if bits(a[i]) != bits(b[i]) {
			return false
		}
	}
	return true
}
