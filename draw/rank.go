package draw

// newMesh gives every block of a section a rank, its longest distance from the
// beginning, and every edge a vertex in each rank that it passes.
func newMesh(s *section) (*mesh, error) {
	m := &mesh{}
	at := make(map[*block]int)
	entry, exit := -1, -1
	if s.entry != nil {
		entry = m.add(vertex{})
	}
	for _, b := range s.blocks {
		at[b] = m.add(vertex{block: b, before: b.size.before, after: b.size.after})
	}
	origin := func(p port) int {
		if s.entry != nil && p == *s.entry {
			return entry
		}
		return at[p.block]
	}
	deepest := 0
	for _, b := range s.blocks {
		v := &m.vertices[at[b]]
		if entry >= 0 {
			v.rank = 1
		}
		for _, in := range b.inputs {
			v.rank = max(v.rank, m.vertices[origin(in)].rank+1)
		}
		deepest = max(deepest, v.rank)
	}
	m.lowerSources(s, at)
	if s.exit != nil {
		exit = m.add(vertex{rank: deepest + 1})
	}
	for _, b := range s.blocks {
		for _, in := range b.inputs {
			if err := m.connect(origin(in), at[b], in); err != nil {
				return nil, err
			}
		}
	}
	if s.exit != nil {
		if err := m.connect(origin(*s.exit), exit, *s.exit); err != nil {
			return nil, err
		}
	}
	m.ranks = make([][]int, deepest+1)
	if s.exit != nil {
		m.ranks = append(m.ranks, nil)
	}
	return m, nil
}

func (m *mesh) add(v vertex) int {
	m.vertices = append(m.vertices, v)
	return len(m.vertices) - 1
}

// lowerSources puts a block that reads nothing right before its first reader.
func (m *mesh) lowerSources(s *section, at map[*block]int) {
	first := make(map[*block]int)
	for _, b := range s.blocks {
		for _, in := range b.inputs {
			rank := m.vertices[at[b]].rank
			if r, ok := first[in.block]; !ok || rank < r {
				first[in.block] = rank
			}
		}
	}
	for _, b := range s.blocks {
		if r, ok := first[b]; ok && len(b.inputs) == 0 {
			m.vertices[at[b]].rank = r - 1
		}
	}
}

// connect runs an edge of a port from one vertex to another.
func (m *mesh) connect(from, to int, p port) error {
	s := strand{from: m.vertices[from].block, to: m.vertices[to].block, output: p.output, path: []int{from}}
	if s.from == nil {
		s.output = -1
	}
	for rank := m.vertices[from].rank + 1; rank < m.vertices[to].rank; rank++ {
		if len(m.vertices) >= maxVertices {
			return tooLarge()
		}
		s.path = append(s.path, m.add(vertex{rank: rank}))
	}
	s.path = append(s.path, to)
	for i, v := range s.path[1:] {
		u, where := s.path[i], 0.5
		if i == 0 && s.from != nil {
			where = (float64(p.output) + 0.5) / float64(len(s.from.outputs))
		}
		m.vertices[u].down = append(m.vertices[u].down, joint{v, where})
		m.vertices[v].up = append(m.vertices[v].up, joint{u, where})
	}
	m.strands = append(m.strands, s)
	return nil
}
