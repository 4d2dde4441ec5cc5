package pixels

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/alexconv/alexconv/ir"
)

// ResizeKind says what size a picture is brought to before it is cropped.
type ResizeKind int

// The kinds.
const (
	ToInput   ResizeKind = iota // the size of the model's input, each axis by itself
	ToSize                      // Height x Width, each axis by itself
	ShortSide                   // the shorter side becomes Height, the other keeps the proportion, rounded down
	NoResize                    // as the picture is
)

// Resize is the size that a picture is brought to.
type Resize struct {
	Kind          ResizeKind
	Height, Width int
}

// maxSide bounds the sides of a resized picture.
const maxSide = 1 << 14

// ParseResize reads "input", "none", "256" (256x256), "240x320" (height, then
// width) or "short:256".
func ParseResize(text string) (Resize, error) {
	switch text {
	case "input":
		return Resize{}, nil
	case "none":
		return Resize{Kind: NoResize}, nil
	}
	kind := ToSize
	rest, short := strings.CutPrefix(text, "short:")
	if short {
		kind = ShortSide
	}
	s, err := parseSize(rest)
	if err != nil || short && s.height != s.width {
		return Resize{}, ir.Errorf(ir.ErrInvalid, "%q is no size to resize to (want 256, 256x256, short:256, input or none; at most %d)", text, maxSide)
	}
	return Resize{Kind: kind, Height: s.height, Width: s.width}, nil
}

// String is what [ParseResize] reads.
func (r Resize) String() string {
	switch r.Kind {
	case ToInput:
		return "input"
	case NoResize:
		return "none"
	case ShortSide:
		return fmt.Sprintf("short:%d", r.Height)
	}
	return size{r.Height, r.Width}.String()
}

// target is the size of a resized picture of height x width for a model's
// input of inputHeight x inputWidth.
func (r Resize) target(height, width, inputHeight, inputWidth int) (size, error) {
	s := size{height, width}
	switch r.Kind {
	case ToInput:
		s = size{inputHeight, inputWidth}
	case ToSize:
		s = size{r.Height, r.Width}
	case ShortSide:
		if height < width {
			s = size{r.Height, int(int64(r.Height) * int64(width) / int64(height))}
		} else {
			s = size{int(int64(r.Height) * int64(height) / int64(width)), r.Height}
		}
	}
	if r.Kind != NoResize && (s.height > maxSide || s.width > maxSide) {
		return size{}, ir.Errorf(ir.ErrLimit, "a picture of %dx%d becomes %v, the limit is %d a side", height, width, s, maxSide)
	}
	return s, nil
}

// parseSize reads HEIGHTxWIDTH, or one number for both.
func parseSize(text string) (size, error) {
	first, second, two := strings.Cut(text, "x")
	if !two {
		second = first
	}
	height, err := strconv.Atoi(first)
	if err != nil {
		return size{}, err
	}
	width, err := strconv.Atoi(second)
	if err != nil {
		return size{}, err
	}
	if height < 1 || width < 1 || height > maxSide || width > maxSide {
		return size{}, ir.Errorf(ir.ErrInvalid, "sides must be from 1 to %d", maxSide)
	}
	return size{height, width}, nil
}

// taps are the neighbours that make one sample of a resized axis.
type taps struct {
	first   int
	weights []float64
}

// tapPrecision is the number of bits behind the point in Pillow's weights.
const tapPrecision = 22

// axisTaps are the weights of a triangle around each new sample's centre, one
// pixel wide to each side or, where Pillow shrinks, one new pixel. Weights add
// up to 1, so that beyond the edge is the edge.
func axisTaps(from, to int, c Convention) []taps {
	scale := float64(from) / float64(to)
	reach := 1.0
	if c == TorchvisionConvention {
		reach = max(scale, 1)
	}
	list := make([]taps, to)
	for i := range list {
		centre := float64((float64(i) + 0.5) * scale) // rounded before it is added to
		first := max(int(centre-reach+0.5), 0)
		last := min(int(centre+reach+0.5), from)
		weights := make([]float64, 0, last-first)
		sum := 0.0
		for j := first; j < last; j++ {
			w := max(1-math.Abs((float64(j)-centre+0.5)/reach), 0)
			weights = append(weights, w)
			sum += w
		}
		for j := range weights {
			weights[j] /= sum
			if c == TorchvisionConvention {
				weights[j] = math.Floor(weights[j]*(1<<tapPrecision)+0.5) / (1 << tapPrecision)
			}
		}
		list[i] = taps{first, weights}
	}
	return list
}

// resizeTo resizes along the rows and then along the columns.
func resizeTo(s *source, to size, c Convention) *raster {
	from := s.size()
	wide := newRaster(size{from.height, to.width}, s.channels)
	across := axisTaps(from.width, to.width, c)
	row := make([]float32, from.width*s.channels)
	for y := range from.height {
		if from.width == to.width {
			s.row(y, wide.row(y))
			continue
		}
		s.row(y, row)
		combine(wide.row(y), row, across, s.channels, c)
	}
	if from.height == to.height {
		return wide
	}
	resized := newRaster(to, s.channels)
	n := to.width * s.channels
	sums := make([]float64, n)
	for y, t := range axisTaps(from.height, to.height, c) {
		clear(sums)
		for i, w := range t.weights {
			for x, v := range wide.row(t.first + i) {
				sums[x] += w * float64(v)
			}
		}
		out := resized.row(y)
		for x, v := range sums {
			out[x] = c.rounded(v)
		}
	}
	return resized
}

// combine resizes one row.
func combine(dst, row []float32, across []taps, channels int, c Convention) {
	for x, t := range across {
		for channel := range channels {
			sum := 0.0
			at := t.first*channels + channel
			for _, w := range t.weights {
				sum += w * float64(row[at])
				at += channels
			}
			dst[x*channels+channel] = c.rounded(sum)
		}
	}
}

// rounded is an interpolated sample as the convention keeps it.
func (c Convention) rounded(v float64) float32 {
	if c == TorchvisionConvention {
		return float32(min(max(math.Floor(v+0.5), 0), 255))
	}
	return float32(v)
}
