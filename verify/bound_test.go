package verify

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime"
)

// perceptron is a chain of fully connected layers.
func perceptron(widths ...int) *ir.Graph {
	b := start("x", 1, widths[0])
	for i, units := range widths[1:] {
		name := string(rune('a' + i))
		b.layer(name, &ir.FullyConnected{Units: units, Axis: 1, Bias: true}).layer(name+"r", &ir.ReLU{})
	}
	return b.graph
}

// single evaluates a perceptron in float32, one rounding per operation.
func single(g *ir.Graph, x []float32) map[string]*ir.Tensor {
	values := make(map[string]*ir.Tensor)
	for _, n := range g.Nodes {
		switch n.Op.(type) {
		case *ir.FullyConnected:
			y := make([]float32, n.Params[1].Shape[0])
			for o := range y {
				var sum float32
				for i, v := range x {
					product := n.Params[0].Data[o*len(x)+i] * v
					sum += product
				}
				y[o] = sum + n.Params[1].Data[o]
			}
			x = y
		case *ir.ReLU:
			y := make([]float32, len(x))
			for i, v := range x {
				y[i] = max(v, 0)
			}
			x = y
		default:
			continue
		}
		values[n.Outputs[0].Name] = &ir.Tensor{Shape: ir.Shape{1, len(x)}, Data: x}
	}
	return values
}

func TestHonestRoundingPasses(t *testing.T) {
	cases := []struct {
		name  string
		graph *ir.Graph
	}{
		{"one long sum", perceptron(20000, 4)},
		{"many layers", perceptron(300, 300, 300, 300, 300, 10)},
		{"short sums", perceptron(3, 3, 3, 3)},
	}
	for _, c := range cases {
		for _, mode := range []Mode{Cumulative, Isolated} {
			t.Run(c.name+" "+mode.String(), func(t *testing.T) {
				in := inputs(c.graph)
				r, err := Against(context.Background(), single(c.graph, in["x"].Data), Model{"A", c.graph}, in, Options{Mode: mode})
				if err != nil {
					t.Fatal(err)
				}
				deviates := false
				for _, l := range r.Layers {
					deviates = deviates || l.MaxAbs > 0
				}
				if r.Verdict != Pass || !deviates {
					t.Errorf("%s, deviates %v: %s", r.Verdict, deviates, r.Reason)
				}
			})
		}
	}
}

