package npy

import (
	"strconv"
	"strings"

	"github.com/alexconv/alexconv/ir"
)

// literal parses the one form of Python literal that a .npy header may hold:
// a dict with exactly the keys descr, fortran_order and shape, in any order.
type literal struct {
	text string
	pos  int
	base int // the text's offset in the file
}

func (p *literal) errorf(kind error, format string, args ...any) error {
	return ir.Errorf(kind, "npy header, byte %d: %w", p.base+p.pos, ir.Errorf(kind, format, args...))
}

func (p *literal) header() (header, error) {
	var h header
	seen := make(map[string]bool)
	if err := p.expect('{'); err != nil {
		return h, err
	}
	for !p.accept('}') {
		key, err := p.quoted()
		if err != nil {
			return h, err
		}
		if seen[key] {
			return h, p.errorf(ir.ErrInvalid, "key %q is given twice", clip(key))
		}
		seen[key] = true
		if err := p.expect(':'); err != nil {
			return h, err
		}
		switch key {
		case "descr":
			h.dtype, err = p.descr()
		case "fortran_order":
			h.fortran, err = p.boolean()
		case "shape":
			h.shape, err = p.tuple()
		default:
			err = p.errorf(ir.ErrInvalid, "unknown key %q", clip(key))
		}
		if err != nil {
			return h, err
		}
		if p.accept(',') {
			continue
		}
		if err := p.expect('}'); err != nil {
			return h, err
		}
		break
	}
	for _, key := range []string{"descr", "fortran_order", "shape"} {
		if !seen[key] {
			return h, p.errorf(ir.ErrInvalid, "key %q is missing", key)
		}
	}
	p.skipSpace()
	if p.pos < len(p.text) {
		return h, p.errorf(ir.ErrInvalid, "text follows the dict")
	}
	return h, nil
}

// skipSpace passes the padding that Python's parser ignores.
func (p *literal) skipSpace() {
	for p.pos < len(p.text) && strings.IndexByte(" \t\r\n\f", p.text[p.pos]) >= 0 {
		p.pos++
	}
}

func (p *literal) accept(c byte) bool {
	p.skipSpace()
	if p.pos < len(p.text) && p.text[p.pos] == c {
		p.pos++
		return true
	}
	return false
}

func (p *literal) expect(c byte) error {
	if p.accept(c) {
		return nil
	}
	if p.pos == len(p.text) {
		return p.errorf(ir.ErrInvalid, "the header ends where %q is expected", c)
	}
	return p.errorf(ir.ErrInvalid, "found %q where %q is expected", p.text[p.pos], c)
}

// quoted reads a string in either kind of quotes; none of the strings that a
// header needs has an escape.
func (p *literal) quoted() (string, error) {
	quote := byte('\'')
	if !p.accept(quote) {
		quote = '"'
		if err := p.expect(quote); err != nil {
			return "", err
		}
	}
	end := strings.IndexByte(p.text[p.pos:], quote)
	if end < 0 {
		return "", p.errorf(ir.ErrInvalid, "a string does not end")
	}
	text := p.text[p.pos : p.pos+end]
	if strings.ContainsAny(text, "\\\n") {
		return "", p.errorf(ir.ErrInvalid, "a string has an escape or a line break")
	}
	p.pos += end + 1
	return text, nil
}

func (p *literal) descr() (dtype, error) {
	p.skipSpace()
	if p.pos < len(p.text) && (p.text[p.pos] == '[' || p.text[p.pos] == '(') {
		return dtype{}, p.errorf(ir.ErrUnsupported, "a structured dtype is not supported: save a plain numeric array")
	}
	at := p.pos
	text, err := p.quoted()
	if err != nil {
		return dtype{}, err
	}
	d, err := parseDType(text)
	if err != nil {
		p.pos = at
		return dtype{}, p.errorf(ir.ErrUnsupported, "%w", err)
	}
	return d, nil
}

func (p *literal) boolean() (bool, error) {
	p.skipSpace()
	for _, word := range []string{"False", "True"} {
		if strings.HasPrefix(p.text[p.pos:], word) {
			p.pos += len(word)
			return word == "True", nil
		}
	}
	return false, p.errorf(ir.ErrInvalid, "fortran_order is neither True nor False")
}

// tuple reads a shape. Python 2 wrote long integers as 10L.
func (p *literal) tuple() (ir.Shape, error) {
	if err := p.expect('('); err != nil {
		return nil, err
	}
	shape := ir.Shape{}
	for !p.accept(')') {
		p.skipSpace()
		digits := p.pos
		for digits < len(p.text) && p.text[digits] >= '0' && p.text[digits] <= '9' {
			digits++
		}
		extent, err := strconv.ParseInt(p.text[p.pos:digits], 10, 64)
		if err != nil || extent > ir.MaxElements {
			return nil, p.errorf(ir.ErrInvalid, "an extent of the shape is not a number from 0 to %d", ir.MaxElements)
		}
		if len(shape) == maxRank {
			return nil, p.errorf(ir.ErrLimit, "the shape has more than %d axes", maxRank)
		}
		shape = append(shape, int(extent))
		p.pos = digits
		if p.pos < len(p.text) && p.text[p.pos] == 'L' {
			p.pos++
		}
		if p.accept(',') {
			continue
		}
		if len(shape) == 1 {
			return nil, p.errorf(ir.ErrInvalid, "a shape of one axis needs a comma: (%d,)", extent)
		}
		if err := p.expect(')'); err != nil {
			return nil, err
		}
		break
	}
	return shape, nil
}
