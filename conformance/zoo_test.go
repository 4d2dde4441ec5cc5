package conformance

import (
	"bytes"
	"context"
	"errors"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/alexconv/alexconv/convert"
	"github.com/alexconv/alexconv/formats/npy"
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime"
	"github.com/alexconv/alexconv/zoo"
)

const zooSeed = 2012

// runZoo runs a seeded net at its declared size.
func runZoo(t *testing.T, name string, o runtime.Options) []seen {
	t.Helper()
	net, err := zoo.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	g, err := net.Seeded(zooSeed)
	if err != nil {
		t.Fatal(err)
	}
	f, err := net.Figures()
	if err != nil {
		t.Fatal(err)
	}
	x := ir.Seeded("data", zooSeed, 128, f.Input...)
	values, err := runAll(g, map[string]*ir.Tensor{"data": x}, o)
	if err != nil {
		t.Fatal(err)
	}
	return values
}

func TestEveryZooNetRunsWithSeededWeights(t *testing.T) {
	logits := []string{"mnist_alexnet", "torchvision_alexnet"}
	for _, net := range zoo.Nets() {
		for _, engine := range engines {
			t.Run(net.Name+" "+engine.name, func(t *testing.T) {
				values := runZoo(t, net.Name, engine.options)
				f, err := net.Figures()
				if err != nil {
					t.Fatal(err)
				}
				out := values[len(values)-1].tensor
				if want := (ir.Shape{1, f.Classes}); !out.Shape.Equal(want) {
					t.Fatalf("the output is %v, want %v", out.Shape, want)
				}
				sum := 0.0
				for _, v := range out.Data {
					sum += float64(v)
				}
				isProbability := math.Abs(sum-1) < 1e-5 && slices.Min(out.Data) >= 0
				if want := !slices.Contains(logits, net.Name); isProbability != want {
					t.Errorf("the output is a probability: %v (sum %g), want %v", isProbability, sum, want)
				}
				p := peak(out.Data, isProbability)
				if uniform := 1 / float64(f.Classes); p < 2*uniform || p > 0.99 {
					t.Errorf("the most probable class has %g: seeded weights should give a peak that is not saturated", p)
				}
			})
		}
	}
}

// peak is the largest probability, after a softmax where there was none.
func peak(out []float32, isProbability bool) float64 {
	top := float64(slices.Max(out))
	if isProbability {
		return top
	}
	sum := 0.0
	for _, v := range out {
		sum += math.Exp(float64(v) - top)
	}
	return 1 / sum
}

// TestNormalisationStaysInItsTower recomputes krizhevsky2012's norm1 around the
// border between the towers.
func TestNormalisationStaysInItsTower(t *testing.T) {
	var x, y *ir.Tensor
	for _, v := range runZoo(t, "krizhevsky2012", runtime.Options{}) {
		switch v.layer {
		case "relu1":
			x = v.tensor
		case "norm1":
			y = v.tensor
		}
	}
	const tower = 48
	plane := x.Shape[2] * x.Shape[3]
	for c := tower - 3; c < tower+3; c++ {
		first := c / tower * tower
		for _, at := range []int{0, plane / 2, plane - 1} {
			sum := 0.0
			for d := max(c-2, first); d <= min(c+2, first+tower-1); d++ {
				v := float64(x.Data[d*plane+at])
				sum += v * v
			}
			want := float64(x.Data[c*plane+at]) / math.Pow(2+1e-4*sum, 0.75)
			if got := float64(y.Data[c*plane+at]); !(math.Abs(got-want) <= 1e-6*max(1, math.Abs(want))) {
				t.Errorf("channel %d, position %d: %g, want %g", c, at, got, want)
			}
		}
	}
}

// narrow is the net with few units in the hidden fully connected layers, which
// hold nine tenths of the weights and differ in nothing but their number, and
// with weights from a seed.
func narrow(t *testing.T, net zoo.Net, seed uint64) *ir.Graph {
	t.Helper()
	g := net.Build()
	for _, n := range g.Nodes {
		if fc, ok := n.Op.(*ir.FullyConnected); ok && fc.Units > 1000 {
			n.Op = &ir.FullyConnected{Units: 24, Axis: fc.Axis, Bias: fc.Bias}
		}
	}
	shapes, err := g.Validate()
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range g.Nodes {
		s, err := n.Op.Infer(shapes.Of(n.Inputs))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range s.Params {
			n.Params = append(n.Params, ir.Seeded(n.Name+"/"+p.Role, seed, 0.1, p.Shape...))
		}
	}
	return g
}

