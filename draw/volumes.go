package draw

import (
	"fmt"
	"math"
	"strings"

	"github.com/alexconv/alexconv/ir"
)

// volumes is the style in which a block is the value that it computes. Every
// picture has three scales: of the positions of a map, of channels, and of the
// elements of a vector.
type volumes struct {
	position, channel, element float64 // in pixels
	corners                    map[*block]point
}

// The measures of volumes.
const (
	tallest  = 190.0 // map or vector
	thickest = 50.0  // number of channels
	thinnest = 1.5   // what would not be seen is as thick as this
	barWidth = 7.0
	barDepth = 9.0 // of a vector, along the oblique axis
	// The oblique axis is drawn at half its length, at 35 degrees.
	depthX, depthY = 0.41, 0.29
	captionGap     = 6.0
	volumeGap      = 8.0 // behind a volume or its caption
	leastSight     = 6.0 // the height of a window from which lines lead to what sees it
)

// newVolumes leaves out the blocks that keep the shape of their one input, other
// than convolutions, pools and the like, and finds the scales.
func newVolumes(d *diagram) look {
	d.leaveOut(func(b *block) bool {
		if k := kindOf(b.head().Op); len(b.inputs) != 1 || len(b.outputs) != 1 || k == conv || k == pool || k == dense {
			return false
		}
		in := b.inputs[0]
		return in.block.outputs[in.output].shapes[0].Equal(b.outputs[0].shapes[0])
	})
	positions, channels, elements := 1.0, 1.0, 1.0
	for _, b := range d.blocks {
		switch v := valueOf(b); {
		case v.vector:
			elements = max(elements, v.channels)
		default:
			positions, channels = max(positions, v.height, v.width), max(channels, v.channels)
		}
	}
	s := &volumes{
		position: min(tallest/positions, 8), channel: min(thickest/channels, 4), element: min(tallest/elements, 8),
		corners: make(map[*block]point),
	}
	d.title.figures += fmt.Sprintf(" · drawn to scale: %.3g px a position, %.3g px a channel, %.3g px an element of a vector",
		s.position, s.channel, s.element)
	return s
}

// leaveOut removes blocks with one input and one output: what read them reads
// their input.
func (d *diagram) leaveOut(drop func(*block) bool) {
	instead := make(map[port]port)
	var kept []*block
	for _, b := range d.blocks {
		for i, in := range b.inputs {
			if p, ok := instead[in]; ok {
				b.inputs[i] = p
			}
		}
		if drop(b) {
			instead[port{b, 0}] = b.inputs[0]
			continue
		}
		b.index = len(kept)
		kept = append(kept, b)
		for i := range b.outputs {
			b.outputs[i].read = false
		}
		for _, in := range b.inputs {
			in.block.outputs[in.output].read = true
		}
	}
	d.blocks = kept
}

// value is the first output of a block: channels, and the extents of a map
// unless it is a vector.
type value struct {
	channels, height, width float64
	vector                  bool
}

func valueOf(b *block) value {
	if len(b.outputs) == 0 {
		return value{vector: true}
	}
	shape := b.outputs[0].shapes[0]
	if len(shape) < 3 {
		return value{vector: true, channels: float64(shape[min(1, len(shape)):].Elements())}
	}
	return value{channels: float64(shape[1]), height: float64(shape[2]), width: float64(shape[3:].Elements())}
}

// solid is a volume on the page: its front is thick and high, and its depth goes
// to the upper right.
type solid struct{ thick, high, dx, dy float64 }

func (s *volumes) solid(b *block) solid {
	v := valueOf(b)
	if v.vector {
		return solid{barWidth, max(v.channels*s.element, thinnest), barDepth * depthX, barDepth * depthY}
	}
	depth := v.width * s.position
	return solid{max(v.channels*s.channel, thinnest), max(v.height*s.position, thinnest), depth * depthX, depth * depthY}
}

