package crosscheck

import (
	"context"
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"github.com/alexconv/alexconv/convert"
	"github.com/alexconv/alexconv/formats/npy"
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runner"
	"github.com/alexconv/alexconv/runtime"
	"github.com/alexconv/alexconv/verify"
)

// elsewhere runs a model by a command line of docs/runners and compares it with
// our own result.
func elsewhere(t *testing.T, line, model string) *verify.Report {
	t.Helper()
	m, err := convert.Open(model, convert.OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	program, err := runner.Parse(line)
	if err != nil {
		t.Fatal(err)
	}
	x := ir.Seeded("data", 3, 128, 1, 3, 227, 227)
	outputs, err := program.Run(context.Background(), model, []npy.NamedTensor{{Name: "data", Tensor: x}}, 0)
	if err != nil {
		t.Fatal(err)
	}
	recording := verify.Recording{Name: program.Program(), Graph: m.Graph, Values: make(map[string]*ir.Tensor)}
	for _, a := range outputs {
		recording.Values[a.Name] = a.Tensor
	}
	r, err := verify.Recorded(context.Background(), verify.Model{Name: model, Graph: m.Graph}, recording, map[string]*ir.Tensor{"data": x}, verify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const samplePair = "../sample/deploy.prototxt+../sample/weights.caffemodel"

func TestRunnersOfTheDocumentation(t *testing.T) {
	t.Run("ONNX Runtime for Node", func(t *testing.T) {
		needONNXRuntime(t)
		folder, err := filepath.Abs("onnxruntime/node_modules/onnxruntime-node")
		if err != nil {
			t.Fatal(err)
		}
		t.Setenv("ONNXRUNTIME_NODE", folder)
		holds(t, elsewhere(t, "node ../docs/runners/onnxruntime_run.mjs {model} {inputs} {outputs}", save(t, open(t, samplePair), "x.onnx")))
	})
	t.Run("OpenCV", func(t *testing.T) {
		line := python(t, "numpy", "cv2") + " ../docs/runners/opencv_run.py {model} {inputs} {outputs}"
		holds(t, elsewhere(t, line, save(t, open(t, samplePair), "x.onnx")))
		holds(t, elsewhere(t, line, samplePair))
	})
}

func holds(t *testing.T, r *verify.Report) {
	t.Helper()
	if r.Verdict != verify.Pass || r.Compared != 1 {
		t.Errorf("%s with %d layers compared: %s", r.Verdict, r.Compared, r.Reason)
	}
}

// TestONNXRuntimeStaysWithinTheBound has ONNX Runtime return every value and
// judges each layer by itself.
func TestONNXRuntimeStaysWithinTheBound(t *testing.T) {
	needONNXRuntime(t)
	used, layers := make(map[string]float64), make(map[string]int)
	for _, spec := range []string{samplePair, "zoo:bvlc_alexnet?seed=2012", "zoo:mnist_alexnet?seed=1", "zoo:torchvision_alexnet?seed=1"} {
		g := open(t, spec)
		// Values that an operation passes through are no outputs of their own.
		every := g.Clone()
		every.Outputs = nil
		for _, n := range every.Nodes {
			if _, input := n.Op.(*ir.Input); !input && !ir.PassesThrough(n.Op) {
				every.Outputs = append(every.Outputs, n.Outputs...)
			}
		}
		inputs := make(map[string]*ir.Tensor)
		for _, v := range g.Inputs() {
			inputs[v.Name] = ir.Seeded(v.Name, 5, 128, g.Producers()[v].Op.(*ir.Input).Shape...)
		}
		path := save(t, every, "every.onnx")
		answer := onnxRuntime(t, job{path, inputs})[0]
		if answer.err != nil {
			t.Fatal(answer.err)
		}
		recording := verify.Recording{Name: "ONNX Runtime", Graph: every, Values: answer.outputs}
		r, err := verify.Recorded(context.Background(), verify.Model{Name: spec, Graph: g}, recording, inputs, verify.Options{AllowUnchecked: true, Run: runtime.Options{Engine: runtime.Reference}})
		if err != nil {
			t.Fatal(err)
		}
		if r.Verdict != verify.Pass || r.Compared < 10 {
			t.Errorf("%s: %s with %d layers compared: %s", spec, r.Verdict, r.Compared, r.Reason)
		}
		for _, l := range r.Layers {
			if l.Verdict != verify.Unchecked {
				layers[l.Op]++
				used[l.Op] = max(used[l.Op], float64(l.BoundUsed))
			}
		}
	}
	for _, op := range slices.Sorted(maps.Keys(used)) {
		t.Logf("%-15s %3d layers use %.4f of the bound at most", op, layers[op], used[op])
	}
}
