package strided

// A copy into another order reads along the axis whose neighbours lie side by
// side in the source, and writes along the last axis, whose neighbours lie side
// by side in the result. Both together are a matrix to be transposed, once for
// every index of the other axes. Its blocks are the tasks: in one, all other
// axes are walked through, so that what they have of a cache line is read, and
// written, while it is still near.
const (
	sourceBlock = 256
	resultBlock = 64
)

// task is one block of the matrix.
type task struct {
	view       View // of the block
	dst        []float32
	step       []int // of dst, per axis
	near, last int   // the two axes
}

// tasks divides the copy of a simplified view with some elements.
func (v View) tasks(dst []float32) []task {
	step := COrder(nil, v.Shape).Stride
	last := len(v.Shape) - 1
	if last < 0 {
		dst[0] = v.Data[0]
		return nil
	}
	near := last
	for a := range v.Shape {
		if v.Stride[a] < v.Stride[near] {
			near = a
		}
	}
	if near == last {
		near = 0
	}
	var list []task
	for s := 0; s < v.Shape[near]; s += sourceBlock {
		rows := v.part(near, s, min(sourceBlock, v.Shape[near]-s))
		if v.Stride[last] == 1 || near == last {
			list = append(list, task{rows, dst[s*step[near]:], step, near, last})
			continue
		}
		for d := 0; d < v.Shape[last]; d += resultBlock {
			block := rows.part(last, d, min(resultBlock, v.Shape[last]-d))
			list = append(list, task{block, dst[s*step[near]+d:], step, near, last})
		}
	}
	return list
}

func (t task) run() { t.walk(t.view.Data, t.dst, 0) }

// walk recurses over the axes from axis on but the matrix's.
func (t task) walk(src, dst []float32, axis int) {
	for axis == t.near || axis == t.last {
		axis++
	}
	if axis >= len(t.step) {
		t.transpose(src, dst)
		return
	}
	from, to := 0, 0
	for range t.view.Shape[axis] {
		t.walk(src[from:], dst[to:], axis+1)
		from += t.view.Stride[axis]
		to += t.step[axis]
	}
}

// transpose copies the matrix at one index of the other axes.
func (t task) transpose(src, dst []float32) {
	rows, columns := t.view.Shape[t.near], t.view.Shape[t.last]
	fromRow, fromColumn := t.view.Stride[t.near], t.view.Stride[t.last]
	toRow := t.step[t.near]
	if t.near == t.last {
		rows, toRow = 1, 0
	}
	r := 0
	if fromRow == 1 {
		for ; r+tileRows <= rows; r += tileRows {
			c := 0
			for ; c+tileColumns <= columns; c += tileColumns {
				transposeTile(dst[r*toRow+c:], toRow, src[r+c*fromColumn:], fromColumn)
			}
			if c < columns {
				copyMatrix(dst[r*toRow+c:], toRow, src[r+c*fromColumn:], 1, fromColumn, tileRows, columns-c)
			}
		}
	}
	if r < rows {
		copyMatrix(dst[r*toRow:], toRow, src[r*fromRow:], fromRow, fromColumn, rows-r, columns)
	}
}

// copyMatrix copies row by row where those lie in order, else element by
// element along the source.
func copyMatrix(dst []float32, toRow int, src []float32, fromRow, fromColumn, rows, columns int) {
	if fromColumn == 1 {
		for r := range rows {
			copy(dst[r*toRow:r*toRow+columns], src[r*fromRow:])
		}
		return
	}
	for c := range columns {
		for r := range rows {
			dst[r*toRow+c] = src[r*fromRow+c*fromColumn]
		}
	}
}

// The extents of a tile, which has half a cache line in the source's direction
// and a whole one in the result's.
const (
	tileRows    = 8
	tileColumns = 16
)

// transposeTile makes dst[r*toRow+c] of src[c*fromColumn+r]. Each line of the
// source is read once and as a whole: lines whose distance is a multiple of the
// page's size drive each other out of the first cache.
func transposeTile(dst []float32, toRow int, src []float32, fromColumn int) {
	var tile [tileRows][tileColumns]float32
	for c := range tileColumns {
		line := (*[tileRows]float32)(src[c*fromColumn:])
		tile[0][c] = line[0]
		tile[1][c] = line[1]
		tile[2][c] = line[2]
		tile[3][c] = line[3]
		tile[4][c] = line[4]
		tile[5][c] = line[5]
		tile[6][c] = line[6]
		tile[7][c] = line[7]
	}
	for r := range tileRows {
		*(*[tileColumns]float32)(dst[r*toRow:]) = tile[r]
	}
}
