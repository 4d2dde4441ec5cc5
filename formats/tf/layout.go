package tf

import (
	"strings"

	"github.com/alexconv/alexconv/formats/internal/strided"
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

// turned looks at values that lie in one order in another.
func (l layout) turned(values []float32, from, to string) strided.View {
	var shape, axes []int
	for i := range len(from) {
		shape = append(shape, l.size(from[i]))
	}
	for i := range len(to) {
		axes = append(axes, strings.IndexByte(from, to[i]))
	}
	return strided.COrder(values, shape).Permute(axes...)
}

// load gives a part's values, found in the file's order, in the graph's: the
// same memory where both are one.
func (l layout) load(file []float32) ([]float32, error) {
	return l.turned(file, l.file, l.ir).Pack()
}

// packedElements bounds what store brings into another order at a time: 32 MiB.
const packedElements = 1 << 23

// store emits the values of this part of a whole parameter in the file's order,
// in blocks.
func (l layout) store(whole []float32, emit func([]float32) error) error {
	part := whole[l.part*l.elements() : (l.part+1)*l.elements()]
	return l.turned(part, l.ir, l.file).Chunks(packedElements, emit)
}
