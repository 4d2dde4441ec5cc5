package runtime

import (
	"math"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime/internal/kernel"
)

// span is the part of a pooling window that lies inside the input along one
// axis.
type span struct {
	start, count int
	divisor      float64 // the axis's factor of an average's divisor
}

// spans lists the windows along an axis.
func (w windows) spans(axis int, countPad bool) []span {
	list := make([]span, w.out[axis])
	for i := range list {
		start := i*w.Stride[axis] - w.PadBegin[axis]
		first, last := w.inside(axis, start, w.in[axis])
		s := span{start: start + first*w.Dilation[axis], count: max(0, last-first), divisor: float64(last - first)}
		if countPad {
			_, last = w.inside(axis, start, w.in[axis]+w.PadEnd[axis])
			s.divisor = float64(last)
		}
		list[i] = s
	}
	return list
}

// pool adds a pooling over images, a row of output pixels at a time.
func (b *builder) pool(n *ir.Node, o *ir.Pool) bool {
	if !b.images(n.Inputs[0]) || o.Mask || o.InPlace {
		return false
	}
	in := b.read(n.Inputs[0], pixels)
	out := b.writePixels(n.Outputs[0])
	window := o.Window
	if o.Global {
		window = ir.NewWindow(in.height, in.width)
	}
	walk := newWindows(window, ir.Shape{in.height, in.width}, ir.Shape{out.height, out.width})
	rows, columns := walk.spans(0, o.CountPad), walk.spans(1, o.CountPad)
	b.addImages(imageLoop{batch: out.batch, tasks: out.height, out: []*form{out}, body: func(x *execution, at place, y int) {
		row := rows[y]
		for i, column := range columns {
			w := kernel.Window{Rows: row.count, Columns: column.count,
				RowStride: walk.Dilation[0] * in.Row, ColumnStride: walk.Dilation[1] * in.Column}
			to := x.data[out.buffer][out.at(at, y, i):][:out.channels]
			var from []float32
			if row.count > 0 && column.count > 0 {
				from = x.data[in.buffer][in.at(at, row.start, column.start):]
			}
			if o.Kind == ir.Max {
				kernel.MaxPool(to, from, w, -math.MaxFloat32)
			} else {
				kernel.AveragePool(to, from, w, float32(row.divisor*column.divisor))
			}
		}
	}}, n)
	return true
}
