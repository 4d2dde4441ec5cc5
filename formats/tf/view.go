package tf

import (
	"encoding/binary"
	"math"
	"runtime"
	"unsafe"
)

// littleEndian reports the byte order of this machine.
var littleEndian = binary.NativeEndian.Uint16([]byte{1, 0}) == 1

// looseAlignment reports whether this machine loads a float32 from any
// address.
const looseAlignment = runtime.GOARCH == "amd64" || runtime.GOARCH == "arm64" || runtime.GOARCH == "386"

// viewFloats is the little-endian float32 array in b, whose length is a
// multiple of 4: the same memory where the machine allows it, else a copy.
func viewFloats(b []byte) []float32 {
	n := len(b) / 4
	if n == 0 {
		return []float32{}
	}
	p := unsafe.Pointer(unsafe.SliceData(b))
	if littleEndian && (looseAlignment || uintptr(p)%4 == 0) {
		return unsafe.Slice((*float32)(p), n)
	}
	return copyFloats(b)
}

// copyFloats decodes the little-endian float32 array in b.
func copyFloats(b []byte) []float32 {
	f := make([]float32, len(b)/4)
	for i := range f {
		f[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return f
}

// floatBytes calls emit with the little-endian bytes of f: once, with f's own
// memory, where the machine is little-endian, else in blocks.
func floatBytes(f []float32, emit func([]byte) error) error {
	if len(f) == 0 {
		return nil
	}
	if littleEndian {
		return emit(unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(f))), 4*len(f)))
	}
	return swappedBytes(f, emit)
}

func swappedBytes(f []float32, emit func([]byte) error) error {
	const block = 1 << 14
	buffer := make([]byte, 0, 4*min(block, len(f)))
	for start := 0; start < len(f); start += block {
		buffer = buffer[:0]
		for _, v := range f[start:min(start+block, len(f))] {
			buffer = binary.LittleEndian.AppendUint32(buffer, math.Float32bits(v))
		}
		if err := emit(buffer); err != nil {
			return err
		}
	}
	return nil
}
