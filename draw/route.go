package draw

import (
	"cmp"
	"math"
	"slices"
)

// route turns ranks and places into a layout: every rank is as long as its
// longest block with its labels, and edges bend between the ranks only, so that
// none can touch a block that it passes.
func (m *mesh) route(s *section) layout {
	arrivals := m.arrivals()
	begins, ends := m.lengths(arrivals)
	l := layout{low: math.Inf(1), high: math.Inf(-1), length: ends[len(ends)-1]}
	for _, rank := range m.ranks {
		for _, v := range rank {
			at := &m.vertices[v]
			l.low, l.high = min(l.low, at.u-at.before), max(l.high, at.u+at.after)
			if at.block != nil {
				l.places = append(l.places, place{at.block, at.u, begins[at.rank]})
			}
		}
	}
	if s.entry != nil {
		l.entry = m.vertices[0].u
	}
	for i, strand := range m.strands {
		w := wire{from: strand.from, to: strand.to}
		for k, v := range strand.path {
			at := &m.vertices[v]
			run := stretch{at.u, begins[at.rank], ends[at.rank]}
			switch {
			case k == 0 && at.block != nil:
				run.u += at.block.size.outputs[strand.output]
				run.begin += at.block.size.along
			case k == len(strand.path)-1 && at.block != nil:
				run.u += arrivals[i]
				run.end = run.begin
			}
			w.runs = append(w.runs, run)
		}
		if strand.to == nil {
			l.exit = w.runs[len(w.runs)-1].u
		}
		l.wires = append(l.wires, w)
	}
	return l
}

// arrivals gives each strand the place across at which it reaches its block:
// those of one block in the order in which they come.
func (m *mesh) arrivals() []float64 {
	into := make(map[*block][]int)
	var order []*block
	for i, s := range m.strands {
		if s.to == nil {
			continue
		}
		if into[s.to] == nil {
			order = append(order, s.to)
		}
		into[s.to] = append(into[s.to], i)
	}
	at := make([]float64, len(m.strands))
	for _, b := range order {
		list := into[b]
		slices.SortStableFunc(list, func(i, j int) int { return cmp.Compare(m.comesFrom(i), m.comesFrom(j)) })
		for k, i := range list {
			at[i] = b.size.inputs[k]
		}
	}
	return at
}

// comesFrom is where a strand leaves the rank before its last.
func (m *mesh) comesFrom(i int) float64 {
	s := m.strands[i]
	v := s.path[len(s.path)-2]
	u := m.vertices[v].u
	if len(s.path) == 2 && s.from != nil {
		u += s.from.size.outputs[s.output]
	}
	return u
}

// lengths are the beginning and the end of each rank along the flow. The gap
// before a rank grows with how far edges bend in it.
func (m *mesh) lengths(arrivals []float64) (begins, ends []float64) {
	bends := make([]float64, len(m.ranks)) // before the rank
	for i, s := range m.strands {
		for k, v := range s.path[1:] {
			from, to := &m.vertices[s.path[k]], &m.vertices[v]
			u := from.u
			if from.block != nil {
				u += from.block.size.outputs[s.output]
			}
			w := to.u
			if to.block != nil {
				w += arrivals[i]
			}
			bends[to.rank] = max(bends[to.rank], math.Abs(w-u))
		}
	}
	v := 0.0
	for r, rank := range m.ranks {
		if r > 0 && !(bends[r] == 0 && m.isExit(rank)) {
			v += min(rankGap+bends[r]/8, maxBend)
		}
		begins = append(begins, v)
		length := 0.0
		for _, at := range rank {
			if b := m.vertices[at].block; b != nil {
				length = max(length, b.size.along+b.size.free)
			}
		}
		v += length
		ends = append(ends, v)
	}
	return begins, ends
}

// isExit reports whether a rank is the section's end alone.
func (m *mesh) isExit(rank []int) bool {
	return len(rank) == 1 && m.vertices[rank[0]].block == nil && len(m.vertices[rank[0]].down) == 0
}
