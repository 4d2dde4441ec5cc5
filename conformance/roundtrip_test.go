package conformance

import (
	"context"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alexconv/alexconv/convert"
	"github.com/alexconv/alexconv/ir"
)

func open(t *testing.T, spec string) *convert.Model {
	t.Helper()
	m, err := convert.Open(spec, convert.OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	return m
}

func digestOf(t *testing.T, spec string) string {
	t.Helper()
	digest, err := ir.Digest(open(t, spec).Graph)
	if err != nil {
		t.Fatal(err)
	}
	return digest
}

func save(t *testing.T, spec, out string) {
	t.Helper()
	m := open(t, spec)
	if _, err := convert.Save(context.Background(), m.Graph, out, convert.SaveOptions{Source: m, Force: true}); err != nil {
		t.Fatal(err)
	}
}

// in puts the files of a model's name into a folder.
func in(dir, name string) string {
	parts := strings.Split(name, "+")
	for i := range parts {
		parts[i] = filepath.Join(dir, parts[i])
	}
	return strings.Join(parts, "+")
}

// TestFullSizeRoundTripIsBitIdentical takes the seeded AlexNet from Caffe's
// format through ONNX and npy back to Caffe's.
func TestFullSizeRoundTripIsBitIdentical(t *testing.T) {
	dir := t.TempDir()
	first := in(dir, "first.prototxt+first.caffemodel")
	save(t, "zoo:bvlc_alexnet?seed=2012", first)
	save(t, first, in(dir, "second.onnx"))
	save(t, in(dir, "second.onnx"), in(dir, "third.npy"))
	third := "zoo:bvlc_alexnet+" + in(dir, "third.npy")
	last := in(dir, "last.prototxt+last.caffemodel")
	save(t, third, last)

	digest := digestOf(t, first)
	for _, spec := range []string{"zoo:bvlc_alexnet?seed=2012", in(dir, "second.onnx"), third, last} {
		if got := digestOf(t, spec); got != digest {
			t.Errorf("%s: digest %s, want %s", filepath.Base(spec), got, digest)
		}
	}
	a, b := open(t, first).Graph, open(t, last).Graph
	for i, n := range a.Nodes {
		for k, p := range n.Params {
			if !sameBits(p.Data, b.Nodes[i].Params[k].Data) {
				t.Errorf("%s: parameter %d is not bit-identical", n.Name, k)
			}
		}
	}
}

func sameBits(a, b []float32) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if math.Float32bits(a[i]) != math.Float32bits(b[i]) {
			return false
		}
	}
	return true
}

// TestFixturesKeepTheirDigest writes every supported Caffe case in every
// format that can hold it and reads it back.
func TestFixturesKeepTheirDigest(t *testing.T) {
	listed := readList(t, filepath.Join(caffeFixtures, "not-yet-supported.txt"))
	folders, err := filepath.Glob(filepath.Join(caffeFixtures, "*", "expected"))
	if err != nil {
		t.Fatal(err)
	}
	written := make(map[string]int)
	for _, expected := range folders {
		folder := filepath.Dir(expected)
		name := filepath.Base(folder)
		if listed[name] {
			continue
		}
		t.Run(name, func(t *testing.T) {
			m := open(t, spec(folder))
			digest, err := ir.Digest(m.Graph)
			if err != nil {
				t.Fatal(err)
			}
			for _, out := range []string{"x.prototxt+x.caffemodel", "x.onnx", "x.npz"} {
				path := in(t.TempDir(), out)
				if _, err := convert.Save(context.Background(), m.Graph, path, convert.SaveOptions{}); err != nil {
					if !strings.Contains(err.Error(), `layer "`) {
						t.Errorf("%s: a refusal that names no layer: %v", out, err)
					}
					continue
				}
				if out == "x.npz" {
					path = filepath.Join(folder, "deploy.prototxt") + "+" + path
				}
				if got := digestOf(t, path); got != digest {
					t.Errorf("%s: digest %s, want %s", out, got, digest)
				}
				written[out]++
			}
		})
	}
	for _, out := range []string{"x.prototxt+x.caffemodel", "x.onnx", "x.npz"} {
		if written[out] < 60 {
			t.Errorf("only %d cases were written as %s", written[out], out)
		}
	}
}
