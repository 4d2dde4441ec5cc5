package caffe

import (
	"encoding/binary"
	"runtime"
	"unsafe"
)

// canView says that float32 values may be used where they lie in a file: the
// machine is little-endian and reads them at any address.
var canView = littleEndian && (runtime.GOARCH == "amd64" || runtime.GOARCH == "arm64")

var littleEndian = binary.NativeEndian.Uint16([]byte{1, 0}) == 1

// viewFloats reads count float32 values in place. raw must hold 4*count bytes,
// count must be positive and canView true.
func viewFloats(raw []byte, count int) []float32 {
	_ = raw[:4*count]
	return unsafe.Slice((*float32)(unsafe.Pointer(&raw[0])), count)
}

// viewBytes is the memory of data, whose machine must be little-endian.
func viewBytes(data []float32) []byte {
	if len(data) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(&data[0])), 4*len(data))
}
