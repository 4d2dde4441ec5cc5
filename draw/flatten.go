package draw

import (
	"math"

	"golang.org/x/image/vector"
)

// flatten turns a path into lines through points, scaled; a figure that is closed
// ends where it begins.
func (p path) flatten(scale float64) [][]point {
	var lines [][]point
	var line []point
	add := func(at point) { line = append(line, point{at.x * scale, at.y * scale}) }
	var last point
	for _, s := range p {
		switch s.op {
		case 'M':
			if len(line) > 1 {
				lines = append(lines, line)
			}
			line = nil
			add(s.to)
		case 'L':
			add(s.to)
		case 'C':
			length := distance(last, s.control1) + distance(s.control1, s.control2) + distance(s.control2, s.to)
			steps := int(math.Ceil(math.Sqrt(length*scale))) + 2
			for i := 1; i <= steps; i++ {
				add(s.at(last, float64(i)/float64(steps)))
			}
		case 'Z':
			line = append(line, line[0])
		}
		last = s.to
	}
	if len(line) > 1 {
		lines = append(lines, line)
	}
	return lines
}

// at is a point of a curve that begins at from, t going from 0 to 1.
func (s step) at(from point, t float64) point {
	r := 1 - t
	a, b, c, d := r*r*r, 3*r*r*t, 3*r*t*t, t*t*t
	return point{
		a*from.x + b*s.control1.x + c*s.control2.x + d*s.to.x,
		a*from.y + b*s.control1.y + c*s.control2.y + d*s.to.y,
	}
}

// dashed cuts lines into dashes with gaps of the same length.
func dashed(lines [][]point, length float64) [][]point {
	var dashes [][]point
	for _, line := range lines {
		left, drawing := length, true
		dash := []point{line[0]}
		for i := 1; i < len(line); i++ {
			from := line[i-1]
			for d := distance(from, line[i]); d > left; d = distance(from, line[i]) {
				from = towards(from, line[i], left)
				if drawing {
					dashes = append(dashes, append(dash, from))
				}
				dash, left, drawing = []point{from}, length, !drawing
			}
			left -= distance(from, line[i])
			dash = append(dash, line[i])
		}
		if drawing {
			dashes = append(dashes, dash)
		}
	}
	return dashes
}

// stroke adds the outline of a line: a quadrangle around every part of it and an
// octagon around every bend. All of them turn the same way, so that what they
// cover twice counts once.
func stroke(r *vector.Rasterizer, line []point, half float64, at func(point) (x, y float32)) {
	figure := func(points ...point) {
		r.MoveTo(at(points[0]))
		for _, p := range points[1:] {
			r.LineTo(at(p))
		}
		r.ClosePath()
	}
	for i, to := range line {
		if i > 0 {
			from := line[i-1]
			if d := distance(from, to); d > 0 {
				across := point{-(to.y - from.y) * half / d, (to.x - from.x) * half / d}
				figure(point{from.x + across.x, from.y + across.y}, point{from.x - across.x, from.y - across.y},
					point{to.x - across.x, to.y - across.y}, point{to.x + across.x, to.y + across.y})
			}
		}
		if i > 0 && i < len(line)-1 {
			var round []point
			for k := range 8 {
				sin, cos := math.Sincos(float64(k) * math.Pi / 4)
				round = append(round, point{to.x + half*cos, to.y + half*sin})
			}
			figure(round...)
		}
	}
}