func TestEnginesAgreeWithinAuto(t *testing.T) {
	g := small()
	golden := make(map[string]*ir.Tensor)
	err := run(context.Background(), Model{"A", g}, inputs(g), Options{Run: runtime.Options{Engine: runtime.Fast}}, nil, func(v *ir.Value, t *ir.Tensor, _ float64) *ir.Tensor {
		golden[v.Name] = &ir.Tensor{Shape: t.Shape, Data: slices.Clone(t.Data)}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, mode := range []Mode{Cumulative, Isolated} {
		r, err := Against(context.Background(), golden, Model{"A", g}, inputs(g), Options{Mode: mode})
		if err != nil {
			t.Fatal(err)
		}
		if r.Verdict != Pass || r.Compared != 6 {
			t.Errorf("%v: %s, %d compared: %s", mode, r.Verdict, r.Compared, r.Reason)
		}
	}
}

// TestCancellationWidensTheBound feeds a constant through weights that sum to
// nearly nothing: the rounding errors stay while the result vanishes.
func TestCancellationWidensTheBound(t *testing.T) {
	g := reweigh(perceptron(1000, 1), "a", 0, func(w []float32) {
		for i := range w {
			w[i] = float32(1 - 2*(i%2))
		}
	})
	g = reweigh(g, "a", 1, func(b []float32) { b[0] = 1e-3 })
	x := ir.NewTensor(1, 1000)
	for i := range x.Data {
		x.Data[i] = 100
	}
	r, err := Against(context.Background(), map[string]*ir.Tensor{"ar": {Shape: ir.Shape{1, 1}, Data: []float32{1.001e-3}}},
		Model{"A", g}, map[string]*ir.Tensor{"x": x}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Verdict != Pass || r.Layers[0].RelL2 < 5e-4 {
		t.Errorf("%s with %+v", r.Verdict, r.Layers[0].Deviation)
	}
}

func TestBoundOfAnOperation(t *testing.T) {
	image := ir.Shape{1, 6, 5, 7}
	cases := []struct {
		name string
		op   ir.Op
		in   []ir.Shape
		want int
	}{
		{"convolution", &ir.Conv{OutChannels: 4, Window: square(3, 1, 0), Group: 2, Axis: 1}, []ir.Shape{image}, 28},
		{"fully connected", &ir.FullyConnected{Units: 4, Axis: 1}, []ir.Shape{image}, 211},
		{"maximum", &ir.Pool{Window: square(3, 1, 0)}, []ir.Shape{image}, 0},
		{"average", &ir.Pool{Kind: ir.Average, Window: square(3, 1, 0)}, []ir.Shape{image}, 9},
		{"average of less than the kernel", &ir.Pool{Kind: ir.Average, Window: square(99, 1, 0)}, []ir.Shape{image}, 35},
		{"global average", &ir.Pool{Kind: ir.Average, Global: true}, []ir.Shape{image}, 35},
		{"lrn", &ir.LRN{Size: 5}, []ir.Shape{image}, 5 + elementary},
		{"lrn wider than the channels", &ir.LRN{Size: 99}, []ir.Shape{image}, 6 + elementary},
		{"lrn within", &ir.LRN{Region: ir.Within, Size: 3}, []ir.Shape{image}, 9 + elementary},
		{"softmax", &ir.Softmax{Axis: 1}, []ir.Shape{image}, 6 + elementary},
		{"relu", &ir.ReLU{}, []ir.Shape{image}, 0},
		{"relu with slope", &ir.ReLU{Slope: 0.1}, []ir.Shape{image}, 1},
		{"sum of three", &ir.Eltwise{}, []ir.Shape{image, image, image}, 3},
		{"concatenation", &ir.Concat{Axis: 1}, []ir.Shape{image, image}, 0},
	}
	for _, c := range cases {
		if got := operations(c.op, c.in); got != c.want {
			t.Errorf("%s: %d operations, want %d", c.name, got, c.want)
		}
	}
	if got, want := gamma(1000), 1000*0x1p-24/(1-1000*0x1p-24); got != want {
		t.Errorf("gamma(1000) is %v, want %v", got, want)
	}
	if got := gamma(1 << 24); !math.IsInf(got, 1) {
		t.Errorf("gamma(1/u) is %v, want infinity", got)
	}
}

func TestConditionOfAnOperation(t *testing.T) {
	image := ir.Shape{1, 2, 2, 2}
	variance := []*ir.Tensor{tensor(0), tensor(3)}
	filters := []*ir.Tensor{{Shape: ir.Shape{1, 2, 2, 2}, Data: []float32{1, 1, 1, 1, -1, -1, -1, -1}}}
	cases := []struct {
		name   string
		op     ir.Op
		params []*ir.Tensor
		in     []size
		out    size
		want   float64
	}{
		{"convolution", &ir.Conv{OutChannels: 1, Window: square(2, 1, 0), Group: 1, Axis: 1}, filters,
			[]size{{shape: image, norm: 6}}, size{shape: ir.Shape{1, 1, 1, 1}, norm: 2}, 3},
		{"convolution at many positions", &ir.Conv{OutChannels: 1, Window: square(2, 1, 1), Group: 1, Axis: 1}, filters,
			[]size{{shape: image, norm: 6}}, size{shape: ir.Shape{1, 1, 3, 3}, norm: 2}, 9},
		{"fully connected", &ir.FullyConnected{Units: 1, Axis: 1}, filters, []size{{shape: image, norm: 6}}, size{norm: 2}, 3},
		{"relu", &ir.ReLU{}, nil, []size{{rms: 6}}, size{rms: 2}, 3},
		{"relu of negative values only", &ir.ReLU{}, nil, []size{{rms: 6}}, size{}, math.Inf(1)},
		{"maximum", &ir.Pool{Window: square(2, 1, 0)}, nil, []size{{shape: image, rms: 6}}, size{rms: 2}, 3},
		{"average", &ir.Pool{Kind: ir.Average, Window: square(2, 1, 0)}, nil, []size{{shape: image, rms: 6}}, size{rms: 1}, 3},
		{"lrn", &ir.LRN{Size: 1, C: 1, Beta: 0.5, K: 1}, nil, []size{{shape: image, largest: 1}}, size{}, 1.5},
		{"lrn of quiet values", &ir.LRN{Size: 1, C: 1, Beta: 0.5, K: 4}, nil, []size{{shape: image, largest: 1, rms: 8}}, size{rms: 1}, 4},
		{"scale", &ir.Scale{NumAxes: 1, Bias: true}, []*ir.Tensor{tensor(-3, 2), tensor(0, 0)}, []size{{norm: 4}}, size{norm: 1}, 12},
		{"scale by an input", &ir.Scale{}, nil, []size{{norm: 4}, {largest: 5}}, size{norm: 2}, 10},
		{"softmax", &ir.Softmax{Axis: 1}, nil, []size{{largest: 7}}, size{}, 14},
		{"sigmoid", &ir.Sigmoid{}, nil, []size{{largest: 7}}, size{}, 7},
		{"batch norm", &ir.BatchNorm{Eps: 1}, variance, []size{{norm: 10}}, size{norm: 1}, 5},
		{"sum", &ir.Eltwise{}, nil, []size{{norm: 3}, {norm: 4}}, size{norm: 1}, 7},
		{"weighted sum", &ir.Eltwise{Coefficients: []float32{2, -1}}, nil, []size{{norm: 3}, {norm: 4}}, size{norm: 1}, 10},
		{"product", &ir.Eltwise{Kind: ir.Product}, nil, []size{{norm: 3}, {norm: 4}}, size{norm: 1}, 2},
		{"tanh", &ir.Tanh{}, nil, []size{{largest: 7}}, size{}, 1},
	}
	for _, c := range cases {
		b := newBounds(nil)
		n := &ir.Node{Op: c.op, Params: c.params}
		for range c.in {
			n.Inputs = append(n.Inputs, &ir.Value{})
		}
		for i, s := range c.in {
			b.size[n.Inputs[i]] = s
		}
		v := &ir.Value{}
		b.size[v] = c.out
		if got := b.condition(n, v); math.Abs(got-c.want) > 1e-9 && got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// TestNoBoundExcusesEverything ends in layers whose condition is beyond measure:
// a value of zeros, then one that vanishes against what is added up.
func TestNoBoundExcusesEverything(t *testing.T) {
	dead := reweigh(perceptron(4, 3, 2), "a", 1, func(b []float32) {
		for i := range b {
			b[i] = -1e6
		}
	})
	cases := []struct {
		name  string
		other *ir.Graph
		layer string
	}{
		{"a value where the reference has zeros", reweigh(dead, "a", 1, func(b []float32) { b[0] = 1e6 }), "a"},
		{"a layer after zeros", reweigh(dead, "b", 1, func(b []float32) { b[0] *= 1.00001 }), "b"},
	}
	for _, c := range cases {
		if r := compare(t, dead, c.other, Options{}); r.Verdict != Fail || r.FirstDivergence.Layer != c.layer {
			t.Errorf("%s: %s, %+v", c.name, r.Verdict, r.FirstDivergence)
		}
	}

	b := newBounds(func(*ir.Value) bool { return false })
	n := &ir.Node{Op: &ir.Softmax{}, Inputs: []*ir.Value{{}}}
	b.size[n.Inputs[0]] = size{shape: ir.Shape{1, 2}, largest: 1e30}
	if got := b.add(n, &ir.Value{}, tensor(0, 1)); got != most {
		t.Errorf("softmax of 1e30 is allowed %g", got)
	}
}

// TestBoundsAccumulate follows the bound of a chain: it never shrinks, and an
// isolated layer has its own part only.
func TestBoundsAccumulate(t *testing.T) {
	g := small()
	p, err := runtime.Compile(g, runtime.Options{})
	if err != nil {
		t.Fatal(err)
	}
	together := newBounds(func(*ir.Value) bool { return false })
	alone := newBounds(func(*ir.Value) bool { return true })
	last := 0.0
	_, err = p.Run(context.Background(), inputs(g), func(n *ir.Node, v *ir.Value, x *ir.Tensor) (*ir.Tensor, error) {
		sum, own := together.add(n, v, x), alone.add(n, v, x)
		if sum < last || own > sum || own == sum && n.Op.Type() != "Input" && n.Op.Type() != "Conv" {
			t.Errorf("%s: %g after %g, alone %g", n.Name, sum, last, own)
		}
		last = sum
		return nil, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if last < 1e-7 || last > 1e-3 {
		t.Errorf("the bound at the end is %g", last)
	}
}
