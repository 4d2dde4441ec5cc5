package runtime

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/alexconv/alexconv/ir"
)

// wide is a net whose middle layer has more weights than a core's cache holds,
// beside images of which it holds many.
func wide(t *testing.T, batch int) *ir.Graph {
	r := rand.New(rand.NewPCG(3, 3))
	g := &ir.Graph{}
	w := ir.NewWindow(3, 3)
	w.PadBegin, w.PadEnd = []int{1, 1}, []int{1, 1}
	x := input(g, "x", ir.Shape{batch, 16, 5, 5})
	x = layer(t, r, g, "light", &ir.Conv{OutChannels: 150, Window: ir.NewWindow(1, 1), Group: 1, Axis: 1}, x)
	x = layer(t, r, g, "heavy", &ir.Conv{OutChannels: 200, Window: w, Group: 1, Axis: 1, Bias: true}, x)
	x = layer(t, r, g, "pool", &ir.Pool{Window: ir.NewWindow(2, 2)}, x)
	x = layer(t, r, g, "last", &ir.Conv{OutChannels: 8, Window: w, Group: 1, Axis: 1}, x)
	g.Outputs = []*ir.Value{x}
	return g
}

// The images of a batch are the same numbers as each of them alone, whichever
// way threads divide them.
func TestFastDividesImages(t *testing.T) {
	const most = 8
	images := noise(rand.New(rand.NewPCG(4, 1)), most, 16, 5, 5)
	size := len(images.Data) / most
	some := func(first, count int) map[string]*ir.Tensor {
		return map[string]*ir.Tensor{"x": {Shape: ir.Shape{count, 16, 5, 5}, Data: images.Data[first*size:][:count*size]}}
	}
	run := func(p *Plan, in map[string]*ir.Tensor) []float32 {
		t.Helper()
		out, err := p.Run(context.Background(), in, nil)
		if err != nil {
			t.Fatal(err)
		}
		return out["last"].Data
	}
	var want []float32
	alone := mustCompile(t, wide(t, 1), Options{Engine: Fast, Threads: 1})
	for i := range most {
		want = append(want, run(alone, some(i, 1))...)
	}
	for _, c := range []struct {
		batch, threads int
		grouped        string // steps
	}{
		{1, 2, ""},
		{2, 2, ""},
		{3, 1, "heavy pool"},
		{5, 2, "heavy pool"},
		{7, 3, "heavy pool"},
		{8, 2, "heavy pool"},
	} {
		t.Run(fmt.Sprintf("batch %d, %d threads", c.batch, c.threads), func(t *testing.T) {
			p := mustCompile(t, wide(t, c.batch), Options{Engine: Fast, Threads: c.threads})
			p.threads = c.threads // also where there are fewer processors
			p.fast.plain = build(p, p.fast.weights, false)
			grouped := ""
			for _, s := range p.fast.plain.steps {
				if s.images != nil && s.images.grouped {
					if grouped != "" {
						grouped += " "
					}
					grouped += s.nodes[0].Name
				}
			}
			if grouped != c.grouped {
				t.Errorf("images are grouped in %q, want %q", grouped, c.grouped)
			}
			for range 3 {
				if got := run(p, some(0, c.batch)); !slices.Equal(got, want[:len(got)]) {
					t.Fatal("the images differ from each alone")
				}
			}
		})
	}
}

// A thread without an image of its own to lead helps with another's: two tasks of
// the first image wait for each other, which one thread alone would do for ever.
func TestThreadsHelpWithImages(t *testing.T) {
	team := newTeam(context.Background(), 2)
	defer team.end()
	x := &execution{team: team}
	var both sync.WaitGroup
	both.Add(2)
	slots := make([]int, 2)
	body := func(_ *execution, at place, task int) {
		if at.image == 0 {
			slots[task] = at.slot
			both.Done()
			both.Wait()
		}
	}
	l := &imageLoop{batch: 2, tasks: 2, body: body}
	if err := x.wholes([]step{{images: l}}, 2); err != nil {
		t.Fatal(err)
	}
	if slots[0] != slots[1] {
		t.Errorf("an image is in the slots %d", slots)
	}
}
