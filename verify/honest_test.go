package verify

import (
	"context"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime"
	"github.com/alexconv/alexconv/zoo"
)

// randomChain makes a chain of layers as AlexNets have them, or close to them.
func randomChain(r *rand.Rand) *ir.Graph {
	pick := func(list ...int) int { return list[r.IntN(len(list))] }
	size := 5 + r.IntN(8)
	b := start("x", 1+r.IntN(2), pick(1, 2, 3, 4, 6), size, size)
	for i := range 1 + r.IntN(5) {
		shapes, err := b.graph.Infer(nil)
		if err != nil {
			panic(err)
		}
		x := shapes[b.last]
		name := fmt.Sprint("l", i)
		kernel := 1 + r.IntN(min(5, x[2]))
		window := square(kernel, 1+r.IntN(min(2, kernel)), r.IntN((kernel+1)/2))
		var op ir.Op
		switch r.IntN(11) {
		default:
			group := 1
			if x[1]%2 == 0 {
				group = pick(1, 2)
			}
			op = &ir.Conv{OutChannels: group * pick(1, 2, 4, 16), Window: window, Group: group, Axis: 1, Bias: r.IntN(3) > 0}
		case 0:
			op = &ir.LRN{Size: pick(3, 5, 9), C: float32(pick(1, 30)) / 100, Beta: float32(pick(50, 75, 100)) / 100, K: float32(pick(1, 2))}
		case 1:
			op = &ir.Pool{Window: window, Ceil: r.IntN(2) == 0}
		case 2:
			op = &ir.Pool{Kind: ir.Average, Window: square(kernel, 1, 0)}
		case 3, 4:
			op = []ir.Op{&ir.ReLU{}, &ir.ReLU{Slope: 0.1}, &ir.Tanh{}, &ir.Sigmoid{}, &ir.PReLU{}}[r.IntN(5)]
		case 5:
			op = &ir.Scale{Axis: 1, NumAxes: 1, Bias: true}
		case 6:
			op = &ir.BatchNorm{Eps: 1e-3}
		}
		b.layer(name, op)
		if n := b.graph.Nodes[len(b.graph.Nodes)-1]; op.Type() == "BatchNorm" {
			for k, v := range n.Params[1].Data {
				n.Params[1].Data[k] = float32(math.Abs(float64(v)))
			}
		}
	}
	if r.IntN(3) > 0 {
		b.layer("fc", &ir.FullyConnected{Units: pick(1, 5, 12), Axis: 1, Bias: true})
	}
	return b.layer("prob", &ir.Softmax{Axis: 1}).graph
}

// use is how much of the bound the layers of one type used.
type use struct {
	layers  int
	largest float64
	logs    float64 // sum over those that used any
	counted int
}

type usage map[string]*use

func (u usage) add(r *Report) {
	for _, l := range r.Layers {
		at := u[l.Op]
		if at == nil {
			at = &use{}
			u[l.Op] = at
		}
		at.layers++
		at.largest = max(at.largest, float64(l.BoundUsed))
		if l.BoundUsed > 0 {
			at.logs += math.Log(float64(l.BoundUsed))
			at.counted++
		}
	}
}

func (u usage) log(t *testing.T) {
	for _, op := range slices.Sorted(maps.Keys(u)) {
		at := u[op]
		if at.counted == 0 {
			t.Logf("%-15s %5d layers deviate nowhere", op, at.layers)
			continue
		}
		t.Logf("%-15s %5d layers use %.3f of the bound at most, %.4f usually", op, at.layers, at.largest, math.Exp(at.logs/float64(at.counted)))
	}
}

// TestNoHonestEvaluationExceedsTheBound evaluates random nets in float32, in
// orders of summation from the best to the worst, and by the Fast engine. Every
// value is judged, and the outputs alone.
func TestNoHonestEvaluationExceedsTheBound(t *testing.T) {
	nets := 1000
	if testing.Short() {
		nets = 100
	}
	whole, ends := make(usage), make(usage)
	for seed := range nets {
		g := randomChain(rand.New(rand.NewPCG(uint64(seed), 6)))
		in := map[string]*ir.Tensor{"x": ir.Seeded("x", uint64(seed), 2, g.Nodes[0].Op.(*ir.Input).Shape...)}
		s := styles[seed%len(styles)]
		values := single(t, g, in, s)
		r, err := Against(context.Background(), values, Model{"net", g}, in, Options{Run: runtime.Options{Engine: runtime.Fast, Winograd: seed%2 == 0}})
		if err != nil {
			t.Fatal(err)
		}
		whole.add(r)
		if r.Verdict != Pass {
			t.Errorf("net %d, %s: %s, %+v", seed, s.name, r.Reason, r.FirstDivergence)
		}
		last := g.Outputs[0].Name
		r, err = Against(context.Background(), map[string]*ir.Tensor{last: values[last]}, Model{"net", g}, in, Options{})
		if err != nil {
			t.Fatal(err)
		}
		ends.add(r)
		if r.Verdict != Pass {
			t.Errorf("net %d, %s, its output alone: %s, %+v", seed, s.name, r.Reason, r.FirstDivergence)
		}
	}
	whole.log(t)
	t.Log("outputs alone:")
	ends.log(t)
}

// TestTheBoundIsTight holds the bound at the outputs of the full-size net against
// the deviation seen.
func TestTheBoundIsTight(t *testing.T) {
	net, err := zoo.Find("bvlc_alexnet")
	if err != nil {
		t.Fatal(err)
	}
	g, err := net.Seeded(1)
	if err != nil {
		t.Fatal(err)
	}
	in := map[string]*ir.Tensor{"data": ir.Seeded("data", 1, 100, 1, 3, 227, 227)}
	direct := make(usage)
	for _, winograd := range []bool{false, true} {
		golden := make(map[string]*ir.Tensor)
		o := Options{Run: runtime.Options{Engine: runtime.Fast, Winograd: winograd}}
		err = run(context.Background(), Model{"A", g}, in, o, func(v *ir.Value, x *ir.Tensor) *ir.Tensor {
			golden[v.Name] = clone(x)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		// The model's own run is the reference engine's, but for Winograd's
		// algorithm, whose bound depends on being told.
		if !winograd {
			o.Run.Engine = runtime.Reference
		}
		for _, recorded := range []map[string]*ir.Tensor{golden, {"prob": golden["prob"]}} {
			r, err := Against(context.Background(), recorded, Model{"A", g}, in, o)
			if err != nil {
				t.Fatal(err)
			}
			if !winograd {
				direct.add(r)
			}
			if r.Verdict != Pass {
				t.Errorf("winograd %v, %d values: %s", winograd, len(recorded), r.Reason)
			}
			for _, l := range r.Layers {
				t.Logf("%-6s %-15s rel L2 %.2g, residual %.2g, bound %.2g, used %.2g", l.Name, l.Op,
					float64(l.RelL2), float64(l.Residual), float64(l.Bound), float64(l.BoundUsed))
			}
			last := r.Layers[len(r.Layers)-1]
			if !winograd && !(last.Bound < 1000*last.RelL2) {
				t.Errorf("%d values: at prob the bound is %g, the deviation %g", len(recorded), float64(last.Bound), float64(last.RelL2))
			}
		}
	}
	direct.log(t)
}
