package runtime

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/alexconv/alexconv/ir"
)

// alexNet is Caffe's bvlc_alexnet. The weights are noise, small enough for the
// values to stay of one size, or zeros.
func alexNet(t testing.TB, batch int, zeros bool) *ir.Graph {
	r := rand.New(rand.NewPCG(1, 1))
	g := &ir.Graph{}
	x := input(g, "data", ir.Shape{batch, 3, 227, 227})
	shape := ir.Shape{batch, 3, 227, 227}
	add := func(name string, op ir.Op) {
		s, err := op.Infer([]ir.Shape{shape})
		if err != nil {
			t.Fatal(err)
		}
		var params []*ir.Tensor
		for _, p := range s.Params {
			w := ir.NewTensor(p.Shape...)
			if !zeros {
				scale := 2 / float32(1+p.Shape[1:].Elements())
				for i, v := range noise(r, p.Shape...).Data {
					w.Data[i] = v * scale
				}
			}
			params = append(params, w)
		}
		x, shape = node(g, name, op, params, x), s.Outputs[0]
	}
	conv := func(i, outputs, kernel, stride, pad, group int) {
		w := ir.NewWindow(kernel, kernel)
		w.Stride, w.PadBegin, w.PadEnd = []int{stride, stride}, []int{pad, pad}, []int{pad, pad}
		add(fmt.Sprint("conv", i), &ir.Conv{OutChannels: outputs, Window: w, Group: group, Axis: 1, Bias: true})
		add(fmt.Sprint("relu", i), &ir.ReLU{})
	}
	norm := func(i int) { add(fmt.Sprint("norm", i), &ir.LRN{Size: 5, C: 2e-5, Beta: .75, K: 1}) }
	pool := func(i int) {
		w := ir.NewWindow(3, 3)
		w.Stride = []int{2, 2}
		add(fmt.Sprint("pool", i), &ir.Pool{Kind: ir.Max, Window: w, Ceil: true})
	}
	fc := func(i, units int) {
		add(fmt.Sprint("fc", i), &ir.FullyConnected{Units: units, Axis: 1, Bias: true})
		if i < 8 {
			add(fmt.Sprint("relu", i), &ir.ReLU{})
			add(fmt.Sprint("drop", i), &ir.Dropout{Ratio: .5})
		}
	}
	conv(1, 96, 11, 4, 0, 1)
	norm(1)
	pool(1)
	conv(2, 256, 5, 1, 2, 2)
	norm(2)
	pool(2)
	conv(3, 384, 3, 1, 1, 1)
	conv(4, 384, 3, 1, 1, 2)
	conv(5, 256, 3, 1, 1, 2)
	pool(5)
	fc(6, 4096)
	fc(7, 4096)
	fc(8, 1000)
	add("prob", &ir.Softmax{Axis: 1})
	g.Outputs = []*ir.Value{x}
	return g
}

// What the fast engine adds to the weights, which may be a mapped file, stays
// below 15 percent of them.
func TestAlexNetMemory(t *testing.T) {
	g := alexNet(t, 1, true)
	p := mustCompile(t, g, Options{Engine: Fast})
	packed := 0
	for _, w := range p.fast.weights {
		packed += 4 * len(w.matrix)
		for _, f := range w.placers() {
			packed += 4 * f.Floats()
		}
	}
	weights := 4 * g.Weights()
	if added := packed + p.ActivationBytes(); added > weights/100*15 {
		t.Errorf("packed weights take %d bytes, activations %d, beside %d of weights", packed, p.ActivationBytes(), weights)
	}
}

func BenchmarkAlexNet(b *testing.B) {
	for _, batch := range []int{1, 8} {
		g := alexNet(b, batch, false)
		in := map[string]*ir.Tensor{"data": noise(rand.New(rand.NewPCG(3, 3)), batch, 3, 227, 227)}
		for _, o := range []Options{{Threads: 1}, {Threads: 2}, {Threads: 1, Winograd: true}, {Threads: 2, Winograd: true}} {
			o.Engine = Fast
			b.Run(fmt.Sprintf("batch%d/threads%d/winograd-%v", batch, o.Threads, o.Winograd), func(b *testing.B) {
				p, err := Compile(g, o)
				if err != nil {
					b.Fatal(err)
				}
				for b.Loop() {
					if _, err := p.Run(context.Background(), in, nil); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(batch*b.N)/b.Elapsed().Seconds(), "images/s")
			})
		}
	}
}

// BenchmarkCompile is what a first run waits for beside reading the weights.
func BenchmarkCompile(b *testing.B) {
	g := alexNet(b, 1, false)
	for b.Loop() {
		if _, err := Compile(g, Options{Engine: Fast}); err != nil {
			b.Fatal(err)
		}
	}
}
