package hdf5

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	peer "github.com/scigolib/hdf5"

	"github.com/alexconv/alexconv/ir"
)

// files lists HDF5 files that h5py and Caffe wrote.
func files(t testing.TB) []string {
	t.Helper()
	own, err := filepath.Glob("../../../testdata/hdf5/*.h5")
	if err != nil {
		t.Fatal(err)
	}
	caffe, err := filepath.Glob("../../../testdata/caffe/*/*.h5")
	if err != nil || len(own) == 0 || len(caffe) == 0 {
		t.Fatal("there are no files", err)
	}
	return append(own, caffe...)
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestAgreesWithAnotherReader compares every dataset with what
// github.com/scigolib/hdf5 makes of the same file.
func TestAgreesWithAnotherReader(t *testing.T) {
	compared := 0
	for _, path := range files(t) {
		f, err := Open(read(t, path), ir.Limits{})
		if err != nil {
			continue // the formats that the reader refuses have tests of their own
		}
		root, err := f.Root()
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		theirs, err := peer.Open(path)
		if err != nil && strings.Contains(err.Error(), "non-leaf B-tree nodes not supported") {
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		compared += compareGroups(t, path, root, theirs.Root())
		if err := theirs.Close(); err != nil {
			t.Error(err)
		}
	}
	if compared < 120 {
		t.Errorf("only %d datasets were compared", compared)
	}
}

// compareGroups looks at the datasets of which both have float values.
func compareGroups(t *testing.T, path string, g *Group, theirs *peer.Group) (compared int) {
	for _, child := range theirs.Children() {
		name := child.Name()
		if !g.Has(name) {
			t.Errorf("%s: there is no %q", path, name)
			continue
		}
		switch child := child.(type) {
		case *peer.Group:
			sub, err := g.Group(name)
			if err != nil {
				continue // the other names of a group that was read
			}
			compared += compareGroups(t, path, sub, child)
		case *peer.Dataset:
			want, err := child.Read()
			if err != nil {
				continue
			}
			d, err := g.Dataset(name)
			if errors.Is(err, ir.ErrUnsupported) {
				continue
			}
			if err != nil {
				t.Errorf("%s: %s: %v", path, name, err)
				continue
			}
			got := d.Floats()
			same := len(got) == len(want)
			for i := range min(len(got), len(want)) {
				same = same && (got[i] == float32(want[i]) || got[i] != got[i] && want[i] != want[i])
			}
			if !same {
				t.Errorf("%s: %s holds %v, want %v", path, name, got, want)
			}
			compared++
		}
	}
	return compared
}

// patched is a file with other bytes at an offset.
func patched(data []byte, offset int, with ...byte) []byte {
	b := bytes.Clone(data)
	copy(b[offset:], with)
	return b
}

// walk reads everything that can be reached.
func walk(data []byte, limits ir.Limits) error {
	f, err := Open(data, limits)
	if err != nil {
		return err
	}
	root, err := f.Root()
	if err != nil {
		return err
	}
	return walkGroup(root)
}

func walkGroup(g *Group) error {
	for _, name := range g.Names() {
		sub, err := g.Group(name)
		if err == nil {
			err = walkGroup(sub)
		} else if errors.Is(err, ir.ErrUnsupported) {
			_, err = g.Dataset(name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// TestDamagedFiles changes what addresses, lengths and counts say. The places
// are those of float32.h5: the root's header is at 96, its index at 136, its
// heap at 680 and that one's data at 712.
func TestDamagedFiles(t *testing.T) {
	good := read(t, "../../../testdata/hdf5/float32.h5")
	far := []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}
	for _, c := range []struct {
		name   string
		data   []byte
		limits ir.Limits
		says   string
		kind   error
	}{
		{"nothing", nil, ir.Limits{}, "byte 0: no HDF5 signature", ir.ErrInvalid},
		{"the signature alone", good[:8], ir.Limits{}, "byte 0: the superblock of 24 bytes is beyond the file's 8", ir.ErrInvalid},
		{"a later superblock", patched(good, 8, 2), ir.Limits{}, "superblock version 2", ir.ErrUnsupported},
		{"addresses of 4 bytes", patched(good, 13, 4), ir.Limits{}, "addresses of 4", ir.ErrUnsupported},
		{"a base address", patched(good, 24, 1), ir.Limits{}, "base address is 1", ir.ErrUnsupported},
		{"a file cut short", good[:len(good)-1], ir.Limits{}, "truncated", ir.ErrInvalid},
		{"a root beyond the file", patched(good, 64, far...), ir.Limits{}, "an object header of 16 bytes is beyond", ir.ErrInvalid},
		{"a root that is no header", patched(good, 64, 0), ir.Limits{}, "no object header of version 1", ir.ErrUnsupported},
		{"a header longer than the file", patched(good, 104, 0xff, 0xff, 0xff, 0x7f), ir.Limits{}, "a block of header messages of 2147483647 bytes is beyond", ir.ErrInvalid},
		{"a message longer than its header", patched(good, 114, 0xff, 0xff), ir.Limits{}, "a header message of 65535 bytes", ir.ErrInvalid},
		{"a header that continues with itself", patched(good, 98, 255, 255, 1, 0, 0, 0, 24, 0, 0, 0, 0, 0, 0, 0, 0x10, 0, 16, 0, 0, 0, 0, 0, 112, 0, 0, 0, 0, 0, 0, 0, 24, 0), ir.Limits{}, "overlaps", ir.ErrInvalid},
		{"no symbol table", patched(good, 112, 0), ir.Limits{}, "not a group", ir.ErrUnsupported},
		{"an index beyond the file", patched(good, 120, far...), ir.Limits{}, "a node of a group's index of 24 bytes is beyond", ir.ErrInvalid},
		{"an index that is none", patched(good, 136, 'X'), ir.Limits{}, `should begin with "TREE"`, ir.ErrInvalid},
		{"an index of another type", patched(good, 140, 1), ir.Limits{}, "type 1 and level 0", ir.ErrInvalid},
		{"an index of many levels", patched(good, 141, 200), ir.Limits{}, "levels of a group's index: 200, the limit is 64", ir.ErrLimit},
		{"an index that is its own child", patched(patched(good, 141, 1), 168, 136, 0), ir.Limits{}, "want type 0 and level 0, once", ir.ErrInvalid},
		{"an index of many entries", patched(good, 142, 0xff, 0xff), ir.Limits{}, "the content of a group's index of 1048560 bytes is beyond", ir.ErrInvalid},
		{"a heap that is none", patched(good, 680, 'X'), ir.Limits{}, `should begin with "HEAP"`, ir.ErrInvalid},
		{"a heap longer than the file", patched(good, 688, far...), ir.Limits{}, "the local heap's data of 9223372036854775807 bytes is beyond", ir.ErrInvalid},
		{"a long name", good, ir.Limits{NameLength: 3}, `bytes in the name "data"...: 4, the limit is 3`, ir.ErrLimit},
		{"many links", good, ir.Limits{Tensors: 3}, "links of the groups: 4, the limit is 3", ir.ErrLimit},
		{"many elements", good, ir.Limits{Elements: 5}, "elements of a dataset: 6, the limit is 5", ir.ErrLimit},
	} {
		err := walk(c.data, c.limits)
		if err == nil || !strings.Contains(err.Error(), c.says) || !errors.Is(err, c.kind) {
			t.Errorf("%s: %v, want %q, which is %v", c.name, err, c.says, c.kind)
		}
	}
}

// TestEveryByteChanged wants an answer, whatever it is, for each byte of small
// files set to values that mean much as a count or an address.
func TestEveryByteChanged(t *testing.T) {
	for _, name := range []string{"float32", "compact"} {
		good := read(t, "../../../testdata/hdf5/"+name+".h5")
		for offset := range good {
			for _, value := range []byte{1, 0xff} {
				_ = walk(patched(good, offset, value), ir.Limits{})
			}
		}
	}
}
