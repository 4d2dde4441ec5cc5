package npy

import (
	"encoding/binary"
	"math"
	"runtime"
	"unsafe"
)

// littleEndian says that memory order equals the files' order.
var littleEndian = binary.NativeEndian.Uint16([]byte{1, 0}) == 1

// unaligned says that the processor reads a float32 at any address.
const unaligned = runtime.GOARCH == "amd64" || runtime.GOARCH == "arm64"

// floatsOf reads little-endian float32 values, as a view where the machine
// allows it. len(raw) is a multiple of 4.
func floatsOf(raw []byte) []float32 {
	if len(raw) == 0 {
		return []float32{}
	}
	p := unsafe.Pointer(unsafe.SliceData(raw))
	if littleEndian && (unaligned || uintptr(p)%4 == 0) {
		return unsafe.Slice((*float32)(p), len(raw)/4)
	}
	values := make([]float32, len(raw)/4)
	for i := range values {
		values[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
	}
	return values
}

// bytesOf is the little-endian form of values, as a view where the machine
// allows it.
func bytesOf(values []float32) []byte {
	if len(values) == 0 {
		return nil
	}
	if littleEndian {
		return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(values))), 4*len(values))
	}
	raw := make([]byte, 0, 4*len(values))
	for _, v := range values {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
	}
	return raw
}
