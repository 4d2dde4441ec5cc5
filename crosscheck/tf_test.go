package crosscheck

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/alexconv/alexconv/formats/tf"
	"github.com/alexconv/alexconv/ir"
)

// openCV runs frozen TensorFlow graphs of one input and one output in OpenCV's
// dnn, in one process. OpenCV takes images as N, C, H, W and gives them so,
// whatever the graph's own order.
func openCV(t *testing.T, program string, x *ir.Tensor, graphs ...string) []*ir.Tensor {
	t.Helper()
	stdin, err := json.Marshal(encode(x))
	if err != nil {
		t.Fatal(err)
	}
	out := command(t, stdin, program, append([]string{"-c", `
import base64, json, sys
import cv2, numpy
x = json.load(sys.stdin)
x = numpy.frombuffer(base64.b64decode(x["data"]), "<f4").reshape(x["shape"])
outputs = []
for path in sys.argv[1:]:
    net = cv2.dnn.readNetFromTensorflow(path)
    net.setInput(x)
    (y,) = net.forward(net.getUnconnectedOutLayersNames())
    y = numpy.ascontiguousarray(y, "<f4")
    outputs.append({"shape": list(y.shape), "data": base64.b64encode(y.tobytes()).decode()})
print(json.dumps(outputs))
`}, graphs...)...)
	var response []array
	if err := json.Unmarshal(out, &response); err != nil {
		t.Fatal(err)
	}
	var outputs []*ir.Tensor
	for _, a := range response {
		y, err := a.decode()
		if err != nil {
			t.Fatal(err)
		}
		outputs = append(outputs, y)
	}
	return outputs
}

func saveTF(t *testing.T, g *ir.Graph) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.pb")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := tf.Write(f, g, tf.WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestOpenCVGivesOurNumbersForTensorFlow(t *testing.T) {
	program := python(t, "cv2", "numpy")
	for _, m := range models {
		g := open(t, m.spec)
		x := ir.Seeded("data", 2012, 128, 1, 3, 227, 227)
		got := openCV(t, program, x, saveTF(t, g))
		if err := compare(got[0], reference(t, g, map[string]*ir.Tensor{"data": x})["prob"]); err != nil {
			t.Errorf("%s: %v", m.name, err)
		}
	}
}

// window is a square window with pads before and after each axis.
func window(kernel, stride, begin, end int) ir.Window {
	w := ir.NewWindow(kernel, kernel)
	for i := range 2 {
		w.Stride[i], w.PadBegin[i], w.PadEnd[i] = stride, begin, end
	}
	return w
}

func same(kernel, stride int) ir.Window {
	w := window(kernel, stride, 0, 0)
	w.Same = ir.SameUpper
	return w
}

