package verify

import (
	"bytes"
	"encoding/base64"
	"html/template"
	"image"
	"image/color"
	"image/png"
	"math"

	"github.com/alexconv/alexconv/ir"
)

// picture is the filters of a first convolution as one image.
type picture struct {
	Title  string
	Width  int
	Height int
	Source template.URL // a data URI of a PNG
}

// filterPictures shows the filters of the first convolution over an image, of
// the reference and of the other model, none where there is no such pair.
func filterPictures(a *alignment) []picture {
	for _, s := range a.left.stages {
		match := a.partner[s]
		if !seesImage(s) || match == nil || !seesImage(match) {
			continue
		}
		return []picture{contactSheet("reference", s.node.Params[0]), contactSheet("other", match.node.Params[0])}
	}
	return nil
}

func seesImage(s *stage) bool {
	o, ok := s.node.Op.(*ir.Conv)
	if !ok || len(s.node.Params) == 0 || len(o.Kernel) != 2 || len(s.node.Params[0].Data) == 0 {
		return false
	}
	shape := s.node.Params[0].Shape
	return (shape[1] == 1 || shape[1] == 3) && shape[0] <= 1024 && shape[2] <= 64 && shape[3] <= 64
}

// contactSheet puts the filters side by side, each from its least to its largest value;
// three channels are blue, green and red, as in Caffe.
func contactSheet(title string, w *ir.Tensor) picture {
	count, channels, height, width := w.Shape[0], w.Shape[1], w.Shape[2], w.Shape[3]
	columns := min(count, 16)
	rows := (count + columns - 1) / columns
	m := image.NewNRGBA(image.Rect(0, 0, columns*(width+1)+1, rows*(height+1)+1))
	plane := height * width
	for f := range count {
		values := w.Data[f*channels*plane:][:channels*plane]
		low, high := math.Inf(1), math.Inf(-1)
		for _, v := range values {
			low, high = min(low, float64(v)), max(high, float64(v))
		}
		level := func(c, i int) uint8 {
			v := (float64(values[min(c, channels-1)*plane+i]) - low) / max(high-low, math.SmallestNonzeroFloat64)
			if !(v >= 0 && v <= 1) {
				return 0
			}
			return uint8(math.Round(255 * v))
		}
		left, top := f%columns*(width+1)+1, f/columns*(height+1)+1
		for i := range plane {
			m.SetNRGBA(left+i%width, top+i/width, color.NRGBA{level(2, i), level(1, i), level(0, i), 255})
		}
	}
	var b bytes.Buffer
	// An encoder into memory does not fail on an image of this size.
	if err := png.Encode(&b, m); err != nil {
		return picture{}
	}
	source := "data:image/png;base64," + base64.StdEncoding.EncodeToString(b.Bytes())
	return picture{title, m.Rect.Dx(), m.Rect.Dy(), template.URL(source)}
}
