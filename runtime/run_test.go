package runtime

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/alexconv/alexconv/ir"
)

// twice is x -> a = 2x -> b = 2a with b the output.
func twice() *ir.Graph {
	g := &ir.Graph{}
	two := []*ir.Tensor{tensor(ir.Shape{}, 2)}
	x := input(g, "x", ir.Shape{1, 2})
	a := node(g, "a", &ir.Scale{}, two, x)
	g.Outputs = []*ir.Value{node(g, "b", &ir.Scale{}, two, a)}
	return g
}

func mustCompile(t *testing.T, g *ir.Graph, o Options) *Plan {
	t.Helper()
	p, err := Compile(g, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

func TestVisitorSeesEveryValueInOrder(t *testing.T) {
	p := mustCompile(t, twice(), Options{})
	var seen []string
	_, err := p.Run(context.Background(), map[string]*ir.Tensor{"x": tensor(ir.Shape{1, 2}, 1, 2)},
		func(n *ir.Node, v *ir.Value, _ *ir.Tensor) (*ir.Tensor, error) {
			seen = append(seen, n.Name+"/"+v.Name)
			return nil, nil
		})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"x/x", "a/a", "b/b"}, seen); diff != "" {
		t.Errorf("values seen (-want +got):\n%s", diff)
	}
}

func TestVisitorReplaces(t *testing.T) {
	cases := []struct {
		name, value string
		want        []float32
	}{
		{"an input", "x", []float32{28, 32}},
		{"an inner value", "a", []float32{14, 16}},
		{"an output", "b", []float32{7, 8}},
	}
	p := mustCompile(t, twice(), Options{})
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			x := tensor(ir.Shape{1, 2}, 1, 2)
			out, err := p.Run(context.Background(), map[string]*ir.Tensor{"x": x},
				func(_ *ir.Node, v *ir.Value, _ *ir.Tensor) (*ir.Tensor, error) {
					if v.Name == c.value {
						return tensor(ir.Shape{1, 2}, 7, 8), nil
					}
					return nil, nil
				})
			if err != nil {
				t.Fatal(err)
			}
			check(t, out["b"], tensor(ir.Shape{1, 2}, c.want...))
			check(t, x, tensor(ir.Shape{1, 2}, 1, 2))
		})
	}
}

func TestReplacingOneCopyOfASplitLeavesTheOther(t *testing.T) {
	g := &ir.Graph{}
	x := input(g, "x", ir.Shape{1})
	a, b := &ir.Value{Name: "a"}, &ir.Value{Name: "b"}
	g.Nodes = append(g.Nodes, &ir.Node{Op: &ir.Split{Copies: 2}, Inputs: []*ir.Value{x}, Outputs: []*ir.Value{a, b}})
	g.Outputs = []*ir.Value{a, b}
	out, err := mustCompile(t, g, Options{}).Run(context.Background(), map[string]*ir.Tensor{"x": tensor(ir.Shape{1}, 1)},
		func(_ *ir.Node, v *ir.Value, _ *ir.Tensor) (*ir.Tensor, error) {
			if v == a {
				return tensor(ir.Shape{1}, 2), nil
			}
			return nil, nil
		})
	if err != nil {
		t.Fatal(err)
	}
	check(t, out["a"], tensor(ir.Shape{1}, 2))
	check(t, out["b"], tensor(ir.Shape{1}, 1))
}

