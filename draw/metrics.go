package draw

import (
	"sync"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// face is a font with the advances of its glyphs.
type face struct {
	font     *opentype.Font
	advances sync.Map // float64 in em, by rune
}

// The faces are those of the Go project. A PNG is set in them; in an SVG every
// text has the length that it has in them, whatever font sets it.
var regular, bold = newFace(goregular.TTF), newFace(gobold.TTF)

// newFace parses a font that is part of the program.
func newFace(data []byte) *face {
	f, err := opentype.Parse(data)
	if err != nil {
		panic(err)
	}
	return &face{font: f}
}

// advance is a glyph's in em; one em where the font has no glyph.
func (f *face) advance(r rune) float64 {
	if em, ok := f.advances.Load(r); ok {
		return em.(float64)
	}
	var buffer sfnt.Buffer
	em := 1.0
	units := fixed.I(int(f.font.UnitsPerEm()))
	if i, err := f.font.GlyphIndex(&buffer, r); err == nil && i != 0 {
		if a, err := f.font.GlyphAdvance(&buffer, i, units, font.HintingNone); err == nil {
			em = float64(a) / float64(units)
		}
	}
	f.advances.Store(r, em)
	return em
}

// lettering is how a text is set.
type lettering struct {
	size float64 // in pixels per em
	bold bool
}

func (l lettering) face() *face {
	if l.bold {
		return bold
	}
	return regular
}

// width is a text's in pixels, without kerning.
func (l lettering) width(text string) float64 {
	em := 0.0
	for _, r := range text {
		em += l.face().advance(r)
	}
	return em * l.size
}

// longest is the number of characters that a name may have in a picture.
const longest = 34

// shown is a name from a file as a picture has it: without what cannot be
// printed, and without its middle where it is long.
func shown(name string) string {
	runes := []rune(name)
	for i, r := range runes {
		if !unicode.IsPrint(r) {
			runes[i] = '\uFFFD'
		}
	}
	if len(runes) > longest {
		const head = longest * 3 / 5
		tail := runes[len(runes)-(longest-head-1):]
		return string(runes[:head]) + "…" + string(tail)
	}
	return string(runes)
}
