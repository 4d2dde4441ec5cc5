package runtime

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime/internal/kernel"
)

// convNet is a convolution by square kernels from x with one more value beside
// it, followed by what the letters of after name: n a normalisation, s a scale, +
// the sum with the other value, r a ReLU.
func convNet(t *testing.T, x ir.Shape, outputs, size, pad, group int, bias bool, after string) *ir.Graph {
	r := rand.New(rand.NewPCG(5, 5))
	g := &ir.Graph{}
	in := input(g, "x", x)
	w := ir.NewWindow(size, size)
	w.PadBegin, w.PadEnd = []int{pad, pad}, []int{pad, pad}
	conv := &ir.Conv{OutChannels: outputs, Window: w, Group: group, Axis: 1, Bias: bias}
	other := layer(t, r, g, "other", conv, in)
	v := layer(t, r, g, "conv", conv, in)
	for i, c := range after {
		name := fmt.Sprintf("after%d", i)
		switch c {
		case 'n':
			v = layer(t, r, g, name, &ir.BatchNorm{Eps: 1e-5}, v)
		case 's':
			v = layer(t, r, g, name, &ir.Scale{Axis: 1, NumAxes: 1, Bias: true}, v)
		case '+':
			v = layer(t, r, g, name, &ir.Eltwise{}, other, v)
		case 'r':
			v = layer(t, r, g, name, &ir.ReLU{}, v)
		}
	}
	g.Outputs = []*ir.Value{v, other}
	return g
}

// Winograd's algorithms against the reference and, bit by bit, against
// themselves: on other threads, and with a visitor, without any fusion.
func TestWinogradConvolutions(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(3))
	for _, c := range []struct {
		name                      string
		x                         ir.Shape
		outputs, size, pad, group int
		bias                      bool
		after                     string
	}{
		{"plain", ir.Shape{1, 16, 12, 12}, 32, 3, 1, 1, false, ""},
		{"odd rows and columns", ir.Shape{1, 16, 13, 15}, 32, 3, 1, 1, true, "r"},
		{"odd columns without padding", ir.Shape{1, 32, 12, 11}, 16, 3, 0, 1, true, "r"},
		{"channels that fill no vector", ir.Shape{1, 21, 13, 12}, 39, 3, 1, 1, true, "r"},
		{"wide padding", ir.Shape{1, 16, 9, 8}, 32, 3, 2, 1, true, ""},
		{"groups", ir.Shape{1, 48, 13, 13}, 60, 3, 1, 3, true, "r"},
		{"more tiles than channels", ir.Shape{1, 16, 40, 37}, 24, 3, 1, 1, true, "nsr"},
		{"more channels than tiles", ir.Shape{1, 40, 7, 7}, 130, 3, 1, 1, true, "nsr"},
		{"a sum", ir.Shape{1, 32, 11, 14}, 48, 3, 1, 1, true, "ns+r"},
		{"a sum in groups", ir.Shape{1, 32, 13, 19}, 80, 3, 1, 2, false, "+"},
		{"batch", ir.Shape{3, 16, 15, 15}, 33, 3, 1, 1, true, "ns+r"},
		{"weights that exceed a cache", ir.Shape{4, 96, 7, 7}, 192, 3, 1, 1, true, "nr"},
		{"5x5", ir.Shape{1, 32, 13, 13}, 64, 5, 2, 1, true, "r"},
		{"5x5, odd rows, a sum", ir.Shape{3, 35, 15, 12}, 70, 5, 2, 1, true, "ns+r"},
		{"5x5 in groups without padding", ir.Shape{1, 64, 17, 13}, 96, 5, 0, 2, true, "r"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := convNet(t, c.x, c.outputs, c.size, c.pad, c.group, c.bias, c.after)
			x := map[string]*ir.Tensor{"x": noise(rand.New(rand.NewPCG(6, 6)), c.x...)}
			onEveryTier(t, func(t *testing.T) {
				var before map[string]*ir.Tensor
				for threads := 1; threads <= 3; threads++ {
					p := mustCompile(t, g, Options{Engine: Fast, Threads: threads, Winograd: true})
					if plan, _ := p.planConv(g.Nodes[1]); plan.winograd == nil || plan.winograd.Kernel != c.size {
						t.Fatalf("the convolution is computed by %+v", plan.winograd)
					}
					out, err := p.Run(context.Background(), x, nil)
					if err != nil {
						t.Fatal(err)
					}
					for name, v := range before {
						if !slices.Equal(v.Data, out[name].Data) {
							t.Errorf("%s on %d threads differs from that on one fewer", name, threads)
						}
					}
					before = out
				}
				both(t, rand.New(rand.NewPCG(7, 7)), g, Options{Threads: 2, Winograd: true})
			})
		})
	}
}

