package draw

import (
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// Direction is where the data flows.
type Direction int

// The directions.
const (
	Down Direction = iota
	Right
)

var directionNames = []string{"tb", "lr"}

func (d Direction) String() string { return directionNames[d] }

// ParseDirection reads tb (from top to bottom) or lr (from left to right).
func ParseDirection(name string) (Direction, error) {
	i, err := parse("direction", name, directionNames)
	return Direction(i), err
}

// Style is what a block looks like.
type Style int

// The styles.
const (
	// Boxes have the layer's name, its operation and its parameters.
	Boxes Style = iota
	// Volumes are the values themselves, as in figure 2 of Krizhevsky et al. 2012:
	// boxes in oblique projection whose height and depth are to one scale and
	// whose thickness, the channels, is to another. They stand from left to right.
	Volumes
)

var styleNames = []string{"boxes", "volumes"}

func (s Style) String() string { return styleNames[s] }

// ParseStyle reads boxes or volumes.
func ParseStyle(name string) (Style, error) {
	i, err := parse("style", name, styleNames)
	return Style(i), err
}

func parse(what, name string, names []string) (int, error) {
	if i := slices.Index(names, name); i >= 0 {
		return i, nil
	}
	return 0, ir.Errorf(ir.ErrInvalid, "unknown %s %q (want %s or %s)", what, name, names[0], names[1])
}

// PageWidth is the width that a picture is fitted into by default.
const PageWidth = 1000

// Options says how to draw. The zero value draws boxes from top to bottom for a
// page of [PageWidth].
type Options struct {
	Direction Direction
	Style     Style
	// Collapse draws a run of sections of one structure once, with the number of
	// times that it occurs. Such sections differ in names and numbers of channels
	// only; the block shows what each number ranges over.
	Collapse bool
	// Width is what the picture is fitted into by breaking the flow into columns
	// (downwards) or rows (to the right), where a single value passes. 0 is
	// PageWidth, a negative number keeps the flow in one strip.
	Width float64
	// Inputs are the shapes of inputs, by value name, that are not as declared.
	Inputs map[string]ir.Shape
	// Untitled leaves the line with the graph's name and figures out.
	Untitled bool
	// Attributes gives what an SVG's element for a node bears beside its own; nil
	// gives nothing.
	Attributes func(*ir.Node) []Attribute
}

// Attribute is an attribute of an SVG element. Those named class add to the
// element's classes.
type Attribute struct{ Name, Value string }

// room is the width of the page without its margins.
func (o Options) room() float64 {
	switch {
	case o.Width == 0:
		return PageWidth - 2*margin
	case o.Width < 0:
		return unbounded
	}
	return o.Width - 2*margin
}

// unbounded is wider than any picture.
const unbounded = 1e9

// Drawing is a picture that is laid out.
type Drawing struct {
	// Width and Height are in CSS pixels.
	Width, Height float64
	title         string
	items         []item
}

// New lays a graph out. Its shapes must follow from the inputs; parameters need
// not be there.
func New(g *ir.Graph, o Options) (*Drawing, error) {
	if o.Style == Volumes && o.Direction != Right {
		return nil, ir.Errorf(ir.ErrInvalid, "volumes stand from left to right only (direction lr)")
	}
	d, err := newDiagram(g, o)
	if err != nil {
		return nil, err
	}
	look := look(boxes{direction: o.Direction})
	if o.Style == Volumes {
		look = newVolumes(d)
	}
	runs := d.runs(o.Collapse)
	for _, b := range d.blocks {
		b.size = look.measure(b)
	}
	for _, r := range runs {
		for _, s := range r.sections {
			if s.layout, err = newLayout(s); err != nil {
				return nil, err
			}
		}
	}
	p := newPainter(d, o, look)
	p.paint(wrap(runs, o))
	return p.drawing, nil
}
