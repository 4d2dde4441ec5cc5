package draw

import (
	"fmt"
	"math"
	"strings"

	"github.com/alexconv/alexconv/ir"
)

// look is a style: how large blocks are, and what they look like.
type look interface {
	// measure is a block's size.
	measure(*block) size
	// paint adds a block whose centre across and beginning along the flow are
	// given, with the labels of its outputs.
	paint(p *painter, b *block, u, v float64)
	// edge adds an edge between two blocks in one strip, or from one to a place
	// where it forks.
	edge(p *painter, w wire, route path)
}

// The measures of a page.
const (
	margin      = 16.0
	titleHeight = 34.0
	tipLength   = 6.5
	tipWidth    = 6.5
	corner      = 9.0
)

// painter turns a layout into a picture.
type painter struct {
	drawing  *Drawing
	options  Options
	look     look
	origin   point
	backdrop []item // frames
	lines    []item
	blocks   []item
}

func newPainter(d *diagram, o Options, l look) *painter {
	p := &painter{drawing: &Drawing{title: d.title.name}, options: o, look: l, origin: point{margin, margin}}
	if !o.Untitled {
		p.heading(d.title)
	}
	return p
}

// heading writes the line above the picture.
func (p *painter) heading(t title) {
	name := shown(t.name)
	x := p.origin.x
	if name != "" {
		heading := &text{"heading", x, p.origin.y + 14, name}
		p.blocks = append(p.blocks, heading)
		x += heading.width() + 12
	}
	figures := &text{"note", x, p.origin.y + 14, t.figures}
	p.blocks = append(p.blocks, figures)
	p.drawing.Width = x + figures.width() + margin
	p.origin.y += titleHeight
}

// at is a place on the page.
func (p *painter) at(u, v float64) point {
	if p.options.Direction == Right {
		return point{p.origin.x + v, p.origin.y + u}
	}
	return point{p.origin.x + u, p.origin.y + v}
}

// paint places the strips beside each other and joins them.
func (p *painter) paint(strips []strip) {
	u, lead, longest := 0.0, 0.0, longestOf(strips)
	if len(strips) > 1 {
		lead = stripLead
	}
	for i, s := range strips {
		for _, g := range s.groups {
			p.group(g, u, lead)
		}
		if i+1 < len(strips) {
			next := strips[i+1]
			if next.groups[0].sections[0].entry != nil {
				p.turn(u+s.exit, lead+s.length, u+s.across+stripGap/2, u+s.across+stripGap+next.middle, lead)
			}
			u += stripGap
		}
		u += s.across
	}
	end := p.at(u, longest+2*lead)
	d := p.drawing
	d.Width = math.Ceil(max(d.Width, end.x+margin))
	d.Height = math.Ceil(end.y + margin)
	d.items = append(append(p.backdrop, p.lines...), p.blocks...)
}

// turn leads the flow from the end of one strip through the gap to the beginning
// of the next.
func (p *painter) turn(exit, end, gap, entry, begin float64) {
	low, high := begin-stripLead*0.7, end+stripLead*0.7
	p.lines = append(p.lines, &shape{"edge", rounded(corner,
		p.at(exit, end), p.at(exit, high), p.at(gap, high), p.at(gap, low), p.at(entry, low), p.at(entry, begin))})
}

// group paints a run, in a frame if it is repeated.
func (p *painter) group(g group, u, v float64) {
	u += g.u
	v += g.v
	if g.times > 1 {
		p.frame(g, u, v)
		v += frameLead
	}
	at := u
	for i, s := range g.sections {
		l := s.layout
		shift := at - l.entry
		if s.entry == nil {
			shift = at - l.exit
		}
		if g.times > 1 && i == 0 && s.entry != nil {
			p.line(at, v-frameLead, v)
		}
		for _, w := range l.wires {
			p.wire(w, shift, v)
		}
		for _, b := range l.places {
			p.look.paint(p, b.block, b.u+shift, b.v+v)
		}
		v += l.length
		if s.exit != nil {
			at = l.exit + shift
		}
		if g.times > 1 && i == len(g.sections)-1 && s.exit != nil {
			p.line(at, v, v+frameLead)
		}
	}
}

// frame stands around a run, and says on its far side how often it occurs.
func (p *painter) frame(g group, u, v float64) {
	const inset = 4
	from, to := p.at(u+g.low+inset, v+inset), p.at(u+g.high-inset, v+g.length-inset)
	p.backdrop = append(p.backdrop, &shape{"frame", panel(from.x, from.y, to.x-from.x, to.y-from.y, [4]float64{corner, corner, corner, corner})})
	badge := &text{class: "badge", content: fmt.Sprintf("×%d", g.times)}
	middle := p.at(u+g.high-inset-badgeRoom/2, v+g.length/2)
	badge.x, badge.y = middle.x-badge.width()/2, middle.y+5
	p.blocks = append(p.blocks, badge)
}

func (p *painter) line(u, from, to float64) {
	var line path
	line.move(p.at(u, from))
	line.line(p.at(u, to))
	p.lines = append(p.lines, &shape{"edge", line})
}

// wire paints an edge, with a tip where it reaches a block.
func (p *painter) wire(w wire, u, v float64) {
	var route path
	for i, run := range w.runs {
		begin, end := run.begin+v, run.end+v
		if i == 0 {
			route.move(p.at(u+run.u, begin))
		} else {
			before := w.runs[i-1]
			if w.to != nil && i == len(w.runs)-1 {
				begin -= tipLength - 1
			}
			middle := (before.end + v + begin) / 2
			if before.u == run.u {
				route.line(p.at(u+run.u, begin))
			} else {
				route.curve(p.at(u+before.u, middle), p.at(u+run.u, middle), p.at(u+run.u, begin))
			}
		}
		if end > begin && (i > 0 || end > run.begin+v) {
			route.line(p.at(u+run.u, end))
		}
	}
	p.look.edge(p, w, route)
}

// arrow adds an edge and the tip at its end.
func (p *painter) arrow(route path, tipped bool) {
	if !tipped {
		p.lines = append(p.lines, &shape{"edge", route})
		return
	}
	last := len(route) - 1
	end := route[last].to
	along := p.at(0, 1)
	dx, dy := along.x-p.at(0, 0).x, along.y-p.at(0, 0).y
	route[last].to = point{end.x - dx*(tipLength-1), end.y - dy*(tipLength-1)}
	var tip path
	tip.move(end)
	tip.line(point{end.x - dx*tipLength - dy*tipWidth/2, end.y - dy*tipLength - dx*tipWidth/2})
	tip.line(point{end.x - dx*tipLength + dy*tipWidth/2, end.y - dy*tipLength + dx*tipWidth/2})
	tip.close()
	p.lines = append(p.lines, &shape{"edge", route}, &shape{"tip", tip})
}

// described is a part's operation and attributes in full, for a reader who asks.
func described(p part) string {
	var b strings.Builder
	for i, n := range p.nodes {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%s: %s", printable(name(n)), n.Op.Type())
		for _, a := range ir.Attributes(n.Op) {
			fmt.Fprintf(&b, " %s=%s", a.Name, a.Value)
		}
	}
	return b.String()
}
