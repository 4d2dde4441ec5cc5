package runtime

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime/internal/kernel"
)

// agreement is how far the fast engine may be from the reference, over the
// largest value of the reference: float32 sums of up to some thousand products
// against float64 ones.
const agreement = 5e-6

// onEveryTier runs a test once per kernel tier of this CPU.
func onEveryTier(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	for _, tier := range kernel.Tiers() {
		t.Run(tier, func(t *testing.T) {
			undo, err := kernel.Force(tier)
			if err != nil {
				t.Fatal(err)
			}
			defer undo()
			test(t)
		})
	}
}

// noise fills a tensor with numbers in [-1, 1).
func noise(r *rand.Rand, shape ...int) *ir.Tensor {
	t := ir.NewTensor(shape...)
	for i := range t.Data {
		t.Data[i] = 2*r.Float32() - 1
	}
	return t
}

// layer adds a node with noise for parameters and returns its first output.
func layer(t *testing.T, r *rand.Rand, g *ir.Graph, name string, op ir.Op, in ...*ir.Value) *ir.Value {
	t.Helper()
	shapes, err := g.Infer(nil)
	if err != nil {
		t.Fatal(err)
	}
	s, err := op.Infer(shapes.Of(in))
	if err != nil {
		t.Fatal(err)
	}
	v := node(g, name, op, nil, in...)
	n := g.Nodes[len(g.Nodes)-1]
	for range s.Outputs[1:] {
		name := fmt.Sprintf("%s_%d", name, len(n.Outputs))
		n.Outputs = append(n.Outputs, &ir.Value{Name: name, Blob: name})
	}
	for _, p := range s.Params {
		w := noise(r, p.Shape...)
		if p.Role == "weights" {
			// Sums keep the size of their terms, or a softmax would show the
			// absolute error of large ones.
			for i := range w.Data {
				w.Data[i] /= float32(math.Sqrt(float64(p.Shape[1:].Elements())))
			}
		}
		if p.Role == "variance" {
			for i := range w.Data {
				w.Data[i] = 1 + w.Data[i]/2
			}
		}
		n.Params = append(n.Params, w)
	}
	return v
}

// both runs a graph on both engines, with options for the fast one, and compares
// every value, each layer fed with what the reference computed: where a layer
// before it leaves little of large numbers, the difference of the engines is all
// that later layers have. A run without a visitor must give the same bits as one
// with it.
func both(t *testing.T, r *rand.Rand, g *ir.Graph, o Options) {
	t.Helper()
	o.Engine = Fast
	inputs := make(map[string]*ir.Tensor)
	for _, v := range g.Inputs() {
		shapes, err := g.Infer(nil)
		if err != nil {
			t.Fatal(err)
		}
		inputs[v.Name] = noise(r, shapes[v]...)
	}
	reference := mustCompile(t, g, Options{Engine: Reference})
	fast := mustCompile(t, g, o)
	want := make(map[string]*ir.Tensor)
	ctx := context.Background()
	// Behind a maximum over nothing (-FLT_MAX) sums overflow in float32 but not
	// in float64: values from there on are not compared.
	overflows := false
	if _, err := reference.Run(ctx, inputs, func(_ *ir.Node, v *ir.Value, x *ir.Tensor) (*ir.Tensor, error) {
		if !overflows {
			want[v.Name] = &ir.Tensor{Shape: x.Shape, Data: slices.Clone(x.Data)}
		}
		for _, f := range x.Data {
			overflows = overflows || math.Abs(float64(f)) > 1e30
		}
		return nil, nil
	}); err != nil {
		t.Fatal(err)
	}
	var seen int
	if _, err := fast.Run(ctx, inputs, func(n *ir.Node, v *ir.Value, x *ir.Tensor) (*ir.Tensor, error) {
		seen++
		w := want[v.Name]
		if w == nil {
			return nil, nil
		}
		scale := magnitude(w)
		for _, in := range n.Inputs {
			scale = max(scale, magnitude(want[in.Name]))
		}
		agreeWithin(t, v.Name, x, w, scale)
		return w, nil
	}); err != nil {
		t.Fatal(err)
	}
	visited, err := fast.Run(ctx, inputs, func(*ir.Node, *ir.Value, *ir.Tensor) (*ir.Tensor, error) { return nil, nil })
	if err != nil {
		t.Fatal(err)
	}
	if values := len(reference.Shapes()); seen != values {
		t.Fatalf("the visitor saw %d values of %d", seen, values)
	}
	// Twice, so that memory with contents is used again.
	for range 2 {
		plain, err := fast.Run(ctx, inputs, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(plain) != len(g.Outputs) {
			t.Fatalf("%d outputs of %d", len(plain), len(g.Outputs))
		}
		for name, x := range plain {
			for i, v := range x.Data {
				if math.Float32bits(v) != math.Float32bits(visited[name].Data[i]) {
					t.Fatalf("%s, element %d: %g with a visitor, %g without", name, i, visited[name].Data[i], v)
				}
			}
		}
	}
}

// magnitude is the largest finite value, as long as it is no -FLT_MAX of an empty
// maximum.
func magnitude(t *ir.Tensor) float64 {
	largest := 1e-30
	for _, v := range t.Data {
		if a := math.Abs(float64(v)); !math.IsInf(a, 0) && a < math.MaxFloat32 {
			largest = max(largest, a)
		}
	}
	return largest
}

// agree compares within the agreement over the largest value.
func agree(t *testing.T, name string, got, want *ir.Tensor) {
	t.Helper()
	agreeWithin(t, name, got, want, magnitude(want))
}

// agreeWithin compares within the agreement over a scale; NaN only equals NaN.
func agreeWithin(t *testing.T, name string, got, want *ir.Tensor, scale float64) {
	t.Helper()
	if !got.Shape.Equal(want.Shape) {
		t.Fatalf("%s is %v, want %v", name, got.Shape, want.Shape)
	}
	for i, v := range want.Data {
		g, w := float64(got.Data[i]), float64(v)
		if g != w && !(math.IsNaN(g) && math.IsNaN(w)) && !(math.Abs(g-w) <= agreement*scale) {
			t.Fatalf("%s, element %d of %v: got %g, want %g (scale %g)", name, i, want.Shape, g, w, scale)
		}
	}
}
