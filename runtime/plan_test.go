package runtime

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"

	"github.com/alexconv/alexconv/ir"
)

// liveBytes is the heap in use after a collection.
func liveBytes() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func TestCompileRefuses(t *testing.T) {
	bare := twice()
	bare.Nodes[1].Params = nil
	loose := twice()
	loose.Nodes[0], loose.Nodes[1] = loose.Nodes[1], loose.Nodes[0]
	cases := []struct {
		name    string
		graph   *ir.Graph
		options Options
		kind    error
		want    string
	}{
		{"a topology", bare, Options{}, ir.ErrNoWeights, `layer "a"`},
		{"an unsorted graph", loose, Options{}, ir.ErrInvalid, `layer "a": reads value "x"`},
		{"negative threads", twice(), Options{Threads: -1}, ir.ErrInvalid, "threads"},
		{"an unknown input", twice(), Options{Inputs: map[string]ir.Shape{"z": {1}}}, ir.ErrInvalid, `no input "z"`},
		{"an input of another rank", twice(), Options{Inputs: map[string]ir.Shape{"x": {1}}}, ir.ErrInvalid, "number of axes"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if _, err := Compile(c.graph, c.options); !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestInputsOfAnotherSize(t *testing.T) {
	g := twice()
	p := mustCompile(t, g, Options{Inputs: map[string]ir.Shape{"x": {2, 1}}})
	if got := p.Shapes()[g.Outputs[0]]; !got.Equal(ir.Shape{2, 1}) {
		t.Errorf("output shape %v, want 2x1", got)
	}
	out, err := p.Run(context.Background(), map[string]*ir.Tensor{"x": tensor(ir.Shape{2, 1}, 1, 2)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	check(t, out["b"], tensor(ir.Shape{2, 1}, 4, 8))
}

func TestEngineNames(t *testing.T) {
	for _, e := range []Engine{Reference, Fast} {
		if got, err := ParseEngine(e.String()); got != e || err != nil {
			t.Errorf("%v reads back as %v, %v", e, got, err)
		}
	}
	if _, err := ParseEngine("warp"); !errors.Is(err, ir.ErrInvalid) {
		t.Errorf("unknown engine: %v", err)
	}
}
