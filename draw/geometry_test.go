package draw

import (
	"fmt"
	"math"
	"testing"
)

// rect is a rectangle on the page.
type rect struct {
	name                     string
	left, top, right, bottom float64
}

func (r rect) overlaps(s rect) bool {
	const touch = 0.01
	return r.left < s.right-touch && s.left < r.right-touch && r.top < s.bottom-touch && s.top < r.bottom-touch
}

func (r rect) contains(s rect) bool {
	return r.left <= s.left && r.right >= s.right && r.top <= s.top && r.bottom >= s.bottom
}

func (r rect) holds(p point, inset float64) bool {
	return p.x > r.left+inset && p.x < r.right-inset && p.y > r.top+inset && p.y < r.bottom-inset
}

// geometry is what stands where in a drawing.
type geometry struct {
	blocks []rect
	inside [][]rect // the texts of each block
	beside []rect   // the texts outside blocks
	edges  []path
}

func geometryOf(d *Drawing) geometry {
	var g geometry
	for _, i := range d.items {
		switch i := i.(type) {
		case *set:
			block := rect{left: math.Inf(1), top: math.Inf(1), right: math.Inf(-1), bottom: math.Inf(-1)}
			var texts []rect
			gather(i, &block, &texts)
			block.name = texts[0].name
			g.blocks, g.inside = append(g.blocks, block), append(g.inside, texts)
		case *text:
			g.beside = append(g.beside, extent(i))
		case *shape:
			if i.class == "edge" {
				g.edges = append(g.edges, i.path)
			}
		}
	}
	return g
}

func gather(s *set, block *rect, texts *[]rect) {
	for _, i := range s.items {
		switch i := i.(type) {
		case *set:
			gather(i, block, texts)
		case *text:
			*texts = append(*texts, extent(i))
		case *shape:
			for _, line := range i.flatten(1) {
				for _, p := range line {
					block.left, block.right = min(block.left, p.x), max(block.right, p.x)
					block.top, block.bottom = min(block.top, p.y), max(block.bottom, p.y)
				}
			}
		}
	}
}

// extent is a text's, from the height of its capitals to a little below the line.
func extent(t *text) rect {
	size := letterings[t.class].size
	return rect{t.content, t.x, t.y - 0.75*size, t.x + t.width(), t.y + 0.15*size}
}

// problems lists what is not as it should be in a drawing: blocks or texts over
// each other, texts that reach out of their block (or of the page), edges through
// blocks or texts.
func problems(d *Drawing, volumes bool) []string {
	g := geometryOf(d)
	page := rect{"page", 0, 0, d.Width, d.Height}
	var list []string
	complain := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	outside := g.beside
	for i, b := range g.blocks {
		if !page.contains(b) {
			complain("block %s is not on the page", b.name)
		}
		for _, other := range g.blocks[:i] {
			if b.overlaps(other) {
				complain("block %s overlaps block %s", b.name, other.name)
			}
		}
		for k, t := range g.inside[i] {
			if !volumes && !b.contains(t) {
				complain("the text %q reaches out of block %s", t.name, b.name)
			}
			for _, other := range g.inside[i][:k] {
				if t.overlaps(other) {
					complain("the text %q overlaps %q", t.name, other.name)
				}
			}
			if volumes {
				outside = append(outside, t)
			}
		}
	}
	for i, t := range outside {
		if !page.contains(t) {
			complain("the text %q is not on the page", t.name)
		}
		for _, b := range g.blocks {
			if t.overlaps(b) {
				complain("the text %q overlaps block %s", t.name, b.name)
			}
		}
		for _, other := range outside[:i] {
			if t.overlaps(other) {
				complain("the text %q overlaps %q", t.name, other.name)
			}
		}
	}
	for _, e := range g.edges {
		for _, p := range samples(e) {
			for _, b := range g.blocks {
				if b.holds(p, 0.5) {
					complain("an edge runs through block %s at %v", b.name, p)
				}
			}
			for _, t := range outside {
				if t.holds(p, 0.2) {
					complain("an edge runs through the text %q at %v", t.name, p)
				}
			}
		}
	}
	return list
}

// samples are points along a path, at most a pixel apart.
func samples(p path) []point {
	var list []point
	for _, line := range p.flatten(1) {
		for i := 1; i < len(line); i++ {
			d := distance(line[i-1], line[i])
			for s := 0.0; s <= d; s++ {
				list = append(list, towards(line[i-1], line[i], s))
			}
		}
	}
	return list
}

func expectGood(t *testing.T, d *Drawing, volumes bool) {
	t.Helper()
	list := problems(d, volumes)
	for _, problem := range list[:min(len(list), 5)] {
		t.Error(problem)
	}
	if len(list) > 5 {
		t.Errorf("and %d more", len(list)-5)
	}
}
