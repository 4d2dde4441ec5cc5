package tf

import (
	"strings"

	"github.com/alexconv/alexconv/ir"
)

// layout says how a Const holds a parameter of the graph: the order of its axes
// there and here, one letter each, of which H and W may be 1 where there are
// none. A parameter of a convolution in groups is held in parts, one for the
// output channels of each group.
type layout struct {
	ir, file    string
	o, i, h, w  int // the extents of one part
	part, parts int
}

// plainLayout is that of a parameter which is stored as it is.
func plainLayout(elements int) layout {
	return layout{ir: "O", file: "O", o: elements, i: 1, h: 1, w: 1, parts: 1}
}

// filterLayout is that of the filters of one group: (out, in, kh, kw) here,
// (kh, kw, in, out) there.
func filterLayout(group ir.Shape, part, parts int) layout {
	return layout{ir: "OIHW", file: "HWIO", o: group[0], i: group[1], h: group[2], w: group[3], part: part, parts: parts}
}

// matrixLayout is that of a matrix, whose rows count H, W, C there if the image
// in front has more than one position and channel. It is (out, in) here, or
// (in, out) if transposed, and (in, out) there, or (out, in) if turned.
func matrixLayout(units int, image ir.Shape, transposed, turned bool) layout {
	l := layout{ir: "OIHW", file: "HWIO", o: units, i: image[0], h: image[1], w: image[2], parts: 1}
	if transposed {
		l.ir = "IHWO"
	}
	if turned {
		l.file = "OHWI"
	}
	return l
}

func (l layout) size(axis byte) int {
	switch axis {
	case 'O':
		return l.o
	case 'I':
		return l.i
	case 'H':
		return l.h
	}
	return l.w
}

// elements is the number of values in one part.
func (l layout) elements() int { return l.o * l.i * l.h * l.w }

// same reports whether both orders are one in memory.
func (l layout) same() bool {
	var long [2]strings.Builder
	for side, order := range [2]string{l.ir, l.file} {
		for i := range len(order) {
			if l.size(order[i]) > 1 {
				long[side].WriteByte(order[i])
			}
		}
	}
	return long[0].String() == long[1].String()
}

// steps are the distances in memory between neighbours along each axis.
type steps struct{ o, i, h, w int }

func (l layout) steps(order string) (s steps) {
	step := 1
	for at := len(order) - 1; at >= 0; at-- {
		switch order[at] {
		case 'O':
			s.o = step
		case 'I':
			s.i = step
		case 'H':
			s.h = step
		case 'W':
			s.w = step
		}
		step *= l.size(order[at])
	}
	return s
}

// tile is how many output channels are moved together: as many as share a cache
// line where they are neighbours.
const tile = 16

// load gives a part's values, found in the file's order, in the graph's: the
// same memory where both are one.
func (l layout) load(file []float32) []float32 {
	if l.same() {
		return file
	}
	out := make([]float32, len(file))
	from, to := l.steps(l.file), l.steps(l.ir)
	for o := 0; o < l.o; o += tile {
		for i := range l.i {
			for h := range l.h {
				for w := range l.w {
					source := o*from.o + i*from.i + h*from.h + w*from.w
					target := o*to.o + i*to.i + h*to.h + w*to.w
					for range min(tile, l.o-o) {
						out[target] = file[source]
						source, target = source+from.o, target+to.o
					}
				}
			}
		}
	}
	return out
}

// store emits the values of this part of a whole parameter in the file's order,
// H, W, I, O, in blocks.
func (l layout) store(whole []float32, emit func([]float32) error) error {
	part := whole[l.part*l.elements() : (l.part+1)*l.elements()]
	if l.same() {
		return emit(part)
	}
	const block = 1 << 20
	rows := min(max(block/l.o, 1), l.i)
	buffer := make([]float32, rows*l.o)
	from := l.steps(l.ir)
	for position := range l.h * l.w {
		at := position/l.w*from.h + position%l.w*from.w
		for first := 0; first < l.i; first += rows {
			count := min(rows, l.i-first)
			for o := 0; o < l.o; o += tile {
				for i := range count {
					source := at + o*from.o + (first+i)*from.i
					for target := i*l.o + o; target < i*l.o+min(o+tile, l.o); target++ {
						buffer[target] = part[source]
						source += from.o
					}
				}
			}
			if err := emit(buffer[:count*l.o]); err != nil {
				return err
			}
		}
	}
	return nil
}
