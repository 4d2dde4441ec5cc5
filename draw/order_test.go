package draw

import (
	"math"
	"testing"
)

// meshesOf are the sections of a graph on their way to a layout.
func meshesOf(t *testing.T, seed uint64) []*mesh {
	t.Helper()
	d, err := newDiagram(randomGraph(seed), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range d.blocks {
		b.size = boxes{}.measure(b)
	}
	var list []*mesh
	for _, s := range d.sections() {
		m, err := newMesh(s)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, m)
	}
	return list
}

// slowCrossings counts pair by pair.
func slowCrossings(m *mesh) int {
	type edge struct{ begin, end float64 }
	total := 0
	for _, rank := range m.ranks {
		var edges []edge
		for _, v := range rank {
			for _, j := range m.vertices[v].down {
				edges = append(edges, edge{float64(m.vertices[v].order) + j.port, float64(m.vertices[j.to].order)})
			}
		}
		for i, a := range edges {
			for _, b := range edges[:i] {
				if (a.begin-b.begin)*(a.end-b.end) < 0 {
					total++
				}
			}
		}
	}
	return total
}

func TestArrangeRemovesCrossings(t *testing.T) {
	before, after := 0, 0
	for seed := range uint64(100) {
		for i, m := range meshesOf(t, seed) {
			m.traverse()
			n := m.crossings()
			if slow := slowCrossings(m); n != slow {
				t.Fatalf("seed %d: %d crossings counted, there are %d", seed, n, slow)
			}
			again := meshesOf(t, seed)[i]
			again.arrange()
			if again.crossings() > n {
				t.Errorf("seed %d: %d crossings, %d at first", seed, again.crossings(), n)
			}
			before, after = before+n, after+again.crossings()
		}
	}
	if after*2 > before {
		t.Errorf("%d crossings of %d are left, want at most half", after, before)
	}
}

// TestPositionKeepsOrderAndDistance also holds long edges straight: where one
// passes two ranks in a row it has one place.
func TestPositionKeepsOrderAndDistance(t *testing.T) {
	passing, straight := 0, 0
	for seed := range uint64(100) {
		for _, m := range meshesOf(t, seed) {
			m.arrange()
			m.position()
			p := placement{mesh: m}
			for _, rank := range m.ranks {
				for i := 1; i < len(rank); i++ {
					a, b := rank[i-1], rank[i]
					// Places are rounded to half pixels.
					if gap := m.vertices[b].u - m.vertices[a].u; gap < p.apart(a, b)-1 {
						t.Fatalf("seed %d: %v apart, want %v", seed, gap, p.apart(a, b))
					}
				}
			}
			for v := range m.vertices {
				if m.isPassing(v) && m.isPassing(m.vertices[v].down[0].to) {
					passing++
					if math.Abs(m.vertices[v].u-m.vertices[m.vertices[v].down[0].to].u) < 0.01 {
						straight++
					}
				}
			}
		}
	}
	if passing < 100 || straight*100 < passing*95 {
		t.Errorf("%d of %d stretches of long edges are straight", straight, passing)
	}
}
