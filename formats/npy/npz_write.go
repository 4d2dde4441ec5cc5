package npy

import (
	"archive/zip"
	"hash/crc32"
	"io"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/alexconv/alexconv/formats/internal/strided"
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
	return z.write(key, t.Shape, strided.COrder(t.Data, t.Shape))
}

// write adds the elements of v in C order as an array of the given shape.
func (z *NPZWriter) write(key string, shape ir.Shape, v strided.View) error {
	if err := checkRank(shape); err != nil {
		return ir.Errorf(ir.ErrLimit, "npz: array %q: %w", key, err)
	}
	return z.add(key, header{dtype: float32LE, shape: shape}, 4*uint64(v.Elements()), func(w io.Writer) error {
		return v.Chunks(packedElements, func(values []float32) error { return writeFloats(w, values) })
	})
}

// WriteText adds a text as an array of bytes, which numpy reads back with
// bytes(z[key]).decode().
func (z *NPZWriter) WriteText(key, text string) error {
	h := header{dtype: dtype{kind: 'u', size: 1}, shape: ir.Shape{len(text)}}
	return z.add(key, h, uint64(len(text)), func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
}

// add adds an array of so many bytes, which fill writes, twice where they are
// stored.
func (z *NPZWriter) add(key string, h header, bytes uint64, fill func(io.Writer) error) error {
	if z.seen[key] {
		return ir.Errorf(ir.ErrInvalid, "npz: two arrays are called %q", key)
	}
	if !utf8.ValidString(key) {
		return ir.Errorf(ir.ErrUnsupported, "npz: the name %q is not UTF-8", key)
	}
	z.seen[key] = true
	head := appendHeader(nil, h)
	whole := func(w io.Writer) error {
		if _, err := w.Write(head); err != nil {
			return err
		}
		return fill(w)
	}
	entry, err := z.entry(key+".npy", uint64(len(head))+bytes, whole)
	if err != nil {
		return err
	}
	return whole(entry)
}

const utf8Flag = 0x800

// firstDay is the first date that a zip archive can hold, 1980-01-01.
const firstDay = 1<<5 | 1

// entry begins an archive entry. A stored one announces its size and checksum
// up front, because simple readers of .npz do not know data descriptors.
func (z *NPZWriter) entry(name string, size uint64, content func(io.Writer) error) (io.Writer, error) {
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
	if err := content(sum); err != nil {
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
