package kernel

import (
	"slices"
	"sync"
	"unsafe"
)

// A convTile computes a fixed number of pixels side by side, by as many output
// channels as a panel has columns, count times in a row, and that for some rows. It
// equals, with all strides, skips and offsets in bytes,
//
//	for range rows {
//		for range count*pixels {
//			for c := range columns {
//				sum := bias[c]
//				for o := range outer {
//					for i := range inner {
//						sum += w[(o*inner+i)*columns+c] * src[offsets[o] + i]
//					}
//				}
//				if constants != nil {
//					for i := 0; i < 4; i += 2 {
//						sum = sum*constants[i*constantStride + c] + constants[(i+1)*constantStride + c]
//					}
//				}
//				if other != nil { sum += other[c] }
//				if relu != 0 { sum = max(sum, 0) + 0*min(sum, 0) }
//				dst[c] = sum
//			}
//			src, dst, other = src[pixelStride:], dst[dstStride:], other[otherStride:]
//		}
//		src, dst, other = src[srcSkip:], dst[dstSkip:], other[otherSkip:]
//	}
//
// with Caffe's rule for special values (see rectify). Outer, inner, count and rows
// are at least 1. Of what follows the sum over the inputs, a product and its sum are
// rounded once.
type convTile func(dst, w, bias, src *float32, offsets *int, outer, inner, pixelStride, dstStride int, constants *float32, constantStride int, other *float32, otherStride, relu, count, rows, srcSkip, dstSkip, otherSkip int)

// convKernels are the tiles of a tier: tiles[i] computes i+1 pixels by columns
// channels.
type convKernels struct {
	columns int
	tiles   []convTile
}

// maxTile is the largest number of floats that a tile of any tier computes.
const maxTile = 14 * 32

// tileScratch has room for the tiles of panels that are partly filled.
var tileScratch = sync.Pool{New: func() any { return new([maxTile]float32) }}

// Taps are the positions in a padded buffer that one output pixel reads,
// relative to its window's first element: a run of floats at every
// offset.
type Taps struct {
	offsets []int // in bytes
	inner   int   // floats of a run
	step    int   // from one to the next, in bytes
	reach   int   // floats from the first element to behind the last one read
}

// NewTaps describes the positions that one pixel reads. Offsets count floats
// and are not negative; there is at least one, and inner is at least 1. Floats of
// a run are step apart, which is 1 for the taps of [Filters].
func NewTaps(offsets []int, inner, step int) Taps {
	t := Taps{inner: inner, step: 4 * step, reach: slices.Max(offsets) + (inner-1)*step + 1}
	if inner < 1 || slices.Min(offsets) < 0 {
		panic("kernel: taps without extent")
	}
	for _, o := range offsets {
		t.offsets = append(t.offsets, 4*o)
	}
	return t
}

// Steps is the number of floats that a pixel reads.
func (t Taps) Steps() int { return len(t.offsets) * t.inner }

// FilterShape is the extent of the filters of one group: OIHW weights.
type FilterShape struct{ Outputs, Inputs, Height, Width int }

// Steps is the number of weights of one output channel.
func (s FilterShape) Steps() int { return s.Inputs * s.Height * s.Width }

// Filters are the weights of one group of a convolution, packed for the tiles
// of the tier that was active when [NewFilters] made them.
type Filters struct {
	FilterShape
	channelsLast bool
	kernels      convKernels
	weights      []float32
	panelStride  int // floats from one panel of the weights to the next
	bias         []float32
}

// NewFilters prepares filters, which then need memory ([Filters.Place]) and
// contents ([Filters.Pack]). With channelsLast the taps that they will be used
// with go through kernel rows, kernel columns and channels, without it through
// channels, rows and columns, the last one innermost.
func NewFilters(shape FilterShape, channelsLast bool) *Filters {
	f := &Filters{FilterShape: shape, channelsLast: channelsLast, kernels: active.conv}
	f.panelStride = f.Steps() * f.kernels.columns
	f.bias = make([]float32, f.Panels()*f.kernels.columns)
	return f
}

// Floats is the size of the packed weights.
func (f *Filters) Floats() int { return f.Panels() * f.Steps() * f.kernels.columns }

// Place gives the filters their memory, the first Floats of the given zeros,
// and returns the rest.
func (f *Filters) Place(zeros []float32) []float32 {
	n := f.Floats()
	f.weights = zeros[:n:n]
	return zeros[n:]
}

// Columns is the number of output channels in a panel.
func (f *Filters) Columns() int { return f.kernels.columns }

// Panels is the number of panels; the last may be partly filled.
func (f *Filters) Panels() int {
	return (f.Outputs + f.kernels.columns - 1) / f.kernels.columns
}

// Pack fills a panel from OIHW weights and the bias, which may be nil. Panels
// may be packed concurrently.
func (f *Filters) Pack(panel int, weights, bias []float32) {
	columns, steps := f.kernels.columns, f.Steps()
	first := panel * columns
	count := min(columns, f.Outputs-first)
	to := f.weights[panel*f.panelStride:][:steps*columns]
	if f.channelsLast {
		f.packChannelsLast(to, weights[first*steps:], count)
	} else {
		for c := range count {
			for i, w := range weights[(first+c)*steps:][:steps] {
				to[i*columns+c] = w
			}
		}
	}
	if bias != nil {
		copy(f.bias[first:first+count], bias[first:])
	}
}

// packBlock is the number of input channels that are packed at a time, so that
// what is written stays in cache until all columns have come by.
const packBlock = 32

