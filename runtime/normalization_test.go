package runtime

import (
	"math"
	"testing"

	"github.com/alexconv/alexconv/ir"
)

func TestSoftmax(t *testing.T) {
	e := func(v float64) float32 { return float32(1 / (1 + math.Exp(v))) }
	cases := []struct {
		name     string
		axis     int
		in, want *ir.Tensor
	}{
		{"rows", 1, tensor(ir.Shape{2, 2}, 0, 1, 5, 5), tensor(ir.Shape{2, 2}, e(1), e(-1), .5, .5)},
		{"columns", 0, tensor(ir.Shape{2, 2}, 0, 5, 1, 5), tensor(ir.Shape{2, 2}, e(1), .5, e(-1), .5)},
		{"channels at each position", 1, tensor(ir.Shape{1, 2, 2}, 0, 1, 1, 0), tensor(ir.Shape{1, 2, 2}, e(1), e(-1), e(-1), e(1))},
		{"axis from the end", -1, tensor(ir.Shape{1, 2}, 0, 1), tensor(ir.Shape{1, 2}, e(1), e(-1))},
		{"no overflow", 1, tensor(ir.Shape{1, 2}, 1000, -1000), tensor(ir.Shape{1, 2}, 1, 0)},
		{"one NaN spoils its sum only", 1, tensor(ir.Shape{2, 2}, nan, 1, 2, 2), tensor(ir.Shape{2, 2}, nan, nan, .5, .5)},
		{"infinity less itself", 1, tensor(ir.Shape{1, 2}, inf, 1), tensor(ir.Shape{1, 2}, nan, nan)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { check(t, apply(t, &ir.Softmax{Axis: c.axis}, nil, c.in)[0], c.want) })
	}
}

func TestBatchNorm(t *testing.T) {
	given := []*ir.Tensor{tensor(ir.Shape{2}, 1, 2), tensor(ir.Shape{2}, 3, 15)}
	cases := []struct {
		name     string
		op       ir.BatchNorm
		params   []*ir.Tensor
		in, want *ir.Tensor
	}{
		{"given statistics", ir.BatchNorm{Eps: 1}, given,
			tensor(ir.Shape{2, 2, 1}, 3, 6, 5, 10), tensor(ir.Shape{2, 2, 1}, 1, 1, 2, 2)},
		{"a matrix", ir.BatchNorm{Eps: 1}, given, tensor(ir.Shape{1, 2}, 3, 6), tensor(ir.Shape{1, 2}, 1, 1)},
		{"a vector is one channel", ir.BatchNorm{Eps: 1}, []*ir.Tensor{tensor(ir.Shape{1}, 1), tensor(ir.Shape{1}, 3)},
			tensor(ir.Shape{3}, 1, 3, 5), tensor(ir.Shape{3}, 0, 1, 2)},
		{"eps inside the root", ir.BatchNorm{Eps: 4}, []*ir.Tensor{tensor(ir.Shape{1}, 0), tensor(ir.Shape{1}, 0)},
			tensor(ir.Shape{1, 1}, 6), tensor(ir.Shape{1, 1}, 3)},
		{"own statistics, biased variance", ir.BatchNorm{BatchStats: true}, nil,
			tensor(ir.Shape{2, 2, 1}, 1, 0, 3, 8), tensor(ir.Shape{2, 2, 1}, -1, -1, 1, 1)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { check(t, apply(t, &c.op, c.params, c.in)[0], c.want) })
	}
}

