package npy

import (
	"archive/zip"
	"hash/crc32"
	"io"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/alexconv/alexconv/ir"
)

// NPZWriter streams named tensors into an .npz archive. The same tensors give
// the same bytes: entries keep the order of the calls and bear no time.
type NPZWriter struct {
	// Deflate compresses the arrays that follow. Stored ones, the default, are
	// read without a copy.
	Deflate bool

	zip  *zip.Writer
	seen map[string]bool
}

// NewNPZWriter starts an archive on w. [NPZWriter.Close] ends it; w stays open.
func NewNPZWriter(w io.Writer) *NPZWriter {
	return &NPZWriter{zip: zip.NewWriter(w), seen: make(map[string]bool)}
}

// Write adds a tensor under a key, which may contain slashes and must be new.
func (z *NPZWriter) Write(key string, t *ir.Tensor) error {
	if err := t.Check(); err != nil {
		return ir.Errorf(ir.ErrInvalid, "npz: array %q: %w", key, err)
	}
	return z.write(key, t.Shape, cOrder(t.Data, t.Shape))
}

// write adds the elements of v in C order as an array of the given shape.
func (z *NPZWriter) write(key string, shape ir.Shape, v view) error {
	if err := checkRank(shape); err != nil {
		return ir.Errorf(ir.ErrLimit, "npz: array %q: %w", key, err)
	}
	if z.seen[key] {
		return ir.Errorf(ir.ErrInvalid, "npz: two arrays are called %q", key)
	}
	if !utf8.ValidString(key) {
		return ir.Errorf(ir.ErrUnsupported, "npz: the name %q is not UTF-8", key)
	}
	z.seen[key] = true
	head := plainHeader(shape)
	entry, err := z.entry(key+".npy", head, v)
	if err != nil {
		return err
	}
	if _, err := entry.Write(head); err != nil {
		return err
	}
	return v.chunks(chunkElements, func(values []float32) error { return writeFloats(entry, values) })
}

const utf8Flag = 0x800

// firstDay is the first date that a zip archive can hold, 1980-01-01.
const firstDay = 1<<5 | 1

// entry begins an archive entry. A stored one announces its size and checksum
// up front, because simple readers of .npz do not know data descriptors.
func (z *NPZWriter) entry(name string, head []byte, v view) (io.Writer, error) {
	size := uint64(len(head)) + 4*uint64(v.elements())
	h := &zip.FileHeader{Name: name, Method: zip.Deflate}
	//lint:ignore SA1019 CreateRaw does not look at Modified.
	h.ModifiedDate = firstDay
	if z.Deflate {
		return z.zip.CreateHeader(h)
	}
	h.Method = zip.Store
	if size > math.MaxUint32 {
		return z.zip.CreateHeader(h)
	}
	sum := crc32.NewIEEE()
	sum.Write(head)
	err := v.chunks(chunkElements, func(values []float32) error { return writeFloats(sum, values) })
	if err != nil {
		return nil, err
	}
	h.CRC32, h.CompressedSize64, h.UncompressedSize64 = sum.Sum32(), size, size
	if strings.ContainsFunc(name, func(r rune) bool { return r >= utf8.RuneSelf }) {
		h.Flags = utf8Flag
	}
	return z.zip.CreateRaw(h)
}

// Close writes the archive's directory.
func (z *NPZWriter) Close() error { return z.zip.Close() }
