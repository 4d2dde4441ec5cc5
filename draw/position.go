package draw

import (
	"math"
	"slices"
)

// position gives every vertex a place across the flow: the mean of four
// placements, each aligning vertices with their median neighbour before or after
// them as far to one side as the order allows (Brandes and Köpf, "Fast and simple
// horizontal coordinate assignment", 2002). Edges that pass ranks run straight.
func (m *mesh) position() {
	conflicts := m.conflicts()
	var placements [4][]float64
	for i := range placements {
		p := placement{mesh: m, conflicts: conflicts, upwards: i >= 2, mirrored: i%2 == 1}
		placements[i] = p.run()
	}
	m.justify(placements[:])
	for v := range m.vertices {
		var at []float64
		for _, us := range placements {
			at = append(at, us[v])
		}
		slices.Sort(at)
		m.vertices[v].u = math.Round(at[1]+at[2]) / 2
	}
}

// justify moves the placements to where the narrowest of them is: those that
// lean to the left by its left side, the others by its right one.
func (m *mesh) justify(placements [][]float64) {
	low, high := math.Inf(-1), math.Inf(1)
	bounds := make([][2]float64, len(placements))
	for i, us := range placements {
		l, h := math.Inf(1), math.Inf(-1)
		for v, u := range us {
			l, h = min(l, u-m.vertices[v].before), max(h, u+m.vertices[v].after)
		}
		bounds[i] = [2]float64{l, h}
		if h-l < high-low {
			low, high = l, h
		}
	}
	for i, us := range placements {
		shift := low - bounds[i][0]
		if i%2 == 1 {
			shift = high - bounds[i][1]
		}
		for v := range us {
			us[v] += shift
		}
	}
}

// isPassing reports whether a vertex is an edge that passes.
func (m *mesh) isPassing(v int) bool {
	at := &m.vertices[v]
	return at.block == nil && len(at.up) == 1 && len(at.down) == 1
}

type pair struct{ a, b int }

// conflicts are the edges that cross one that runs from passing vertex to
// passing vertex, which is to stay straight.
func (m *mesh) conflicts() map[pair]bool {
	found := make(map[pair]bool)
	for r := 1; r < len(m.ranks); r++ {
		before, rank := m.ranks[r-1], m.ranks[r]
		begin, scan := 0, 0
		for i, v := range rank {
			inner := -1
			if m.isPassing(v) && m.isPassing(m.vertices[v].up[0].to) {
				inner = m.vertices[m.vertices[v].up[0].to].order
			}
			if inner < 0 && i < len(rank)-1 {
				continue
			}
			end := len(before) - 1
			if inner >= 0 {
				end = inner
			}
			for ; scan <= i; scan++ {
				for _, j := range m.vertices[rank[scan]].up {
					at := m.vertices[j.to].order
					if (at < begin || at > end) && !(m.isPassing(j.to) && m.isPassing(rank[scan])) {
						found[pair{j.to, rank[scan]}] = true
					}
				}
			}
			begin = end
		}
	}
	return found
}

// placement is one of the four: it goes through the ranks down or upwards, and
// through each from its left or, mirrored, from its right.
type placement struct {
	*mesh
	conflicts         map[pair]bool
	upwards, mirrored bool
	root, next        []int // the blocks of aligned vertices, as rings
}

func (p *placement) run() []float64 {
	ranks := p.snapshot()
	if p.upwards {
		slices.Reverse(ranks)
	}
	if p.mirrored {
		for _, rank := range ranks {
			slices.Reverse(rank)
		}
	}
	p.align(ranks)
	us := p.compact(ranks)
	if p.mirrored {
		for v := range us {
			us[v] = -us[v]
		}
	}
	return us
}

func (p *placement) neighbours(v int) []joint {
	if p.upwards {
		return p.vertices[v].down
	}
	return p.vertices[v].up
}

// align joins each vertex with its median neighbour, or one of the two, unless
// that crosses what is joined already.
func (p *placement) align(ranks [][]int) {
	p.root, p.next = make([]int, len(p.vertices)), make([]int, len(p.vertices))
	at := make([]int, len(p.vertices))
	for _, rank := range ranks {
		for i, v := range rank {
			p.root[v], p.next[v], at[v] = v, v, i
		}
	}
	for _, rank := range ranks {
		taken := -1
		for _, v := range rank {
			var near []int
			for _, j := range p.neighbours(v) {
				near = append(near, j.to)
			}
			if len(near) == 0 {
				continue
			}
			slices.SortFunc(near, func(a, b int) int { return at[a] - at[b] })
			for i := (len(near) - 1) / 2; i <= len(near)/2; i++ {
				w := near[i]
				if p.next[v] == v && taken < at[w] && !p.conflicts[pair{w, v}] && !p.conflicts[pair{v, w}] {
					p.next[w] = v
					p.root[v] = p.root[w]
					p.next[v] = p.root[v]
					taken = at[w]
				}
			}
		}
	}
}

// apart is the least distance of two neighbours in a rank.
func (p *placement) apart(a, b int) float64 {
	if p.mirrored {
		a, b = b, a
	}
	gap := blockGap
	if p.vertices[a].block == nil || p.vertices[b].block == nil {
		gap = wireGap
	}
	return p.vertices[a].after + gap + p.vertices[b].before
}

// compact puts the blocks of aligned vertices as far to the left as their
// neighbours allow, and then back to the right as far as nothing else moves.
func (p *placement) compact(ranks [][]int) []float64 {
	type arc struct {
		to    int
		apart float64
	}
	after := make(map[int][]arc)
	waiting := make([]int, len(p.vertices)) // arcs into a block
	for _, rank := range ranks {
		for i := 1; i < len(rank); i++ {
			a, b := p.root[rank[i-1]], p.root[rank[i]]
			after[a] = append(after[a], arc{b, p.apart(rank[i-1], rank[i])})
			waiting[b]++
		}
	}
	var order []int
	for v := range p.vertices {
		if p.root[v] == v && waiting[v] == 0 {
			order = append(order, v)
		}
	}
	us := make([]float64, len(p.vertices))
	for i := 0; i < len(order); i++ {
		for _, a := range after[order[i]] {
			us[a.to] = max(us[a.to], us[order[i]]+a.apart)
			if waiting[a.to]--; waiting[a.to] == 0 {
				order = append(order, a.to)
			}
		}
	}
	for _, v := range slices.Backward(order) {
		limit := math.Inf(1)
		for _, a := range after[v] {
			limit = min(limit, us[a.to]-a.apart)
		}
		if !math.IsInf(limit, 1) {
			us[v] = max(us[v], limit)
		}
	}
	for v := range us {
		us[v] = us[p.root[v]]
	}
	return us
}
