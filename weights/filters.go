package weights

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"

	"github.com/alexconv/alexconv/ir"
)

// Order is which channel of a filter is red.
type Order int

// The orders.
const (
	BGR Order = iota // as in Caffe
	RGB
)

// ParseOrder reads bgr or rgb.
func ParseOrder(name string) (Order, error) {
	switch name {
	case "bgr":
		return BGR, nil
	case "rgb":
		return RGB, nil
	}
	return 0, ir.Errorf(ir.ErrInvalid, "unknown channel order %q (want bgr or rgb)", name)
}

// Scale is what the darkest and the brightest value of a picture are.
type Scale int

// The scales. Shared is from minus to plus the largest magnitude in all filters,
// so that grey is 0 and filters can be compared; Each is from every filter's own
// least value to its largest.
const (
	Shared Scale = iota
	Each
)

// ParseScale reads shared or each.
func ParseScale(name string) (Scale, error) {
	switch name {
	case "shared":
		return Shared, nil
	case "each":
		return Each, nil
	}
	return 0, ir.Errorf(ir.ErrInvalid, "unknown scale %q (want shared or each)", name)
}

// Shows reports whether a tensor is a set of filters (OIHW) that a [Sheet] can
// show: over 1 or 3 channels, not too many and not too large.
func Shows(t *ir.Tensor) bool {
	s := t.Shape
	return len(s) == 4 && len(t.Data) > 0 && (s[1] == 1 || s[1] == 3) && s[0] <= 1<<12 && s[2] <= 64 && s[3] <= 64
}

// FirstFilters finds the first convolution of a graph whose filters a [Sheet] can
// show, nil where there is none.
func FirstFilters(g *ir.Graph) *ir.Node {
	for _, n := range g.Nodes {
		if _, ok := n.Op.(*ir.Conv); ok && len(n.Params) > 0 && Shows(n.Params[0]) {
			return n
		}
	}
	return nil
}

// Sheet puts filters, which [Shows] must accept, side by side with lines of one
// pixel between them, 16 to a row, at one pixel a weight. The lines and what is
// no finite number are transparent.
func Sheet(w *ir.Tensor, o Order, s Scale) *image.NRGBA {
	count, channels, height, width := w.Shape[0], w.Shape[1], w.Shape[2], w.Shape[3]
	columns := min(count, 16)
	rows := (count + columns - 1) / columns
	m := image.NewNRGBA(image.Rect(0, 0, columns*(width+1)+1, rows*(height+1)+1))
	plane := height * width
	low, high := bounds(w.Data)
	reach := max(-low, high)
	for f := range count {
		values := w.Data[f*channels*plane:][:channels*plane]
		from, to := -reach, reach
		if s == Each {
			from, to = bounds(values)
		}
		left, top := f%columns*(width+1)+1, f/columns*(height+1)+1
		for i := range plane {
			at := func(channel int) float32 {
				if o == BGR {
					channel = 2 - channel
				}
				return values[min(channel, channels-1)*plane+i]
			}
			m.SetNRGBA(left+i%width, top+i/width, pixel(at(0), at(1), at(2), from, to))
		}
	}
	return m
}

// pixel has the levels of three values between two bounds.
func pixel(r, g, b float32, from, to float64) color.NRGBA {
	level := func(value float32) uint8 {
		return uint8(math.Round(255 * min(max((float64(value)-from)/max(to-from, math.SmallestNonzeroFloat32), 0), 1)))
	}
	for _, v := range []float32{r, g, b} {
		if !finite(v) {
			return color.NRGBA{}
		}
	}
	return color.NRGBA{level(r), level(g), level(b), 255}
}

func finite(v float32) bool { return v-v == 0 }

// bounds are the least and the largest finite value, 0 where there is none.
func bounds(values []float32) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if finite(v) {
			low, high = min(low, float64(v)), max(high, float64(v))
		}
	}
	if low > high {
		return 0, 0
	}
	return low, high
}

// WritePNG writes an image enlarged by a whole factor, pixel by pixel.
func WritePNG(w io.Writer, m *image.NRGBA, factor int) error {
	size := m.Bounds().Size().Mul(factor)
	large := image.NewNRGBA(image.Rectangle{Max: size})
	for y := range size.Y {
		for x := range size.X {
			large.SetNRGBA(x, y, m.NRGBAAt(x/factor, y/factor))
		}
	}
	return png.Encode(w, large)
}

// WriteSVG writes an image enlarged by a factor as an SVG that holds it.
func WriteSVG(w io.Writer, m *image.NRGBA, factor int) error {
	source, err := DataURI(m)
	if err != nil {
		return err
	}
	size := m.Bounds().Size().Mul(factor)
	_, err = fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d">
<title>filters</title>
<image width="%d" height="%d" style="image-rendering: pixelated" href="%s"/>
</svg>
`, size.X, size.Y, size.X, size.Y, size.X, size.Y, source)
	return err
}

// DataURI is a PNG of an image as the address of a page's picture.
func DataURI(m *image.NRGBA) (string, error) {
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		return "", err
	}
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(b.Bytes()), nil
}