func (f *Filters) packChannelsLast(to, weights []float32, count int) {
	columns, steps, area := f.kernels.columns, f.Steps(), f.Height*f.Width
	for low := 0; low < f.Inputs; low += packBlock {
		high := min(low+packBlock, f.Inputs)
		for c := range count {
			from := weights[c*steps:][:steps]
			for k := range area {
				at := (k*f.Inputs+low)*columns + c
				for i := low; i < high; i++ {
					to[at] = from[i*area+k]
					at += columns
				}
			}
		}
	}
}

// After is what a convolution does with its sums before it stores them; each
// part may be missing. It is the same number as if it were done in steps of
// their own.
type After struct {
	// Affine maps the channels, its channel First being the filters' first.
	Affine *Affine
	First  int
	// Other is added: channel c of pixel x of row y is Other[y*At.Row+x*At.Column+c].
	Other []float32
	At    Plane
	ReLU  bool
}

// Rows computes rows of consecutive output pixels of one panel. Pixel x of row y
// reads the taps at src[y*from.Row+x*from.Column:] and goes to
// dst[y*to.Row+x*to.Column:], as many channels as the panel has. Dst and what is
// added begin with the panel's first channel.
func (f *Filters) Rows(dst []float32, to Plane, src []float32, from Plane, t Taps, panel, rows, pixels int, after After) {
	columns, steps := f.kernels.columns, f.Steps()
	width := min(columns, f.Outputs-panel*columns)
	if t.Steps() != steps || t.step != 4 {
		panic("kernel: taps and filters differ in steps")
	}
	last := func(p Plane) int { return (rows-1)*p.Row + (pixels-1)*p.Column }
	_ = src[:last(from)+t.reach]
	_ = dst[:last(to)+width]
	if width < columns {
		for y := range rows {
			f.partRow(dst[y*to.Row:], to.Column, src[y*from.Row:], from.Column, t, panel, pixels, width, after.row(y))
		}
		return
	}
	w, bias := &f.weights[panel*f.panelStride:][:steps*columns][0], &f.bias[panel*columns]
	var constants *float32
	constantStride := 0
	if after.Affine != nil {
		constants = &after.Affine.row(0)[after.First+panel*columns:][:columns][0]
		constantStride = 4 * after.Affine.channels
	}
	if after.Other == nil {
		after.At = Plane{}
	} else {
		_ = after.Other[:last(after.At)+columns]
	}
	done := 0
	for _, run := range split(pixels, len(f.kernels.tiles)) {
		if run.count == 0 {
			break
		}
		var other *float32
		if after.Other != nil {
			other = &after.Other[done*after.At.Column]
		}
		of := run.count * run.pixels
		skip := func(p Plane) int { return 4 * (p.Row - of*p.Column) }
		f.kernels.tiles[run.pixels-1](&dst[done*to.Column], w, bias, &src[done*from.Column], &t.offsets[0], len(t.offsets), t.inner, 4*from.Column, 4*to.Column,
			constants, constantStride, other, 4*after.At.Column, flag(after.ReLU), run.count, rows, skip(from), skip(to), skip(after.At))
		done += of
	}
}

// row is what comes after row y.
func (a After) row(y int) After {
	if a.Other != nil {
		a.Other = a.Other[y*a.At.Row:]
	}
	return a
}

// tileRun is a number of tiles of some pixels each.
type tileRun struct{ pixels, count int }

// split divides pixels among tiles of at most so many, as equal as possible: some,
// and behind them perhaps others that are a pixel shorter.
func split(pixels, most int) [2]tileRun {
	tiles := (pixels + most - 1) / most
	each := (pixels + tiles - 1) / tiles
	large := pixels - tiles*(each-1)
	return [2]tileRun{{each, large}, {each - 1, tiles - large}}
}

// partRow is a row for a panel that is partly filled: a tile stores all its
// columns, and reads as many of what follows.
func (f *Filters) partRow(dst []float32, dstStride int, src []float32, pixelStride int, t Taps, panel, pixels, width int, after After) {
	columns, steps := f.kernels.columns, f.Steps()
	w, bias := &f.weights[panel*f.panelStride:][:steps*columns][0], &f.bias[panel*columns]
	plain := after.Affine == nil && after.Other == nil
	scratch := tileScratch.Get().(*[maxTile]float32)
	defer tileScratch.Put(scratch)
	done := 0
	for _, part := range split(pixels, len(f.kernels.tiles)) {
		for range part.count {
			f.kernels.tiles[part.pixels-1](&scratch[0], w, bias, &src[done*pixelStride], &t.offsets[0], len(t.offsets), t.inner, 4*pixelStride, 4*columns, nil, 0, nil, 0, flag(plain && after.ReLU), 1, 1, 0, 0, 0)
			for p := range part.pixels {
				copy(dst[(done+p)*dstStride:][:width], scratch[p*columns:])
			}
			done += part.pixels
		}
	}
	if after.Affine != nil {
		after.Affine.Row(dst, dstStride, dst, dstStride, after.First+panel*columns, width, pixels, after.ReLU && after.Other == nil)
	}
	if after.Other != nil {
		AddRow(dst, dstStride, dst, dstStride, after.Other, after.At.Column, width, pixels, after.ReLU)
	}
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// load is the float at a distance of some bytes from p.
func load(p *float32, bytes int) float32 {
	return *(*float32)(unsafe.Add(unsafe.Pointer(p), bytes))
}

// element points to the float at a distance of some bytes from p.
func element(p *float32, bytes int) *float32 {
	return (*float32)(unsafe.Add(unsafe.Pointer(p), bytes))
}
