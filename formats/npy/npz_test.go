package npy

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"hash/crc32"
	"io"
	"strings"
	"testing"

	"github.com/alexconv/alexconv/ir"
)

// archive packs entries as given, with nothing checked.
func archive(t *testing.T, entries ...rawEntry) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range entries {
		h := e.header
		w, err := z.CreateRaw(&h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(e.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

type rawEntry struct {
	header  zip.FileHeader
	content []byte
}

func stored(name string, content []byte) rawEntry {
	n := uint64(len(content))
	return rawEntry{zip.FileHeader{
		Name: name, CRC32: crc32.ChecksumIEEE(content), CompressedSize64: n, UncompressedSize64: n,
	}, content}
}

func deflated(t *testing.T, name string, content []byte) rawEntry {
	t.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	e := stored(name, content)
	e.content, e.header.Method, e.header.CompressedSize64 = b.Bytes(), zip.Deflate, uint64(b.Len())
	return e
}

// with changes an entry's header.
func (e rawEntry) with(change func(*zip.FileHeader)) rawEntry {
	change(&e.header)
	return e
}

func TestHostileArchives(t *testing.T) {
	array := fixture(t, "plain_f4.npy")
	bomb := append(appendHeader(nil, header{dtype: dtype{kind: 'u', size: 1}, shape: ir.Shape{40 << 20}}), make([]byte, 40<<20)...)
	for _, c := range []struct {
		name string
		data []byte
		kind error
		want string
	}{
		{"an empty file", nil, ir.ErrInvalid, "npz: zip: not a valid zip file"},
		{"the directory is cut off", archive(t, stored("a.npy", array))[:150], ir.ErrInvalid, "npz: zip: not a valid zip file"},
		{"an entry of another kind", archive(t, stored("a.txt", array)), ir.ErrUnsupported,
			`npz: entry "a.txt" is not an array: its name does not end in .npy`},
		{"an entry twice", archive(t, stored("a.npy", array), stored("a.npy", array)), ir.ErrInvalid, `npz: entry "a.npy" is there twice`},
		{"another compression", fixture(t, "bzip2.npz"), ir.ErrUnsupported,
			`npz: entry "a.npy": compression method 12 is not supported: use stored or deflated`},
		{"encryption", archive(t, stored("a.npy", array).with(func(h *zip.FileHeader) { h.Flags |= encryptedFlag })), ir.ErrUnsupported,
			`npz: entry "a.npy": it is encrypted`},
		{"a checksum", archive(t, stored("a.npy", array).with(func(h *zip.FileHeader) { h.CRC32++ })), ir.ErrInvalid,
			`npz: entry "a.npy": zip: checksum error`},
		{"a checksum of a deflated entry", archive(t, deflated(t, "a.npy", array).with(func(h *zip.FileHeader) { h.CRC32++ })), ir.ErrInvalid,
			`npz: entry "a.npy": zip: checksum error`},
		{"a stored entry of two sizes", archive(t, stored("a.npy", array).with(func(h *zip.FileHeader) { h.UncompressedSize64++ })), ir.ErrInvalid,
			`npz: entry "a.npy": 153 bytes at offset 35 are beyond the file`},
		{"an inflated length bomb", archive(t, deflated(t, "a.npy", array).with(func(h *zip.FileHeader) { h.UncompressedSize64 = 1 << 40 })), ir.ErrInvalid,
			`npz: entry "a.npy": it is too short to inflate to 1099511627776 bytes`},
		{"an entry longer than it says", archive(t, deflated(t, "a.npy", array).with(func(h *zip.FileHeader) { h.UncompressedSize64-- })), ir.ErrInvalid,
			`npz: entry "a.npy": it inflates to more than the 151 bytes announced`},
		{"an entry shorter than it says", archive(t, deflated(t, "a.npy", array).with(func(h *zip.FileHeader) { h.UncompressedSize64++ })), ir.ErrInvalid,
			`npz: entry "a.npy": unexpected EOF`},
		{"a zip bomb", archive(t, deflated(t, "a.npy", bomb)), ir.ErrLimit,
			`npz: bytes that the archive inflates to: 41943168, the limit is 34865504`},
		{"many small bombs", archive(t, deflated(t, "a.npy", array), deflated(t, "b.npy", bomb[:1<<20])), ir.ErrInvalid,
			`npz: entry "b.npy": an array of shape 41943040 and dtype |u1 needs 41943040 bytes, 1048448 present`},
		{"pickled objects", archive(t, stored("a.npy", fixture(t, "saved.npy"))), ir.ErrUnsupported,
			`npz: entry "a.npy": an array of Python objects is not supported in an .npz`},
		{"an entry that is no array", archive(t, stored("a.npy", []byte("hello"))), ir.ErrInvalid,
			`npz: entry "a.npy": not a .npy file: the magic bytes are missing`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := readArchive(c.data, ir.DefaultLimits)
			if err == nil || err.Error() != c.want || !errors.Is(err, c.kind) {
				t.Errorf("error %v\nwant  %s", err, c.want)
			}
		})
	}
}

// TestInflateBudget lets entries inflate up to the limit, and not in sum
// beyond it.
func TestInflateBudget(t *testing.T) {
	const size = 1 << 20
	entry := func(n uint64) *zip.File {
		return &zip.File{FileHeader: zip.FileHeader{Method: zip.Deflate, CompressedSize64: size, UncompressedSize64: n}}
	}
	most := uint64(ir.FreeExpansion + 2*size)
	for _, c := range []struct {
		name    string
		entries []*zip.File
		ok      bool
	}{
		{"one entry", []*zip.File{entry(most)}, true},
		{"one byte more", []*zip.File{entry(most + 1)}, false},
		{"two entries", []*zip.File{entry(most - 1), entry(1)}, true},
		{"two that are a byte longer", []*zip.File{entry(most), entry(1)}, false},
	} {
		if err := checkInflated(c.entries, ir.Limits{Expansion: 2}, size); (err == nil) != c.ok || err != nil && !errors.Is(err, ir.ErrLimit) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// TestArchiveKeys refuses arrays that are not named after a layer and a role.
func TestArchiveKeys(t *testing.T) {
	array := fixture(t, "plain_f4.npy")
	for _, c := range []struct {
		name string
		keys string
		want string
	}{
		{"no role", "conv1", `array "conv1" names no layer: LAYER/weights or LAYER/biases is expected, or a mapping to one`},
		{"two layouts", "conv1/0 fc1/weights", "some arrays are named LAYER/INDEX and others LAYER/ROLE: the layout is ambiguous"},
		{"a blob too many", "conv1/0 conv1/1 conv1/2", `layer "conv1": array "conv1/0" has shape 2x3 in the weights file, the layer needs 4x2x2x3`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var entries []rawEntry
			for _, key := range strings.Fields(c.keys) {
				entries = append(entries, stored(key+".npy", array))
			}
			err := LoadWeights(small(), archive(t, entries...), ReadOptions{AllowMissing: true})
			if err == nil || err.Error() != c.want {
				t.Errorf("error %v\nwant  %s", err, c.want)
			}
		})
	}
}

// TestNPZWriter writes what it and archive/zip read back, with stable bytes.
func TestNPZWriter(t *testing.T) {
	tensors := []NamedTensor{
		{"z", &ir.Tensor{Shape: ir.Shape{2, 2}, Data: []float32{1, 2, 3, 4}}},
		{"inc/out", &ir.Tensor{Shape: ir.Shape{}, Data: []float32{5}}},
		{"blob@layer", &ir.Tensor{Shape: ir.Shape{0}, Data: []float32{}}},
		{"größe", &ir.Tensor{Shape: ir.Shape{1}, Data: []float32{6}}},
	}
	write := func(compressed bool) []byte {
		var b bytes.Buffer
		z := NewNPZWriter(&b)
		z.Deflate = compressed
		for _, n := range tensors {
			if err := z.Write(n.Name, n.Tensor); err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Write("z", tensors[0].Tensor); err == nil {
			t.Error("a key was written twice")
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	for _, compressed := range []bool{false, true} {
		data := write(compressed)
		if !bytes.Equal(data, write(compressed)) {
			t.Error("the bytes are not stable")
		}
		got, err := ReadNPZ(data, ir.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		sameArrays(t, got, tensors)
		z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range z.File {
			if got := f.Modified.UTC().Format("2006-01-02"); got != "1980-01-01" {
				t.Errorf("entry %q bears the date %s", f.Name, got)
			}
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, r); err != nil {
				t.Errorf("entry %q: %v", f.Name, err)
			}
		}
	}
}

// TestWriteArray reads back what it writes, and refuses a tensor that is not
// whole.
func TestWriteArray(t *testing.T) {
	for _, shape := range []ir.Shape{{}, {0}, {7}, {2, 3}, {1, 3, 227, 227}} {
		want := ir.Seeded("x", 1, 1, shape...)
		var b bytes.Buffer
		if err := WriteArray(&b, want); err != nil {
			t.Fatal(err)
		}
		if (b.Len()-4*len(want.Data))%64 != 0 {
			t.Errorf("the data of shape %v is not aligned", shape)
		}
		got, err := ReadArray(b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if !sameTensor(got, want) {
			t.Errorf("shape %v differs", shape)
		}
	}
	if err := WriteArray(io.Discard, &ir.Tensor{Shape: ir.Shape{3}}); err == nil {
		t.Error("a tensor without its data was written")
	}
	if err := WriteArray(io.Discard, ir.NewTensor(make([]int, 65)...)); err == nil {
		t.Error("a tensor of 65 axes was written")
	}
}
