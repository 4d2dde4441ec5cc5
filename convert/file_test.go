package convert

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFilesMappedAndReadAreTheSame(t *testing.T) {
	// Sizes around the parts in which a file is read.
	const part = 8 << 20
	for _, size := range []int{1, part - 1, part, part + 1, 3*part + 5} {
		want := make([]byte, size)
		for i := range want {
			want[i] = byte(rand.Uint32())
		}
		path := filepath.Join(t.TempDir(), "x")
		if err := os.WriteFile(path, want, 0o644); err != nil {
			t.Fatal(err)
		}
		for _, how := range []access{mapped, unmapped} {
			f, err := openFile(t.Context(), path, nil, how)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(f.data, want) {
				t.Errorf("%d bytes, access %d: other bytes", size, how)
			}
			if err := f.close(); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestStandardInputIsRead(t *testing.T) {
	f, err := openFile(t.Context(), "-", strings.NewReader("model"), unmapped)
	if err != nil || string(f.data) != "model" || f.close() != nil {
		t.Errorf("standard input: %v", err)
	}
	if _, err := openFile(t.Context(), "-", strings.NewReader(""), mapped); err == nil || err.Error() != "standard input: nothing came" {
		t.Errorf("no input: %v", err)
	}
}
