package pixels

import (
	"math"

	"github.com/alexconv/alexconv/ir"
)

// CropKind says what is cut out of a resized picture.
type CropKind int

// The kinds.
const (
	CropToInput  CropKind = iota // as much as the model's input takes
	CropToSize                   // Height x Width
	WholePicture                 // everything, whatever its size
)

// Crop is the part of a resized picture that is kept: its centre, or with ten
// crops its corners too.
type Crop struct {
	Kind          CropKind
	Height, Width int
}

// ParseCrop reads "input", "none", "227" (227x227) or "224x320" (height, then
// width).
func ParseCrop(text string) (Crop, error) {
	switch text {
	case "input":
		return Crop{}, nil
	case "none":
		return Crop{Kind: WholePicture}, nil
	}
	s, err := parseSize(text)
	if err != nil {
		return Crop{}, ir.Errorf(ir.ErrInvalid, "%q is no size to crop to (want 227, 227x227, input or none; at most %d)", text, maxSide)
	}
	return Crop{Kind: CropToSize, Height: s.height, Width: s.width}, nil
}

// String is what [ParseCrop] reads.
func (c Crop) String() string {
	switch c.Kind {
	case CropToInput:
		return "input"
	case WholePicture:
		return "none"
	}
	return size{c.Height, c.Width}.String()
}

func (c Crop) target(resized, input size) size {
	switch c.Kind {
	case CropToInput:
		return input
	case WholePicture:
		return resized
	}
	return size{c.Height, c.Width}
}

// window is where a crop lies in a resized picture.
type window struct {
	top, left int
	mirrored  bool
}

// windows are the centre, or the four corners from the top left by rows, the
// centre, and the same mirrored: the order of Caffe's oversample.
func (p Preprocess) windows(resized, cut size) []window {
	bottom, right := resized.height-cut.height, resized.width-cut.width
	centre := window{top: p.Convention.half(bottom), left: p.Convention.half(right)}
	if p.PerPicture() == 1 {
		return []window{centre}
	}
	list := []window{{}, {left: right}, {top: bottom}, {top: bottom, left: right}, centre}
	for _, w := range list {
		w.mirrored = true
		list = append(list, w)
	}
	return list
}

// half is the offset of a centre crop that leaves margin pixels.
func (c Convention) half(margin int) int {
	if c == TorchvisionConvention {
		return int(math.RoundToEven(float64(margin) / 2))
	}
	return margin / 2
}

// cut copies a window into planes, one per channel in the given order.
func (r *raster) cut(planes []float32, w window, s size, o Order) {
	plane := s.height * s.width
	for y := range s.height {
		row := r.row(w.top + y)[w.left*r.channels:]
		for x := range s.width {
			from := x
			if w.mirrored {
				from = s.width - 1 - x
			}
			for c := range r.channels {
				to := c
				if o == BGR {
					to = r.channels - 1 - c
				}
				planes[to*plane+y*s.width+x] = row[from*r.channels+c]
			}
		}
	}
}
