package ir

import (
	"bytes"
	"math"
	"testing"
	"unsafe"
)

func TestFloatsAndBytesAreOneMemory(t *testing.T) {
	want := []float32{1, -0.5, float32(math.NaN()), 3e38}
	raw := encodeFloats(want)
	if got := BytesOf(want); !bytes.Equal(got, raw) {
		t.Errorf("bytes %x, want %x", got, raw)
	}
	for at := range 4 {
		shifted := append(make([]byte, at), raw...)[at:]
		floats := FloatsOf(shifted)
		if got := encodeFloats(floats); !bytes.Equal(got, raw) {
			t.Errorf("floats at offset %d are %x, want %x", at, got, raw)
		}
		if got := encodeFloats(decodeFloats(shifted)); !bytes.Equal(got, raw) {
			t.Errorf("a copy from offset %d is %x, want %x", at, got, raw)
		}
		if shared := unsafe.Pointer(unsafe.SliceData(floats)) == unsafe.Pointer(unsafe.SliceData(shifted)); ViewsFiles() && !shared {
			t.Errorf("floats at offset %d are a copy", at)
		}
	}
	if FloatsOf(nil) == nil || BytesOf(nil) != nil {
		t.Error("no values are an empty slice, their bytes nil")
	}
}
