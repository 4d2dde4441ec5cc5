package ir

import (
	"encoding/binary"
	"math"
	"runtime"
	"unsafe"
)

// littleEndian says that memory order is that of every file format here.
var littleEndian = binary.NativeEndian.Uint16([]byte{1, 0}) == 1

// unaligned says that the processor loads a float32 from any address.
const unaligned = runtime.GOARCH == "amd64" || runtime.GOARCH == "arm64" || runtime.GOARCH == "386"

// ViewsFiles reports whether [FloatsOf] and [BytesOf] share memory, wherever
// the bytes lie.
func ViewsFiles() bool { return littleEndian && unaligned }

// FloatsOf is the array of little-endian float32 values in b, whose length is
// a multiple of 4: the same memory where the machine allows it, else a copy.
func FloatsOf(b []byte) []float32 {
	n := len(b) / 4
	if n == 0 {
		return []float32{}
	}
	p := unsafe.Pointer(unsafe.SliceData(b))
	if littleEndian && (unaligned || uintptr(p)%4 == 0) {
		return unsafe.Slice((*float32)(p), n)
	}
	return decodeFloats(b)
}

// BytesOf is the little-endian form of values: the same memory where the
// machine allows it, else a copy.
func BytesOf(values []float32) []byte {
	if len(values) == 0 {
		return nil
	}
	if littleEndian {
		return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(values))), 4*len(values))
	}
	return encodeFloats(values)
}

func decodeFloats(b []byte) []float32 {
	values := make([]float32, len(b)/4)
	for i := range values {
		values[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return values
}

func encodeFloats(values []float32) []byte {
	b := make([]byte, 0, 4*len(values))
	for _, v := range values {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b
}
