package crosscheck

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/alexconv/alexconv/convert"
	"github.com/alexconv/alexconv/ir"
)

// TestONNXRuntimePoolsAsCaffe runs every pooling that Caffe accepts of small
// kernels, strides and pads over inputs of several sizes, so that windows are
// clipped, hang over, and lie wholly outside.
func TestONNXRuntimePoolsAsCaffe(t *testing.T) {
	needONNXRuntime(t)
	const most = 4
	var jobs []job
	var graphs []*ir.Graph
	for _, size := range []int{1, 2, 3, 5, 6, 7, 8} {
		g := caffePools(t, ir.Shape{1, 2, size, size + size%2}, most)
		x := ir.Seeded("in", uint64(size), 2, g.Nodes[0].Op.(*ir.Input).Shape...)
		for _, opset := range fixtureOpsets {
			path := filepath.Join(t.TempDir(), "x.onnx")
			if _, err := convert.Save(context.Background(), g, path, convert.SaveOptions{Opset: opset}); err != nil {
				t.Fatal(err)
			}
			jobs, graphs = append(jobs, job{path, map[string]*ir.Tensor{"in": x}}), append(graphs, g)
		}
	}
	compared := 0
	for i, a := range onnxRuntime(t, jobs...) {
		opset := fixtureOpsets[i%len(fixtureOpsets)]
		if a.err != nil {
			t.Errorf("opset %d: %.300s", opset, a.err)
			continue
		}
		want := reference(t, graphs[i], jobs[i].inputs)
		for _, v := range graphs[i].Outputs {
			if err := compare(a.outputs[v.Name], want[v.Name]); err != nil {
				t.Errorf("%s over %v, opset %d: %.200s", v.Name, jobs[i].inputs["in"].Shape, opset, err.Error())
			}
			compared++
		}
	}
	if compared < 2000 {
		t.Errorf("only %d poolings were compared", compared)
	}
	t.Logf("%d poolings agree", compared)
}

// caffePools is a graph of all the poolings over one input, each an output.
func caffePools(t *testing.T, in ir.Shape, most int) *ir.Graph {
	t.Helper()
	x := &ir.Value{Name: "in", Blob: "in"}
	g := &ir.Graph{Nodes: []*ir.Node{{Name: "in", Op: &ir.Input{Shape: in}, Outputs: []*ir.Value{x}}}}
	for kernel := 1; kernel <= most; kernel++ {
		for stride := 1; stride <= most+1; stride++ {
			for pad := range kernel {
				for _, kind := range []ir.PoolKind{ir.Max, ir.Average} {
					for _, ceil := range []bool{true, false} {
						op := &ir.Pool{Kind: kind, Window: window(kernel, stride, pad, pad), Ceil: ceil, Clip: pad > 0, CountPad: true}
						if _, err := op.Infer([]ir.Shape{in}); err != nil {
							continue
						}
						name := fmt.Sprintf("%v k%d s%d p%d ceil %v", kind, kernel, stride, pad, ceil)
						y := &ir.Value{Name: name, Blob: name}
						g.Nodes = append(g.Nodes, &ir.Node{Name: name, Op: op, Inputs: []*ir.Value{x}, Outputs: []*ir.Value{y}})
						g.Outputs = append(g.Outputs, y)
					}
				}
			}
		}
	}
	return g
}
