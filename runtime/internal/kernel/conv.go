package kernel

import (
	"slices"
	"sync"
	"unsafe"
)

// A convTile computes a fixed number of pixels, by as many output channels as a
// panel has columns, count times. It equals, with all strides and offsets in bytes,
//
//	for p := range count*pixels {
//		for c := range columns {
//			sum := bias[c]
//			for o := range outer {
//				for i := range inner {
//					sum += w[(o*inner+i)*columns+c] * src[offsets[o] + p*pixelStride + i]
//				}
//			}
//			if constants != nil {
//				for i := 0; i < 4; i += 2 {
//					sum = sum*constants[i*constantStride + c] + constants[(i+1)*constantStride + c]
//				}
//			}
//			if other != nil { sum += other[p*otherStride + c] }
//			if relu != 0 { sum = max(sum, 0) + 0*min(sum, 0) }
//			dst[p*dstStride + c] = sum
//		}
//	}
//
// with Caffe's rule for special values (see rectify). Outer, inner and count are
// at least 1. Of what follows the sum over the inputs, a product and its sum are
// rounded once.
type convTile func(dst, w, bias, src *float32, offsets *int, outer, inner, pixelStride, dstStride int, constants *float32, constantStride int, other *float32, otherStride, relu, count int)

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
	inner   int
	reach   int // floats from the first element to behind the last one read
}

// NewTaps describes the positions that one pixel reads. Offsets count floats
// and are not negative; there is at least one, and inner is at least 1.
func NewTaps(offsets []int, inner int) Taps {
	t := Taps{inner: inner, reach: slices.Max(offsets) + inner}
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
	// Other is added: channel c of pixel p is Other[p*OtherStride+c].
	Other       []float32
	OtherStride int
	ReLU        bool
}

// Row computes consecutive output pixels of one panel. Pixel p reads the taps
// at src[p*pixelStride:] and goes to dst[p*dstStride:], as many channels as the
// panel has. Dst and what is added begin with the panel's first channel.
func (f *Filters) Row(dst []float32, dstStride int, src []float32, pixelStride int, t Taps, panel, pixels int, after After) {
	columns, steps := f.kernels.columns, f.Steps()
	width := min(columns, f.Outputs-panel*columns)
	if t.Steps() != steps {
		panic("kernel: taps and filters differ in steps")
	}
	_ = src[:(pixels-1)*pixelStride+t.reach]
	_ = dst[:(pixels-1)*dstStride+width]
	w, bias := &f.weights[panel*f.panelStride:][:steps*columns][0], &f.bias[panel*columns]

	if width < columns {
		f.partRow(dst, dstStride, src, pixelStride, t, panel, pixels, width, after)
		return
	}
	var constants *float32
	constantStride := 0
	if after.Affine != nil {
		constants = &after.Affine.row(0)[after.First+panel*columns:][:columns][0]
		constantStride = 4 * after.Affine.channels
	}
	if after.Other != nil {
		_ = after.Other[:(pixels-1)*after.OtherStride+columns]
	}
	done := 0
	for _, part := range split(pixels, len(f.kernels.tiles)) {
		if part.count == 0 {
			break
		}
		var other *float32
		if after.Other != nil {
			other = &after.Other[done*after.OtherStride]
		}
		f.kernels.tiles[part.pixels-1](&dst[done*dstStride], w, bias, &src[done*pixelStride], &t.offsets[0], len(t.offsets), t.inner, 4*pixelStride, 4*dstStride,
			constants, constantStride, other, 4*after.OtherStride, flag(after.ReLU), part.count)
		done += part.count * part.pixels
	}
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

// partRow is Row for a panel that is partly filled: a tile stores all its
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
			f.kernels.tiles[part.pixels-1](&scratch[0], w, bias, &src[done*pixelStride], &t.offsets[0], len(t.offsets), t.inner, 4*pixelStride, 4*columns, nil, 0, nil, 0, flag(plain && after.ReLU), 1)
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
		AddRow(dst, dstStride, dst, dstStride, after.Other, after.OtherStride, width, pixels, after.ReLU)
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
