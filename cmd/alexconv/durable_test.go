//go:build linux

package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// installed is the path of an executable that is alexconv.
func installed(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "alexconv")
	if err := os.Symlink(self, path); err != nil {
		t.Fatal(err)
	}
	return path
}

// durableModel writes a model of 23 MB and gives its name, the folder and its
// hash.
func durableModel(t *testing.T, alexconv string) (spec, dir string, hash func() string) {
	t.Helper()
	dir = t.TempDir()
	spec = filepath.Join(dir, "in.onnx")
	if out, err := exec.Command(alexconv, "zoo", "show", "mnist_alexnet", "--as", "onnx", "-o", spec).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return spec, dir, func() string { return fmt.Sprintf("%x", sha256.Sum256(readFile(t, spec))) }
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestKilledAtAnyMoment kills a conversion at 50 random moments, half of them
// while what it writes was there before.
func TestKilledAtAnyMoment(t *testing.T) {
	if testing.Short() {
		t.Skip("runs 50 conversions")
	}
	alexconv := installed(t)
	model, dir, hash := durableModel(t, alexconv)
	before := hash()
	out := filepath.Join(dir, "out.npy")
	took := time.Hour
	for range 3 {
		start := time.Now()
		if text, err := exec.Command(alexconv, "convert", model, "-o", out, "--force").CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		took = min(took, time.Since(start))
	}
	whole := readFile(t, out)

	killed, old := 0, []byte("what was there before")
	for i := range 50 {
		was := []byte(nil)
		if i%2 == 1 {
			was = old
		}
		os.Remove(out)
		if was != nil {
			if err := os.WriteFile(out, was, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		c := exec.Command(alexconv, "convert", model, "-o", out, "--force")
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(rand.N(took))
		if err := c.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
			t.Fatal(err)
		}
		if c.Wait() != nil {
			killed++
		}
		got, err := os.ReadFile(out)
		switch {
		case errors.Is(err, os.ErrNotExist) && was == nil:
		case err == nil && (bytes.Equal(got, whole) || was != nil && bytes.Equal(got, was)):
		default:
			t.Errorf("kill %d leaves %d bytes of %d, %v", i, len(got), len(whole), err)
		}
	}
	if killed < 10 {
		t.Errorf("only %d of 50 conversions were killed in time", killed)
	}
	if hash() != before {
		t.Error("the input changed")
	}
	if text, err := exec.Command(alexconv, "convert", model, "-o", out, "--force").CombinedOutput(); err != nil || !bytes.Equal(readFile(t, out), whole) {
		t.Errorf("the next run: %v\n%s", err, text)
	}
}

// TestInterrupted interrupts a conversion while it waits for the rest of its
// input.
func TestInterrupted(t *testing.T) {
	alexconv := installed(t)
	model, dir, _ := durableModel(t, alexconv)
	before := listing(t, dir)
	out := filepath.Join(dir, "out.npy")
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		c := exec.Command(alexconv, "convert", "-", "--from", "onnx", "-o", out)
		var text bytes.Buffer
		c.Stderr = &text
		stdin, err := c.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		// More than a pipe holds: afterwards the command has begun to read.
		if _, err := stdin.Write(readFile(t, model)[:1<<20]); err != nil {
			t.Fatal(err)
		}
		if err := c.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		var exit *exec.ExitError
		if err := c.Wait(); !errors.As(err, &exit) || exit.ExitCode() != exitInterrupted {
			t.Errorf("%v: %v, want exit code %d", signal, err, exitInterrupted)
		}
		if got := text.String(); got != "alexconv: interrupted; nothing was written\n" {
			t.Errorf("%v: stderr has %q", signal, got)
		}
		if got := listing(t, dir); got != before {
			t.Errorf("%v: the folder has changed", signal)
		}
	}
}

// TestNowhereToWrite converts where the system refuses the bytes.
func TestNowhereToWrite(t *testing.T) {
	alexconv := installed(t)
	model, _, hash := durableModel(t, alexconv)
	before := hash()
	for _, c := range []struct {
		name string
		dir  func(t *testing.T) string
		run  func(out string) *exec.Cmd
		says string
	}{
		{"a full disk", smallDisk, nil, "no space left on device; nothing was written"},
		{"a limit on files", (*testing.T).TempDir, func(out string) *exec.Cmd {
			return exec.Command("/bin/sh", "-c", `ulimit -f 2048 && exec "$0" convert "$1" -o "$2" --force`, alexconv, model, out)
		}, "file too large; nothing was written"},
		{"a folder that is read-only", readOnly, nil, "read-only file system"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := c.dir(t)
			entries := listing(t, dir)
			for _, name := range []string{"x.onnx", "x.npy", "x.py"} {
				out := filepath.Join(dir, name)
				command := exec.Command(alexconv, "convert", model, "-o", out, "--force")
				if c.run != nil {
					command = c.run(out)
				}
				text, err := command.CombinedOutput()
				var exit *exec.ExitError
				if !errors.As(err, &exit) || exit.ExitCode() != exitUnreadable {
					t.Errorf("%s: %v, want exit code %d", name, err, exitUnreadable)
				}
				if got := string(text); !strings.HasPrefix(got, "alexconv: "+dir) || !strings.HasSuffix(got, c.says+"\n") || strings.Count(got, "\n") != 1 {
					t.Errorf("%s: %q, want one line about %q", name, got, c.says)
				}
				if got := listing(t, dir); got != entries {
					t.Errorf("%s: the folder has %q, it had %q", name, got, entries)
				}
			}
		})
	}
	if hash() != before {
		t.Error("the input changed")
	}
}

func listing(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var list strings.Builder
	for _, e := range entries {
		fmt.Fprintln(&list, e.Name(), string(readFile(t, filepath.Join(dir, e.Name()))))
	}
	return list.String()
}

// smallDisk mounts a megabyte with an x.onnx on it that must stay.
func smallDisk(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=1m"); err != nil {
		t.Skipf("a small disk cannot be mounted: %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
	if err := os.WriteFile(filepath.Join(dir, "x.onnx"), []byte("what was there before"), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// readOnly is a small disk that was mounted again without the right to write,
// because permissions do not bind root.
func readOnly(t *testing.T) string {
	t.Helper()
	dir := smallDisk(t)
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Skipf("the disk cannot be made read-only: %v", err)
	}
	return dir
}
