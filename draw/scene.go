package draw

import "math"

// item is something in a picture: a *shape, a *text or a *set of items.
type item interface{}

// set is items that belong together, with a text that says what they are.
type set struct {
	class      string
	title      string
	attributes []Attribute
	items      []item
}

// shape is a path that is filled and stroked as its class says.
type shape struct {
	class string
	path
}

// text starts at (x, y), its baseline, and is as wide as its class's lettering
// makes it.
type text struct {
	class   string
	x, y    float64
	content string
}

func (t *text) width() float64 { return letterings[t.class].width(t.content) }

// point is in pixels from the upper left corner.
type point struct{ x, y float64 }

// path is a sequence of steps from point to point.
type path []step

// step moves to its point ('M'), draws a line to it ('L') or a cubic Bézier
// curve with two control points before it ('C'), or closes the figure ('Z').
type step struct {
	op                 byte
	control1, control2 point
	to                 point
}

func (p *path) move(to point) { *p = append(*p, step{op: 'M', to: to}) }
func (p *path) line(to point) { *p = append(*p, step{op: 'L', to: to}) }
func (p *path) close()        { *p = append(*p, step{op: 'Z'}) }
func (p *path) curve(a, b, to point) {
	*p = append(*p, step{op: 'C', control1: a, control2: b, to: to})
}

// bezierCircle is the distance of control points that makes a cubic curve a
// quarter of a circle of radius 1, within 0.03 percent.
const bezierCircle = 0.5522847498

// rounded is a line through points whose corners are rounded.
func rounded(radius float64, points ...point) path {
	var p path
	p.move(points[0])
	for i := 1; i+1 < len(points); i++ {
		before, corner, after := points[i-1], points[i], points[i+1]
		r := min(radius, distance(before, corner)/2, distance(corner, after)/2)
		from, to := towards(corner, before, r), towards(corner, after, r)
		p.line(from)
		p.curve(towards(from, corner, r*bezierCircle), towards(to, corner, r*bezierCircle), to)
	}
	p.line(points[len(points)-1])
	return p
}

// panel is a rectangle whose corners are rounded as far as the radii say, from
// the upper left one on clockwise.
func panel(x, y, width, height float64, radii [4]float64) path {
	corners := [4]point{{x, y}, {x + width, y}, {x + width, y + height}, {x, y + height}}
	var p path
	for i, c := range corners {
		before, after, r := corners[(i+3)%4], corners[(i+1)%4], radii[i]
		from, to := towards(c, before, r), towards(c, after, r)
		if i == 0 {
			p.move(from)
		} else {
			p.line(from)
		}
		if r > 0 {
			p.curve(towards(from, c, r*bezierCircle), towards(to, c, r*bezierCircle), to)
		}
	}
	p.close()
	return p
}

func distance(a, b point) float64 { return math.Hypot(b.x-a.x, b.y-a.y) }

// towards is the point at a distance from a on the way to b.
func towards(a, b point, d float64) point {
	length := distance(a, b)
	if length == 0 {
		return a
	}
	return point{a.x + (b.x-a.x)*d/length, a.y + (b.y-a.y)*d/length}
}
