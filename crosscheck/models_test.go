package crosscheck

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"testing"

	"github.com/alexconv/alexconv/convert"
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime"
)

// models are what every check is made on: name and spec.
var models = []struct{ name, spec string }{
	{"the sample", "../sample/deploy.prototxt+../sample/weights.caffemodel"},
	{"bvlc_alexnet", "zoo:bvlc_alexnet?seed=2012"},
}

func open(t *testing.T, spec string) *ir.Graph {
	t.Helper()
	m, err := convert.Open(spec, convert.OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	return m.Graph
}

func save(t *testing.T, g *ir.Graph, name string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if _, err := convert.Save(context.Background(), g, path, convert.SaveOptions{}); err != nil {
		t.Fatal(err)
	}
	return path
}

func reference(t *testing.T, g *ir.Graph, inputs map[string]*ir.Tensor) map[string]*ir.Tensor {
	t.Helper()
	return run(t, g, runtime.Reference, inputs)
}

// run gives the graph's outputs by name.
func run(t *testing.T, g *ir.Graph, engine runtime.Engine, inputs map[string]*ir.Tensor) map[string]*ir.Tensor {
	t.Helper()
	shapes := make(map[string]ir.Shape)
	for name, x := range inputs {
		shapes[name] = x.Shape
	}
	p, err := runtime.Compile(g, runtime.Options{Engine: engine, Inputs: shapes})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	outputs, err := p.Run(context.Background(), inputs, nil)
	if err != nil {
		t.Fatal(err)
	}
	return outputs
}

// tolerance is relative to an output's largest magnitude: a float32 evaluation
// of these nets stays within 1e-5 of a float64 one.
const tolerance = 1e-5

func compare(got, want *ir.Tensor) error { return within(tolerance, got, want) }

// within holds numbers against those wanted. What is infinite, not a number or
// -FLT_MAX must be so exactly.
func within(tolerance float64, got, want *ir.Tensor) error {
	if got == nil || !got.Shape.Equal(want.Shape) {
		return fmt.Errorf("got %v, want %v", got, want.Shape)
	}
	largest := 0.0
	for _, w := range want.Data {
		if m := math.Abs(float64(w)); m < math.MaxFloat32 {
			largest = max(largest, m)
		}
	}
	for i, w := range want.Data {
		g := got.Data[i]
		same := g == w || g != g && w != w
		finite := math.Abs(float64(w)) < math.MaxFloat32
		if !same && !(finite && math.Abs(float64(g)-float64(w)) <= tolerance*largest) {
			return fmt.Errorf("element %d is %g, want %g", i, g, w)
		}
	}
	return nil
}

func TestONNXRuntimeGivesOurNumbers(t *testing.T) {
	needONNXRuntime(t)
	for _, m := range models {
		g := open(t, m.spec)
		x := ir.Seeded("data", 2012, 128, 1, 3, 227, 227)
		inputs := map[string]*ir.Tensor{"data": x}
		got := onnxRuntime(t, job{save(t, g, "x.onnx"), inputs})[0]
		if got.err != nil {
			t.Fatal(got.err)
		}
		for name, want := range reference(t, g, inputs) {
			if err := compare(got.outputs[name], want); err != nil {
				t.Errorf("%s: %s: %v", m.name, name, err)
			}
		}
	}
}

// TestWeightsInAFileOfTheirOwn are read by ONNX Runtime and by the onnx package.
func TestWeightsInAFileOfTheirOwn(t *testing.T) {
	g := open(t, models[0].spec)
	path := filepath.Join(t.TempDir(), "x.onnx")
	if files, err := convert.Save(context.Background(), g, path, convert.SaveOptions{ExternalData: true}); err != nil || len(files) != 2 {
		t.Fatalf("%v, %v", files, err)
	}
	t.Run("ONNX Runtime", func(t *testing.T) {
		needONNXRuntime(t)
		inputs := map[string]*ir.Tensor{"data": ir.Seeded("data", 2012, 128, 1, 3, 227, 227)}
		a := onnxRuntime(t, job{path, inputs})[0]
		if a.err != nil {
			t.Fatal(a.err)
		}
		for name, want := range reference(t, g, inputs) {
			if err := compare(a.outputs[name], want); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
	t.Run("onnx", func(t *testing.T) {
		command(t, nil, python(t, "onnx"), "-c", `
import sys, onnx
onnx.checker.check_model(sys.argv[1], full_check=True)
model = onnx.load(sys.argv[1])
assert all(t.raw_data for t in model.graph.initializer)
`, path)
	})
}

func TestONNXCheckerAccepts(t *testing.T) {
	program := python(t, "onnx")
	for _, m := range models {
		path := save(t, open(t, m.spec), "x.onnx")
		command(t, nil, program, "-c", `
import sys, onnx
onnx.checker.check_model(sys.argv[1], full_check=True)
`, path)
	}
}

func TestNumpyLoadsTheDict(t *testing.T) {
	program := python(t, "numpy")
	for _, m := range models {
		g := open(t, m.spec)
		out := command(t, nil, program, "-c", `
import json, sys, numpy
layers = numpy.load(sys.argv[1], allow_pickle=True).item()
print(json.dumps({name: {key: [list(a.shape), str(a.dtype), float(a.astype("f8").sum())] for key, a in params.items()} for name, params in layers.items()}))
`, save(t, g, "x.npy"))
		var layers map[string]map[string][3]any
		if err := json.Unmarshal(out, &layers); err != nil {
			t.Fatal(err)
		}
		checked := 0
		for _, n := range g.Nodes {
			for i, p := range n.Params {
				key := []string{"weights", "biases"}[i]
				sum := 0.0
				for _, v := range p.Data {
					sum += float64(v)
				}
				got := layers[n.Name][key]
				if got[1] != "float32" || math.Abs(got[2].(float64)-sum) > 1e-6*float64(len(p.Data)) {
					t.Errorf("%s: %s %s: %v, want the sum %g", m.name, n.Name, key, got, sum)
				}
				checked++
			}
		}
		if checked != 16 {
			t.Errorf("%s: %d arrays were compared, want 16", m.name, checked)
		}
	}
}
