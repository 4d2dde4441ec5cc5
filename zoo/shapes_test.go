package zoo

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/alexconv/alexconv/ir"
)

// trace is what tells the nets' shapes apart: the heights after each named
// layer, which are the widths too, and how many values the first fully
// connected layer sees.
type trace struct {
	heights []int
	fc      int
}

// alexNetLayers are where the nets for colour pictures part and meet.
var alexNetLayers = []string{"conv1", "pool1", "pool2", "pool5"}

func traceOf(t *testing.T, g *ir.Graph, size int, layers ...string) trace {
	t.Helper()
	input := g.Inputs()[0]
	declared := g.Producers()[input].Op.(*ir.Input).Shape
	shapes, err := g.Infer(map[string]ir.Shape{input.Name: {1, declared[1], size, size}})
	if err != nil {
		t.Fatal(err)
	}
	var got trace
	for _, name := range layers {
		for _, n := range g.Nodes {
			if n.Name != name {
				continue
			}
			shape := shapes[n.Outputs[0]]
			if shape[2] != shape[3] {
				t.Fatalf("%s is %v, not square", name, shape)
			}
			got.heights = append(got.heights, shape[2])
		}
	}
	for _, n := range g.Nodes {
		if _, ok := n.Op.(*ir.FullyConnected); ok {
			got.fc = shapes[n.Inputs[0]][1:].Elements()
			break
		}
	}
	return got
}

// with is the net with each pooling or convolution replaced.
func with(n Net, replace func(*ir.Node) ir.Op) *ir.Graph {
	g := n.Build()
	for _, node := range g.Nodes {
		node.Op = replace(node)
	}
	return g
}

func roundPools(n Net, ceil bool) *ir.Graph {
	return with(n, func(node *ir.Node) ir.Op {
		if p, ok := node.Op.(*ir.Pool); ok {
			q := *p
			q.Ceil = ceil
			return &q
		}
		return node.Op
	})
}

func padFirst(n Net, begin, end int) *ir.Graph {
	return with(n, func(node *ir.Node) ir.Op {
		if c, ok := node.Op.(*ir.Conv); ok && node.Name == "conv1" {
			d := *c
			d.PadBegin, d.PadEnd = []int{begin, begin}, []int{end, end}
			return &d
		}
		return node.Op
	})
}