func TestOutputsMayBeInputsInnerAndRepeated(t *testing.T) {
	g := twice()
	g.Outputs = append(g.Outputs, g.Value("x"), g.Value("a"), g.Value("a"))
	out, err := mustCompile(t, g, Options{}).Run(context.Background(), map[string]*ir.Tensor{"x": tensor(ir.Shape{1, 2}, 1, 2)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(out) != 3 {
		t.Errorf("%d outputs, want 3", len(out))
	}
	check(t, out["x"], tensor(ir.Shape{1, 2}, 1, 2))
	check(t, out["a"], tensor(ir.Shape{1, 2}, 2, 4))
	check(t, out["b"], tensor(ir.Shape{1, 2}, 4, 8))
}

func TestRunRefuses(t *testing.T) {
	good := tensor(ir.Shape{1, 2}, 1, 2)
	stop := errors.New("stop")
	replace := func(with *ir.Tensor, err error) Visitor {
		return func(_ *ir.Node, v *ir.Value, _ *ir.Tensor) (*ir.Tensor, error) {
			if v.Name != "a" {
				return nil, nil
			}
			return with, err
		}
	}
	cases := []struct {
		name   string
		inputs map[string]*ir.Tensor
		visit  Visitor
		kind   error
		want   string
	}{
		{"a missing input", nil, nil, ir.ErrInvalid, `input "x" is missing (shape 1x2)`},
		{"a nil input", map[string]*ir.Tensor{"x": nil}, nil, ir.ErrInvalid, `input "x" is missing`},
		{"an unknown input", map[string]*ir.Tensor{"x": good, "z": good}, nil, ir.ErrInvalid, `the model has no input "z" (it has ["x"])`},
		{"another shape", map[string]*ir.Tensor{"x": row(1, 2)}, nil, ir.ErrInvalid, `input "x" is 1x1x2, the plan was compiled for 1x2`},
		{"too little data", map[string]*ir.Tensor{"x": tensor(ir.Shape{1, 2}, 1)}, nil, ir.ErrInvalid, `input "x": shape 1x2 needs 2 values, 1 present`},
		{"what the visitor refuses", map[string]*ir.Tensor{"x": good}, replace(nil, stop), stop, "stop"},
		{"a replacement of another shape", map[string]*ir.Tensor{"x": good}, replace(row(1, 2), nil), ir.ErrInvalid, `layer "a": value "a" is 1x2, its replacement 1x1x2`},
		{"a replacement without data", map[string]*ir.Tensor{"x": good}, replace(tensor(ir.Shape{1, 2}), nil), ir.ErrInvalid, `layer "a": the replacement of value "a"`},
	}
	p := mustCompile(t, twice(), Options{})
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			out, err := p.Run(context.Background(), c.inputs, c.visit)
			if out != nil || !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v and %v, want %q", out, err, c.want)
			}
		})
	}
}

func TestRunStopsWithItsContext(t *testing.T) {
	inputs := map[string]*ir.Tensor{"x": tensor(ir.Shape{1, 2}, 1, 2)}
	p := mustCompile(t, twice(), Options{})

	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := p.Run(ctx, inputs, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled before: %v", err)
	}

	ctx, cancel = context.WithCancel(context.Background())
	last := ""
	_, err := p.Run(ctx, inputs, func(_ *ir.Node, v *ir.Value, _ *ir.Tensor) (*ir.Tensor, error) {
		last = v.Name
		cancel()
		return nil, nil
	})
	if !errors.Is(err, context.Canceled) || last != "x" {
		t.Errorf("cancelled at x: %v after %q", err, last)
	}
}

func TestALayerStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	done := 0
	err := workers{ctx: ctx, threads: 1}.each(100, 10, func(lo, hi int) {
		if done = hi; hi == 30 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || done != 30 {
		t.Errorf("%v after %d", err, done)
	}
}

func TestEachCoversTheRangeOnce(t *testing.T) {
	for _, n := range []int{0, 1, 9, 10, 11, 95} {
		for _, threads := range []int{1, 2, 7} {
			var mutex sync.Mutex
			seen := make([]int, n)
			err := workers{ctx: context.Background(), threads: threads}.each(n, 10, func(lo, hi int) {
				mutex.Lock()
				defer mutex.Unlock()
				for i := lo; i < hi; i++ {
					seen[i]++
				}
			})
			for i, times := range seen {
				if times != 1 || err != nil {
					t.Errorf("n %d, %d threads: element %d done %d times, %v", n, threads, i, times, err)
				}
			}
		}
	}
}

func TestConcurrentRunsOfOnePlan(t *testing.T) {
	p := mustCompile(t, twice(), Options{Threads: 2})
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			v := float32(i)
			out, err := p.Run(context.Background(), map[string]*ir.Tensor{"x": tensor(ir.Shape{1, 2}, v, -v)}, nil)
			if err != nil || out["b"].Data[0] != 4*v || out["b"].Data[1] != -4*v {
				t.Errorf("%v, %v", out["b"], err)
			}
		})
	}
	group.Wait()
}

func TestValuesAreReleasedAfterTheirLastReader(t *testing.T) {
	g := &ir.Graph{}
	v := input(g, "x", ir.Shape{1 << 20})
	for i := range 64 {
		v = node(g, "relu"+string(rune('0'+i)), &ir.ReLU{}, nil, v)
	}
	g.Outputs = []*ir.Value{v}
	p := mustCompile(t, g, Options{})
	var peak uint64
	_, err := p.Run(context.Background(), map[string]*ir.Tensor{"x": ir.NewTensor(1 << 20)},
		func(*ir.Node, *ir.Value, *ir.Tensor) (*ir.Tensor, error) {
			peak = max(peak, liveBytes())
			return nil, nil
		})
	if err != nil {
		t.Fatal(err)
	}
	if bound := uint64(32 << 20); peak > bound {
		t.Errorf("%d bytes live while values of 4 MiB follow each other, want at most %d", peak, bound)
	}
}