// The fast engine folds a mean into one multiplication and addition, unless that
// makes another number of what subtracts it first.
func TestBatchNormWithoutAFiniteShift(t *testing.T) {
	shape := ir.Shape{1, 1, 1, 2}
	for _, c := range []struct {
		name           string
		mean, variance float32
		in, want       *ir.Tensor
	}{
		{"a huge mean", 1e38, 1e-8, tensor(shape, 1e38, 1e38), tensor(shape, 0, 0)},
		{"no variance", 1, 0, tensor(shape, 0, 2), tensor(shape, -inf, inf)},
		{"no variance and no mean", 0, 0, tensor(shape, -1, 2), tensor(shape, -inf, inf)},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := &ir.Graph{}
			one := tensor(ir.Shape{1, 1, 1, 1}, 1)
			y := node(g, "conv", &ir.Conv{OutChannels: 1, Window: ir.NewWindow(1, 1), Group: 1, Axis: 1}, []*ir.Tensor{one}, input(g, "x", shape))
			y = node(g, "norm", &ir.BatchNorm{}, []*ir.Tensor{tensor(ir.Shape{1}, c.mean), tensor(ir.Shape{1}, c.variance)}, y)
			g.Outputs = []*ir.Value{y}
			for _, engine := range []Engine{Reference, Fast} {
				out, err := mustCompile(t, g, Options{Engine: engine}).Run(t.Context(), map[string]*ir.Tensor{"x": c.in}, nil)
				if err != nil {
					t.Fatal(err)
				}
				check(t, out["norm"], c.want)
			}
		})
	}
}

func TestScale(t *testing.T) {
	x := tensor(ir.Shape{1, 2, 2}, 1, 2, 3, 4)
	pair := tensor(ir.Shape{2}, 10, 100)
	offset := tensor(ir.Shape{2}, 1, 2)
	cases := []struct {
		name   string
		op     ir.Scale
		params []*ir.Tensor
		in     []*ir.Tensor
		want   []float32
	}{
		{"per channel", ir.Scale{Axis: 1, NumAxes: 1}, []*ir.Tensor{pair}, []*ir.Tensor{x}, []float32{10, 20, 300, 400}},
		{"with bias", ir.Scale{Axis: 1, NumAxes: 1, Bias: true}, []*ir.Tensor{pair, offset}, []*ir.Tensor{x}, []float32{11, 21, 302, 402}},
		{"last axis", ir.Scale{Axis: -1, NumAxes: -1}, []*ir.Tensor{pair}, []*ir.Tensor{x}, []float32{10, 200, 30, 400}},
		{"scalar", ir.Scale{Axis: 1}, []*ir.Tensor{tensor(ir.Shape{}, 3)}, []*ir.Tensor{x}, []float32{3, 6, 9, 12}},
		{"second input", ir.Scale{Axis: 1}, nil, []*ir.Tensor{x, pair}, []float32{10, 20, 300, 400}},
		{"second input, own bias", ir.Scale{Axis: 1, Bias: true}, []*ir.Tensor{offset}, []*ir.Tensor{x, pair}, []float32{11, 21, 302, 402}},
		{"scalar second input", ir.Scale{Axis: 9}, nil, []*ir.Tensor{x, tensor(ir.Shape{}, 2)}, []float32{2, 4, 6, 8}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			check(t, apply(t, &c.op, c.params, c.in...)[0], tensor(x.Shape, c.want...))
		})
	}
}

func TestMVN(t *testing.T) {
	x := tensor(ir.Shape{1, 2, 1, 2}, 1, 3, 5, 15)
	cases := []struct {
		name     string
		op       ir.MVN
		in, want *ir.Tensor
	}{
		{"each channel", ir.MVN{}, x, tensor(x.Shape, -1, 1, -1, 1)},
		{"eps beside the root", ir.MVN{Eps: 1}, x, tensor(x.Shape, -.5, .5, -5./6, 5./6)},
		{"a constant channel stays 0 because of eps", ir.MVN{Eps: 1e-9}, tensor(ir.Shape{1, 1, 1, 2}, 7, 7), tensor(ir.Shape{1, 1, 1, 2}, 0, 0)},
		{"the mean alone", ir.MVN{MeanOnly: true}, x, tensor(x.Shape, -1, 1, -5, 5)},
		{"across channels", ir.MVN{AcrossChannels: true, MeanOnly: true}, x, tensor(x.Shape, -5, -3, -1, 9)},
		{"missing axes are added", ir.MVN{AcrossChannels: true}, tensor(ir.Shape{2, 2}, 1, 3, 7, 5), tensor(ir.Shape{2, 2, 1, 1}, -1, 1, 1, -1)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { check(t, apply(t, &c.op, nil, c.in)[0], c.want) })
	}
}
