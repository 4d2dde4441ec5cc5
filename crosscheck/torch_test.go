package crosscheck

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/alexconv/alexconv/formats/code"
	"github.com/alexconv/alexconv/formats/npy"
	"github.com/alexconv/alexconv/ir"
)

// torchFolder holds a PyTorch module, its weights and an input.
func torchFolder(t *testing.T, g *ir.Graph, x *ir.Tensor) string {
	t.Helper()
	folder := t.TempDir()
	for name, write := range map[string]func(io.Writer) error{
		"net.py":    func(w io.Writer) error { return code.WriteTorch(w, g, code.Options{Weights: "net.npz"}) },
		"net.npz":   func(w io.Writer) error { return npy.WriteNPZ(w, g) },
		"input.npy": func(w io.Writer) error { return npy.WriteArray(w, x) },
	} {
		f, err := os.Create(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := write(f); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// savedOutput reads the one array that a module saved.
func savedOutput(t *testing.T, folder string) *ir.Tensor {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(folder, "out.npz"))
	if err != nil {
		t.Fatal(err)
	}
	arrays, err := npy.ReadNPZ(data, ir.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if len(arrays) != 1 {
		t.Fatalf("%d outputs were saved, want 1", len(arrays))
	}
	return arrays[0].Tensor
}

func TestPyTorchGivesOurNumbers(t *testing.T) {
	program := python(t, "torch", "numpy")
	for _, m := range models {
		g := open(t, m.spec)
		x := ir.Seeded("data", 2012, 128, 1, 3, 227, 227)
		folder := torchFolder(t, g, x)
		command(t, nil, program, filepath.Join(folder, "net.py"), filepath.Join(folder, "input.npy"), "-o", filepath.Join(folder, "out.npz"))
		if err := compare(savedOutput(t, folder), reference(t, g, map[string]*ir.Tensor{"data": x})["prob"]); err != nil {
			t.Errorf("%s: %v", m.name, err)
		}
	}
}

// TestPyTorchRunsAtAnotherSize runs where Caffe's pools round up.
func TestPyTorchRunsAtAnotherSize(t *testing.T) {
	program := python(t, "torch", "numpy")
	g := open(t, models[0].spec)
	x := ir.Seeded("data", 2012, 128, 2, 3, 224, 224)
	folder := torchFolder(t, g, x)
	command(t, nil, program, filepath.Join(folder, "net.py"), filepath.Join(folder, "input.npy"), "-o", filepath.Join(folder, "out.npz"))
	if err := compare(savedOutput(t, folder), reference(t, g, map[string]*ir.Tensor{"data": x})["prob"]); err != nil {
		t.Error(err)
	}
}

// TestPyTorchRunsEachForm runs single layers, each a form that the writer
// chooses for another reason, in one process.
func TestPyTorchRunsEachForm(t *testing.T) {
	program := python(t, "torch", "numpy")
	conv := func(w ir.Window, group int) *ir.Conv {
		return &ir.Conv{OutChannels: 4, Window: w, Group: group, Axis: 1, Bias: true}
	}
	lower := same(4, 3)
	lower.Same = ir.SameLower
	dilated := window(3, 1, 2, 2)
	dilated.Dilation = []int{2, 2}
	average := func(w ir.Window, ceil, count bool) *ir.Pool {
		return &ir.Pool{Kind: ir.Average, Window: w, Ceil: ceil, CountPad: count}
	}
	cases := []struct {
		name string
		ops  []ir.Op
	}{
		{"conv", []ir.Op{conv(window(3, 2, 0, 0), 1)}},
		{"conv in groups with pads", []ir.Op{conv(window(3, 1, 1, 1), 2)}},
		{"conv with uneven pads, dilated", []ir.Op{conv(dilated, 1)}},
		{"conv same", []ir.Op{conv(same(4, 3), 1)}},
		{"conv same lower", []ir.Op{conv(lower, 1)}},
		{"max pool rounding up", []ir.Op{&ir.Pool{Window: window(3, 2, 0, 0), Ceil: true}}},
		{"max pool with a window wholly outside", []ir.Op{&ir.Pool{Window: window(2, 3, 0, 0), Ceil: true}}},
		{"max pool with pads, clipped", []ir.Op{&ir.Pool{Window: window(2, 2, 1, 1), Ceil: true, Clip: true}}},
		{"max pool same", []ir.Op{&ir.Pool{Window: same(3, 2)}}},
		{"average pool", []ir.Op{average(window(2, 2, 0, 0), false, false)}},
		{"average pool that counts pads, rounding up", []ir.Op{average(window(3, 2, 1, 1), true, true)}},
		{"average pool that does not, rounding up", []ir.Op{average(window(3, 2, 1, 1), true, false)}},
		{"average pool same", []ir.Op{average(same(3, 2), false, false)}},
		{"global average", []ir.Op{&ir.Pool{Kind: ir.Average, Global: true}}},
		{"global maximum", []ir.Op{&ir.Pool{Global: true}}},
		{"lrn", []ir.Op{&ir.LRN{Size: 3, C: 0.3, Beta: 0.75, K: 2}}},
		{"relu with a slope, tanh, sigmoid", []ir.Op{&ir.ReLU{Slope: 0.1}, &ir.Tanh{}, &ir.Sigmoid{}}},
		{"softmax across channels", []ir.Op{&ir.Softmax{Axis: 1}}},
		{"fully connected, stored transposed", []ir.Op{&ir.FullyConnected{Units: 5, Axis: 1, Bias: true, Transposed: true}}},
		{"fully connected on the last axis", []ir.Op{&ir.FullyConnected{Units: 5, Axis: -1}}},
		{"flatten and fully connected", []ir.Op{&ir.Flatten{Axis: 1, EndAxis: -1}, &ir.FullyConnected{Units: 5, Axis: 1, Bias: true}}},
		{"reshape", []ir.Op{&ir.Reshape{Dims: []int{0, 8, -1}, NumAxes: -1}}},
	}
	x := ir.Seeded("in", 1, 2, 2, 4, 9, 8)
	var folders []string
	for _, c := range cases {
		folders = append(folders, torchFolder(t, chain(t, x.Shape, c.ops...), x))
	}
	command(t, nil, program, append([]string{"-c", `
import os, runpy, sys
for folder in sys.argv[1:]:
    sys.argv = ["net.py", os.path.join(folder, "input.npy"), "-o", os.path.join(folder, "out.npz")]
    runpy.run_path(os.path.join(folder, "net.py"), run_name="__main__")
`}, folders...)...)
	for i, c := range cases {
		g := chain(t, x.Shape, c.ops...)
		want := reference(t, g, map[string]*ir.Tensor{"in": x})[g.Outputs[0].Name]
		if err := compare(savedOutput(t, folders[i]), want); err != nil {
			t.Errorf("%s: %.200s", c.name, err.Error())
		}
	}
}
