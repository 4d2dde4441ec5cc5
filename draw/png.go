package draw

import (
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"math"
	"strconv"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"

	"github.com/alexconv/alexconv/ir"
)

// maxPixels bounds a PNG.
const maxPixels = 1 << 27

// WritePNG writes the picture with scale pixels per CSS pixel. A picture of more
// than 2^27 pixels is refused with ErrLimit.
func (d *Drawing) WritePNG(w io.Writer, t Theme, scale float64) error {
	width, height := math.Ceil(d.Width*scale), math.Ceil(d.Height*scale)
	switch {
	case !(scale > 0):
		return ir.Errorf(ir.ErrInvalid, "the scale of a PNG must be positive, it is %v", scale)
	case width*height > maxPixels:
		return ir.Errorf(ir.ErrLimit, "the picture would have %.0fx%.0f pixels; draw it as SVG, collapsed, or at a smaller scale", width, height)
	}
	c := newCanvas(int(width), int(height), scale, t)
	c.rectangle("page", c.image.Bounds())
	if err := c.items(d.items); err != nil {
		return err
	}
	e := png.Encoder{CompressionLevel: png.DefaultCompression}
	return e.Encode(w, c.image)
}

// canvas paints items on an image.
type canvas struct {
	image   *image.RGBA
	scale   float64
	variant int // of the inks
	inks    map[string]ink
	faces   map[lettering]font.Face
}

func newCanvas(width, height int, scale float64, t Theme) *canvas {
	c := &canvas{image: image.NewRGBA(image.Rect(0, 0, width, height)), scale: scale, inks: make(map[string]ink), faces: make(map[lettering]font.Face)}
	if t == Dark {
		c.variant = 1
	}
	for _, i := range inks {
		c.inks[i.class] = i
	}
	return c
}

func (c *canvas) rectangle(class string, r image.Rectangle) {
	draw.Draw(c.image, r, image.NewUniform(colour(c.inks[class].fill[c.variant])), image.Point{}, draw.Src)
}

// colour reads #rrggbb.
func colour(text string) color.RGBA {
	v, err := strconv.ParseUint(text[1:], 16, 32)
	if err != nil {
		return color.RGBA{}
	}
	return color.RGBA{uint8(v >> 16), uint8(v >> 8), uint8(v), 255}
}

func (c *canvas) items(list []item) error {
	for _, i := range list {
		switch i := i.(type) {
		case *set:
			if err := c.items(i.items); err != nil {
				return err
			}
		case *shape:
			c.shape(i)
		case *text:
			if err := c.text(i); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *canvas) shape(s *shape) {
	style := c.inks[s.class]
	lines := s.flatten(c.scale)
	if fill := style.fill[c.variant]; fill != "" {
		c.fill(colour(fill), func(r *vector.Rasterizer, at func(point) (x, y float32)) {
			for _, line := range lines {
				r.MoveTo(at(line[0]))
				for _, p := range line[1:] {
					r.LineTo(at(p))
				}
				r.ClosePath()
			}
		}, lines, 0)
	}
	if style.width > 0 {
		half := style.width * c.scale / 2
		if style.dash > 0 {
			lines = dashed(lines, style.dash*c.scale)
		}
		c.fill(colour(style.stroke[c.variant]), func(r *vector.Rasterizer, at func(point) (x, y float32)) {
			for _, line := range lines {
				stroke(r, line, half, at)
			}
		}, lines, half)
	}
}

// fill paints what add adds to a rasterizer over the lines' bounds, widened by
// half a stroke.
func (c *canvas) fill(with color.RGBA, add func(r *vector.Rasterizer, at func(point) (x, y float32)), lines [][]point, half float64) {
	box := bounds(lines, half).Intersect(c.image.Bounds())
	if box.Empty() {
		return
	}
	r := vector.NewRasterizer(box.Dx(), box.Dy())
	add(r, func(p point) (x, y float32) {
		return float32(p.x - float64(box.Min.X)), float32(p.y - float64(box.Min.Y))
	})
	r.Draw(c.image, box, image.NewUniform(with), image.Point{})
}

func bounds(lines [][]point, half float64) image.Rectangle {
	low, high := point{math.Inf(1), math.Inf(1)}, point{math.Inf(-1), math.Inf(-1)}
	for _, line := range lines {
		for _, p := range line {
			low = point{min(low.x, p.x), min(low.y, p.y)}
			high = point{max(high.x, p.x), max(high.y, p.y)}
		}
	}
	if low.x > high.x {
		return image.Rectangle{}
	}
	return image.Rect(int(math.Floor(low.x-half)), int(math.Floor(low.y-half)), int(math.Ceil(high.x+half)), int(math.Ceil(high.y+half)))
}

// text sets a text in the faces whose widths the layout has reckoned with.
func (c *canvas) text(t *text) error {
	l := letterings[t.class]
	if c.faces[l] == nil {
		face, err := opentype.NewFace(l.face().font, &opentype.FaceOptions{Size: l.size * c.scale, DPI: 72, Hinting: font.HintingNone})
		if err != nil {
			return err
		}
		c.faces[l] = face
	}
	ink := colour(c.inks[t.class].fill[c.variant])
	d := font.Drawer{Dst: c.image, Src: image.NewUniform(ink), Face: c.faces[l]}
	d.Dot = fixed.Point26_6{X: fixed.Int26_6(t.x * c.scale * 64), Y: fixed.Int26_6(t.y * c.scale * 64)}
	d.DrawString(t.content)
	return nil
}