func digestOfGraph(t *testing.T, g *ir.Graph) string {
	t.Helper()
	digest, err := ir.Digest(g)
	if err != nil {
		t.Fatal(err)
	}
	return digest
}

func TestZooNetsAreAllDifferent(t *testing.T) {
	names := make(map[string]string)
	for _, net := range zoo.Nets() {
		digest := digestOfGraph(t, narrow(t, net, 1))
		if other := names[digest]; other != "" {
			t.Errorf("%s has the digest of %s", net.Name, other)
		}
		names[digest] = net.Name
	}
}

// TestZooNetsKeepTheirDigest writes each net in each format and reads it back.
// Caffe has numbers for padding, so there the digest is that of the net with
// SAME resolved for its declared input; what it has no form for is refused by
// the layer's name.
func TestZooNetsKeepTheirDigest(t *testing.T) {
	refusedByCaffe := map[string]string{
		"krizhevsky2012": `layer "conv1": Caffe cannot express it: axis 2 is padded by 1 before and 2 after`,
		"mnist_alexnet":  `layer "pool3": Caffe cannot express it: axis 2 is padded by 0 before and 1 after`,
	}
	for _, net := range zoo.Nets() {
		t.Run(net.Name, func(t *testing.T) {
			dir := t.TempDir()
			g := narrow(t, net, 1)
			digest := digestOfGraph(t, g)

			// Weights alone are read into the topology of a file whose own
			// weights are others.
			topology := filepath.Join(dir, "other.onnx")
			saveGraph(t, narrow(t, net, 2), topology)
			for _, name := range []string{"x.onnx", "x.npy", "x.npz"} {
				path := filepath.Join(dir, name)
				saveGraph(t, g, path)
				if name != "x.onnx" {
					path = topology + "+" + path
				}
				if got := digestOf(t, path); got != digest {
					t.Errorf("%s: digest %s, want %s", name, got, digest)
				}
			}

			caffe := in(dir, "x.prototxt+x.caffemodel")
			_, err := convert.Save(context.Background(), g, caffe, convert.SaveOptions{})
			if want := refusedByCaffe[net.Name]; want != "" {
				if err == nil || !strings.Contains(err.Error(), want) || !errors.Is(err, ir.ErrUnsupported) {
					t.Errorf("caffe: error %v, want %s", err, want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			resolved, err := convert.ResolvePadding(g)
			if err != nil {
				t.Fatal(err)
			}
			want := digestOfGraph(t, resolved)
			if got := digestOf(t, caffe); got != want {
				t.Errorf("caffe: digest %s, want %s", got, want)
			}
			save(t, caffe, filepath.Join(dir, "from_caffe.onnx"))
			if got := digestOf(t, filepath.Join(dir, "from_caffe.onnx")); got != want {
				t.Errorf("onnx from caffe: digest %s, want %s", got, want)
			}
		})
	}
}

func saveGraph(t *testing.T, g *ir.Graph, out string) {
	t.Helper()
	if _, err := convert.Save(context.Background(), g, out, convert.SaveOptions{}); err != nil {
		t.Fatal(err)
	}
}

// TestZooNetsTakeTheNamesOfTheirSource loads weights under the names that the
// scripts behind the nets give them.
func TestZooNetsTakeTheNamesOfTheirSource(t *testing.T) {
	for name, layers := range map[string][]string{
		"mnist_alexnet":   {"wc1", "wc2", "wc3", "wd1", "wd2", "out"},
		"tflearn_alexnet": {"Conv2D", "Conv2D_1", "Conv2D_2", "Conv2D_3", "Conv2D_4", "FullyConnected", "FullyConnected_1", "FullyConnected_2"},
	} {
		net, err := zoo.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		g := narrow(t, net, 1)
		want := digestOfGraph(t, g)
		for _, n := range g.Nodes {
			if len(n.Params) > 0 {
				n.Name, layers = layers[0], layers[1:]
			}
		}
		var b bytes.Buffer
		if err := npy.WriteWeights(&b, g, npy.WriteOptions{Schema: npy.List}); err != nil {
			t.Fatal(err)
		}
		loaded := narrow(t, net, 2)
		if err := npy.LoadWeights(loaded, b.Bytes(), npy.ReadOptions{}); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := digestOfGraph(t, loaded); got != want {
			t.Errorf("%s: digest %s, want %s", name, got, want)
		}
	}
}