func TestWinogradChoice(t *testing.T) {
	for _, c := range []struct {
		name                        string
		inputs, height, width, size int
		outputs, group              int
		change                      func(o *ir.Conv)
		want                        *kernel.Winograd
	}{
		{"many channels", 256, 13, 13, 3, 384, 1, nil, kernel.Winograd2x3},
		{"few channels", 16, 55, 55, 3, 64, 1, nil, kernel.Winograd2x3},
		{"too few inputs", 15, 55, 55, 3, 64, 1, nil, nil},
		{"too few outputs of a group", 64, 55, 55, 3, 30, 2, nil, nil},
		{"one channel a group", 64, 55, 55, 3, 64, 64, nil, nil},
		{"5x5 in groups", 96, 27, 27, 5, 256, 2, nil, kernel.Winograd2x5},
		{"5x5, transforms outweigh products", 16, 7, 7, 5, 16, 1, nil, nil},
		{"an image that shares the weights among few tiles", 512, 4, 4, 3, 512, 1, nil, nil},
		{"an image of some more tiles", 512, 7, 7, 3, 512, 1, nil, kernel.Winograd2x3},
		{"a long strip", 64, 1, 400, 3, 64, 1, nil, nil},
		{"another kernel", 64, 28, 28, 7, 64, 1, nil, nil},
		{"an oblong kernel", 64, 28, 28, 3, 64, 1, func(o *ir.Conv) { o.Kernel[1] = 5 }, nil},
		{"strides", 64, 28, 28, 3, 64, 1, func(o *ir.Conv) { o.Stride = []int{1, 2} }, nil},
		{"dilation", 64, 28, 28, 3, 64, 1, func(o *ir.Conv) { o.Dilation = []int{2, 1} }, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := &ir.Conv{OutChannels: c.outputs, Window: ir.NewWindow(c.size, c.size), Group: c.group, Axis: 1}
			if c.change != nil {
				c.change(o)
			}
			x, y := ir.Shape{1, c.inputs, c.height + c.size - 1, c.width + c.size - 1}, ir.Shape{1, c.outputs, c.height, c.width}
			if got := (&Plan{options: Options{Winograd: true}}).winogradFor(o, pixels, x, y); got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
			if got := (&Plan{}).winogradFor(o, pixels, x, y); got != nil {
				t.Errorf("got %+v without the option", got)
			}
		})
	}
}

// Every tile of every panel of every group belongs to one task, and no block is
// larger than the memory that is kept for one.
func TestWinogradTasks(t *testing.T) {
	for _, tiles := range []int{1, 9, 28, 29, 49, 57, 784} {
		for _, groups := range []int{1, 2, 3} {
			for _, panels := range []int{1, 3, 16} {
				for threads := 1; threads <= 4; threads++ {
					w := newWinogradTasks(tiles, groups, 32*panels, panels, threads)
					done := make([]int, tiles*groups*panels)
					for number := range w.count() {
						task := w.task(number)
						if task.endTile-task.tile > w.largest() {
							t.Errorf("%+v: task %+v exceeds %d tiles", w, task, w.largest())
						}
						for tile := task.tile; tile < task.endTile; tile++ {
							for panel := task.panel; panel < task.endPanel; panel++ {
								done[(task.group*panels+panel)*tiles+tile]++
							}
						}
					}
					if slices.Min(done) != 1 || slices.Max(done) != 1 {
						t.Errorf("%+v: products are computed %d to %d times", w, slices.Min(done), slices.Max(done))
					}
				}
			}
		}
	}
}
