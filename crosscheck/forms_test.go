package crosscheck

import (
	"context"
	"math"
	"path/filepath"
	"testing"

	"github.com/alexconv/alexconv/convert"
	"github.com/alexconv/alexconv/formats/onnx"
	"github.com/alexconv/alexconv/ir"
)

// formOpsets are those in which the writer's forms change, the oldest and the
// newest.
var formOpsets = []int{onnx.OldestWrite, 9, 10, 11, 13, 14, 18, 19, onnx.NewestOpset}

// TestONNXRuntimeRunsEachForm runs single layers, each a form that the writer
// chooses for another reason, in every opset that changes one.
func TestONNXRuntimeRunsEachForm(t *testing.T) {
	needONNXRuntime(t)
	conv := func(w ir.Window, group int) *ir.Conv {
		return &ir.Conv{OutChannels: 4, Window: w, Group: group, Axis: 1, Bias: true}
	}
	deconv := func(w ir.Window, group int, outputPad ...int) *ir.Deconv {
		return &ir.Deconv{OutChannels: 4, Window: w, Group: group, Axis: 1, Bias: true, OutputPad: outputPad}
	}
	lower := same(4, 3)
	lower.Same = ir.SameLower
	dilated := window(3, 1, 2, 2)
	dilated.Dilation = []int{2, 2}
	mask := func(w ir.Window) *ir.Pool { return &ir.Pool{Window: w, Ceil: true, Clip: w.Padded(), Mask: true} }
	nan := float32(math.NaN())
	cases := []struct {
		name string
		op   ir.Op
	}{
		{"conv with uneven pads", conv(window(3, 2, 2, 1), 1)},
		{"conv same lower", conv(lower, 1)},
		{"conv in groups, dilated", conv(dilated, 2)},
		{"conv from axis 2 on", &ir.Conv{OutChannels: 3, Window: ir.NewWindow(3), Group: 1, Axis: 2}},
		{"conv from axis 0 on", &ir.Conv{OutChannels: 3, Window: ir.NewWindow(2, 3, 3), Group: 1, Axis: 0}},
		{"conv as wide as its padded input", conv(window(9, 4, 0, 1), 1)},
		{"deconv", deconv(window(3, 2, 1, 1), 1)},
		{"deconv in groups, dilated", deconv(dilated, 2)},
		{"deconv with uneven pads", deconv(window(4, 3, 2, 1), 1)},
		{"deconv with output padding", deconv(window(3, 2, 1, 1), 1, 1, 0)},
		{"max pool with a mask, clipped", mask(window(3, 2, 1, 1))},
		{"max pool with a mask, hanging over", mask(window(3, 2, 0, 0))},
		{"max pool with a mask and a window outside", mask(window(2, 5, 0, 0))},
		{"global max pool with a mask", &ir.Pool{Global: true, Mask: true}},
		{"max pool with a pad of a kernel's size", &ir.Pool{Window: window(2, 1, 2, 2)}},
		{"pyramid of maxima", &ir.SPP{Levels: 3}},
		{"pyramid of averages", &ir.SPP{Kind: ir.Average, Levels: 3}},
		{"lrn", &ir.LRN{Size: 3, C: 0.3, Beta: 0.75, K: 2}},
		{"lrn wider than the channels", &ir.LRN{Size: 9, C: 0.3, Beta: 0.5, K: 2}},
		{"lrn of an even size", &ir.LRN{Size: 4, C: 0.2, Beta: 0.75, K: 1}},
		{"lrn within", &ir.LRN{Region: ir.Within, Size: 5, C: 0.7, Beta: 0.75, K: 1}},
		{"lrn in place", &ir.LRN{Size: 3, C: 0.2, Beta: 0.75, K: 1, InPlace: true}},
		{"relu with a slope", &ir.ReLU{Slope: 0.1}},
		{"prelu", &ir.PReLU{}},
		{"prelu shared", &ir.PReLU{Shared: true}},
		{"elu", &ir.ELU{Alpha: 0.3}},
		{"softplus", &ir.Softplus{}},
		{"swish", &ir.Swish{Beta: 1.5}},
		{"clip", &ir.Clip{Min: -0.5, Max: 0.25}},
		{"clip with crossed limits", &ir.Clip{Min: 0.5, Max: -0.25}},
		{"threshold", &ir.Threshold{Limit: 0.25}},
		{"power of negatives", &ir.Power{Power: 2, Scale: 0.5, Shift: 1}},
		{"power with a fraction", &ir.Power{Power: 0.5, Scale: 1, Shift: 3}},
		{"power that is constant", &ir.Power{Power: 2, Shift: 3}},
		{"power that is not a number", &ir.Power{Power: 1, Scale: 2, Shift: nan}},
		{"exp to base 2", &ir.Exp{Base: 2, Scale: 0.5, Shift: 1}},
		{"log to base 2", &ir.Log{Base: 2, Scale: 0.5, Shift: 4}},
		{"fully connected", &ir.FullyConnected{Units: 5, Axis: 1, Bias: true}},
		{"fully connected, stored transposed", &ir.FullyConnected{Units: 5, Axis: 1, Bias: true, Transposed: true}},
		{"fully connected on the last axis", &ir.FullyConnected{Units: 5, Axis: -1, Bias: true}},
		{"fully connected from axis 2 on", &ir.FullyConnected{Units: 5, Axis: 2, Transposed: true}},
		{"softmax across channels", &ir.Softmax{Axis: 1}},
		{"softmax on the last axis", &ir.Softmax{Axis: -1}},
		{"softmax on the first axis", &ir.Softmax{Axis: 0}},
		{"log softmax across channels", &ir.LogSoftmax{Axis: 1}},
		{"batch norm", &ir.BatchNorm{Eps: 1e-3}},
		{"batch norm by its own statistics", &ir.BatchNorm{Eps: 1e-3, BatchStats: true}},
		{"scale and bias", &ir.Scale{Axis: 1, NumAxes: 1, Bias: true}},
		{"scale from axis 2 on", &ir.Scale{Axis: -2, NumAxes: -1, Bias: true}},
		{"scale by a number", &ir.Scale{Axis: 1, NumAxes: 0, Bias: true}},
		{"bias", &ir.Bias{Axis: 1, NumAxes: 2}},
		{"mvn", &ir.MVN{Eps: 1e-9}},
		{"mvn across channels", &ir.MVN{AcrossChannels: true, Eps: 1e-3}},
		{"slice and its first piece", &ir.Slice{Axis: 1, Sizes: []int{1, 3}, Pieces: 2}},
		{"transpose", &ir.Transpose{Order: []int{0, 2, 3, 1}}},
		{"pad", &ir.Pad{Begin: []int{0, 1, 0, 2}, End: []int{0, 0, 3, 1}, Value: 0.5}},
		{"tile", &ir.Tile{Axis: -1, Tiles: 2}},
		{"sum of magnitudes", &ir.Reduction{Kind: ir.ReduceAbsSum, Axis: -1, Coefficient: 1}},
		{"sum of squares", &ir.Reduction{Kind: ir.ReduceSumSquares, Axis: 1, Coefficient: 0.5}},
		{"mean", &ir.Reduction{Kind: ir.ReduceMean, Axis: 2, Coefficient: 2}},
		{"sum of all", &ir.Reduction{Coefficient: 1}},
		{"indices and values of the largest", &ir.ArgMax{Flat: true, TopK: 3, Values: true}},
		{"indices of the largest along an axis", &ir.ArgMax{Axis: 1, TopK: 2}},
		{"values of the largest along an axis", &ir.ArgMax{Axis: -1, TopK: 2, Values: true}},
		{"flatten the middle", &ir.Flatten{Axis: 1, EndAxis: 2}},
		{"reshape", &ir.Reshape{Dims: []int{0, 8, -1}, NumAxes: -1}},
		{"reshape that inserts an axis", &ir.Reshape{Dims: []int{1}, Axis: 1, NumAxes: 0}},
	}
	x := ir.Seeded("in", 1, 2, 2, 4, 9, 8)
	inputs := map[string]*ir.Tensor{"in": x}
	var jobs []job
	var graphs []*ir.Graph
	var labels []string
	for _, c := range cases {
		g := chain(t, x.Shape, c.op)
		for _, opset := range formOpsets {
			if p, ok := c.op.(*ir.Pool); ok && p.Mask && opset < 8 {
				continue // ONNX has no indices of maxima yet
			}
			path := filepath.Join(t.TempDir(), "x.onnx")
			if _, err := convert.Save(context.Background(), g, path, convert.SaveOptions{Opset: opset}); err != nil {
				t.Errorf("%s: %v", c.name, err)
				continue
			}
			jobs, graphs, labels = append(jobs, job{path, inputs}), append(graphs, g), append(labels, c.name)
		}
	}
	for i, a := range onnxRuntime(t, jobs...) {
		if a.err != nil {
			t.Errorf("%s: %s: %.400s", labels[i], jobs[i].path, a.err)
			continue
		}
		for name, want := range reference(t, graphs[i], inputs) {
			if err := compare(a.outputs[name], want); err != nil {
				t.Errorf("%s: %s: %.200s", labels[i], jobs[i].path, err.Error())
			}
		}
	}
}
