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
		for _, resident := range []bool{false, true} {
			f, err := openFile(path, nil, resident)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(f.data, want) {
				t.Errorf("%d bytes, resident %v: other bytes", size, resident)
			}
			if err := f.close(); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestStandardInputIsRead(t *testing.T) {
	f, err := openFile("-", strings.NewReader("model"), true)
	if err != nil || string(f.data) != "model" || f.close() != nil {
		t.Errorf("standard input: %v", err)
	}
	if _, err := openFile("-", strings.NewReader(""), false); err == nil || err.Error() != "standard input: nothing came" {
		t.Errorf("no input: %v", err)
	}
}
