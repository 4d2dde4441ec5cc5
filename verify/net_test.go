package verify

import (
	"context"
	"math"
	"testing"

	"go.uber.org/goleak"

	"github.com/alexconv/alexconv/ir"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	nan = float32(math.NaN())
	inf = float32(math.Inf(1))
)

// builder grows a chain of layers with seeded weights.
type builder struct {
	graph *ir.Graph
	last  *ir.Value
}

func start(name string, shape ...int) *builder {
	b := &builder{graph: &ir.Graph{}}
	return b.layer(name, &ir.Input{Shape: shape})
}

// layer appends a layer whose output has its name.
func (b *builder) layer(name string, op ir.Op) *builder { return b.named(name, name, op) }

func (b *builder) named(layer, value string, op ir.Op) *builder {
	n := &ir.Node{Name: layer, Op: op, Outputs: []*ir.Value{{Name: value, Blob: value}}}
	var in []ir.Shape
	if _, source := op.(*ir.Input); !source {
		shapes, err := b.graph.Infer(nil)
		if err != nil {
			panic(err)
		}
		n.Inputs = []*ir.Value{b.last}
		in = shapes.Of(n.Inputs)
	}
	s, err := op.Infer(in)
	if err != nil {
		panic(err)
	}
	for _, p := range s.Params {
		n.Params = append(n.Params, ir.Seeded(layer+p.Role, 1, 0.5, p.Shape...))
	}
	b.graph.Nodes = append(b.graph.Nodes, n)
	b.last = n.Outputs[0]
	b.graph.Outputs = n.Outputs
	return b
}

func square(kernel, stride, pad int) ir.Window {
	return ir.Window{
		Kernel: []int{kernel, kernel}, Stride: []int{stride, stride}, Dilation: []int{1, 1},
		PadBegin: []int{pad, pad}, PadEnd: []int{pad, pad},
	}
}

// small has an AlexNet's kinds of layers.
func small() *ir.Graph {
	return start("data", 1, 2, 8, 8).
		named("conv", "conv@conv", &ir.Conv{OutChannels: 4, Window: square(3, 1, 0), Group: 2, Axis: 1, Bias: true}).
		named("relu", "conv", &ir.ReLU{}).
		layer("norm", &ir.LRN{Size: 3, C: 0.02, Beta: 0.75, K: 1}).
		layer("pool", &ir.Pool{Window: square(2, 2, 0), Ceil: true}).
		layer("fc", &ir.FullyConnected{Units: 5, Axis: 1, Bias: true}).
		layer("prob", &ir.Softmax{Axis: 1}).graph
}

// edit is a copy of a graph in which change has altered the layer's operation.
func edit[T any](g *ir.Graph, layer string, change func(*T)) *ir.Graph {
	c := g.Clone()
	for _, n := range c.Nodes {
		if n.Name == layer {
			o := *any(n.Op).(*T)
			change(&o)
			n.Op = any(&o).(ir.Op)
		}
	}
	return c
}

// reweigh is a copy of a graph in which change may alter the values of the
// layer's parameter.
func reweigh(g *ir.Graph, layer string, param int, change func([]float32)) *ir.Graph {
	c := g.Clone()
	for _, n := range c.Nodes {
		if n.Name == layer {
			t := ir.NewTensor(n.Params[param].Shape...)
			copy(t.Data, n.Params[param].Data)
			change(t.Data)
			n.Params[param] = t
		}
	}
	return c
}

func inputs(g *ir.Graph) map[string]*ir.Tensor {
	m := make(map[string]*ir.Tensor)
	for _, n := range g.Nodes {
		if in, ok := n.Op.(*ir.Input); ok {
			name := n.Outputs[0].Name
			m[name] = ir.Seeded(name, 1, 4, in.Shape...)
		}
	}
	return m
}

func compare(t *testing.T, reference, other *ir.Graph, o Options) *Report {
	t.Helper()
	r, err := Compare(context.Background(), Model{"A", reference}, Model{"B", other}, inputs(reference), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// verdicts maps the names of layers to their verdicts.
func verdicts(r *Report) map[string]Verdict {
	m := make(map[string]Verdict)
	for _, l := range r.Layers {
		m[l.Name] = l.Verdict
	}
	return m
}

func tensor(values ...float32) *ir.Tensor {
	return &ir.Tensor{Shape: ir.Shape{len(values)}, Data: values}
}
