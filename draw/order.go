package draw

import (
	"cmp"
	"slices"
)

// sweeps is how often the order of the ranks is gone through.
const sweeps = 12

// arrange orders the vertices of each rank so that few edges cross: the layered
// method of Sugiyama, Tagawa and Toda (1981) with barycentres, followed in each
// sweep by exchanges of neighbours (Gansner et al. 1993, section 3).
func (m *mesh) arrange() {
	m.traverse()
	best, crossings := m.snapshot(), m.crossings()
	for sweep := 0; sweep < sweeps && crossings > 0; sweep++ {
		if sweep%2 == 0 {
			for r := 1; r < len(m.ranks); r++ {
				m.sort(r, func(v *vertex) []joint { return v.up })
			}
		} else {
			for r := len(m.ranks) - 2; r >= 0; r-- {
				m.sort(r, func(v *vertex) []joint { return v.down })
			}
		}
		m.exchange()
		if n := m.crossings(); n < crossings {
			best, crossings = m.snapshot(), n
		}
	}
	for r, order := range best {
		m.setOrder(r, order)
	}
}

// traverse takes the vertices in the order in which a walk into depth meets
// them, so that branches stand side by side as in the source.
func (m *mesh) traverse() {
	met := make([]bool, len(m.vertices))
	var stack []int
	for root := range m.vertices {
		if len(m.vertices[root].up) > 0 {
			continue
		}
		stack = append(stack, root)
		for len(stack) > 0 {
			v := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if met[v] {
				continue
			}
			met[v] = true
			at := &m.vertices[v]
			at.order = len(m.ranks[at.rank])
			m.ranks[at.rank] = append(m.ranks[at.rank], v)
			for _, j := range slices.Backward(at.down) {
				stack = append(stack, j.to)
			}
		}
	}
}

func (m *mesh) snapshot() [][]int {
	copied := make([][]int, len(m.ranks))
	for r, rank := range m.ranks {
		copied[r] = slices.Clone(rank)
	}
	return copied
}

func (m *mesh) setOrder(r int, order []int) {
	m.ranks[r] = order
	for i, v := range order {
		m.vertices[v].order = i
	}
}

// sort orders a rank by the mean place of each vertex's neighbours; those
// without any keep theirs.
func (m *mesh) sort(r int, neighbours func(*vertex) []joint) {
	type weighed struct {
		vertex int
		mean   float64
	}
	var list []weighed
	for _, v := range m.ranks[r] {
		at := &m.vertices[v]
		w := weighed{v, float64(at.order)}
		if near := neighbours(at); len(near) > 0 {
			w.mean = 0
			for _, j := range near {
				w.mean += m.place(at, j)
			}
			w.mean /= float64(len(near))
		}
		list = append(list, w)
	}
	slices.SortStableFunc(list, func(a, b weighed) int { return cmp.Compare(a.mean, b.mean) })
	order := make([]int, len(list))
	for i, w := range list {
		order[i] = w.vertex
	}
	m.setOrder(r, order)
}

// place is where a joint ends in its rank: edges of several outputs of one
// vertex of the rank before leave it side by side.
func (m *mesh) place(from *vertex, j joint) float64 {
	to := &m.vertices[j.to]
	if to.rank < from.rank {
		return float64(to.order) + j.port - 0.5
	}
	return float64(to.order)
}

// exchange swaps neighbours in a rank as long as that removes crossings.
func (m *mesh) exchange() {
	for range sweeps {
		better := false
		for r := range m.ranks {
			for i := range len(m.ranks[r]) - 1 {
				left, right := m.ranks[r][i], m.ranks[r][i+1]
				if m.pairCrossings(right, left) < m.pairCrossings(left, right) {
					m.ranks[r][i], m.ranks[r][i+1] = right, left
					m.vertices[left].order, m.vertices[right].order = i+1, i
					better = true
				}
			}
		}
		if !better {
			return
		}
	}
}

// pairCrossings counts the crossings of the edges of two neighbours if the
// first stands on the left.
func (m *mesh) pairCrossings(left, right int) int {
	l, r := &m.vertices[left], &m.vertices[right]
	n := 0
	for _, sides := range [][2][]joint{{l.up, r.up}, {l.down, r.down}} {
		for _, a := range sides[0] {
			for _, b := range sides[1] {
				if m.place(l, a) > m.place(r, b) {
					n++
				}
			}
		}
	}
	return n
}

// crossings counts all, as the inversions among the ends of the edges between
// two ranks, with a Fenwick tree (Barth, Jünger and Mutzel 2002).
func (m *mesh) crossings() int {
	total := 0
	for r := 0; r+1 < len(m.ranks); r++ {
		type edge struct {
			begin float64
			end   int
		}
		var edges []edge
		for _, v := range m.ranks[r] {
			at := &m.vertices[v]
			for _, j := range at.down {
				edges = append(edges, edge{float64(at.order) + j.port, m.vertices[j.to].order})
			}
		}
		slices.SortFunc(edges, func(a, b edge) int { return cmp.Or(cmp.Compare(a.begin, b.begin), cmp.Compare(a.end, b.end)) })
		tree := make([]int, len(m.ranks[r+1])+1)
		for seen, e := range edges {
			total += seen
			for i := e.end + 1; i > 0; i -= i & -i {
				total -= tree[i]
			}
			for i := e.end + 1; i < len(tree); i += i & -i {
				tree[i]++
			}
		}
	}
	return total
}
