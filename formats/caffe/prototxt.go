package caffe

import (
	"math"
	"strconv"
	"strings"

	"github.com/alexconv/alexconv/ir"
)

// textParser reads protobuf's text format into messages. It accepts and
// refuses what protobuf 3.21's C++ TextFormat::Parser does for a proto2
// message without extensions. Its recursion follows the schemas, which have
// no cycles.
type textParser struct {
	lexer  tokenizer
	tok    token
	limits ir.Limits
	values int // so far
	layer  int // offset of the enclosing layer's body, -1 outside
}

// parseText reads a prototxt as a message of the given schema.
func parseText(src string, s *schema, limits ir.Limits) (*message, error) {
	p := &textParser{lexer: tokenizer{src: src}, limits: limits, layer: -1}
	m := &message{schema: s, at: position{1, 1}}
	err := p.document(m)
	if e, ok := err.(*SyntaxError); ok && p.layer >= 0 {
		e.Layer = enclosingLayer(src[p.layer:])
	}
	return m, err
}

func (p *textParser) document(m *message) error {
	if err := p.next(); err != nil {
		return err
	}
	for p.tok.kind != tokenEnd {
		if err := p.field(m); err != nil {
			return err
		}
	}
	if path, at := m.missing(); path != "" {
		return p.lexer.errorAt(at, "required field %q is missing", path)
	}
	return nil
}

func (p *textParser) next() (err error) {
	p.tok, err = p.lexer.next()
	return err
}

func (p *textParser) looking(symbol string) bool { return p.tok.text == symbol }

func (p *textParser) try(symbol string) (bool, error) {
	if !p.looking(symbol) {
		return false, nil
	}
	return true, p.next()
}

func (p *textParser) expect(symbol string) error {
	if !p.looking(symbol) {
		return p.errorf("expected %q, found %s", symbol, p.found())
	}
	return p.next()
}

func (p *textParser) errorf(format string, args ...any) error {
	return p.lexer.errorAt(p.tok.at, format, args...)
}

// found describes the token at hand for an error.
func (p *textParser) found() string {
	switch text := clip(p.tok.text); {
	case p.tok.kind == tokenEnd:
		return "the end of the file"
	case p.tok.kind == tokenString && text == p.tok.text:
		return "the string " + text
	default:
		return strconv.Quote(text)
	}
}

// clip is what an error shows of a token.
func clip(text string) string {
	const longest = 40
	if len(text) > longest {
		return text[:longest] + "..."
	}
	return text
}

// field reads one field, its value or list of values, and the separator that
// may follow.
func (p *textParser) field(m *message) error {
	name := p.tok
	switch {
	case p.looking("["):
		return p.errorf("%s has no extensions", m.schema.name)
	case name.kind != tokenIdentifier:
		return p.errorf("expected a field name, found %s", p.found())
	}
	if err := p.next(); err != nil {
		return err
	}
	f := m.schema.byName[name.text]
	if f == nil {
		return p.lexer.errorAt(name.at, "unknown field %q in %s%s", clip(name.text), m.schema.name, unknownField(m.schema, clip(name.text)))
	}
	if !f.repeated && m.has(f.name) {
		return p.lexer.errorAt(name.at, "field %q is given twice in %s", f.name, m.schema.name)
	}
	if err := p.colon(f); err != nil {
		return err
	}
	if err := p.valueOrList(m, f, name.at); err != nil {
		return err
	}
	if separated, err := p.try(";"); separated || err != nil {
		return err
	}
	_, err := p.try(",")
	return err
}

// colon reads the colon that a message may have and every other value needs.
func (p *textParser) colon(f *field) error {
	if f.kind != kindMessage {
		return p.expect(":")
	}
	_, err := p.try(":")
	return err
}

func (p *textParser) valueOrList(m *message, f *field, at position) error {
	if !f.repeated || !p.looking("[") {
		return p.value(m, f, at)
	}
	if err := p.next(); err != nil {
		return err
	}
	if closed, err := p.try("]"); closed || err != nil {
		return err
	}
	for {
		if err := p.value(m, f, at); err != nil {
			return err
		}
		if closed, err := p.try("]"); closed || err != nil {
			return err
		}
		if err := p.expect(","); err != nil {
			return err
		}
	}
}

func (p *textParser) value(m *message, f *field, at position) error {
	p.values++
	if err := p.limits.Check(ir.LimitValues, "values in one prototxt", int64(p.values)); err != nil {
		return ir.Errorf(ir.ErrLimit, "%v: %w", p.tok.at, err)
	}
	if f.kind == kindMessage {
		return p.message(m, f, at)
	}
	v := value{field: f, at: p.tok.at}
	var err error
	switch f.kind {
	case kindInt32:
		v.bits, err = p.signed(math.MaxInt32)
	case kindInt64:
		v.bits, err = p.signed(math.MaxInt64)
	case kindUint32:
		v.bits, err = p.unsigned(math.MaxUint32)
	case kindFloat:
		var x float64
		x, err = p.double()
		v.bits = math.Float64bits(float64(narrow(x)))
	case kindDouble:
		var x float64
		x, err = p.double()
		v.bits = math.Float64bits(x)
	case kindBool:
		v.bits, err = p.boolean(f)
	case kindEnum:
		v.bits, err = p.enum(f)
	case kindString:
		v.text, err = p.str()
	}
	m.values = append(m.values, v)
	return err
}

