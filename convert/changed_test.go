//go:build unix

package convert

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alexconv/alexconv/ir"
)

// inputModel writes a seeded net of the zoo as Caffe's two files and opens it.
func inputModel(t *testing.T, o OpenOptions) (m *Model, weights string) {
	t.Helper()
	dir := t.TempDir()
	weights = filepath.Join(dir, "w.caffemodel")
	spec := filepath.Join(dir, "n.prototxt") + "+" + weights
	// Its last layers span pages beyond the half of the file.
	seeded, err := Open("zoo:caffenet?seed=1", OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Save(t.Context(), seeded.Graph, spec, SaveOptions{}); err != nil {
		t.Fatal(err)
	}
	if m, err = Open(spec, o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	return m, weights
}

func TestAnInputThatChangesIsAnError(t *testing.T) {
	if testing.Short() {
		t.Skip("writes a model of 244 MB")
	}
	m, weights := inputModel(t, OpenOptions{})
	seen := m.files[1].seen
	saves := func(t *testing.T, out string) error {
		dir := t.TempDir()
		_, err := Save(t.Context(), m.Graph, filepath.Join(dir, out), SaveOptions{Source: m})
		if names := files(t, dir); err != nil && len(names) > 0 {
			t.Errorf("%s: %q are left behind", out, names)
		}
		return err
	}
	if err := saves(t, "whole.onnx"); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(weights, time.Time{}, seen.ModTime().Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	if err := saves(t, "written.onnx"); !errors.Is(err, ir.ErrChanged) || !strings.HasPrefix(err.Error(), weights+": the file was written while it was read") {
		t.Errorf("a source that was written: %v", err)
	}
	if err := os.Truncate(weights, seen.Size()/2); err != nil {
		t.Fatal(err)
	}
	for _, out := range []string{"cut.onnx", "cut.npy", "cut.npz", "cut.pb", "cut.caffemodel"} {
		err := saves(t, out)
		if !errors.Is(err, ir.ErrChanged) || !strings.HasPrefix(err.Error(), weights+": the file became shorter") {
			t.Errorf("%s: %v", out, err)
		}
	}
	if _, err := ir.Digest(m.Graph); !errors.Is(err, ir.ErrChanged) {
		t.Errorf("the digest of a file that was cut off: %v", err)
	}
}

func TestWhatIsNotMappedMayChange(t *testing.T) {
	dir := t.TempDir()
	spec := filepath.Join(dir, "x.onnx")
	seeded, err := Open("zoo:mnist_alexnet?seed=1", OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Save(context.Background(), seeded.Graph, spec, SaveOptions{}); err != nil {
		t.Fatal(err)
	}
	m, err := Open(spec, OpenOptions{NoMap: true})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if err := os.Truncate(spec, 0); err != nil {
		t.Fatal(err)
	}
	again := filepath.Join(dir, "again.onnx")
	if _, err := Save(context.Background(), m.Graph, again, SaveOptions{Source: m}); err != nil {
		t.Fatal(err)
	}
	n, err := Open(again, OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	for i, node := range m.Graph.Nodes {
		for k, p := range node.Params {
			if !slices.Equal(p.Data, n.Graph.Nodes[i].Params[k].Data) {
				t.Errorf("%s: parameter %d is another", node.Name, k)
			}
		}
	}
}

func TestFilesTooLargeForMemoryAreRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.onnx")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	// Sparse: it takes no room.
	if err := os.Truncate(path, maxResident+1); err != nil {
		t.Skip(err)
	}
	f, err := openFile(t.Context(), path, nil, mapped)
	if err != nil || f.handle == nil {
		t.Fatalf("%v; want a mapping", err)
	}
	f.close()
	if _, err := openFile(t.Context(), path, nil, unmapped); !errors.Is(err, ir.ErrLimit) || !strings.Contains(err.Error(), "leave out --no-mmap") {
		t.Errorf("without a mapping: %v", err)
	}
}
