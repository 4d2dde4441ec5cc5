package conformance

import (
	"context"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime"
)

// net is a topology of testdata/nets and what is published of it.
type net struct {
	name string
	// params counts Caffe's parameters; where a net has batch normalisation,
	// the published number of learned ones and the means and variances.
	params int64
	shapes map[string]ir.Shape // by blob, at the declared input
	size   int                 // a smaller input, at which the tests run it
}

var nets = []net{
	{"vgg16", 138_357_544, map[string]ir.Shape{"pool1": {1, 64, 112, 112}, "pool3": {1, 256, 28, 28}, "pool5": {1, 512, 7, 7}, "prob": {1, 1000}}, 32},
	{"googlenet", 6_998_552, map[string]ir.Shape{"pool2/3x3_s2": {1, 192, 28, 28}, "inception_3b/output": {1, 480, 28, 28},
		"inception_4e/output": {1, 832, 14, 14}, "inception_5b/output": {1, 1024, 7, 7}, "pool5/7x7_s1": {1, 1024, 1, 1}, "prob": {1, 1000}}, 48},
	{"squeezenet", 1_235_496, map[string]ir.Shape{"conv1": {1, 64, 113, 113}, "pool3": {1, 128, 28, 28}, "fire9/concat": {1, 512, 14, 14}, "prob": {1, 1000, 1, 1}}, 64},
	{"nin", 7_595_176, map[string]ir.Shape{"cccp2": {1, 96, 54, 54}, "pool3": {1, 384, 6, 6}, "pool4": {1, 1000, 1, 1}}, 64},
	{"resnet50", 25_557_032 + 64 + 53_120, map[string]ir.Shape{"conv1": {1, 64, 112, 112}, "pool1": {1, 64, 56, 56}, "res2c": {1, 256, 56, 56},
		"res3d": {1, 512, 28, 28}, "res4f": {1, 1024, 14, 14}, "res5c": {1, 2048, 7, 7}, "prob": {1, 1000}}, 32},
	{"mobilenet", 4_231_976 + 21_888, map[string]ir.Shape{"conv2_2/dw": {1, 64, 56, 56}, "conv5_5/sep": {1, 512, 14, 14}, "conv6/sep": {1, 1024, 7, 7}, "prob": {1, 1000, 1, 1}}, 48},
}

func (n net) path() string { return "../testdata/nets/" + n.name + ".prototxt" }

func TestNetsHaveTheirPublishedFigures(t *testing.T) {
	for _, n := range nets {
		t.Run(n.name, func(t *testing.T) {
			g := open(t, n.path()).Graph
			shapes, err := g.Validate()
			if err != nil {
				t.Fatal(err)
			}
			params := int64(0)
			for _, node := range g.Nodes {
				cost, err := node.Cost(shapes)
				if err != nil {
					t.Fatal(err)
				}
				params += cost.Params
			}
			if params != n.params {
				t.Errorf("%d parameters, published are %d", params, n.params)
			}
			for blob, want := range n.shapes {
				if v := g.Value(blob); v == nil || !shapes[v].Equal(want) {
					t.Errorf("%s is %v, want %v", blob, shapes[v], want)
				}
			}
		})
	}
}

// small is the net at its small size with weights from a seed. What the smaller
// size would make senseless is made to fit: a pooling over the whole plane pools
// all there is of it, and large hidden layers, which hold most of the weights and
// differ in nothing but their number, are narrow.
func (n net) small(t *testing.T) *ir.Graph {
	t.Helper()
	g := open(t, n.path()).Graph
	for _, node := range g.Nodes {
		switch o := node.Op.(type) {
		case *ir.Input:
			node.Op = &ir.Input{Shape: ir.Shape{1, 3, n.size, n.size}}
		case *ir.Pool:
			if len(o.Kernel) > 0 && o.Kernel[0] >= 6 {
				node.Op = &ir.Pool{Kind: o.Kind, Global: true, Ceil: o.Ceil}
			}
		case *ir.FullyConnected:
			if o.Units > 1000 {
				node.Op = &ir.FullyConnected{Units: 40, Axis: o.Axis, Bias: o.Bias}
			}
		}
	}
	if err := g.SeedWeights(1, 0.03); err != nil {
		t.Fatal(err)
	}
	return g
}

// netTolerance is that of the fixtures, for nets that are several times deeper.
const netTolerance = 5 * tolerance

func TestEnginesAgreeOnNets(t *testing.T) {
	for _, n := range nets {
		t.Run(n.name, func(t *testing.T) {
			g := n.small(t)
			inputs := map[string]*ir.Tensor{"data": ir.Seeded("data", 1, 128, 1, 3, n.size, n.size)}
			want, err := runAll(g, inputs, runtime.Options{})
			if err != nil {
				t.Fatal(err)
			}
			for _, engine := range engines {
				if engine.options.Engine == runtime.Reference {
					continue
				}
				got, err := runAll(g, inputs, engine.options)
				if err != nil {
					t.Fatal(err)
				}
				for i, v := range want {
					if got[i].name != v.name {
						t.Fatalf("%s: value %d is %s, the reference engine's is %s", engine.name, i, got[i].name, v.name)
					}
					largest, difference := 0.0, 0.0
					for j, x := range v.tensor.Data {
						largest = max(largest, math.Abs(float64(x)))
						difference = max(difference, math.Abs(float64(x)-float64(got[i].tensor.Data[j])))
					}
					if !(largest > 0) || !(difference <= netTolerance*largest) {
						t.Fatalf("%s: %s is off by %g, its largest magnitude is %g", engine.name, v.name, difference, largest)
					}
				}
				fused := runFused(t, g, inputs, engine.options)
				for name, x := range fused {
					i := slices.IndexFunc(got, func(v seen) bool { return v.name == name })
					if !sameBits(x.Data, got[i].tensor.Data) {
						t.Errorf("%s: %s is not the same without a visitor", engine.name, name)
					}
				}
			}
		})
	}
}

// runFused runs a graph without a visitor.
func runFused(t *testing.T, g *ir.Graph, inputs map[string]*ir.Tensor, o runtime.Options) map[string]*ir.Tensor {
	t.Helper()
	p, err := runtime.Compile(g, o)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	outputs, err := p.Run(context.Background(), inputs, nil)
	if err != nil {
		t.Fatal(err)
	}
	return outputs
}

// TestNetsKeepTheirDigest writes each net as ONNX and in Caffe's formats and
// reads it back.
func TestNetsKeepTheirDigest(t *testing.T) {
	for _, n := range nets {
		t.Run(n.name, func(t *testing.T) {
			dir := t.TempDir()
			g := n.small(t)
			want := digestOfGraph(t, g)
			onnx, caffe := filepath.Join(dir, "x.onnx"), in(dir, "y.prototxt+y.caffemodel")
			saveGraph(t, g, onnx)
			save(t, onnx, caffe)
			for _, spec := range []string{onnx, caffe} {
				if got := digestOf(t, spec); got != want {
					t.Errorf("%s: digest %s, want %s", filepath.Base(spec), got, want)
				}
			}
		})
	}
}
