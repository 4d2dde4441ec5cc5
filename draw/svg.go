package draw

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
)

// fonts are what an SVG's texts are set in: whichever of them is there.
const fonts = `Go, "Liberation Sans", Arial, Helvetica, sans-serif`

// WriteSVG writes the picture as a document of its own.
func (d *Drawing) WriteSVG(w io.Writer, t Theme) error {
	s := newSVG(w)
	s.open(d, `xmlns="http://www.w3.org/2000/svg" role="img"`)
	s.printf("<title>%s</title>\n<style>\n%s</style>\n", escaped(d.name()), Styles(t))
	s.printf(`<path class="page" d="M0 0H%sV%sH0Z"/>`+"\n", pixels(d.Width), pixels(d.Height))
	s.items(d.items)
	return s.close()
}

// WriteFragment writes the picture as an element of an HTML page, on the page's
// own background and without styles: the page has those of [Styles], or others
// for the same classes.
func (d *Drawing) WriteFragment(w io.Writer) error {
	s := newSVG(w)
	s.open(d, `role="group"`)
	s.items(d.items)
	return s.close()
}

// Styles are the rules of CSS for a picture: its colours and the sizes of its
// texts, which the layout has reckoned with.
func Styles(t Theme) string {
	var b strings.Builder
	fmt.Fprintf(&b, "text { font-family: %s; }\n", fonts)
	for _, i := range inks {
		if l, ok := letterings[i.class]; ok {
			weight := ""
			if l.bold {
				weight = " font-weight: 700;"
			}
			fmt.Fprintf(&b, ".%s { font-size: %spx;%s }\n", i.class, pixels(l.size), weight)
		}
	}
	variant := 0
	if t == Dark {
		variant = 1
	}
	for _, i := range inks {
		b.WriteString(i.rule(variant))
	}
	if t == Auto {
		b.WriteString("@media (prefers-color-scheme: dark) {\n")
		for _, i := range inks {
			b.WriteString(i.rule(1))
		}
		b.WriteString("}\n")
	}
	return b.String()
}

// rule is the class's in CSS.
func (i ink) rule(variant int) string {
	fill := i.fill[variant]
	if fill == "" {
		fill = "none"
	}
	rule := fmt.Sprintf(".%s { fill: %s;", i.class, fill)
	if i.width > 0 {
		rule += fmt.Sprintf(" stroke: %s; stroke-width: %s;", i.stroke[variant], pixels(i.width))
	}
	if i.dash > 0 {
		rule += fmt.Sprintf(" stroke-dasharray: %s;", pixels(i.dash))
	}
	return rule + " }\n"
}

// name is what the picture is called.
func (d *Drawing) name() string {
	if d.title == "" {
		return "network"
	}
	return d.title
}

// svg writes elements; the first error stays.
type svg struct {
	w   *bufio.Writer
	err error
}

func newSVG(w io.Writer) *svg { return &svg{w: bufio.NewWriter(w)} }

func (s *svg) printf(format string, args ...any) {
	if s.err == nil {
		_, s.err = fmt.Fprintf(s.w, format, args...)
	}
}

func (s *svg) open(d *Drawing, attributes string) {
	s.printf(`<svg %s width="%s" height="%s" viewBox="0 0 %s %s" aria-label="%s">`+"\n",
		attributes, pixels(d.Width), pixels(d.Height), pixels(d.Width), pixels(d.Height), escaped(d.name()))
}

func (s *svg) close() error {
	s.printf("</svg>\n")
	if s.err != nil {
		return s.err
	}
	return s.w.Flush()
}

func (s *svg) items(list []item) {
	for _, i := range list {
		switch i := i.(type) {
		case *set:
			s.set(i)
		case *shape:
			s.printf(`<path class="%s" d="%s"/>`+"\n", i.class, i.path)
		case *text:
			s.printf(`<text class="%s" x="%s" y="%s" textLength="%s" lengthAdjust="spacingAndGlyphs">%s</text>`+"\n",
				i.class, pixels(i.x), pixels(i.y), pixels(i.width()), escaped(i.content))
		}
	}
}

func (s *svg) set(i *set) {
	class := i.class
	var more strings.Builder
	for _, a := range i.attributes {
		if a.Name == "class" {
			class += " " + a.Value
			continue
		}
		fmt.Fprintf(&more, ` %s="%s"`, a.Name, escaped(a.Value))
	}
	s.printf(`<g class="%s"%s>`, escaped(class), more.String())
	if i.title != "" {
		s.printf("<title>%s</title>", escaped(i.title))
	}
	s.printf("\n")
	s.items(i.items)
	s.printf("</g>\n")
}

// String is the path's d attribute.
func (p path) String() string {
	var b strings.Builder
	for _, s := range p {
		b.WriteByte(s.op)
		switch s.op {
		case 'C':
			b.WriteString(s.control1.String() + " " + s.control2.String() + " " + s.to.String())
		case 'M', 'L':
			b.WriteString(s.to.String())
		}
	}
	return b.String()
}

func (p point) String() string { return pixels(p.x) + " " + pixels(p.y) }

// pixels is a length to two decimals.
func pixels(v float64) string {
	text := strconv.FormatFloat(v, 'f', 2, 64)
	text = strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
	if text == "-0" {
		return "0"
	}
	return text
}

// escaped is text for an element's content or an attribute in double quotes.
func escaped(text string) string {
	return escapes.Replace(printable(text))
}

var escapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

// printable replaces what XML cannot hold and what a viewer cannot show.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, text)
}
