package conformance

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/alexconv/alexconv/convert"
	"github.com/alexconv/alexconv/ir"
)

// TestCaffeIsRestoredThroughONNX takes every Caffe case to ONNX and back. The
// prototxt and the caffemodel that come out are, byte for byte, those that come
// out without ONNX between: layers, names, in-place blobs and params are the
// same.
func TestCaffeIsRestoredThroughONNX(t *testing.T) {
	folders, err := filepath.Glob(filepath.Join(caffeFixtures, "*", "expected"))
	if err != nil {
		t.Fatal(err)
	}
	restored := 0
	for _, expected := range folders {
		folder := filepath.Dir(expected)
		t.Run(filepath.Base(folder), func(t *testing.T) {
			dir := t.TempDir()
			g := open(t, spec(folder)).Graph
			topology, weights := saveAsCaffe(t, g, in(dir, "a.prototxt+a.caffemodel"))
			for _, opset := range []int{9, 13, 17} {
				path := filepath.Join(dir, "x.onnx")
				_, err := convert.Save(context.Background(), g, path, convert.SaveOptions{Opset: opset, Force: true})
				if errors.Is(err, ir.ErrUnsupported) {
					t.Skipf("has no form in ONNX, see crosscheck/not-in-onnx.txt: %v", err)
				}
				if err != nil {
					t.Fatal(err)
				}
				back, err := convert.Open(path, convert.OpenOptions{})
				if err != nil {
					t.Fatal(err)
				}
				gotTopology, gotWeights := saveAsCaffe(t, back.Graph, in(dir, "b.prototxt+b.caffemodel"))
				if diff := cmp.Diff(topology, gotTopology); diff != "" {
					t.Errorf("opset %d:\n%s", opset, diff)
				}
				if !bytes.Equal(weights, gotWeights) {
					t.Errorf("opset %d: the caffemodel differs", opset)
				}
				if err := back.Close(); err != nil {
					t.Error(err)
				}
			}
			restored++
		})
	}
	if restored < 95 {
		t.Errorf("only %d cases were restored", restored)
	}
}

// saveAsCaffe gives the prototxt and the caffemodel that a graph becomes.
func saveAsCaffe(t *testing.T, g *ir.Graph, spec string) (topology string, weights []byte) {
	t.Helper()
	outputs, err := convert.Save(context.Background(), g, spec, convert.SaveOptions{Force: true})
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(outputs[0].Path)
	if err != nil {
		t.Fatal(err)
	}
	if weights, err = os.ReadFile(outputs[1].Path); err != nil {
		t.Fatal(err)
	}
	return string(text), weights
}
