// Package pixels turns pictures into input tensors and says how, so that a
// model sees what its training saw.
package pixels

import (
	"image"

	"github.com/alexconv/alexconv/ir"
)

// Order is the order of the colour channels in a tensor.
type Order int

// The channel orders. Caffe's models take BGR.
const (
	BGR Order = iota
	RGB
)

func (o Order) String() string { return [...]string{"bgr", "rgb"}[o] }

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

// Convention is the framework whose way of resizing and cropping is followed.
type Convention int

// The conventions.
const (
	// CaffeConvention interpolates between the nearest pixels, whose centres
	// lie at halves, keeps fractions, and rounds the offset of a centre crop
	// down: cv::resize and skimage's resize of order 1, and DataTransformer's
	// crop. Beyond the edge is the edge.
	CaffeConvention Convention = iota
	// TorchvisionConvention widens the interpolation to all the pixels that an
	// output pixel covers, rounds to 8 bits along each axis, and rounds the
	// offset of a centre crop to the nearest, halves to even: Pillow's bilinear
	// resize and torchvision's CenterCrop.
	TorchvisionConvention
)

// Preprocess says how pictures become a tensor: the picture is resized, crops
// are cut out, and every 8-bit sample becomes
//
//	(sample / Range - mean) * Scale / Std
//
// in float32 and in that order of operations. The zero value of every field
// but Range and Scale leaves the step out; these two must not be zero.
//
// The colours of a picture with transparency are taken as they are stored, as
// the frameworks do that drop its alpha channel. So is the direction of its
// rows: an EXIF orientation is not applied.
type Preprocess struct {
	// Preset is the name of the preset that this began as, for reports.
	Preset     string
	Order      Order
	Convention Convention
	Resize     Resize
	Crop       Crop
	// Crops is 10 for the four corners and the centre, then the same mirrored,
	// each a picture of the batch; otherwise there is one, of the centre.
	Crops int
	Range float32
	Mean  Mean
	Scale float32
	Std   []float32 // none, or one per channel in Order
}

// tenCrops is how many pictures the paper averages over for one.
const tenCrops = 10

// PerPicture is how many pictures of the batch one picture becomes.
func (p Preprocess) PerPicture() int {
	if p.Crops == tenCrops {
		return tenCrops
	}
	return 1
}

// Check refuses settings that contradict each other or an input with so many
// channels.
func (p Preprocess) Check(channels int) error {
	switch {
	case channels != 1 && channels != 3:
		return ir.Errorf(ir.ErrUnsupported, "a picture has 1 or 3 channels, the input has %d", channels)
	case p.Crops != 0 && p.Crops != 1 && p.Crops != tenCrops:
		return ir.Errorf(ir.ErrInvalid, "%d crops: want 1, or 10 for corners, centre and their mirrored images", p.Crops)
	case p.PerPicture() > 1 && p.Crop.Kind == WholePicture:
		return ir.Errorf(ir.ErrInvalid, "%d crops of a picture that is not cropped", p.Crops)
	case len(p.Std) != 0 && len(p.Std) != channels:
		return ir.Errorf(ir.ErrInvalid, "the standard deviation has %d values for %d channels", len(p.Std), channels)
	case p.Range == 0 || p.Scale == 0:
		return ir.Errorf(ir.ErrInvalid, "the range and the scale must not be zero")
	}
	return p.Mean.check(channels)
}

// Tensor is the picture as (PerPicture, channels, height, width) for an input
// that is height x width, unless Crop asks for other sizes. Channels is 3 for
// colour and 1 for the luma of ITU-R 601.
func (p Preprocess) Tensor(picture image.Image, channels, height, width int) (*ir.Tensor, error) {
	if err := p.Check(channels); err != nil {
		return nil, err
	}
	bounds := picture.Bounds()
	resized, err := p.Resize.target(bounds.Dy(), bounds.Dx(), height, width)
	if err != nil {
		return nil, err
	}
	cut := p.Crop.target(resized, size{height, width})
	if cut.height > resized.height || cut.width > resized.width {
		return nil, ir.Errorf(ir.ErrInvalid, "a crop of %v does not fit into a picture of %v; resize to at least as much", cut, resized)
	}
	at, err := p.Mean.lookup(resized, cut)
	if err != nil {
		return nil, err
	}
	return p.tensor(resizeTo(newSource(picture, channels), resized, p.Convention), cut, at), nil
}

// tensor cuts the crops out of the resized picture.
func (p Preprocess) tensor(r *raster, cut size, at meanAt) *ir.Tensor {
	windows := p.windows(r.size, cut)
	t := ir.NewTensor(len(windows), r.channels, cut.height, cut.width)
	plane := cut.height * cut.width
	for i, w := range windows {
		one := t.Data[i*r.channels*plane : (i+1)*r.channels*plane]
		r.cut(one, w, cut, p.Order)
		if p.Range != 1 {
			for j, v := range one {
				one[j] = v / p.Range
			}
		}
		p.Mean.subtract(one, r.channels, cut, w, at)
		p.rescale(one, plane)
	}
	return t
}

// rescale multiplies by Scale and divides by Std.
func (p Preprocess) rescale(planes []float32, plane int) {
	for i, v := range planes {
		v *= p.Scale
		if len(p.Std) > 0 {
			v /= p.Std[i/plane]
		}
		planes[i] = v
	}
}
