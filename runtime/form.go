package runtime

import (
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime/internal/kernel"
)

// layout is an order of a value's elements in memory.
type layout int

const (
	// flat is the tensor's own row-major order, without padding.
	flat layout = iota
	// pixels has the channels of a pixel side by side (NHWC), with zero
	// padding around every image.
	pixels
	// planes has whole channels one after the other (NCHW), with zero padding
	// around every plane.
	planes

	layouts = iota
)

// padding is the number of zero rows and columns around an image.
type padding struct{ top, left, bottom, right int }

// union is enough padding for both.
func (p padding) union(q padding) padding {
	return padding{max(p.top, q.top), max(p.left, q.left), max(p.bottom, q.bottom), max(p.right, q.right)}
}

// form is a value in one layout. The geometry of a form that is not flat, and of
// a flat one with four axes, is that of batch images of channels x height x
// width.
type form struct {
	buffer                         int // index into the program's buffers
	batch, channels, height, width int
	padding
	kernel.Plane     // distances between rows, columns and channels
	image        int // distance between images, or between slots
	origin       int // offset of the first image's first element inside the padding
	// slotted forms hold only the images that are under way, each in its slot.
	slotted bool
	// outer is the form in whose channels this one lies, nil for none: a value
	// that is written straight into its concatenation.
	outer *form
}

// newForm lays out a value, which has four axes unless the layout is flat.
func newForm(shape ir.Shape, l layout, p padding) form {
	if len(shape) != 4 {
		return form{image: shape.Elements(), batch: 1}
	}
	f := form{batch: shape[0], channels: shape[1], height: shape[2], width: shape[3], padding: p}
	rows, columns := f.top+f.height+f.bottom, f.left+f.width+f.right
	if l == pixels {
		column := pixelStride(f.channels)
		f.Plane = kernel.Plane{Row: columns * column, Column: column, Channel: 1}
		f.image = rows * f.Row
	} else {
		f.Plane = kernel.Plane{Row: columns, Column: 1, Channel: rows * columns}
		f.image = f.channels * f.Channel
	}
	f.origin = f.top*f.Row + f.left*f.Column
	return f
}

// whole is the form that has memory of its own.
func (f *form) whole() *form {
	if f.outer != nil {
		return f.outer
	}
	return f
}

// part is the form of some channels of this one.
func (f *form) part(first, channels int) *form {
	p := *f
	p.outer, p.channels = f, channels
	p.origin += first * f.Channel
	return &p
}

// pixelStride is the distance between pixels of some channels: all of them, but
// where neighbouring pixels would compete for the same places in a cache, whose
// ways are a page long. At half a page apart the nine pixels of a 3x3 window have
// two places.
func pixelStride(channels int) int {
	const half = 512
	if channels%half == 0 {
		return channels + cacheLine
	}
	return channels
}

// continuous reports whether the next row begins where one ends.
func (f *form) continuous() bool { return f.Row == f.width*f.Column }

// size is the number of floats that the form takes.
func (f *form) size() int { return f.batch * f.image }

// at is the offset of the first channel of a pixel; coordinates may lie in the
// padding.
func (f *form) at(p place, y, x int) int {
	whole := f.whole()
	index := p.image
	if whole.slotted {
		index = p.slot
	}
	return f.origin + index*whole.image + y*f.Row + x*f.Column
}

// clearPadding writes some of the zeros around one image, the part-th of some
// parts, which are those of the same rows: memory is reused, so they do not last
// from one run to the next.
func (f *form) clearPadding(data []float32, p place, part, parts int) {
	f = f.whole()
	if f.padding == (padding{}) {
		return
	}
	first, end := divide(f.height, part, parts)
	planes := 1
	if f.Column == 1 {
		planes = f.channels
	}
	for plane := range planes {
		at := f.at(p, -f.top, -f.left) + plane*f.Channel
		body := at + f.top*f.Row
		if part == 0 {
			clear(data[at:body])
		}
		for y := first; y < end; y++ {
			row := body + y*f.Row
			clear(data[row : row+f.left*f.Column])
			clear(data[row+(f.left+f.width)*f.Column : row+f.Row])
		}
		if bottom := body + f.height*f.Row; part == parts-1 {
			clear(data[bottom : bottom+f.bottom*f.Row])
		}
	}
}