func TestShapesAt224And227(t *testing.T) {
	for _, c := range []struct {
		name   string
		graph  *ir.Graph
		at     int
		conv1  int
		pool1  int
		pool2  int
		pool5  int
		wantFC int
	}{
		{"bvlc_alexnet", bvlcAlexNet.Build(), 224, 54, 27, 13, 6, 9216},
		{"bvlc_alexnet", bvlcAlexNet.Build(), 227, 55, 27, 13, 6, 9216},
		{"caffenet", caffeNet.Build(), 224, 54, 27, 13, 6, 9216},
		{"caffenet", caffeNet.Build(), 227, 55, 27, 13, 6, 9216},
		{"bvlc_alexnet with floor pools", roundPools(bvlcAlexNet, false), 224, 54, 26, 12, 5, 6400},
		{"bvlc_alexnet with floor pools", roundPools(bvlcAlexNet, false), 227, 55, 27, 13, 6, 9216},
		{"caffenet with floor pools", roundPools(caffeNet, false), 224, 54, 26, 12, 5, 6400},
		{"caffenet with floor pools", roundPools(caffeNet, false), 227, 55, 27, 13, 6, 9216},
		{"krizhevsky2012", krizhevsky2012.Build(), 224, 55, 27, 13, 6, 9216},
		{"krizhevsky2012", krizhevsky2012.Build(), 227, 55, 27, 13, 6, 9216},
		{"krizhevsky2012 with floor pools", roundPools(krizhevsky2012, false), 224, 55, 27, 13, 6, 9216},
		{"bvlc_alexnet with the paper's padding", padFirst(bvlcAlexNet, 1, 2), 224, 55, 27, 13, 6, 9216},
		{"bvlc_alexnet with the paper's padding", padFirst(bvlcAlexNet, 1, 2), 227, 55, 27, 13, 6, 9216},
		{"tf_alexnet", tfAlexNet.Build(), 224, 56, 27, 13, 6, 9216},
		{"tf_alexnet", tfAlexNet.Build(), 227, 57, 28, 13, 6, 9216},
		{"tf_alexnet with ceil pools", roundPools(tfAlexNet, true), 224, 56, 28, 14, 7, 12544},
		{"tf_alexnet with ceil pools", roundPools(tfAlexNet, true), 227, 57, 28, 14, 7, 12544},
		{"tflearn_alexnet", tflearnAlexNet.Build(), 224, 56, 28, 14, 7, 12544},
		{"tflearn_alexnet", tflearnAlexNet.Build(), 227, 57, 29, 15, 8, 16384},
		{"torchvision_alexnet", torchvisionAlexNet.Build(), 224, 55, 27, 13, 6, 9216},
		{"torchvision_alexnet", torchvisionAlexNet.Build(), 227, 56, 27, 13, 6, 9216},
	} {
		t.Run(fmt.Sprintf("%s at %d", c.name, c.at), func(t *testing.T) {
			got := traceOf(t, c.graph, c.at, alexNetLayers...)
			want := trace{[]int{c.conv1, c.pool1, c.pool2, c.pool5}, c.wantFC}
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(trace{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestMNISTShapes(t *testing.T) {
	got := traceOf(t, mnistAlexNet.Build(), 28, "conv1", "pool1", "conv2", "pool2", "conv3", "pool3")
	want := trace{[]int{28, 14, 14, 7, 7, 4}, 4 * 4 * 256}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(trace{})); diff != "" {
		t.Error(diff)
	}
}

func TestSAMEPadsOfConv1(t *testing.T) {
	for _, c := range []struct{ size, begin, end int }{{224, 3, 4}, {227, 4, 4}} {
		for _, n := range []Net{tfAlexNet, tflearnAlexNet} {
			for _, node := range n.Build().Nodes {
				if node.Name != "conv1" {
					continue
				}
				if begin, end := node.Op.(*ir.Conv).Pads(0, c.size); begin != c.begin || end != c.end {
					t.Errorf("%s at %d: pads %d+%d, want %d+%d", n.Name, c.size, begin, end, c.begin, c.end)
				}
			}
		}
	}
}

// TestSizesAtWhichTheClassifierSees9216 holds the range of sizes in which the
// classifier's width says nothing about the net.
func TestSizesAtWhichTheClassifierSees9216(t *testing.T) {
	for _, c := range []struct {
		name        string
		graph       *ir.Graph
		first, last int
	}{
		{"ceil pools", bvlcAlexNet.Build(), 199, 230},
		{"floor pools", roundPools(bvlcAlexNet, false), 227, 258},
		{"tf_alexnet", tfAlexNet.Build(), 217, 248},
	} {
		for size := 190; size < 270; size++ {
			fits := traceOf(t, c.graph, size).fc == 9216
			if want := c.first <= size && size <= c.last; fits != want {
				t.Errorf("%s at %d: 9216 is %v, want %v", c.name, size, fits, want)
			}
		}
	}
}

// TestOneSetOfWeightsFitsEverySize infers shapes at each of a net's sizes with
// the parameters' shapes that the first one gives.
func TestOneSetOfWeightsFitsEverySize(t *testing.T) {
	for _, n := range Nets() {
		f, err := n.Figures()
		if err != nil {
			t.Fatal(err)
		}
		if f.Input[0] != 1 || f.Input[2] != n.Sizes[0] || f.Input[3] != n.Sizes[0] {
			t.Errorf("%s declares %v, its first size is %d", n.Name, f.Input, n.Sizes[0])
		}
		want := traceOf(t, n.Build(), n.Sizes[0]).fc
		for _, size := range n.Sizes[1:] {
			if got := traceOf(t, n.Build(), size).fc; got != want {
				t.Errorf("%s at %d: the classifier sees %d, at %d it sees %d", n.Name, size, got, n.Sizes[0], want)
			}
		}
	}
}
