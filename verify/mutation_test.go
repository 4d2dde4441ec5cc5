package verify

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"testing"

	"github.com/alexconv/alexconv/formats/caffe"
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime"
	"github.com/alexconv/alexconv/sample"
	"github.com/alexconv/alexconv/zoo"
)

// sampleModel is the small AlexNet that was really trained.
func sampleModel(t *testing.T) *ir.Graph {
	t.Helper()
	g, err := caffe.ReadTopology(sample.Prototxt, caffe.ReadOptions{})
	if err == nil {
		err = caffe.LoadWeights(g, sample.Caffemodel, caffe.ReadOptions{})
	}
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// verdictOn says in a word what a report makes of a mutation: the code that it
// is right about, or what it says in its place.
func verdictOn(r *Report, m mutation) string {
	var names []string
	for _, c := range r.Causes {
		names = append(names, c.Code)
		if c.Code != m.code || c.Warning != m.neutral {
			continue
		}
		switch {
		case m.neutral && c.Layer != m.layer:
		case m.neutral && r.Verdict == Pass:
			return m.code
		case !m.neutral && r.Verdict == Fail && r.FirstDivergence.Layer == m.layer:
			return m.code
		}
	}
	where := ""
	if r.FirstDivergence != nil {
		where = " at " + r.FirstDivergence.Layer
	}
	return fmt.Sprintf("%s%s %v", r.Verdict, where, slices.Compact(names))
}

// leNet is the net of Caffe's MNIST example as it was trained, nil where it is
// absent.
func leNet(t *testing.T) *ir.Graph {
	t.Helper()
	const folder = "../../shared/fixtures/lenet/"
	topology, err := os.ReadFile(folder + "deploy.prototxt")
	if err != nil {
		return nil
	}
	weights, err := os.ReadFile(folder + "weights.caffemodel")
	if err != nil {
		t.Fatal(err)
	}
	g, err := caffe.ReadTopology(topology, caffe.ReadOptions{})
	if err == nil {
		err = caffe.LoadWeights(g, weights, caffe.ReadOptions{})
	}
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// subject is a net with its mutations.
type subject struct {
	name      string
	graph     *ir.Graph
	mutations []mutation
	bound     float32 // of the input's values
}

// longVariable asks for the full-size net too, which takes minutes.
const longVariable = "ALEXCONV_LONG"

func TestEveryMutationIsNamedAndRepaired(t *testing.T) {
	subjects := []subject{{"sample", sampleModel(t), alexNetMutations(32), 100}}
	if g := leNet(t); g != nil {
		subjects = append(subjects, subject{"lenet", g, leNetMutations(), 1})
	} else {
		t.Log("the real LeNet, which is not part of this repository, is absent")
	}
	if os.Getenv(longVariable) != "" {
		net, err := zoo.Find("bvlc_alexnet")
		if err != nil {
			t.Fatal(err)
		}
		g, err := net.Seeded(1)
		if err != nil {
			t.Fatal(err)
		}
		subjects = append(subjects, subject{"bvlc_alexnet", g, alexNetMutations(256), 100})
	}
	right, total := 0, 0
	confusion := make(map[string]map[string]int)
	for _, s := range subjects {
		name, g := s.name, s.graph
		in := map[string]*ir.Tensor{"data": ir.Seeded("data", 1, s.bound, g.Nodes[0].Op.(*ir.Input).Shape...)}
		for i, m := range s.mutations {
			other := Model{"B", m.mutate(g)}
			o := Options{Run: runtime.Options{Engine: runtime.Fast}, Mode: Mode(i % 2)}
			r, err := Compare(context.Background(), Model{"A", g}, other, in, o)
			if err != nil {
				t.Errorf("%s, %s: %v", name, m.name, err)
				continue
			}
			got := verdictOn(r, m)
			if total++; got == m.code {
				right++
			} else {
				t.Logf("%s, %s: named %s", name, m.name, got)
			}
			if confusion[m.code] == nil {
				confusion[m.code] = make(map[string]int)
			}
			confusion[m.code][got]++
			if r.Verdict == Pass && !m.neutral {
				t.Errorf("%s, %s passes", name, m.name)
			}
			if m.code != "CLASSES" {
				mend(t, g, other, r, in, m)
			}
		}
	}
	for _, code := range slices.Sorted(maps.Keys(confusion)) {
		t.Logf("%-22s named %v", code, confusion[code])
	}
	t.Logf("%d of %d named right", right, total)
	if float64(right) < 0.95*float64(total) {
		t.Errorf("only %d of %d are named right", right, total)
	}
}

// mend repairs a model as long as a report names causes that can be repaired.
func mend(t *testing.T, g *ir.Graph, other Model, r *Report, in map[string]*ir.Tensor, m mutation) {
	t.Helper()
	for range 10 {
		i := slices.IndexFunc(r.Causes, func(c Cause) bool { return !c.Warning })
		if i < 0 {
			break
		}
		var err error
		if other.Graph, err = Fix(Model{"A", g}, other, r.Causes[i]); err != nil {
			t.Errorf("%s: %v", m.name, err)
			return
		}
		if r, err = Compare(context.Background(), Model{"A", g}, other, in, Options{Run: runtime.Options{Engine: runtime.Fast}}); err != nil {
			t.Errorf("%s: %v", m.name, err)
			return
		}
	}
	if r.Verdict != Pass {
		t.Errorf("%s is not repaired: %s", m.name, r.Reason)
	}
}
