package runtime

import (
	"context"
	"math"
	"strconv"
	"testing"

	"go.uber.org/goleak"

	"github.com/alexconv/alexconv/ir"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	nan = float32(math.NaN())
	inf = float32(math.Inf(1))
	neg = float32(math.Copysign(0, -1))
)

// tensor has the given values in row-major order.
func tensor(shape ir.Shape, values ...float32) *ir.Tensor {
	return &ir.Tensor{Shape: shape, Data: values}
}

// row is a tensor of shape (1, 1, len(values)).
func row(values ...float32) *ir.Tensor { return tensor(ir.Shape{1, 1, len(values)}, values...) }

// input adds a graph input and returns its value.
func input(g *ir.Graph, name string, shape ir.Shape) *ir.Value {
	return node(g, name, &ir.Input{Shape: shape}, nil)
}

// node adds a node with one output of the same name.
func node(g *ir.Graph, name string, op ir.Op, params []*ir.Tensor, in ...*ir.Value) *ir.Value {
	v := &ir.Value{Name: name, Blob: name}
	g.Nodes = append(g.Nodes, &ir.Node{Name: name, Op: op, Params: params, Inputs: in, Outputs: []*ir.Value{v}})
	return v
}

// apply runs a single operation on all its inputs and returns what the
// reference engine gives, after a comparison with the fast one.
func apply(t *testing.T, op ir.Op, params []*ir.Tensor, in ...*ir.Tensor) []*ir.Tensor {
	t.Helper()
	g := &ir.Graph{}
	n := &ir.Node{Name: "op", Op: op, Params: params}
	inputs := make(map[string]*ir.Tensor)
	var shapes []ir.Shape
	for i, x := range in {
		name := "x" + strconv.Itoa(i)
		inputs[name] = x
		n.Inputs = append(n.Inputs, input(g, name, x.Shape))
		shapes = append(shapes, x.Shape)
	}
	s, err := op.Infer(shapes)
	if err != nil {
		t.Fatal(err)
	}
	for i := range s.Outputs {
		name := "y" + strconv.Itoa(i)
		n.Outputs = append(n.Outputs, &ir.Value{Name: name, Blob: name})
	}
	g.Nodes, g.Outputs = append(g.Nodes, n), n.Outputs
	p, err := Compile(g, Options{})
	if err != nil {
		t.Fatal(err)
	}
	outputs, err := p.Run(context.Background(), inputs, nil)
	if err != nil {
		t.Fatal(err)
	}
	var list []*ir.Tensor
	for _, v := range n.Outputs {
		list = append(list, outputs[v.Name])
	}
	onEveryTier(t, func(t *testing.T) {
		p := mustCompile(t, g, Options{Engine: Fast})
		outputs, err := p.Run(context.Background(), inputs, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range n.Outputs {
			agree(t, v.Name, outputs[v.Name], list[i])
		}
	})
	return list
}

// check compares within one part in a million, NaN with NaN, and zeros with
// their sign.
func check(t *testing.T, got, want *ir.Tensor) {
	t.Helper()
	if !got.Shape.Equal(want.Shape) {
		t.Fatalf("shape %v, want %v", got.Shape, want.Shape)
	}
	for i, w := range want.Data {
		g := got.Data[i]
		switch {
		case w != w && g != g:
		case w == 0 && g == 0 && math.Signbit(float64(w)) == math.Signbit(float64(g)):
		case w == g && w != 0:
		case math.Abs(float64(g-w)) <= 1e-6*math.Abs(float64(w)):
		default:
			t.Errorf("element %d is %v, want %v", i, got.Data, want.Data)
			return
		}
	}
}
