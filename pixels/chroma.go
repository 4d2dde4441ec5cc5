package pixels

import (
	"image"
	"image/color"
)

// studioSwing is a picture of Y from 16 to 235 and Cb and Cr from 16 to 240, as
// WebP keeps colours; those of a plain YCbCr fill 0 to 255, as JPEG's do.
type studioSwing struct{ *image.YCbCr }

// At is the pixel as RGB.
func (s studioSwing) At(x, y int) color.Color {
	luma, chroma := s.YOffset(x, y), s.COffset(x, y)
	r, g, b := studioToRGB(s.Y[luma], s.Cb[chroma], s.Cr[chroma])
	return color.NRGBA{R: r, G: g, B: b, A: 255}
}

// ColorModel is that of At.
func (studioSwing) ColorModel() color.Model { return color.NRGBAModel }

// studioToRGB is ITU-R 601 in fixed point, the constants times 2^14: 1.164 for
// Y-16, 1.596 for Cr and 2.017 for Cb, and -0.813 and -0.392 of these in green.
func studioToRGB(y, cb, cr uint8) (r, g, b uint8) {
	const half = 1 << 13
	luma := 19077 * (int(y) - 16)
	u, v := int(cb)-128, int(cr)-128
	return to8Bits((luma + 26149*v + half) >> 14),
		to8Bits((luma - 6419*u - 13320*v + half) >> 14),
		to8Bits((luma + 33050*u + half) >> 14)
}

func to8Bits(v int) uint8 { return uint8(min(max(v, 0), 255)) }

// fixWebP gives the decoder's planes, whose swing it does not say, their
// meaning.
func fixWebP(picture image.Image) image.Image {
	switch m := picture.(type) {
	case *image.YCbCr:
		return studioSwing{m}
	case *image.NYCbCrA:
		return studioSwing{&m.YCbCr}
	}
	return picture
}

// chromaRow is a row of a colour plane, one sample for each of the picture's
// columns. Where a plane has half the resolution it is interpolated as
// libjpeg does it unless told otherwise ("fancy upsampling"): along each axis
// that is halved, a sample is three parts of the nearest and one of the next.
func chromaRow(dst []uint8, m *image.YCbCr, plane []uint8, y int) {
	halfWidth := m.SubsampleRatio == image.YCbCrSubsampleRatio422 || m.SubsampleRatio == image.YCbCrSubsampleRatio420
	halfHeight := m.SubsampleRatio == image.YCbCrSubsampleRatio440 || m.SubsampleRatio == image.YCbCrSubsampleRatio420
	origin := m.Rect.Min
	columns := (len(dst) + 1) / 2
	if !halfWidth && !halfHeight || origin != (image.Point{}) || halfWidth && columns <= 2 {
		for x := range dst {
			dst[x] = plane[m.COffset(origin.X+x, origin.Y+y)]
		}
		return
	}
	// Of a plane that is not halved in height, near is the far row too and has
	// four parts.
	near := plane[m.COffset(0, y):]
	far := near
	if halfHeight {
		far = plane[beside(y, (m.Rect.Dy()+1)/2)*m.CStride:]
	}
	if !halfWidth {
		bias := uint(1 + y%2)
		for x := range dst {
			dst[x] = uint8((3*uint(near[x]) + uint(far[x]) + bias) >> 2)
		}
		return
	}
	// The biases are libjpeg's: 1 and 2 of 4 across, 8 and 7 of 16 both ways.
	bias := [2]uint{4, 8}
	if halfHeight {
		bias = [2]uint{8, 7}
	}
	for x := range dst {
		i, j := x/2, beside(x, columns)
		dst[x] = uint8((3*(3*uint(near[i])+uint(far[i])) + 3*uint(near[j]) + uint(far[j]) + bias[x%2]) >> 4)
	}
}

// beside is the sample next to i/2 on the side of i, or i/2 itself at an edge.
func beside(i, samples int) int { return min(max(i/2-1+i%2*2, 0), samples-1) }
