//go:build unix

package ir

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestAFileCutOffWhileMappedIsAnError(t *testing.T) {
	const size = 1 << 20
	f, err := os.Create(filepath.Join(t.TempDir(), "x"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := f.Truncate(size); err != nil {
		t.Fatal(err)
	}
	mapped, err := syscall.Mmap(int(f.Fd()), 0, size, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Munmap(mapped)
	sum := func() error {
		total := byte(0)
		for _, b := range mapped {
			total += b
		}
		if total != 0 {
			return errors.New("not zeros")
		}
		return nil
	}
	if err := CatchFaults(sum); err != nil {
		t.Errorf("the whole file: %v", err)
	}
	if err := f.Truncate(size / 2); err != nil {
		t.Fatal(err)
	}
	if err := CatchFaults(sum); !errors.Is(err, ErrChanged) {
		t.Errorf("half the file: %v, want ErrChanged", err)
	}
}

func TestOtherPanicsPass(t *testing.T) {
	var nothing *Graph
	for name, f := range map[string]func() error{
		"a bug":       func() error { panic("a bug") },
		"a nil graph": func() error { nothing.Name = "x"; return nil },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			_ = CatchFaults(f)
		}()
	}
}
