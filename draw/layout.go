package draw

import "github.com/alexconv/alexconv/ir"

// size is a block's as a layout sees it: along the flow, and across it from the
// block's centre.
type size struct {
	along, across float64
	// free is kept along the flow behind the block for the labels of its outputs.
	free float64
	// before and after are what the block and these labels take up on either side
	// of its centre, across.
	before, after float64
	inputs        []float64 // where edges arrive, across, in ascending order
	outputs       []float64 // where the edges of each output leave, across
}

// layout is a section with a place for everything, in coordinates of its own: v
// along the flow from 0 to length, u across it from low to high.
type layout struct {
	length      float64
	low, high   float64
	entry, exit float64 // the u of the section's ends
	places      []place
	wires       []wire
}

// place is a block with its centre across and its beginning along the flow.
type place struct {
	block *block
	u, v  float64
}

// wire is one edge as the stretches along which it runs straight; between them
// it bends.
type wire struct {
	from, to *block // nil at an end of the section
	runs     []stretch
}

type stretch struct{ u, begin, end float64 }

// maxVertices bounds a layout: blocks, and places where edges pass them.
const maxVertices = 20000

// The measures of a layout.
const (
	blockGap = 26.0 // between blocks across the flow
	wireGap  = 18.0 // between an edge and what it passes
	rankGap  = 20.0 // between ranks, where edges bend
	maxBend  = 64.0 // most of it, where they bend far
)

// vertex is what has a place in a rank: a block, an end of the section, or an
// edge that passes.
type vertex struct {
	block         *block
	rank          int
	order         int     // in its rank
	before, after float64 // as of a size
	u             float64
	up            []joint
	down          []joint
}

// joint is a neighbour in the rank before or after, and for a vertex that has
// several outputs where the edge leaves, from 0 to 1.
type joint struct {
	to   int
	port float64
}

// mesh is a section on its way to a layout.
type mesh struct {
	vertices []vertex
	ranks    [][]int // vertices in order
	strands  []strand
}

// strand is an edge as the vertices that it runs through.
type strand struct {
	from, to *block
	output   int // of from, -1 at the entry
	path     []int
}

// newLayout lays a section out.
func newLayout(s *section) (layout, error) {
	m, err := newMesh(s)
	if err != nil {
		return layout{}, err
	}
	m.arrange()
	m.position()
	return m.route(s), nil
}

func tooLarge() error {
	return ir.Errorf(ir.ErrLimit, "the graph is too large for a picture: more than %d layers and edges side by side", maxVertices)
}
