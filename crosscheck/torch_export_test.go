package crosscheck

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alexconv/alexconv/convert"
	"github.com/alexconv/alexconv/formats/npy"
	"github.com/alexconv/alexconv/formats/onnx"
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime"
)

// exported are the nets of torch/export.py, each with the number of ways in
// which it is exported.
var exported = []struct {
	net  string
	ways int
}{
	{"lenet", 10},
	{"alexnet", 4},
	{"alexnet_narrow", 10},
	{"alexnet_lrn", 10},
	{"vgg16", 10},
	{"squeezenet", 10},
	{"googlenet", 10},
	{"resnet18", 10},
}

// torchTolerance is relative to an output's largest magnitude. PyTorch computes
// in float32 and in an order of its own.
const torchTolerance = 2e-5

// TestReadsWhatPyTorchExports holds both engines against PyTorch's numbers, and
// the digest of each export against that of its copy written by alexconv.
func TestReadsWhatPyTorchExports(t *testing.T) {
	program := python(t, "torch", "numpy")
	for _, e := range exported {
		t.Run(e.net, func(t *testing.T) {
			folder := t.TempDir()
			command(t, nil, program, "torch/export.py", e.net, folder)
			x, y := readArray(t, filepath.Join(folder, "input.npy")), readArray(t, filepath.Join(folder, "output.npy"))
			files, err := filepath.Glob(filepath.Join(folder, "*.onnx"))
			if err != nil || len(files) != e.ways {
				t.Fatalf("%d exports, want %d (%v)", len(files), e.ways, err)
			}
			seen := make(map[string]bool)
			for _, file := range files {
				way := strings.TrimSuffix(filepath.Base(file), ".onnx")
				findings, err := convert.Check(context.Background(), file, convert.OpenOptions{})
				for _, f := range findings {
					if f.Severity == ir.SeverityError {
						t.Errorf("%s: check finds %+v", way, f)
					}
				}
				if err != nil {
					t.Errorf("%s: check: %v", way, err)
				}
				m, err := convert.Open(file, convert.OpenOptions{})
				if err != nil {
					t.Errorf("%s: %v", way, err)
					continue
				}
				// Exports that are one graph need the slow engine and the other opsets once.
				engines, opsets := []runtime.Engine{runtime.Fast}, []int{onnx.DefaultOpset}
				want := digest(t, m.Graph)
				if !seen[want] {
					seen[want] = true
					engines = append(engines, runtime.Reference)
					opsets = append(opsets, onnx.OldestWrite, onnx.NewestOpset)
				}
				for _, engine := range engines {
					got := run(t, m.Graph, engine, map[string]*ir.Tensor{"input": x})
					if err := within(torchTolerance, got["output"], y); err != nil {
						t.Errorf("%s: engine %v: %.200s", way, engine, err.Error())
					}
				}
				keepsDigest(t, way, m.Graph, want, opsets)
				if err := m.Close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// keepsDigest writes the graph at several opsets and reads it again.
func keepsDigest(t *testing.T, name string, g *ir.Graph, want string, opsets []int) {
	t.Helper()
	for _, opset := range opsets {
		var file bytes.Buffer
		if err := onnx.Write(&file, g, onnx.WriteOptions{Opset: opset}); err != nil {
			t.Errorf("%s, opset %d: %v", name, opset, err)
			continue
		}
		again, err := onnx.Read(file.Bytes(), onnx.ReadOptions{})
		if err != nil {
			t.Errorf("%s, opset %d: %v", name, opset, err)
			continue
		}
		if got := digest(t, again); got != want {
			t.Errorf("%s, opset %d: digest %s, the export has %s", name, opset, got, want)
		}
	}
}

func digest(t *testing.T, g *ir.Graph) string {
	t.Helper()
	d, err := ir.Digest(g)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func readArray(t *testing.T, path string) *ir.Tensor {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	x, err := npy.ReadArray(data)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return x
}
