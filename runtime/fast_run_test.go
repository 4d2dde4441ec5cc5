package runtime

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/alexconv/alexconv/ir"
)

// small is a net with every kind of fusion, renaming and change of layout.
func small(t *testing.T, batch int) *ir.Graph {
	r := rand.New(rand.NewPCG(7, 7))
	g := &ir.Graph{}
	x := input(g, "x", ir.Shape{batch, 3, 19, 21})
	w := ir.NewWindow(3, 3)
	w.PadBegin, w.PadEnd = []int{1, 1}, []int{1, 1}
	x = layer(t, r, g, "conv1", &ir.Conv{OutChannels: 33, Window: w, Group: 1, Axis: 1, Bias: true}, x)
	x = layer(t, r, g, "relu1", &ir.ReLU{}, x)
	x = layer(t, r, g, "norm1", &ir.LRN{Size: 5, C: .1, Beta: .75, K: 1}, x)
	x = layer(t, r, g, "conv2", &ir.Conv{OutChannels: 36, Window: w, Group: 3, Axis: 1}, x)
	x = layer(t, r, g, "relu2", &ir.ReLU{}, x)
	x = layer(t, r, g, "pool2", &ir.Pool{Window: ir.NewWindow(2, 2), Ceil: true}, x)
	x = layer(t, r, g, "drop2", &ir.Dropout{}, x)
	x = layer(t, r, g, "flat", &ir.Flatten{Axis: 1, EndAxis: -1}, x)
	x = layer(t, r, g, "fc", &ir.FullyConnected{Units: 10, Axis: 1, Bias: true}, x)
	x = layer(t, r, g, "relu3", &ir.ReLU{Slope: .1}, x)
	g.Outputs = []*ir.Value{x}
	return g
}

func smallInput(batch int, seed uint64) map[string]*ir.Tensor {
	return map[string]*ir.Tensor{"x": noise(rand.New(rand.NewPCG(seed, 1)), batch, 3, 19, 21)}
}

func TestFastFuses(t *testing.T) {
	g := small(t, 1)
	// An output to convert at the end, which is no layer.
	g.Outputs = append(g.Outputs, g.Value("norm1"))
	p := mustCompile(t, g, Options{Engine: Fast})
	times, err := p.Profile(context.Background(), smallInput(1, 1))
	if err != nil {
		t.Fatal(err)
	}
	var layers [][]string
	for _, l := range times {
		var names []string
		for _, n := range l.Nodes {
			names = append(names, n.Name)
		}
		layers = append(layers, names)
	}
	want := [][]string{{"conv1", "relu1"}, {"norm1"}, {"conv2", "relu2"}, {"pool2"}, {"flat"}, {"fc"}, {"relu3"}}
	if diff := cmp.Diff(want, layers); diff != "" {
		t.Errorf("layers (-want +got):\n%s", diff)
	}
}

// A value that is an output, or has a second reader, must not vanish in a
// fusion.
func TestFastKeepsWhatIsRead(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(t *testing.T, r *rand.Rand, g *ir.Graph)
	}{
		{"an output before its ReLU", func(_ *testing.T, _ *rand.Rand, g *ir.Graph) {
			g.Outputs = append(g.Outputs, g.Value("conv1"))
		}},
		{"a second reader before the ReLU", func(t *testing.T, r *rand.Rand, g *ir.Graph) {
			g.Outputs = append(g.Outputs, layer(t, r, g, "tanh", &ir.Tanh{}, g.Value("conv2")))
		}},
		{"the input is an output", func(_ *testing.T, _ *rand.Rand, g *ir.Graph) {
			g.Outputs = append(g.Outputs, g.Value("x"))
		}},
		{"a renamed value is an output", func(_ *testing.T, _ *rand.Rand, g *ir.Graph) {
			g.Outputs = append(g.Outputs, g.Value("drop2"), g.Value("flat"))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(8, 8))
			g := small(t, 2)
			c.change(t, r, g)
			both(t, r, g, Options{})
		})
	}
}

// Small images of a 1x1 convolution are one row: of the output too, or, where its
// reader wants padding between the rows, of the input alone.
func TestFastTakesSmallImagesAsOneRow(t *testing.T) {
	padded := ir.NewWindow(3, 3)
	padded.PadBegin, padded.PadEnd = []int{1, 1}, []int{1, 1}
	onEveryTier(t, func(t *testing.T) {
		for _, c := range []struct {
			name   string
			group  int
			reader ir.Window
			sum    bool
		}{
			{"unpadded output", 1, ir.NewWindow(1, 1), false},
			{"padded output", 1, padded, false},
			{"padded output, groups", 2, padded, false},
			{"padded output, a sum", 1, padded, true},
		} {
			t.Run(c.name, func(t *testing.T) {
				r := rand.New(rand.NewPCG(5, 5))
				g := &ir.Graph{}
				const channels = 38 // no whole number of panels
				x := input(g, "x", ir.Shape{3, 8, 5, 7})
				other := layer(t, r, g, "other", &ir.Conv{OutChannels: channels, Window: ir.NewWindow(1, 1), Group: 1, Axis: 1}, x)
				y := layer(t, r, g, "first", &ir.Conv{OutChannels: channels, Window: ir.NewWindow(1, 1), Group: c.group, Axis: 1, Bias: true}, x)
				y = layer(t, r, g, "norm", &ir.BatchNorm{Eps: 1e-5}, y)
				if c.sum {
					y = layer(t, r, g, "sum", &ir.Eltwise{Kind: ir.Sum}, y, other)
				}
				y = layer(t, r, g, "relu", &ir.ReLU{}, y)
				g.Outputs = []*ir.Value{layer(t, r, g, "last", &ir.Conv{OutChannels: 3, Window: c.reader, Group: 1, Axis: 1}, y), other}
				both(t, r, g, Options{Threads: 2})
			})
		}
	})
}