// TestOpenCVRunsEachForm runs single layers, each a form that the writer
// chooses for another reason.
func TestOpenCVRunsEachForm(t *testing.T) {
	program := python(t, "cv2", "numpy")
	conv := func(w ir.Window, group int) *ir.Conv {
		return &ir.Conv{OutChannels: 4, Window: w, Group: group, Axis: 1, Bias: true}
	}
	lower := same(4, 3)
	lower.Same = ir.SameLower
	cases := []struct {
		name string
		ops  []ir.Op
	}{
		{"conv valid", []ir.Op{conv(window(3, 2, 0, 0), 1)}},
		{"conv same", []ir.Op{conv(same(4, 3), 1)}},
		{"conv same lower", []ir.Op{conv(lower, 1)}},
		{"conv with pads", []ir.Op{conv(window(3, 1, 1, 1), 1)}},
		{"conv with uneven pads", []ir.Op{conv(window(3, 2, 2, 1), 1)}},
		{"conv in groups with pads", []ir.Op{conv(window(3, 1, 1, 1), 2)}},
		{"conv by channel", []ir.Op{&ir.Conv{OutChannels: 8, Window: window(3, 1, 1, 1), Group: 4, Axis: 1, Bias: true}}},
		{"max pool", []ir.Op{&ir.Pool{Window: window(3, 2, 0, 0)}}},
		{"max pool rounding up", []ir.Op{&ir.Pool{Window: window(3, 2, 0, 0), Ceil: true}}},
		{"max pool rounding up with a stride of 3", []ir.Op{&ir.Pool{Window: window(4, 3, 0, 0), Ceil: true}}},
		{"max pool with pads of negative values", []ir.Op{&ir.Scale{Axis: 1, NumAxes: 0}, &ir.Pool{Window: window(3, 2, 1, 1), Ceil: true, Clip: true}}},
		{"max pool same", []ir.Op{&ir.Pool{Window: same(3, 2)}}},
		{"average pool", []ir.Op{&ir.Pool{Kind: ir.Average, Window: window(2, 2, 0, 0)}}},
		{"average pool that counts pads", []ir.Op{&ir.Pool{Kind: ir.Average, Window: window(3, 2, 1, 1), CountPad: true}}},
		{"average pool rounding up", []ir.Op{&ir.Pool{Kind: ir.Average, Window: window(3, 2, 0, 0), Ceil: true}}},
		{"average pool same", []ir.Op{&ir.Pool{Kind: ir.Average, Window: same(3, 2)}}},
		{"global average", []ir.Op{&ir.Pool{Kind: ir.Average, Global: true}}},
		{"global maximum", []ir.Op{&ir.Pool{Global: true}}},
		{"lrn", []ir.Op{&ir.LRN{Size: 3, C: 0.3, Beta: 0.75, K: 2}}},
		{"relu", []ir.Op{&ir.ReLU{}}},
		{"relu with a slope", []ir.Op{&ir.ReLU{Slope: 0.1}}},
		{"prelu", []ir.Op{&ir.PReLU{}}},
		{"sigmoid and tanh", []ir.Op{&ir.Sigmoid{}, &ir.Tanh{}}},
		{"dropout", []ir.Op{&ir.Tanh{}, &ir.Dropout{Ratio: 0.5}}},
		{"softmax across channels", []ir.Op{&ir.Softmax{Axis: 1}}},
		{"fully connected after an image", []ir.Op{&ir.FullyConnected{Units: 5, Axis: 1, Bias: true}}},
		{"flatten, relu, fully connected", []ir.Op{&ir.Flatten{Axis: 1, EndAxis: -1}, &ir.ReLU{}, &ir.FullyConnected{Units: 5, Axis: 1, Bias: true}}},
		{"flatten in ir's order", []ir.Op{&ir.Flatten{Axis: 1, EndAxis: -1}}},
		{"flatten in ir's order, softmax", []ir.Op{&ir.Flatten{Axis: 1, EndAxis: -1}, &ir.Softmax{Axis: 1}}},
		{"batch norm and scale", []ir.Op{&ir.BatchNorm{Eps: 1e-3}, &ir.Scale{Axis: 1, NumAxes: 1, Bias: true}}},
		{"scale by a number", []ir.Op{&ir.Scale{Axis: 1, NumAxes: 0, Bias: true}}},
	}
	x := ir.Seeded("in", 1, 2, 1, 4, 8, 8)
	var paths []string
	for _, c := range cases {
		paths = append(paths, saveTF(t, chain(t, x.Shape, c.ops...)))
	}
	got := openCV(t, program, x, paths...)
	for i, c := range cases {
		g := chain(t, x.Shape, c.ops...)
		want := reference(t, g, map[string]*ir.Tensor{"in": x})[g.Outputs[0].Name]
		if err := compare(got[i], want); err != nil {
			t.Errorf("%s: %.200s", c.name, err.Error())
		}
	}
}

// chain is a graph of layers in a row, with seeded parameters.
func chain(t *testing.T, in ir.Shape, ops ...ir.Op) *ir.Graph {
	t.Helper()
	last, shape := &ir.Value{Name: "in", Blob: "in"}, in
	g := &ir.Graph{Nodes: []*ir.Node{{Name: "in", Op: &ir.Input{Shape: in}, Outputs: []*ir.Value{last}}}}
	for i, op := range ops {
		s, err := op.Infer([]ir.Shape{shape})
		if err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("layer%d", i)
		n := &ir.Node{Name: name, Op: op, Inputs: []*ir.Value{last}, Outputs: []*ir.Value{{Name: name, Blob: name}}}
		for len(n.Outputs) < len(s.Outputs) {
			second := fmt.Sprintf("%s:%d", name, len(n.Outputs))
			n.Outputs = append(n.Outputs, &ir.Value{Name: second, Blob: second})
		}
		for _, p := range s.Params {
			x := ir.Seeded(name+p.Role, 1, 0.5, p.Shape...)
			for i, v := range x.Data {
				if p.Role == "variance" {
					x.Data[i] = v*v + 0.1
				}
			}
			n.Params = append(n.Params, x)
		}
		g.Nodes = append(g.Nodes, n)
		last, shape = n.Outputs[0], s.Outputs[0]
	}
	g.Outputs = g.Nodes[len(g.Nodes)-1].Outputs
	return g
}
