package tf

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/x448/float16"

	"github.com/alexconv/alexconv/formats/internal/wire"
	"github.com/alexconv/alexconv/ir"
)

// maxInts bounds the integer tensors that are read: shapes, axes and sizes.
const maxInts = 1 << 16

// asFloats gives the elements of a floating-point tensor as float32: a view
// where they are stored so, else converted once and kept. A double rounds to
// the nearest float32.
func (t *tensor) asFloats() ([]float32, error) {
	if t.floats != nil {
		return t.floats, nil
	}
	stored := t.content
	if len(stored) == 0 {
		stored = t.values
	}
	var f []float32
	switch t.kind {
	case typeFloat:
		f = ir.FloatsOf(stored)
	case typeDouble:
		f = convert(stored, 8, func(b []byte) float32 { return float32(math.Float64frombits(binary.LittleEndian.Uint64(b))) })
	case typeHalf, typeBfloat16:
		element := func(bits uint16) float32 { return float16.Frombits(bits).Float32() }
		if t.kind == typeBfloat16 {
			element = func(bits uint16) float32 { return math.Float32frombits(uint32(bits) << 16) }
		}
		f = convert(t.content, 2, func(b []byte) float32 { return element(binary.LittleEndian.Uint16(b)) })
		for _, v := range t.varints {
			f = append(f, element(uint16(v)))
		}
	default:
		return nil, ir.Errorf(ir.ErrUnsupported, "constant %s holds %v values where floating-point numbers are needed", wire.Quote(t.name), t.kind)
	}
	t.floats = repeated(t, f)
	return t.floats, nil
}

// repeats is how many elements a decoded tensor of a type that is read has
// beyond the values that stand in the file.
func (t *tensor) repeats() int {
	size := t.kind.size()
	if size == 0 {
		return 0
	}
	return t.dims.Elements() - len(t.content)/size - len(t.values)/size - len(t.varints)
}

// repeated fills a tensor up with its last value, or with zeros where there is
// none, as TensorFlow does.
func repeated[T any](t *tensor, values []T) []T {
	missing := t.dims.Elements() - len(values)
	if missing == 0 {
		return values
	}
	var last T
	if len(values) > 0 {
		last = values[len(values)-1]
	}
	return append(slices.Clip(values), slices.Repeat([]T{last}, missing)...)
}

// asInts gives the elements of an integer tensor, decoded once and kept.
func (t *tensor) asInts() ([]int64, error) {
	if t.ints != nil {
		return t.ints, nil
	}
	if t.kind != typeInt32 && t.kind != typeInt64 {
		return nil, ir.Errorf(ir.ErrUnsupported, "constant %s holds %v values where integers are needed", wire.Quote(t.name), t.kind)
	}
	if n := t.dims.Elements(); n > maxInts {
		return nil, ir.Errorf(ir.ErrLimit, "constant %s has %d integers, more than %d", wire.Quote(t.name), n, maxInts)
	}
	list := t.varints
	for b := t.content; len(b) > 0; b = b[t.kind.size():] {
		if t.kind == typeInt32 {
			list = append(list, int64(int32(binary.LittleEndian.Uint32(b))))
		} else {
			list = append(list, int64(binary.LittleEndian.Uint64(b)))
		}
	}
	if t.ints = repeated(t, list); t.ints == nil {
		t.ints = []int64{}
	}
	return t.ints, nil
}

func convert(b []byte, size int, element func([]byte) float32) []float32 {
	f := make([]float32, len(b)/size)
	for i := range f {
		f[i] = element(b[i*size:])
	}
	return f
}

// Size is that of the tensor_content of a float32 tensor that the writer made.
func (t *tensor) Size() int { return t.kind.size() * t.dims.Elements() }

// Emit gives that content.
func (t *tensor) Emit(emit func([]byte) error) error {
	if t.source == nil {
		return emit(ir.BytesOf(t.floats))
	}
	return t.layout.store(t.source.Data, func(f []float32) error { return emit(ir.BytesOf(f)) })
}

// equal reports whether a constant that was found is the one that writing
// gives: type, dims and elements, bit for bit.
func (t *tensor) equal(found *tensor) bool {
	if t.kind != found.kind || !t.dims.Equal(found.dims) {
		return false
	}
	if t.kind == typeInt32 {
		a, errA := t.asInts()
		b, errB := found.asInts()
		return errA == nil && errB == nil && slices.Equal(a, b)
	}
	a, errA := t.asFloats()
	b, errB := found.asFloats()
	return errA == nil && errB == nil && slices.EqualFunc(a, b, func(x, y float32) bool {
		return math.Float32bits(x) == math.Float32bits(y)
	})
}
