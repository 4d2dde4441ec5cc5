package pixels

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/alexconv/alexconv/ir"
)

// Mean is what is subtracted from the samples: nothing, or one of the fields.
type Mean struct {
	// Values are one for all channels, or one per channel in the tensor's order.
	Values []float32
	// Image is a mean image of (channels, height, width), its channels in the
	// tensor's order. One of the resized picture's size is subtracted before
	// the crop, as Caffe's DataTransformer does; one of the crop's size after
	// it, as Caffe's Transformer does.
	Image *ir.Tensor
	// PerPicture subtracts the mean of all samples of the crop itself.
	PerPicture bool
}

// NewMean makes a mean of an array: a number, one per channel, or an image of
// (channels, height, width), in any of which leading axes of 1 may stand.
func NewMean(t *ir.Tensor) (Mean, error) {
	shape := t.Shape
	for len(shape) > 1 && shape[0] == 1 && len(shape) != 3 {
		shape = shape[1:]
	}
	switch {
	case len(shape) == 3 && shape.Elements() == shape[0]:
		return Mean{Values: t.Data}, nil
	case len(shape) == 3 && shape.Elements() > 0:
		return Mean{Image: t.Reshaped(shape)}, nil
	case len(shape) < 2 && len(t.Data) > 0:
		return Mean{Values: t.Data}, nil
	}
	return Mean{}, ir.Errorf(ir.ErrInvalid, "a mean is one number, one per channel or (channels, height, width), not %v", t.Shape)
}

func (m Mean) check(channels int) error {
	if n := len(m.Values); n > 1 && n != channels {
		return ir.Errorf(ir.ErrInvalid, "the mean has %d values for %d channels", n, channels)
	}
	if m.Image == nil {
		return nil
	}
	if err := m.Image.Check(); err != nil {
		return err
	}
	if s := m.Image.Shape; len(s) != 3 || s[0] != channels {
		return ir.Errorf(ir.ErrInvalid, "the mean image is %v, the input has %d channels", s, channels)
	}
	return nil
}

// meanAt says whether a mean image lies over the resized picture or over the
// crop.
type meanAt int

const (
	overCrop meanAt = iota
	overResized
)

func (m Mean) lookup(resized, cut size) (meanAt, error) {
	if m.Image == nil {
		return overCrop, nil
	}
	switch s := (size{m.Image.Shape[1], m.Image.Shape[2]}); s {
	case cut:
		return overCrop, nil
	case resized:
		return overResized, nil
	default:
		return 0, ir.Errorf(ir.ErrInvalid, "the mean image is %v, the resized picture %v and the crop %v; resize to the mean's size, or give one mean value per channel", s, resized, cut)
	}
}

// subtract takes the mean off a crop, whose planes are in the tensor's order.
func (m Mean) subtract(planes []float32, channels int, cut size, w window, at meanAt) {
	plane := cut.height * cut.width
	switch {
	case m.PerPicture:
		sum := 0.0
		for _, v := range planes {
			sum += float64(v)
		}
		mean := float32(sum / float64(len(planes)))
		for i := range planes {
			planes[i] -= mean
		}
	case m.Image != nil:
		for c := range channels {
			m.subtractImage(planes[c*plane:(c+1)*plane], c, cut, w, at)
		}
	case len(m.Values) > 0:
		for i := range planes {
			planes[i] -= m.Values[min(i/plane, len(m.Values)-1)]
		}
	}
}

func (m Mean) subtractImage(plane []float32, channel int, cut size, w window, at meanAt) {
	height, width := m.Image.Shape[1], m.Image.Shape[2]
	image := m.Image.Data[channel*height*width:]
	if at == overCrop {
		for i := range plane {
			plane[i] -= image[i]
		}
		return
	}
	for y := range cut.height {
		row := image[(w.top+y)*width+w.left:][:cut.width]
		for x := range cut.width {
			from := x
			if w.mirrored {
				from = cut.width - 1 - x
			}
			plane[y*cut.width+x] -= row[from]
		}
	}
}

// Reversed is the mean for the other order of channels.
func (m Mean) Reversed() Mean {
	values := make([]float32, 0, len(m.Values))
	for i := range m.Values {
		values = append(values, m.Values[len(m.Values)-1-i])
	}
	m.Values = values
	return m
}

// String is "none", the values joined with commas, "per-picture", or the shape
// of a mean image and the SHA-256 of its values as little-endian float32.
func (m Mean) String() string {
	switch {
	case m.PerPicture:
		return perPicture
	case m.Image != nil:
		sum := sha256.Sum256(ir.BytesOf(m.Image.Data))
		return fmt.Sprintf("%v sha256:%s", m.Image.Shape, hex.EncodeToString(sum[:]))
	case len(m.Values) == 0:
		return "none"
	}
	return joined(m.Values)
}

// perPicture is the name of the mean that each picture has itself.
const perPicture = "per-picture"

func joined(values []float32) string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = fmt.Sprint(v)
	}
	return strings.Join(words, ",")
}
