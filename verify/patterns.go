package verify

import (
	"math/rand/v2"

	"github.com/alexconv/alexconv/ir"
)

// place is a position in a value seen as channels of planes.
type place struct {
	channel, y, x           int
	channels, height, width int
}

// planes takes the last two axes for a plane and all before them for channels; a
// vector is one row.
func planes(shape ir.Shape) (channels, height, width int) {
	switch n := len(shape); {
	case n == 0:
		return 1, 1, 1
	case n < 3:
		return shape[:n-1].Elements(), 1, shape[n-1]
	default:
		return shape[:n-2].Elements(), shape[n-2], shape[n-1]
	}
}

// pattern is a function from -1 to 1 of the place.
type pattern struct {
	name string
	at   func(p place, random *rand.Rand) float64
}

func sign(positive bool) float64 {
	if positive {
		return 1
	}
	return -1
}

// share of extent that a position has run through, from -1 to 1.
func ramp(at, extent int) float64 { return 2*float64(at+1)/float64(extent) - 1 }

func (p place) last() bool  { return p.y == p.height-1 || p.x == p.width-1 }
func (p place) first() bool { return p.y == 0 || p.x == 0 }

// patterns are what a search begins with, roughly by how much they show.
var patterns = []pattern{
	{"all positive", func(place, *rand.Rand) float64 { return 1 }},
	{"all negative", func(place, *rand.Rand) float64 { return -1 }},
	{"noise", func(_ place, r *rand.Rand) float64 { return 2*r.Float64() - 1 }},
	{"positive noise", func(_ place, r *rand.Rand) float64 { return r.Float64() }},
	{"negative noise", func(_ place, r *rand.Rand) float64 { return -r.Float64() }},
	{"the last row and column positive, the rest negative", func(p place, _ *rand.Rand) float64 { return sign(p.last()) }},
	{"the last row and column negative, the rest positive", func(p place, _ *rand.Rand) float64 { return sign(!p.last()) }},
	{"the first row and column positive, the rest negative", func(p place, _ *rand.Rand) float64 { return sign(p.first()) }},
	{"the first row and column negative, the rest positive", func(p place, _ *rand.Rand) float64 { return sign(!p.first()) }},
	{"rising to the right", func(p place, _ *rand.Rand) float64 { return ramp(p.x, p.width) }},
	{"rising to the left", func(p place, _ *rand.Rand) float64 { return -ramp(p.x, p.width) }},
	{"rising downwards", func(p place, _ *rand.Rand) float64 { return ramp(p.y, p.height) }},
	{"rising upwards", func(p place, _ *rand.Rand) float64 { return -ramp(p.y, p.height) }},
	{"a chessboard", func(p place, _ *rand.Rand) float64 { return sign((p.x+p.y)%2 == 0) }},
	{"rows of alternating sign", func(p place, _ *rand.Rand) float64 { return sign(p.y%2 == 0) }},
	{"columns of alternating sign", func(p place, _ *rand.Rand) float64 { return sign(p.x%2 == 0) }},
	{"channels of alternating sign", func(p place, _ *rand.Rand) float64 { return sign(p.channel%2 == 0) }},
	{"one channel alone", func(p place, _ *rand.Rand) float64 {
		if p.channel == 0 {
			return 1
		}
		return 0
	}},
	{"the last corner alone", func(p place, _ *rand.Rand) float64 {
		if p.x == p.width-1 && p.y == p.height-1 {
			return 1
		}
		return 0
	}},
	{"the centre alone", func(p place, _ *rand.Rand) float64 {
		if p.x == p.width/2 && p.y == p.height/2 {
			return 1
		}
		return 0
	}},
	{"few points", func(_ place, r *rand.Rand) float64 {
		if r.IntN(64) == 0 {
			return 2*r.Float64() - 1
		}
		return 0
	}},
}

// fill is a tensor with the pattern at a magnitude.
func (p pattern) fill(shape ir.Shape, magnitude float64, random *rand.Rand) *ir.Tensor {
	t := ir.NewTensor(shape...)
	at := place{}
	at.channels, at.height, at.width = planes(shape)
	i := 0
	for at.channel = 0; at.channel < at.channels; at.channel++ {
		for at.y = 0; at.y < at.height; at.y++ {
			for at.x = 0; at.x < at.width; at.x++ {
				t.Data[i] = float32(magnitude * p.at(at, random))
				i++
			}
		}
	}
	return t
}

// moves are small changes of a tensor.
var moves = []func(t *ir.Tensor, random *rand.Rand){
	func(t *ir.Tensor, random *rand.Rand) { alter(t, random, func(v float32) float32 { return -v }) },
	func(t *ir.Tensor, random *rand.Rand) { alter(t, random, func(v float32) float32 { return v * 2 }) },
	func(t *ir.Tensor, random *rand.Rand) { alter(t, random, func(v float32) float32 { return v / 4 }) },
	func(t *ir.Tensor, random *rand.Rand) { alter(t, random, func(float32) float32 { return 0 }) },
	func(t *ir.Tensor, random *rand.Rand) {
		size := float32(magnitudeOf(t))
		alter(t, random, func(float32) float32 { return size * (2*random.Float32() - 1) })
	},
	func(t *ir.Tensor, random *rand.Rand) {
		size := float32(magnitudeOf(t)) * (2*random.Float32() - 1)
		alter(t, random, func(v float32) float32 { return v + size })
	},
	func(t *ir.Tensor, random *rand.Rand) {
		factor := float32([]float64{0.25, 0.5, 2, 4}[random.IntN(4)])
		for i := range t.Data {
			t.Data[i] *= factor
		}
	},
}

// alter applies a function to a random block of all channels or of one.
func alter(t *ir.Tensor, random *rand.Rand, f func(float32) float32) {
	channels, height, width := planes(t.Shape)
	if len(t.Data) == 0 {
		return
	}
	span := func(extent int) (from, to int) {
		from = random.IntN(extent)
		return from, from + 1 + random.IntN(extent-from)
	}
	top, bottom := span(height)
	left, right := span(width)
	first, last := 0, channels
	if random.IntN(2) == 0 {
		first = random.IntN(channels)
		last = first + 1
	}
	for c := first; c < last; c++ {
		for y := top; y < bottom; y++ {
			row := t.Data[(c*height+y)*width:][left:right]
			for x, v := range row {
				row[x] = f(v)
			}
		}
	}
}
