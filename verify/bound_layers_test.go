package verify

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime"
)

// each evaluates a function of single elements in float32 steps.
func each(f func(x float32) float32) func(x *ir.Tensor) []float32 {
	return func(x *ir.Tensor) []float32 {
		y := make([]float32, len(x.Data))
		for i, v := range x.Data {
			y[i] = f(v)
		}
		return y
	}
}

func exp32(x float32) float32 { return float32(math.Exp(float64(x))) }
func log32(x float32) float32 { return float32(math.Log(float64(x))) }

// TestRoundingOfLayers evaluates operations in float32, as directly as their
// formulas permit, and holds the error of every element against its limit. The
// usual error must use a visible part of it, or the limit would excuse anything.
func TestRoundingOfLayers(t *testing.T) {
	run := 3 * 5
	mean := func(data []float32) float32 {
		var s float32
		for _, v := range data {
			s += v
		}
		return s / float32(len(data))
	}
	for _, c := range []struct {
		name   string
		op     ir.Op
		single func(x *ir.Tensor) []float32
	}{
		{"elu", &ir.ELU{Alpha: 0.7}, each(func(x float32) float32 {
			if x > 0 {
				return x
			}
			return 0.7 * (exp32(x) - 1)
		})},
		{"softplus", &ir.Softplus{}, each(func(x float32) float32 { return log32(1 + exp32(x)) })},
		{"swish", &ir.Swish{Beta: 1.5}, each(func(x float32) float32 { return x * (1 / (1 + exp32(-1.5*x))) })},
		{"power", &ir.Power{Power: 2.5, Scale: 0.3, Shift: 7}, each(func(x float32) float32 { return exp32(2.5 * log32(0.3*x+7)) })},
		{"power of 1", &ir.Power{Power: 1, Scale: 0.3, Shift: 7}, each(func(x float32) float32 { return float32(float64(float32(0.3))*float64(x) + 7) })},
		{"negative power", &ir.Power{Power: -1, Scale: 1}, each(func(x float32) float32 {
			return float32(math.Copysign(float64(exp32(-log32(float32(math.Abs(float64(x)))))), float64(x)))
		})},
		{"exp", &ir.Exp{Base: 3, Scale: 0.5, Shift: 2}, each(func(x float32) float32 { return float32(math.Pow(3, float64(float32(0.5*x)+2))) })},
		{"log", &ir.Log{Base: 2, Scale: 0.3, Shift: 7}, each(func(x float32) float32 { return float32(math.Log2(float64(float32(0.3*x) + 7))) })},
		{"mvn", &ir.MVN{Eps: 1e-3}, func(x *ir.Tensor) []float32 {
			var y []float32
			for part := range slices.Chunk(x.Data, run) {
				m := mean(part)
				var squares []float32
				for _, v := range part {
					squares = append(squares, (v-m)*(v-m))
				}
				d := float32(math.Sqrt(float64(mean(squares)))) + 1e-3
				for _, v := range part {
					y = append(y, (v-m)/d)
				}
			}
			return y
		}},
		{"log softmax", &ir.LogSoftmax{Axis: -1}, func(x *ir.Tensor) []float32 {
			var y []float32
			for part := range slices.Chunk(x.Data, 5) {
				top, sum := slices.Max(part), float32(0)
				for _, v := range part {
					sum += exp32(v - top)
				}
				for _, v := range part {
					y = append(y, v-(top+log32(sum)))
				}
			}
			return y
		}},
		{"mean of squares", &ir.Reduction{Kind: ir.ReduceSumSquares, Axis: 2, Coefficient: 0.1}, func(x *ir.Tensor) []float32 {
			var y []float32
			for part := range slices.Chunk(x.Data, run) {
				var s float32
				for _, v := range part {
					s += v * v
				}
				y = append(y, 0.1*s)
			}
			return y
		}},
		{"deconvolution", &ir.Deconv{OutChannels: 1, Window: square(1, 1, 0), Group: 1, Axis: 1}, func(x *ir.Tensor) []float32 {
			y := make([]float32, x.Shape[0]*run)
			weights := seededWeights(x.Shape[1])
			for i := range y {
				for c, w := range weights {
					y[i] += w * x.Data[(i/run*x.Shape[1]+c)*run+i%run]
				}
			}
			return y
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := ir.Seeded("x", 1, 4, 2, 4, 3, 5)
			n := &ir.Node{Op: c.op}
			if _, ok := c.op.(*ir.Deconv); ok {
				n.Params = []*ir.Tensor{{Shape: ir.Shape{4, 1, 1, 1}, Data: seededWeights(4)}}
			}
			exact, err := apply(context.Background(), c.op, n.Params, []*ir.Tensor{x}, runtime.Options{})
			if err != nil {
				t.Fatal(err)
			}
			got, err := rules{ctx: context.Background(), threads: 1}.of(n, []*ir.Tensor{x}, exact)
			if err != nil {
				t.Fatal(err)
			}
			most := 0.0
			for i, v := range c.single(x) {
				used := math.Abs(float64(v)-float64(exact[0].Data[i])) / got[0].limit[i]
				if !(used <= 1) {
					t.Errorf("element %d: %g instead of %g, the limit is %g", i, v, exact[0].Data[i], got[0].limit[i])
				}
				most = max(most, used)
			}
			if most < 1e-3 {
				t.Errorf("no error uses more than %g of its limit", most)
			}
		})
	}
}

func seededWeights(n int) []float32 { return ir.Seeded("w", 1, 1, n).Data }

func TestChoosingRoundsNothing(t *testing.T) {
	x := ir.Seeded("x", 1, 4, 1, 2, 4, 4)
	for _, op := range []ir.Op{&ir.Abs{}, &ir.Clip{Min: -1, Max: 1}, &ir.Threshold{}, &ir.Tile{Axis: 1, Tiles: 2}, &ir.SPP{Levels: 2}, &ir.ArgMax{Flat: true, TopK: 2},
		&ir.Pool{Window: square(2, 1, 0), Mask: true}, &ir.Transpose{Order: []int{0, 2, 3, 1}}, &ir.Pad{Begin: make([]int, 4), End: []int{0, 0, 1, 0}}} {
		out, err := apply(context.Background(), op, nil, []*ir.Tensor{x}, runtime.Options{})
		if err != nil {
			t.Fatal(err)
		}
		list, err := rules{ctx: context.Background(), threads: 1}.of(&ir.Node{Op: op}, []*ir.Tensor{x}, out)
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range list {
			if r.limit != nil {
				t.Errorf("output %d of %s is allowed an error", i, op.Type())
			}
		}
	}
}

func TestAnOperationWithoutRuleIsRefused(t *testing.T) {
	_, err := rules{ctx: context.Background()}.of(&ir.Node{Op: &ir.Input{}}, []*ir.Tensor{tensor(1)}, []*ir.Tensor{tensor(1)})
	if !errors.Is(err, ir.ErrUnsupported) {
		t.Errorf("got %v", err)
	}
}
