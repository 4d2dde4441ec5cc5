package verify

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/alexconv/alexconv/convert"
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime"
)

// engines are all ways to run a graph.
var engines = []runtime.Options{
	{Engine: runtime.Reference},
	{Engine: runtime.Fast},
	{Engine: runtime.Fast, Winograd: true},
}

// TestNoFalseAlarmOverFormats compares the sample model with itself as every
// format gives it back, on every engine.
func TestNoFalseAlarmOverFormats(t *testing.T) {
	g := sampleModel(t)
	dir := t.TempDir()
	topology := filepath.Join(dir, "net.prototxt")
	if _, err := convert.Save(context.Background(), g, topology+"+"+filepath.Join(dir, "net.caffemodel"), convert.SaveOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"net.caffemodel", "net.onnx", "net.npy", "net.npz", "net.pb"} {
		path := filepath.Join(dir, file)
		if file != "net.caffemodel" {
			if _, err := convert.Save(context.Background(), g, path, convert.SaveOptions{}); err != nil {
				t.Fatal(err)
			}
		}
		spec := path
		if filepath.Ext(file) == ".npy" || filepath.Ext(file) == ".npz" || filepath.Ext(file) == ".caffemodel" {
			spec = topology + "+" + path
		}
		m, err := convert.Open(spec, convert.OpenOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for i, o := range engines {
			in := map[string]*ir.Tensor{"data": ir.Seeded("data", uint64(i), 100, 1, 3, 227, 227)}
			r, err := Compare(context.Background(), Model{"original", g}, Model{file, m.Graph}, in, Options{Run: o})
			if err != nil {
				t.Fatal(err)
			}
			quiet(t, r, file)
			if r.Verdict != Pass || r.Compared < 20 {
				t.Errorf("%s, %v: %s with %d layers compared: %s", file, o.Engine, r.Verdict, r.Compared, r.Reason)
			}
		}
		m.Close()
	}
}

// quiet refuses causes but for other names, which some formats insist on.
func quiet(t *testing.T, r *Report, what string) {
	t.Helper()
	for _, c := range r.Causes {
		if c.Code != "NAME_MAP" {
			t.Errorf("%s: %+v", what, c)
		}
	}
}

// TestNoFalseAlarmOverSeeds records every value of the sample model on one engine
// and compares another engine's with them.
func TestNoFalseAlarmOverSeeds(t *testing.T) {
	seeds := 20
	if testing.Short() {
		seeds = 3
	}
	g := sampleModel(t)
	for seed := range seeds {
		in := map[string]*ir.Tensor{"data": ir.Seeded("data", uint64(seed), 100, 1, 3, 227, 227)}
		recording, comparing := engines[seed%3], engines[(seed+1+seed/3%2)%3]
		golden := make(map[string]*ir.Tensor)
		err := run(context.Background(), Model{"A", g}, in, Options{Run: recording}, func(v *ir.Value, x *ir.Tensor) *ir.Tensor {
			golden[v.Name] = clone(x)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		comparing.Winograd = comparing.Winograd || recording.Winograd
		for _, mode := range []Mode{Cumulative, Isolated} {
			r, err := Against(context.Background(), golden, Model{"A", g}, in, Options{Run: comparing, Mode: mode})
			if err != nil {
				t.Fatal(err)
			}
			if r.Verdict != Pass || len(r.Causes) > 0 {
				t.Errorf("seed %d, %v: %s: %s", seed, mode, r.Verdict, r.Reason)
			}
		}
	}
}
