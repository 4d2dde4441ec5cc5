package runtime

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/alexconv/alexconv/ir"
)

// pick draws one of several values.
func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

// edge draws a size at or beside a multiple of a tile's extent.
func edge(r *rand.Rand, tile int) int { return max(1, tile*(1+r.IntN(2))+r.IntN(3)-1) }

// drawWindow draws a window that fits into a plane, with strides over the
// kernel, dilation, and padding on some sides.
func drawWindow(r *rand.Rand, height, width int) ir.Window {
	w := ir.NewWindow(1+r.IntN(min(5, height)), 1+r.IntN(min(5, width)))
	for i, extent := range []int{height, width} {
		w.Stride[i] = 1 + r.IntN(w.Kernel[i]+2)
		if r.IntN(3) == 0 {
			w.PadBegin[i], w.PadEnd[i] = r.IntN(3), r.IntN(3)
		}
		for r.IntN(3) == 0 && w.Dilation[i]*(w.Kernel[i]-1)+w.Kernel[i] <= extent {
			w.Dilation[i]++
		}
	}
	if r.IntN(6) == 0 {
		w.Same = pick(r, ir.SameUpper, ir.SameLower)
		clear(w.PadBegin)
		clear(w.PadEnd)
	}
	return w
}

// drawLayer draws an operation on images of some shape.
func drawLayer(r *rand.Rand, x ir.Shape) ir.Op {
	channels, height, width := x[1], x[2], x[3]
	switch r.IntN(14) {
	default:
		group := 1
		for _, g := range []int{2, 3, 4, channels} {
			if channels%g == 0 && r.IntN(3) == 0 {
				group = g
			}
		}
		outputs := group * edge(r, pick(r, 1, 4, 16, 32)/group+1)
		if r.IntN(2) == 0 && group == channels {
			outputs = group
		}
		w := drawWindow(r, height, width)
		if r.IntN(3) == 0 {
			k := pick(r, 1, 3, 3, 5)
			w = ir.NewWindow(k, k)
			p, q := r.IntN(3), r.IntN(3)
			w.PadBegin, w.PadEnd = []int{p, p}, []int{q, q}
		}
		return &ir.Conv{OutChannels: outputs, Window: w, Group: group, Axis: pick(r, 1, -3), Bias: r.IntN(2) == 0}
	case 0, 1:
		return &ir.Pool{Kind: pick(r, ir.Max, ir.Average), Window: drawWindow(r, height, width),
			Ceil: r.IntN(2) == 0, Clip: r.IntN(2) == 0, CountPad: r.IntN(2) == 0}
	case 2:
		return &ir.Pool{Kind: pick(r, ir.Max, ir.Average), Global: true}
	case 3:
		return &ir.LRN{Size: 1 + r.IntN(9), C: .1, Beta: pick[float32](r, .75, .5, 1, .6), K: pick[float32](r, 1, 2), InPlace: r.IntN(5) == 0}
	case 4:
		return &ir.LRN{Region: ir.Within, Size: 1 + 2*r.IntN(3), C: .1, Beta: .75, K: 1}
	case 5:
		return &ir.ReLU{Slope: pick[float32](r, 0, 0, .1)}
	case 6:
		return pick[ir.Op](r, &ir.Sigmoid{}, &ir.Tanh{}, &ir.PReLU{}, &ir.PReLU{Shared: true}, &ir.BatchNorm{Eps: 1e-5}, &ir.Dropout{},
			&ir.Scale{Axis: 1, NumAxes: 1, Bias: true}, &ir.Scale{Axis: 1, NumAxes: 1}, &ir.Scale{Axis: 2, NumAxes: 1})
	case 7:
		return &ir.Softmax{Axis: r.IntN(4)}
	case 8:
		return pick[ir.Op](r, &ir.Abs{}, &ir.ELU{Alpha: .5}, &ir.Softplus{}, &ir.Swish{Beta: 1.5}, &ir.Clip{Min: -.3, Max: .7}, &ir.Power{Power: 2, Scale: .5, Shift: 1},
			&ir.Exp{Scale: .5}, &ir.Log{Base: 2, Scale: .1, Shift: 5}, &ir.MVN{Eps: .1}, &ir.MVN{AcrossChannels: true, MeanOnly: true},
			&ir.Bias{Axis: 1, NumAxes: 1}, &ir.Bias{Axis: 2, NumAxes: -1}, &ir.Tile{Axis: r.IntN(4), Tiles: 2}, &ir.LogSoftmax{Axis: r.IntN(4)},
			&ir.Transpose{Order: []int{0, 2, 3, 1}}, &ir.Pad{Begin: []int{0, 1, 2, 0}, End: []int{0, 0, 1, 3}, Value: .5})
	case 9:
		group := pick(r, 1, channels)
		w := ir.NewWindow(1+r.IntN(3), 1+r.IntN(3))
		w.Stride, w.Dilation = []int{1 + r.IntN(2), 1 + r.IntN(3)}, []int{1 + r.IntN(2), 1}
		return &ir.Deconv{OutChannels: group * (1 + r.IntN(2)), Window: w, Group: group, Axis: 1, Bias: r.IntN(2) == 0}
	}
}

