package kernel

// winogradKernels are the transforms of a tier: F(2x2,3x3) in one pass, any
// other algorithm as combinations along columns and then along rows.
type winogradKernels struct {
	input    winogradInputKernel
	output   winogradOutputKernel
	combine6 combineKernel
}

// A winogradInputKernel transforms 4x4 inputs of tiles side by side by
// B' d B: with strides in bytes and channels in vectors of the tier's width, it
// equals
//
//	for t := range tiles {
//		for c := range channels {
//			d[y][x] = src[y*rowStride + (2*t+x)*columnStride + c]
//			dst[(4*y+x)*dstStride + t*dstTile + c] = (B' d B)[y][x]
//		}
//	}
type winogradInputKernel func(dst, src *float32, dstStride, dstTile, rowStride, columnStride, channels, tiles int)

// A winogradOutputKernel transforms 4x4 products of tiles side by side back by
// A' m A: with strides in bytes and channels in vectors of the tier's width, it
// equals
//
//	for t := range tiles {
//		for c := range channels {
//			m[y][x] = src[(4*y+x)*srcStride + t*srcTile + c]
//			sum = (A' m A)[y][x] + bias[c]
//			if relu != 0 { sum = max(sum, 0) + 0*min(sum, 0) }
//			dst[y*rowStride + (2*t+x)*columnStride + c] = sum
//		}
//	}
//
// with Caffe's rule for special values (see rectify).
type winogradOutputKernel func(dst, src, bias *float32, srcStride, srcTile, rowStride, columnStride, channels, tiles, relu int)

// A combineKernel computes linear combinations of 6 rows. It equals, with
// strides in bytes and channels in vectors of the tier's width,
//
//	for r := range rows {
//		for c := range channels {
//			dst[r*dstStride + c] = sum over i of matrix[r*inputs + i] * src[i*srcStride + c]
//		}
//	}
type combineKernel func(dst, src, matrix *float32, rows, dstStride, srcStride, channels int)

// combine applies a matrix of some rows to Tile rows of channels.
func (w *Winograd) combine(dst, src, matrix []float32, rows, dstStride, srcStride, channels int) {
	_, _ = dst[:(rows-1)*dstStride+channels], src[:(w.Tile-1)*srcStride+channels]
	vectors(channels, func(c, count int, k winogradKernels) {
		k.combine6(&dst[c], &src[c], &matrix[0], rows, 4*dstStride, 4*srcStride, count)
	})
}

// vectors calls body for some channels in vectors of the active tier. Where the
// last vector is not full, it is the last channels that are there, some of them
// for the second time; channels that do not fill one vector are for the generic
// kernels.
func vectors(channels int, body func(first, count int, k winogradKernels)) {
	whole := channels / active.width
	if whole == 0 {
		body(0, channels, generic.winograd)
		return
	}
	body(0, whole, active.winograd)
	if whole*active.width < channels {
		body(channels-active.width, 1, active.winograd)
	}
}

// InputScratch is the number of floats that [Winograd.Input] needs as scratch.
func (w *Winograd) InputScratch(channels, tiles int) int {
	if w == Winograd2x3 {
		return 0
	}
	return w.Tile * w.span(tiles) * channels
}

// span is the number of pixels across some tiles side by side.
func (w *Winograd) span(tiles int) int { return (tiles-1)*w.Outputs + w.Tile }

// Input transforms some tiles side by side. The rows of pixels are rowStride
// apart, and the pixels, of consecutive channels, columnStride. Element i of tile
// j goes to dst[i*dstStride+j*channels:].
func (w *Winograd) Input(dst []float32, dstStride int, src []float32, rowStride, columnStride, channels, tiles int, scratch []float32) {
	t, span := w.Tile, w.span(tiles)
	if w == Winograd2x3 {
		_ = dst[:(t*t-1)*dstStride+tiles*channels]
		_ = src[:(t-1)*rowStride+(span-1)*columnStride+channels]
		vectors(channels, func(c, count int, k winogradKernels) {
			k.input(&dst[c], &src[c], 4*dstStride, 4*channels, 4*rowStride, 4*columnStride, count, tiles)
		})
		return
	}
	row := span * channels
	if columnStride == channels {
		w.combine(scratch, src, w.inputs, t, row, rowStride, row)
	} else {
		for j := range span {
			w.combine(scratch[j*channels:], src[j*columnStride:], w.inputs, t, row, rowStride, channels)
		}
	}
	for j := range tiles {
		for i := range t {
			w.combine(dst[i*t*dstStride+j*channels:], scratch[i*row+j*w.Outputs*channels:], w.inputs, t, dstStride, channels, channels)
		}
	}
}

// OutputScratch is the number of floats that [Winograd.Output] needs as scratch
// for tiles that take some floats of every element.
func (w *Winograd) OutputScratch(run int) int {
	if w == Winograd2x3 {
		return 0
	}
	return (w.Tile + w.Outputs) * w.Outputs * run
}

// Output transforms the products of some tiles side by side back and adds the
// bias, negative results becoming 0 with relu. Element i of tile j is at
// src[i*srcStride+j*srcTile:]. The rows of output pixels are rowStride apart, and
// the pixels, of which channels are written, columnStride.
func (w *Winograd) Output(dst []float32, rowStride, columnStride int, src []float32, srcStride, srcTile int, bias []float32, channels, tiles int, relu bool, scratch []float32) {
	t, m := w.Tile, w.Outputs
	if w == Winograd2x3 {
		_ = dst[:(m-1)*rowStride+(tiles*m-1)*columnStride+channels]
		_, _ = src[:(t*t-1)*srcStride+(tiles-1)*srcTile+channels], bias[:channels]
		vectors(channels, func(c, count int, k winogradKernels) {
			k.output(&dst[c], &src[c], &bias[c], 4*srcStride, 4*srcTile, 4*rowStride, 4*columnStride, count, tiles, flag(relu))
		})
		return
	}
	run := tiles * srcTile
	half, results := scratch[:t*m*run], scratch[t*m*run:]
	for j := range t {
		w.combine(half[j*run:], src[j*srcStride:], w.outputs, m, t*run, t*srcStride, run)
	}
	for y := range m {
		w.combine(results[y*m*run:], half[y*t*run:], w.outputs, m, run, run, run)
		for x := range m {
			AddRow(dst[y*rowStride+x*columnStride:], m*columnStride, results[(y*m+x)*run:], srcTile, bias, 0, channels, tiles, relu)
		}
	}
}
