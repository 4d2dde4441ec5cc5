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

// load gives a part's values, found in the file's order, in the graph's: the
// same memory where both are one.
func (l layout) load(file []float32) []float32 {
	if l.same() {
		return file
	}
	out := make([]float32, 0, len(file))
	l.walk(file, l.file, l.ir, func(f float32) error {
		out = append(out, f)
		return nil
	})
	return out
}

// store emits the values of this part of a whole parameter in the file's order,
// in blocks.
func (l layout) store(whole []float32, emit func([]float32) error) error {
	part := whole[l.part*l.elements() : (l.part+1)*l.elements()]
	if l.same() {
		return emit(part)
	}
	const block = 1 << 14
	buffer := make([]float32, 0, block)
	err := l.walk(part, l.ir, l.file, func(f float32) error {
		if buffer = append(buffer, f); len(buffer) < block {
			return nil
		}
		err := emit(buffer)
		buffer = buffer[:0]
		return err
	})
	if err != nil {
		return err
	}
	return emit(buffer)
}

// walk visits values that lie in one order of axes in another one.
func (l layout) walk(values []float32, from, to string, visit func(float32) error) error {
	var extent, step [4]int
	for i := range 4 {
		extent[i], step[i] = l.size(to[i]), 1
		for _, axis := range []byte(from[strings.IndexByte(from, to[i])+1:]) {
			step[i] *= l.size(axis)
		}
	}
	for a := range extent[0] {
		for b := range extent[1] {
			for c := range extent[2] {
				at := a*step[0] + b*step[1] + c*step[2]
				for range extent[3] {
					if err := visit(values[at]); err != nil {
						return err
					}
					at += step[3]
				}
			}
		}
	}
	return nil
}