// drawGraph draws a chain of layers with side branches that join again, and
// perhaps a fully connected end.
func drawGraph(t *testing.T, r *rand.Rand) *ir.Graph {
	g := &ir.Graph{}
	shape := ir.Shape{pick(r, 1, 1, 2, 3, 9), pick(r, 1, 3, 4, 5, edge(r, 16), edge(r, 32)), 1 + r.IntN(16), 1 + r.IntN(30)}
	x := input(g, "x", shape)
	for i := range 1 + r.IntN(5) {
		name := fmt.Sprint("l", i)
		op := drawLayer(r, shape)
		s, err := op.Infer([]ir.Shape{shape})
		if err != nil || s.Outputs[0].Elements() > 1<<16 {
			continue
		}
		y := layer(t, r, g, name, op, x)
		if r.IntN(4) == 0 && len(s.Outputs[0]) == 4 {
			y = layer(t, r, g, name+"norm", &ir.BatchNorm{Eps: 1e-5}, y)
			if r.IntN(2) == 0 {
				y = layer(t, r, g, name+"scale", &ir.Scale{Axis: 1, NumAxes: 1, Bias: r.IntN(2) == 0}, y)
			}
		}
		if r.IntN(3) == 0 {
			y = layer(t, r, g, name+"relu", &ir.ReLU{}, y)
		}
		if s.Outputs[0].Equal(shape) && r.IntN(2) == 0 {
			y = layer(t, r, g, name+"sum", &ir.Eltwise{Kind: pick(r, ir.Sum, ir.Sum, ir.Product, ir.Maximum)}, pick(r, []*ir.Value{x, y}, []*ir.Value{y, x})...)
			if r.IntN(2) == 0 {
				y = layer(t, r, g, name+"sumrelu", &ir.ReLU{}, y)
			}
		} else if out := s.Outputs[0]; out[0] == shape[0] && out[2] == shape[2] && out[3] == shape[3] && r.IntN(2) == 0 {
			y = layer(t, r, g, name+"join", &ir.Concat{Axis: 1}, x, y)
			if r.IntN(2) == 0 {
				layer(t, r, g, name+"cut", &ir.Slice{Axis: 1, Pieces: 2, Sizes: []int{out[1], shape[1]}}, y)
				pieces := g.Nodes[len(g.Nodes)-1].Outputs
				y = pieces[0]
				g.Outputs = append(g.Outputs, pieces[1])
			}
		}
		if r.IntN(4) == 0 {
			g.Outputs = append(g.Outputs, y)
		}
		x = y
		shapes, err := g.Infer(nil)
		if err != nil {
			t.Fatal(err)
		}
		shape = shapes[x]
	}
	if r.IntN(3) == 0 {
		if r.IntN(2) == 0 {
			x = layer(t, r, g, "flat", &ir.Flatten{Axis: 1, EndAxis: -1}, x)
		}
		x = layer(t, r, g, "fc", &ir.FullyConnected{Units: edge(r, 8), Axis: 1, Bias: r.IntN(2) == 0, Transposed: r.IntN(4) == 0}, x)
		x = layer(t, r, g, "fcrelu", &ir.ReLU{}, x)
		x = layer(t, r, g, "drop", &ir.Dropout{Ratio: .5}, x)
		x = layer(t, r, g, "prob", &ir.Softmax{Axis: 1}, x)
	}
	for _, v := range g.Outputs {
		if v == x {
			return g
		}
	}
	g.Outputs = append(g.Outputs, x)
	return g
}

// describe lists the layers of a graph, for failures.
func describe(g *ir.Graph) string {
	shapes, _ := g.Infer(nil)
	text := ""
	for _, n := range g.Nodes {
		text += fmt.Sprintf("\n%s %s %v -> %v", n.Name, n.Op.Type(), ir.Attributes(n.Op), shapes.Of(n.Outputs))
	}
	return text
}

func differential(t *testing.T, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 2))
	g := drawGraph(t, r)
	defer func() {
		if t.Failed() {
			t.Logf("seed %d:%s", seed, describe(g))
		}
	}()
	both(t, r, g, Options{Threads: 1 + r.IntN(3), Winograd: r.IntN(2) == 0, Resident: r.IntN(2) == 0})
}

func TestFastAgreesWithReference(t *testing.T) {
	graphs := uint64(150)
	if testing.Short() {
		graphs = 30
	}
	onEveryTier(t, func(t *testing.T) {
		for seed := range graphs {
			t.Run(fmt.Sprint("graph ", seed), func(t *testing.T) { differential(t, seed) })
		}
	})
}

func FuzzFastAgreesWithReference(f *testing.F) {
	f.Add(uint64(1 << 20))
	f.Fuzz(differential)
}
