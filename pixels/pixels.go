// Package pixels turns pictures into input tensors and says how, so that a
// model sees what its training saw.
package pixels

import (
	"bytes"
	"image"
	"image/color"
	_ "image/jpeg" // decoders register themselves
	_ "image/png"

	"golang.org/x/image/draw"

	"github.com/alexconv/alexconv/ir"
)

// Order is the order of the colour channels in a tensor.
type Order int

// The channel orders. Caffe's models take BGR.
const (
	BGR Order = iota
	RGB
)

// ParseOrder reads "bgr" or "rgb".
func ParseOrder(name string) (Order, error) {
	switch name {
	case "bgr":
		return BGR, nil
	case "rgb":
		return RGB, nil
	}
	return 0, ir.Errorf(ir.ErrInvalid, "unknown channel order %q (want bgr or rgb)", name)
}

// Preprocess says how 8-bit pixels become numbers: (pixel - Mean) * Scale per
// channel, channels in the given order. Mean is in that order too.
type Preprocess struct {
	Order Order
	Mean  []float32 // one value, one per channel, or none
	Scale float32
}

// Caffe is the preprocessing of Caffe's AlexNet family: BGR minus the mean
// pixel of ImageNet, values 0 to 255.
var Caffe = Preprocess{Order: BGR, Mean: []float32{104, 117, 123}, Scale: 1}

// maxPixels bounds a picture's size before it is decoded.
const maxPixels = 1 << 28

// Decode reads a PNG or JPEG picture of at most 2^28 pixels.
func Decode(data []byte) (image.Image, error) {
	config, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, ir.Errorf(ir.ErrInvalid, "not a PNG or JPEG picture: %w", err)
	}
	if int64(config.Width)*int64(config.Height) > maxPixels {
		return nil, ir.Errorf(ir.ErrLimit, "a picture of %dx%d is larger than %d pixels", config.Width, config.Height, maxPixels)
	}
	picture, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, ir.Errorf(ir.ErrInvalid, "damaged %s picture: %w", format, err)
	}
	return picture, nil
}

// Tensor is the picture as (1, channels, height, width), resized with
// bilinear interpolation, each axis by itself, where it has another size.
// Channels is 3 for colour and 1 for the luma of ITU-R 601.
func (p Preprocess) Tensor(picture image.Image, channels, height, width int) (*ir.Tensor, error) {
	if channels != 1 && channels != 3 {
		return nil, ir.Errorf(ir.ErrUnsupported, "a picture has 1 or 3 channels, the input has %d", channels)
	}
	if n := len(p.Mean); n > 1 && n != channels {
		return nil, ir.Errorf(ir.ErrInvalid, "the mean has %d values for %d channels", n, channels)
	}
	if size := picture.Bounds().Size(); size.X != width || size.Y != height {
		resized := image.NewNRGBA(image.Rect(0, 0, width, height))
		draw.BiLinear.Scale(resized, resized.Bounds(), picture, picture.Bounds(), draw.Src, nil)
		picture = resized
	}
	t := ir.NewTensor(1, channels, height, width)
	origin := picture.Bounds().Min
	for y := range height {
		for x := range width {
			c := picture.At(origin.X+x, origin.Y+y)
			for i, v := range p.samples(c, channels) {
				t.Data[(i*height+y)*width+x] = (float32(v) - p.mean(i)) * p.Scale
			}
		}
	}
	return t, nil
}

// samples are a pixel's 8-bit values, not premultiplied, in channel order.
func (p Preprocess) samples(c color.Color, channels int) []uint8 {
	if channels == 1 {
		return []uint8{color.GrayModel.Convert(c).(color.Gray).Y}
	}
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	if p.Order == RGB {
		return []uint8{n.R, n.G, n.B}
	}
	return []uint8{n.B, n.G, n.R}
}

func (p Preprocess) mean(channel int) float32 {
	switch len(p.Mean) {
	case 0:
		return 0
	case 1:
		return p.Mean[0]
	}
	return p.Mean[channel]
}