// captions stand below a volume: the name, and the shape without the batch.
func (s *volumes) captions(b *block) []*text {
	list := []*text{{class: "name", content: b.parts[0].names()}}
	if len(b.outputs) > 0 {
		_, rest, _ := strings.Cut(b.outputs[0].label(), "×")
		list = append(list, &text{class: "label", content: rest})
	}
	return list
}

func (s *volumes) measure(b *block) size {
	v := s.solid(b)
	z := size{along: v.thick + v.dx, across: v.high + v.dy}
	captions := s.captions(b)
	for _, t := range captions {
		z.free = max(z.free, t.width()-z.along)
	}
	z.free += volumeGap
	z.before = z.across / 2
	z.after = z.across/2 + captionGap + noteHeight*float64(len(captions))
	z.inputs = spread(len(b.inputs), min(z.across, v.high-v.dy))
	for range b.outputs {
		z.outputs = append(z.outputs, 0)
	}
	return z
}

func (s *volumes) paint(p *painter, b *block, u, v float64) {
	f := s.solid(b)
	class := string(kindOf(b.head().Op))
	at := p.at(u-b.size.across/2, v)
	s.corners[b] = at
	whole := p.part(b.parts[0])
	whole.class = "block part"
	front := panel(at.x, at.y+f.dy, f.thick, f.high, [4]float64{})
	top := flank(point{at.x, at.y + f.dy}, point{f.thick, 0}, point{f.dx, -f.dy})
	side := flank(point{at.x + f.thick, at.y + f.dy}, point{0, f.high}, point{f.dx, -f.dy})
	whole.items = append(whole.items, &shape{class, front}, &shape{class, top}, &shape{class, side})
	y := at.y + f.dy + f.high + captionGap + noteHeight - 3
	for _, t := range s.captions(b) {
		t.x, t.y = at.x, y
		y += noteHeight
		whole.items = append(whole.items, t)
	}
	p.blocks = append(p.blocks, whole)
	s.window(p, b, at)
}

// flank is a parallelogram from a corner and two sides.
func flank(at, a, b point) path {
	var p path
	p.move(at)
	p.line(point{at.x + a.x, at.y + a.y})
	p.line(point{at.x + a.x + b.x, at.y + a.y + b.y})
	p.line(point{at.x + b.x, at.y + b.y})
	p.close()
	return p
}

// window draws what one position of a convolution or pooling sees, on the volume
// right before it, and the lines along which it is seen.
func (s *volumes) window(p *painter, b *block, at point) {
	var w ir.Window
	switch o := b.head().Op.(type) {
	case *ir.Conv:
		w = o.Window
	case *ir.Pool:
		w = o.Window
	}
	if len(w.Kernel) != 2 || len(b.inputs) != 1 {
		return
	}
	from := b.inputs[0].block
	corner, ok := s.corners[from]
	f := s.solid(from)
	eye := point{at.x - 1, at.y + b.size.across/2}
	middle := point{corner.x + f.thick + f.dx/2, corner.y + (f.high+f.dy)/2}
	if !ok || valueOf(from).vector || math.Abs(eye.y-middle.y) > 1 || eye.x < middle.x || eye.x > corner.x+from.size.along+from.size.free+rankGap+1 {
		return
	}
	high, deep := float64(w.Extent(0))*s.position, float64(w.Extent(1))*s.position
	high, deep = min(high, f.high), min(deep, f.dx/depthX)
	first := point{middle.x - deep*depthX/2, middle.y - high/2 + deep*depthY/2}
	square := flank(first, point{0, high}, point{deep * depthX, -deep * depthY})
	p.blocks = append(p.blocks, &shape{"window", square})
	if high < leastSight {
		return
	}
	for _, step := range square[:4] {
		var sight path
		sight.move(step.to)
		sight.line(eye)
		p.blocks = append(p.blocks, &shape{"window", sight})
	}
}

func (*volumes) edge(p *painter, w wire, route path) { p.arrow(route, w.to != nil) }
