package pixels

import (
	"image"
	"image/color"
	"slices"
	"testing"
)

// TestRowsAreThePixels reads pictures of several kinds, each also as a part of a
// larger one, by rows and pixel by pixel.
func TestRowsAreThePixels(t *testing.T) {
	bounds := image.Rect(0, 0, 9, 7)
	planes := func(ratio image.YCbCrSubsampleRatio) *image.YCbCr {
		m := image.NewYCbCr(bounds, ratio)
		for i := range m.Y {
			m.Y[i] = uint8(7 * i)
		}
		for i := range m.Cb {
			m.Cb[i], m.Cr[i] = uint8(100+5*i), uint8(150-3*i)
		}
		return m
	}
	paint := func(m interface {
		image.Image
		Set(x, y int, c color.Color)
	}) image.Image {
		for y := range bounds.Dy() {
			for x := range bounds.Dx() {
				m.Set(x, y, color.NRGBA{uint8(20 * x), uint8(30 * y), uint8(x * y), uint8(255 - 9*x)})
			}
		}
		return m
	}
	for _, c := range []struct {
		name    string
		picture image.Image
	}{
		{"NRGBA", paint(image.NewNRGBA(bounds))},
		{"RGBA", paint(image.NewRGBA(bounds))},
		{"grey", paint(image.NewGray(bounds))},
		{"16 bits", paint(image.NewNRGBA64(bounds))},
		{"palette", paint(image.NewPaletted(bounds, color.Palette{color.Black, color.White, color.NRGBA{R: 9, A: 40}}))},
		{"CMYK", paint(image.NewCMYK(bounds))},
		{"colour at every pixel", planes(image.YCbCrSubsampleRatio444)},
		{"colour at every fourth pixel of a row", planes(image.YCbCrSubsampleRatio411)},
		{"part of one with subsampled colour", planes(image.YCbCrSubsampleRatio420).SubImage(image.Rect(1, 1, 9, 7))},
		{"WebP's swing", studioSwing{planes(image.YCbCrSubsampleRatio444)}},
		{"part of an NRGBA", paint(image.NewNRGBA(bounds)).(*image.NRGBA).SubImage(image.Rect(2, 3, 8, 6))},
		{"part of a grey one", paint(image.NewGray(bounds)).(*image.Gray).SubImage(image.Rect(2, 3, 8, 6))},
	} {
		b := c.picture.Bounds()
		for y := range b.Dy() {
			var want []float32
			for x := range b.Dx() {
				p := color.NRGBAModel.Convert(c.picture.At(b.Min.X+x, b.Min.Y+y)).(color.NRGBA)
				want = append(want, float32(p.R), float32(p.G), float32(p.B))
			}
			got := make([]float32, len(want))
			newSource(c.picture, 3).row(y, got)
			if !slices.Equal(got, want) {
				t.Errorf("%s, row %d: %v, want %v", c.name, y, got, want)
			}
		}
	}
}

// TestHalvedColourIsInterpolated gives the sums of libjpeg's weights worked out
// by hand on a ramp of 0, 80 and 160.
func TestHalvedColourIsInterpolated(t *testing.T) {
	for _, c := range []struct {
		name  string
		ratio image.YCbCrSubsampleRatio
		step  func(x, y int) int // index of a colour sample on the ramp
		row   int
		want  []uint8
	}{
		{"across", image.YCbCrSubsampleRatio422, func(x, _ int) int { return x }, 1, []uint8{0, 20, 60, 100, 140, 160}},
		{"down, an upper row", image.YCbCrSubsampleRatio440, func(_, y int) int { return y }, 2, []uint8{60, 60, 60, 60, 60, 60}},
		{"down, a lower row", image.YCbCrSubsampleRatio440, func(_, y int) int { return y }, 3, []uint8{100, 100, 100, 100, 100, 100}},
		{"both ways, at the edge", image.YCbCrSubsampleRatio420, func(x, y int) int { return max(x, y) }, 0, []uint8{0, 20, 60, 100, 140, 160}},
		{"both ways", image.YCbCrSubsampleRatio420, func(x, y int) int { return max(x, y) }, 1, []uint8{20, 35, 65, 100, 140, 160}},
	} {
		m := image.NewYCbCr(image.Rect(0, 0, 6, 6), c.ratio)
		for y := range len(m.Cb) / m.CStride {
			for x := range m.CStride {
				m.Cb[y*m.CStride+x] = uint8(80 * c.step(x, y))
			}
		}
		got := make([]uint8, 6)
		chromaRow(got, m, m.Cb, c.row)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
