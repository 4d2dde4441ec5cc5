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
	rgb      []uint8 // a row
	cb, cr   []uint8 // a row of colour, where it is apart from the luma
}

func newSource(picture image.Image, channels int) *source {
	width := picture.Bounds().Dx()
	return &source{picture: picture, channels: channels, rgb: make([]uint8, 3*width), cb: make([]uint8, width), cr: make([]uint8, width)}
}

func (s *source) size() size {
	b := s.picture.Bounds()
	return size{b.Dy(), b.Dx()}
}

// row reads a row into dst, channels side by side.
func (s *source) row(y int, dst []float32) {
	s.read(y)
	if s.channels == 3 {
		for i, v := range s.rgb {
			dst[i] = float32(v)
		}
		return
	}
	for x := range dst {
		dst[x] = luma(s.rgb[3*x], s.rgb[3*x+1], s.rgb[3*x+2])
	}
}

// read fills rgb. Colours lose their alpha and are not premultiplied with it.
func (s *source) read(y int) {
	bounds := s.picture.Bounds()
	switch m := s.picture.(type) {
	case *image.YCbCr:
		s.readPlanes(m, y, color.YCbCrToRGB)
	case studioSwing:
		s.readPlanes(m.YCbCr, y, studioToRGB)
	case *image.Gray:
		for x, v := range m.Pix[m.PixOffset(bounds.Min.X, bounds.Min.Y+y):][:bounds.Dx()] {
			s.rgb[3*x], s.rgb[3*x+1], s.rgb[3*x+2] = v, v, v
		}
	case *image.NRGBA:
		row := m.Pix[m.PixOffset(bounds.Min.X, bounds.Min.Y+y):]
		for x := range bounds.Dx() {
			copy(s.rgb[3*x:3*x+3], row[4*x:4*x+3])
		}
	default:
		for x := range bounds.Dx() {
			c := color.NRGBAModel.Convert(m.At(bounds.Min.X+x, bounds.Min.Y+y)).(color.NRGBA)
			s.rgb[3*x], s.rgb[3*x+1], s.rgb[3*x+2] = c.R, c.G, c.B
		}
	}
}

// readPlanes converts luma and colour.
func (s *source) readPlanes(m *image.YCbCr, y int, toRGB func(y, cb, cr uint8) (r, g, b uint8)) {
	chromaRow(s.cb, m, m.Cb, y)
	chromaRow(s.cr, m, m.Cr, y)
	luma := m.Y[m.YOffset(m.Rect.Min.X, m.Rect.Min.Y+y):]
	for x := range s.cb {
		s.rgb[3*x], s.rgb[3*x+1], s.rgb[3*x+2] = toRGB(luma[x], s.cb[x], s.cr[x])
	}
}

// luma is ITU-R 601's 0.299 R + 0.587 G + 0.114 B, rounded.
func luma(r, g, b uint8) float32 {
	return float32((19595*uint32(r) + 38470*uint32(g) + 7471*uint32(b) + 1<<15) >> 16)
}
