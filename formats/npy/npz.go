package npy

import (
	"archive/zip"
	"bytes"
	"errors"
	"hash/crc32"
	"io"
	"strings"

	"github.com/alexconv/alexconv/ir"
)

// DefaultMaxInflated is the default limit on the bytes that the compressed
// entries of one archive may inflate to.
const DefaultMaxInflated = 1 << 30

// maxDeflateRatio is the most that DEFLATE can compress: 258 bytes in 2 bits.
const maxDeflateRatio = 1032

const encryptedFlag = 0x1

// readArchive reads every array of an .npz in the archive's order, named by
// its entry without ".npy". Stored entries are views of data.
func readArchive(data []byte, maxInflated int64) ([]*array, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, ir.Errorf(ir.ErrInvalid, "npz: %w", err)
	}
	if maxInflated <= 0 {
		maxInflated = DefaultMaxInflated
	}
	budget := uint64(maxInflated)
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
		a, err := readEntry(data, f, &budget)
		if err != nil {
			return nil, ir.Errorf(ir.ErrInvalid, "npz: entry %q: %w", clip(f.Name), err)
		}
		a.name = key
		arrays = append(arrays, a)
	}
	return arrays, nil
}

func readEntry(data []byte, f *zip.File, budget *uint64) (*array, error) {
	content, err := entryBytes(data, f, budget)
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
	return newArray(h.shape, h.dtype, h.fortran, raw)
}

// entryBytes is an entry's content, whose checksum holds. Budget is what may
// still be inflated.
func entryBytes(data []byte, f *zip.File, budget *uint64) ([]byte, error) {
	if f.Flags&encryptedFlag != 0 {
		return nil, ir.Errorf(ir.ErrUnsupported, "it is encrypted")
	}
	switch f.Method {
	case zip.Store:
		return storedBytes(data, f)
	case zip.Deflate:
		return inflate(data, f, budget)
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

func inflate(data []byte, f *zip.File, budget *uint64) ([]byte, error) {
	size := f.UncompressedSize64
	if f.CompressedSize64 > uint64(len(data)) || size/maxDeflateRatio > f.CompressedSize64 {
		return nil, ir.Errorf(ir.ErrInvalid, "it is too short to inflate to %d bytes", size)
	}
	if size > *budget {
		return nil, ir.Errorf(ir.ErrLimit, "the archive inflates beyond the limit; raise it or store the arrays uncompressed")
	}
	*budget -= size
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	content := make([]byte, size)
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
	return nil, ir.Errorf(ir.ErrInvalid, "it inflates to more than the %d bytes announced", size)
}