// Padding of millions of rows around a small image is no reason to allocate
// them.
func TestFastWithHugePadding(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	g := &ir.Graph{}
	x := input(g, "x", ir.Shape{1, 2, 3, 3})
	w := ir.NewWindow(3, 3)
	for i := range 2 {
		w.Stride[i], w.PadBegin[i], w.PadEnd[i] = 1<<23, 1<<23-1, 1<<23
	}
	g.Outputs = []*ir.Value{layer(t, r, g, "conv", &ir.Conv{OutChannels: 4, Window: w, Group: 1, Axis: 1}, x)}
	both(t, r, g, Options{})
}

func TestFastVisitorReplaces(t *testing.T) {
	g := small(t, 1)
	in := smallInput(1, 2)
	reference := mustCompile(t, g, Options{})
	fast := mustCompile(t, g, Options{Engine: Fast})
	for _, v := range reference.graph.Nodes {
		value := v.Outputs[0].Name
		t.Run(value, func(t *testing.T) {
			replace := func(_ *ir.Node, v *ir.Value, x *ir.Tensor) (*ir.Tensor, error) {
				if v.Name != value {
					return nil, nil
				}
				other := &ir.Tensor{Shape: x.Shape, Data: slices.Clone(x.Data)}
				for i := range other.Data {
					other.Data[i] = float32(i%7) - 3
				}
				return other, nil
			}
			want, err := reference.Run(context.Background(), in, replace)
			if err != nil {
				t.Fatal(err)
			}
			got, err := fast.Run(context.Background(), in, replace)
			if err != nil {
				t.Fatal(err)
			}
			agree(t, "relu3", got["relu3"], want["relu3"])
		})
	}
}

func TestFastVisitorError(t *testing.T) {
	p := mustCompile(t, small(t, 1), Options{Engine: Fast})
	stop := errors.New("stop")
	_, err := p.Run(context.Background(), smallInput(1, 1), func(n *ir.Node, _ *ir.Value, _ *ir.Tensor) (*ir.Tensor, error) {
		if n.Name == "norm1" {
			return nil, stop
		}
		return nil, nil
	})
	if err != stop {
		t.Errorf("error %v, want the visitor's own", err)
	}
}

func TestFastRunsConcurrently(t *testing.T) {
	p := mustCompile(t, small(t, 2), Options{Engine: Fast, Threads: 2})
	const runs = 6
	want := make([]*ir.Tensor, runs)
	for i := range want {
		out, err := p.Run(context.Background(), smallInput(2, uint64(i)), nil)
		if err != nil {
			t.Fatal(err)
		}
		want[i] = out["relu3"]
	}
	var group sync.WaitGroup
	for i := range runs {
		group.Go(func() {
			for range 20 {
				out, err := p.Run(context.Background(), smallInput(2, uint64(i)), nil)
				if err != nil {
					t.Error(err)
					return
				}
				if !slices.Equal(out["relu3"].Data, want[i].Data) {
					t.Errorf("run %d differs from the same run alone", i)
					return
				}
			}
		})
	}
	group.Wait()
}

func TestFastStopsWithTheContext(t *testing.T) {
	p := mustCompile(t, small(t, 1), Options{Engine: Fast})
	ctx, cancel := context.WithCancel(context.Background())
	_, err := p.Run(ctx, smallInput(1, 1), func(n *ir.Node, _ *ir.Value, _ *ir.Tensor) (*ir.Tensor, error) {
		switch n.Name {
		case "norm1":
			cancel()
		case "pool2":
			t.Error("went on after the context ended")
		}
		return nil, nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestActivationBytes(t *testing.T) {
	g := &ir.Graph{}
	x := input(g, "x", ir.Shape{1, 100})
	a := node(g, "a", &ir.Tanh{}, nil, x)
	b := node(g, "b", &ir.Dropout{}, nil, a)
	c := node(g, "c", &ir.Tanh{}, nil, b)
	g.Outputs = []*ir.Value{node(g, "d", &ir.Tanh{}, nil, c)}
	for _, e := range []struct {
		engine Engine
		want   int
	}{{Reference, 4 * 200}, {Fast, 4 * 2 * 112}} { // 100 floats, and 112 in whole cache lines
		if got := mustCompile(t, g, Options{Engine: e.engine}).ActivationBytes(); got != e.want {
			t.Errorf("%v: %d bytes, want %d", e.engine, got, e.want)
		}
	}
}
