package npy

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alexconv/alexconv/internal/guard"
	"github.com/alexconv/alexconv/ir"
)

// seeds adds every committed file with one of the suffixes.
func seeds(f *testing.F, add func([]byte), suffixes ...string) {
	f.Helper()
	dir := filepath.Join("..", "..", "testdata", "npy")
	files, err := os.ReadDir(dir)
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		for _, suffix := range suffixes {
			if !strings.HasSuffix(file.Name(), suffix) {
				continue
			}
			data, err := os.ReadFile(filepath.Join(dir, file.Name()))
			if err != nil {
				f.Fatal(err)
			}
			add(data)
		}
	}
}

// FuzzNPY reads any bytes as a plain array and writes what it could read.
func FuzzNPY(f *testing.F) {
	seeds(f, func(data []byte) { f.Add(data) }, ".npy")
	f.Fuzz(func(t *testing.T, data []byte) {
		var got *ir.Tensor
		var err error
		guard.Read(t, data, func() { got, err = ReadArray(data) })
		if err != nil {
			return
		}
		if err := got.Check(); err != nil {
			t.Fatal(err)
		}
		again := writeRead(t, got)
		if !sameTensor(again, got) {
			t.Fatal("the array changes when it is written and read")
		}
	})
}

func writeRead(t *testing.T, tensor *ir.Tensor) *ir.Tensor {
	t.Helper()
	var b bytes.Buffer
	if err := WriteArray(&b, tensor); err != nil {
		t.Fatal(err)
	}
	again, err := ReadArray(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return again
}

// FuzzPickle runs any bytes as a pickle, by itself and as a file of weights.
// Whatever loads is a valid graph.
func FuzzPickle(f *testing.F) {
	seeds(f, func(data []byte) {
		if h, rest, err := readHeader(data); err == nil && h.dtype.kind == 'O' {
			f.Add(rest)
		}
	}, ".npy")
	f.Fuzz(func(t *testing.T, data []byte) {
		g := small()
		var err error
		guard.Read(t, data, func() { err = LoadWeights(g, pickled(string(data)), ReadOptions{}) })
		if err != nil {
			return
		}
		if err := g.CheckWeights(); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzNPZ reads any bytes as an archive, of arrays and of weights.
func FuzzNPZ(f *testing.F) {
	seeds(f, func(data []byte) { f.Add(data) }, ".npz")
	f.Fuzz(func(t *testing.T, data []byte) {
		var arrays []*array
		var err error
		guard.Read(t, data, func() { arrays, err = readArchive(data, ir.DefaultLimits) })
		if err != nil {
			return
		}
		for _, a := range arrays {
			if tensor, err := a.tensor(); err == nil {
				if err := tensor.Check(); err != nil {
					t.Fatal(err)
				}
			}
		}
		g := small()
		if err := LoadWeights(g, data, ReadOptions{AllowExtra: true}); err != nil {
			return
		}
		if err := g.CheckWeights(); err != nil {
			t.Fatal(err)
		}
	})
}
