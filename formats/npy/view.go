package npy

import "slices"

// view looks at float32 storage through a stride per axis, so that a
// transposition costs nothing until the elements are needed in order.
type view struct {
	data   []float32
	shape  []int
	stride []int // in elements
}

// cOrder is a view of row-major data.
func cOrder(data []float32, shape []int) view {
	stride := make([]int, len(shape))
	step := 1
	for i := len(shape) - 1; i >= 0; i-- {
		stride[i] = step
		step *= shape[i]
	}
	return view{data, slices.Clone(shape), stride}
}

// fortranOrder is a view of column-major data.
func fortranOrder(data []float32, shape []int) view {
	stride := make([]int, len(shape))
	step := 1
	for i, d := range shape {
		stride[i] = step
		step *= d
	}
	return view{data, slices.Clone(shape), stride}
}

// permute makes axis axes[i] of v the result's axis i.
func (v view) permute(axes ...int) view {
	p := view{data: v.data}
	for _, a := range axes {
		p.shape = append(p.shape, v.shape[a])
		p.stride = append(p.stride, v.stride[a])
	}
	return p
}

// transpose reverses the axes.
func (v view) transpose() view {
	p := view{v.data, slices.Clone(v.shape), slices.Clone(v.stride)}
	slices.Reverse(p.shape)
	slices.Reverse(p.stride)
	return p
}

// split replaces an axis by several whose extents multiply to its own.
func (v view) split(axis int, extents ...int) view {
	p := view{data: v.data}
	for a, d := range v.shape {
		if a != axis {
			p.shape = append(p.shape, d)
			p.stride = append(p.stride, v.stride[a])
			continue
		}
		inner := cOrder(nil, extents)
		for i := range inner.stride {
			inner.stride[i] *= v.stride[a]
		}
		p.shape = append(p.shape, inner.shape...)
		p.stride = append(p.stride, inner.stride...)
	}
	return p
}

// elements is the number of elements in view, which may be fewer than in the
// storage.
func (v view) elements() int {
	n := 1
	for _, d := range v.shape {
		n *= d
	}
	return n
}

// contiguous reports whether the elements lie in C order.
func (v view) contiguous() bool {
	step := 1
	for i := len(v.shape) - 1; i >= 0; i-- {
		if v.shape[i] != 1 && v.stride[i] != step {
			return false
		}
		step *= v.shape[i]
	}
	return true
}

// pack gives the elements in C order, without a copy where they lie so.
func (v view) pack() []float32 {
	n := v.elements()
	if n == 0 || v.contiguous() {
		return v.data[:n]
	}
	packed := make([]float32, n)
	v.copyTo(packed)
	return packed
}

// chunkElements bounds what chunks packs at a time: 4 MiB of float32.
const chunkElements = 1 << 20

// chunks hands the elements to emit in C order, at most limit at a time unless
// no copy is needed.
func (v view) chunks(limit int, emit func([]float32) error) error {
	n := v.elements()
	if n == 0 {
		return nil
	}
	if v.contiguous() {
		return emit(v.data[:n])
	}
	return v.packChunks(make([]float32, min(n, limit)), emit)
}

func (v view) packChunks(buffer []float32, emit func([]float32) error) error {
	n := v.elements()
	if n <= len(buffer) {
		v.copyTo(buffer[:n])
		return emit(buffer[:n])
	}
	step := max(1, len(buffer)/(n/v.shape[0]))
	for from := 0; from < v.shape[0]; from += step {
		part := v.rows(from, min(step, v.shape[0]-from))
		if step == 1 {
			part = view{part.data, part.shape[1:], part.stride[1:]}
		}
		if err := part.packChunks(buffer, emit); err != nil {
			return err
		}
	}
	return nil
}

// rows is the view of count indices of the first axis.
func (v view) rows(from, count int) view {
	part := view{v.data[from*v.stride[0]:], slices.Clone(v.shape), v.stride}
	part.shape[0] = count
	return part
}

// copyTo writes the elements in C order into dst, which has room for exactly
// them; none of the extents is 0.
func (v view) copyTo(dst []float32) {
	// The innermost axis runs along dst and the tiled axis along the source:
	// a tile of both stays in cache, so that neither side is read or written
	// one float per cache line.
	out := cOrder(nil, v.shape)
	last := len(v.shape) - 1
	tiled := last
	for a := range v.shape {
		if v.shape[a] > 1 && (v.stride[a] < v.stride[tiled] || v.shape[tiled] == 1) {
			tiled = a
		}
	}
	if last < 0 || tiled == last {
		v.copyRows(dst, out.stride, 0)
		return
	}
	v.copyTiles(dst, out.stride, 0, tiled)
}

// copyRows copies along the last axis, recursing over those before it.
func (v view) copyRows(dst []float32, out []int, axis int) {
	if axis < len(v.shape)-1 {
		at, to := 0, 0
		for range v.shape[axis] {
			view{v.data[at:], v.shape, v.stride}.copyRows(dst[to:], out, axis+1)
			at += v.stride[axis]
			to += out[axis]
		}
		return
	}
	if len(v.shape) == 0 {
		dst[0] = v.data[0]
		return
	}
	n, stride := v.shape[axis], v.stride[axis]
	if stride == 1 {
		copy(dst[:n], v.data[:n])
		return
	}
	for i := range n {
		dst[i] = v.data[i*stride]
	}
}

// copyTiles recurses over every axis but the tiled one and the last, and
// transposes those two in squares.
func (v view) copyTiles(dst []float32, out []int, axis, tiled int) {
	last := len(v.shape) - 1
	if axis == tiled {
		v.copyTiles(dst, out, axis+1, tiled)
		return
	}
	if axis < last {
		at, to := 0, 0
		for range v.shape[axis] {
			view{v.data[at:], v.shape, v.stride}.copyTiles(dst[to:], out, axis+1, tiled)
			at += v.stride[axis]
			to += out[axis]
		}
		return
	}
	const tile = 32
	rows, columns := v.shape[tiled], v.shape[last]
	for r0 := 0; r0 < rows; r0 += tile {
		r1 := min(r0+tile, rows)
		for c0 := 0; c0 < columns; c0 += tile {
			c1 := min(c0+tile, columns)
			for r := r0; r < r1; r++ {
				row := dst[r*out[tiled]:]
				at := r * v.stride[tiled]
				for c := c0; c < c1; c++ {
					row[c] = v.data[at+c*v.stride[last]]
				}
			}
		}
	}
}
