package npy

import (
	"archive/zip"
	"bytes"
	"errors"
	"hash/crc32"
	"io"
	"math"
	"strings"

	"github.com/alexconv/alexconv/ir"
)

// maxDeflateRatio is the most that DEFLATE can compress: 258 bytes in 2 bits.
const maxDeflateRatio = 1032

const encryptedFlag = 0x1

// readArchive reads every array of an .npz in the archive's order, named by
// its entry without ".npy". Stored entries are views of data.
func readArchive(data []byte, limits ir.Limits) ([]*array, error) {
	if err := limits.Check(ir.LimitBytes, "bytes of the file", int64(len(data))); err != nil {
		return nil, err
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, ir.Errorf(ir.ErrInvalid, "npz: %w", err)
	}
	if err := limits.Check(ir.LimitTensors, "npz: entries of the archive", int64(len(z.File))); err != nil {
		return nil, err
	}
	if err := checkInflated(z.File, limits, len(data)); err != nil {
		return nil, err
	}
	seen := make(map[string]bool)
	var arrays []*array
	for _, f := range z.File {
		key, isArray := strings.CutSuffix(f.Name, ".npy")
		if !isArray {
			return nil, ir.Errorf(ir.ErrUnsupported, "npz: entry %q is not an array: its name does not end in .npy", clip(f.Name))
		}
		if seen[key] {
			return nil, ir.Errorf(ir.ErrInvalid, "npz: entry %q is there twice", clip(f.Name))
		}
		seen[key] = true
		if err := limits.CheckName(key); err != nil {
			return nil, err
		}
		a, err := readEntry(data, f, limits)
		if err != nil {
			return nil, ir.Errorf(ir.ErrInvalid, "npz: entry %q: %w", clip(f.Name), err)
		}
		a.name = key
		arrays = append(arrays, a)
	}
	return arrays, nil
}

// checkInflated is an error where the compressed entries of an archive of size
// bytes announce more together than the limits allow.
func checkInflated(files []*zip.File, limits ir.Limits, size int) error {
	total := uint64(0)
	for _, f := range files {
		if f.Method != zip.Deflate {
			continue
		}
		if f.CompressedSize64 > uint64(size) || f.UncompressedSize64/maxDeflateRatio > f.CompressedSize64 {
			return ir.Errorf(ir.ErrInvalid, "npz: entry %q: it is too short to inflate to %d bytes", clip(f.Name), f.UncompressedSize64)
		}
		total = min(total+f.UncompressedSize64, math.MaxInt64)
	}
	return limits.CheckExpansion("npz: bytes that the archive inflates to", int64(total), int64(size))
}

func readEntry(data []byte, f *zip.File, limits ir.Limits) (*array, error) {
	content, err := entryBytes(data, f)
	if err != nil {
		return nil, err
	}
	h, raw, err := readHeader(content)
	if err != nil {
		return nil, err
	}
	if h.dtype.kind == 'O' {
		return nil, ir.Errorf(ir.ErrUnsupported, "an array of Python objects is not supported in an .npz")
	}
	a, err := newArray(h.shape, h.dtype, h.fortran, raw)
	if err != nil {
		return nil, err
	}
	return a, limits.Check(ir.LimitElements, "elements of the array", int64(a.shape.Elements()))
}

// entryBytes is an entry's content, whose checksum holds.
func entryBytes(data []byte, f *zip.File) ([]byte, error) {
	if f.Flags&encryptedFlag != 0 {
		return nil, ir.Errorf(ir.ErrUnsupported, "it is encrypted")
	}
	switch f.Method {
	case zip.Store:
		return storedBytes(data, f)
	case zip.Deflate:
		return inflate(f)
	}
	return nil, ir.Errorf(ir.ErrUnsupported, "compression method %d is not supported: use stored or deflated", f.Method)
}

func storedBytes(data []byte, f *zip.File) ([]byte, error) {
	offset, err := f.DataOffset()
	if err != nil {
		return nil, err
	}
	size := f.UncompressedSize64
	if size != f.CompressedSize64 || offset < 0 || offset > int64(len(data)) || size > uint64(len(data))-uint64(offset) {
		return nil, ir.Errorf(ir.ErrInvalid, "%d bytes at offset %d are beyond the file", size, offset)
	}
	content := data[offset : uint64(offset)+size]
	if crc32.ChecksumIEEE(content) != f.CRC32 {
		return nil, zip.ErrChecksum
	}
	return content, nil
}

// inflate is a compressed entry's content, whose length has been checked.
func inflate(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	content := make([]byte, f.UncompressedSize64)
	if _, err := io.ReadFull(r, content); err != nil {
		return nil, err
	}
	// The reader compares length and checksum when it reaches the end.
	switch n, err := r.Read(make([]byte, 1)); {
	case n == 0 && err == io.EOF:
		return content, nil
	case errors.Is(err, zip.ErrChecksum):
		return nil, err
	}
	return nil, ir.Errorf(ir.ErrInvalid, "it inflates to more than the %d bytes announced", len(content))
}