// message reads a message between braces or angle brackets and appends it.
func (p *textParser) message(m *message, f *field, at position) error {
	closing := "}"
	if p.looking("<") {
		closing = ">"
	} else if !p.looking("{") {
		return p.errorf("expected %q, found %s", "{", p.found())
	}
	outer := p.layer
	if m.schema == netParameter && (f.name == "layer" || f.name == "layers") {
		p.layer = p.tok.offset
	}
	if err := p.next(); err != nil {
		return err
	}
	s := &message{schema: f.message, at: at}
	m.values = append(m.values, value{field: f, at: at, sub: s})
	for !p.looking(">") && !p.looking("}") {
		if err := p.field(s); err != nil {
			return err
		}
	}
	if err := p.expect(closing); err != nil {
		return err
	}
	p.layer = outer
	return nil
}

// signed reads an integer in [-limit-1, limit].
func (p *textParser) signed(limit uint64) (uint64, error) {
	negative, err := p.try("-")
	if err != nil {
		return 0, err
	}
	if negative {
		limit++
	}
	n, err := p.unsigned(limit)
	if negative {
		n = -n
	}
	return n, err
}

// unsigned reads a decimal, octal or hex integer up to limit.
func (p *textParser) unsigned(limit uint64) (uint64, error) {
	if p.tok.kind != tokenInteger {
		return 0, p.errorf("expected an integer, found %s", p.found())
	}
	n, err := strconv.ParseUint(p.tok.text, 0, 64)
	if err != nil || n > limit {
		return 0, p.errorf("integer %s is out of range", clip(p.tok.text))
	}
	return n, p.next()
}

func (p *textParser) double() (float64, error) {
	negative, err := p.try("-")
	if err != nil {
		return 0, err
	}
	x, err := p.magnitude()
	if negative {
		x = -x
	}
	return x, err
}

// magnitude reads a floating-point number without its sign. Beyond the range
// of float64 it is infinite or zero.
func (p *textParser) magnitude() (float64, error) {
	var x float64
	switch text := p.tok.text; p.tok.kind {
	case tokenInteger:
		if len(text) > 1 && text[0] == '0' {
			return 0, p.errorf("expected a decimal number, found %s", p.found())
		}
		x, _ = strconv.ParseFloat(text, 64)
	case tokenFloat:
		x, _ = strconv.ParseFloat(strings.TrimRight(text, "fF"), 64)
	case tokenIdentifier:
		switch strings.ToLower(text) {
		case "inf", "infinity":
			x = math.Inf(1)
		case "nan":
			x = math.Float64frombits(0x7ff8000000000000) // the quiet NaN without a payload
		default:
			return 0, p.errorf("expected a number, found %s", p.found())
		}
	default:
		return 0, p.errorf("expected a number, found %s", p.found())
	}
	return x, p.next()
}

// narrow rounds to float32; up to half a unit beyond the largest finite value
// it gives that value.
func narrow(x float64) float32 {
	const largest = 3.4028235677973366e+38
	if math.Abs(x) == largest {
		return float32(math.Copysign(math.MaxFloat32, x))
	}
	return float32(x)
}

func (p *textParser) boolean(f *field) (uint64, error) {
	switch {
	case p.tok.kind == tokenInteger:
		return p.unsigned(1)
	case p.looking("true"), p.looking("True"), p.looking("t"):
		return 1, p.next()
	case p.looking("false"), p.looking("False"), p.looking("f"):
		return 0, p.next()
	}
	return 0, p.errorf("field %q must be true or false, found %s", f.name, p.found())
}

func (p *textParser) enum(f *field) (uint64, error) {
	written := p.tok
	var number int32
	var known bool
	switch {
	case p.tok.kind == tokenIdentifier:
		number, known = f.enum.byName[p.tok.text]
		if err := p.next(); err != nil {
			return 0, err
		}
	case p.tok.kind == tokenInteger, p.looking("-"):
		n, err := p.signed(math.MaxInt32)
		if err != nil {
			return 0, err
		}
		number = int32(n)
		_, known = f.enum.byNumber[number]
	case p.tok.kind == tokenString:
		return 0, p.errorf("field %q takes a bare name such as %s, found %s", f.name, f.enum.example(), p.found())
	default:
		return 0, p.errorf("expected a name or number of %s, found %s", f.enum.name, p.found())
	}
	if !known {
		return 0, p.lexer.errorAt(written.at, "unknown value %q for field %q%s", clip(written.text), f.name, didYouMean(written.text, f.enum.names()))
	}
	return uint64(int64(number)), nil
}

// str reads adjacent string literals as one string.
func (p *textParser) str() (string, error) {
	if p.tok.kind != tokenString {
		return "", p.errorf("expected a string in quotes, found %s", p.found())
	}
	var b strings.Builder
	for p.tok.kind == tokenString {
		unescape(&b, p.tok.text[1:len(p.tok.text)-1])
		if err := p.next(); err != nil {
			return "", err
		}
	}
	return b.String(), nil
}

// enclosingLayer finds the name of the layer whose body begins src, wherever
// in the body it stands, and the text may be malformed in between. A V0 layer
// has its name one level further down.
func enclosingLayer(src string) string {
	p := &textParser{lexer: tokenizer{src: src}}
	var depth int
	var previous string
	for {
		if err := p.next(); p.tok.kind == tokenEnd && (err == nil || p.lexer.atEnd()) {
			return ""
		} else if err != nil {
			p.lexer.advance()
			continue
		}
		switch {
		case p.looking("{"), p.looking("<"):
			if depth++; depth == 2 && previous == "layer" {
				depth = 1
			}
		case p.looking("}"), p.looking(">"):
			if depth--; depth <= 0 {
				return ""
			}
		case depth == 1 && previous == "name" && p.tok.kind == tokenString:
			if name, err := p.str(); err == nil {
				return name
			}
		}
		if !p.looking(":") {
			previous = p.tok.text
		}
	}
}
