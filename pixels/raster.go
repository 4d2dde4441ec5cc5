package pixels

import (
	"fmt"
	"image"
	"image/color"
)

// size is the extent of a picture in pixels.
type size struct{ height, width int }

func (s size) String() string { return fmt.Sprintf("%dx%d", s.height, s.width) }

// raster is a picture as samples from 0 to 255, its channels (red, green and
// blue, or luma) side by side at each pixel, rows from the top.
type raster struct {
	size
	channels int
	samples  []float32
}

func newRaster(s size, channels int) *raster {
	return &raster{s, channels, make([]float32, s.height*s.width*channels)}
}

func (r *raster) row(y int) []float32 {
	n := r.width * r.channels
	return r.samples[y*n : (y+1)*n]
}

// source gives a picture's samples a row at a time, so that a large picture is
// never held twice.
type source struct {
	picture  image.Image
	channels int
}

func (s source) size() size {
	b := s.picture.Bounds()
	return size{b.Dy(), b.Dx()}
}

// row reads a row into dst, channels side by side. Colours lose their alpha
// and are not premultiplied with it.
func (s source) row(y int, dst []float32) {
	bounds := s.picture.Bounds()
	y += bounds.Min.Y
	width := bounds.Dx()
	set := s.setter(dst)
	switch m := s.picture.(type) {
	case *image.YCbCr:
		for x := range width {
			x := x + bounds.Min.X
			luma, chroma := m.YOffset(x, y), m.COffset(x, y)
			set(color.YCbCrToRGB(m.Y[luma], m.Cb[chroma], m.Cr[chroma]))
		}
	case *image.Gray:
		for _, v := range m.Pix[m.PixOffset(bounds.Min.X, y):][:width] {
			set(v, v, v)
		}
	case *image.NRGBA:
		at := m.PixOffset(bounds.Min.X, y)
		for range width {
			set(m.Pix[at], m.Pix[at+1], m.Pix[at+2])
			at += 4
		}
	default:
		for x := range width {
			c := color.NRGBAModel.Convert(m.At(x+bounds.Min.X, y)).(color.NRGBA)
			set(c.R, c.G, c.B)
		}
	}
}

// setter appends one pixel after the other to a row.
func (s source) setter(dst []float32) func(r, g, b uint8) {
	at := 0
	if s.channels == 1 {
		return func(r, g, b uint8) {
			dst[at] = luma(r, g, b)
			at++
		}
	}
	return func(r, g, b uint8) {
		dst[at], dst[at+1], dst[at+2] = float32(r), float32(g), float32(b)
		at += 3
	}
}

// luma is ITU-R 601's 0.299 R + 0.587 G + 0.114 B, rounded.
func luma(r, g, b uint8) float32 {
	return float32((19595*uint32(r) + 38470*uint32(g) + 7471*uint32(b) + 1<<15) >> 16)
}
