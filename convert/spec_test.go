package convert

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestParseSpec(t *testing.T) {
	for _, c := range []struct {
		text string
		want Spec
	}{
		{"model.onnx", Spec{Topology: "model.onnx"}},
		{"deploy.prototxt+w.npy", Spec{Topology: "deploy.prototxt", Weights: "w.npy"}},
		{"zoo:bvlc_alexnet", Spec{Topology: "bvlc_alexnet", Zoo: true}},
		{"zoo:bvlc_alexnet+w.npy", Spec{Topology: "bvlc_alexnet", Zoo: true, Weights: "w.npy"}},
		{"zoo:bvlc_alexnet?seed=2012", Spec{Topology: "bvlc_alexnet", Zoo: true, Seeded: true, Seed: 2012}},
		{"deploy.prototxt?seed=7", Spec{Topology: "deploy.prototxt", Seeded: true, Seed: 7}},
	} {
		if got, err := ParseSpec(c.text); err != nil || got != c.want {
			t.Errorf("%s: %+v, %v, want %+v", c.text, got, err, c.want)
		}
	}
	for _, c := range []struct{ text, says string }{
		{"", "names no model"},
		{"+w.npy", "names no model"},
		{"deploy.prototxt+", "names no model"},
		{"zoo:bvlc_alexnet?seed=", "seed=N"},
		{"zoo:bvlc_alexnet?seed=-1", "seed=N"},
		{"zoo:bvlc_alexnet?sead=1", "seed=N"},
		{"deploy.prototxt?seed=x", "seed=N"},
		{"deploy.prototxt+w.npy?seed=1", "both from a file and from a seed"},
		{"zoo:bvlc_alexnet+w.npy?seed=1", "both from a file and from a seed"},
	} {
		if _, err := ParseSpec(c.text); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%q: %v, want %q", c.text, err, c.says)
		}
	}
}

func TestPlusAndQuestionMarksInFileNames(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"c++.onnx", "a+b.prototxt", "a?seed=1", "w.npy"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	in := func(name string) string { return filepath.Join(dir, name) }
	for _, c := range []struct {
		text string
		want Spec
	}{
		{in("c++.onnx"), Spec{Topology: in("c++.onnx")}},
		{in("a?seed=1"), Spec{Topology: in("a?seed=1")}},
		{in("a+b.prototxt") + "+" + in("w.npy"), Spec{Topology: in("a+b.prototxt"), Weights: in("w.npy")}},
	} {
		if got, err := ParseSpec(c.text); err != nil || got != c.want {
			t.Errorf("%s: %+v, %v, want %+v", c.text, got, err, c.want)
		}
	}
}
