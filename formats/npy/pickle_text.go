package npy

import (
	"strconv"
	"unicode/utf8"

	"github.com/alexconv/alexconv/ir"
)

// stringLine reads protocol 0's str of Python 2: a quoted literal with
// Python's escapes.
func (m *unpickler) stringLine() error {
	b, err := m.line()
	if err != nil {
		return err
	}
	if len(b) < 2 || b[0] != b[len(b)-1] || (b[0] != '\'' && b[0] != '"') {
		return ir.Errorf(ir.ErrInvalid, "a STRING is not in quotes")
	}
	raw, err := unescapeString(b[1 : len(b)-1])
	if err != nil {
		return err
	}
	return m.push(str2(raw))
}

// simpleEscapes are the one-letter escapes of a Python string literal.
var simpleEscapes = map[byte]byte{
	'\\': '\\', '\'': '\'', '"': '"', 'a': '\a', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v',
}

// unescapeString resolves the escapes of a Python 2 str literal. As in Python,
// a backslash before any other character stands for itself.
func unescapeString(b []byte) ([]byte, error) {
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		if b[i] != '\\' {
			out = append(out, b[i])
			continue
		}
		i++
		if i == len(b) {
			return nil, ir.Errorf(ir.ErrInvalid, "a STRING ends in a backslash")
		}
		switch c := b[i]; {
		case simpleEscapes[c] != 0:
			out = append(out, simpleEscapes[c])
		case c == 'x':
			if i+2 >= len(b) {
				return nil, ir.Errorf(ir.ErrInvalid, `a \x escape is cut short`)
			}
			n, err := strconv.ParseUint(string(b[i+1:i+3]), 16, 8)
			if err != nil {
				return nil, ir.Errorf(ir.ErrInvalid, `\x%s is not an escape`, b[i+1:i+3])
			}
			out = append(out, byte(n))
			i += 2
		case c >= '0' && c <= '7':
			n := 0
			end := min(i+3, len(b))
			for ; i < end && b[i] >= '0' && b[i] <= '7'; i++ {
				n = n*8 + int(b[i]-'0')
			}
			out = append(out, byte(n))
			i--
		default:
			out = append(out, '\\', c)
		}
	}
	return out, nil
}

// unicodeLine reads protocol 0's unicode text: latin-1 with \u and \U escapes
// (Python's raw-unicode-escape codec), in which only a backslash that is not
// itself preceded by an odd run of backslashes begins an escape.
func (m *unpickler) unicodeLine() error {
	b, err := m.line()
	if err != nil {
		return err
	}
	out := make([]byte, 0, len(b))
	backslashes := 0
	for i := 0; i < len(b); i++ {
		c := b[i]
		if (c == 'u' || c == 'U') && backslashes%2 == 1 {
			digits := 4
			if c == 'U' {
				digits = 8
			}
			if i+digits >= len(b) {
				return ir.Errorf(ir.ErrInvalid, `a \%c escape is cut short`, c)
			}
			n, err := strconv.ParseUint(string(b[i+1:i+1+digits]), 16, 32)
			if err != nil || n > utf8.MaxRune {
				return ir.Errorf(ir.ErrInvalid, `\%c%s is not an escape`, c, b[i+1:i+1+digits])
			}
			out = utf8.AppendRune(out[:len(out)-1], rune(n))
			backslashes = 0
			i += digits
			continue
		}
		backslashes++
		if c != '\\' {
			backslashes = 0
		}
		out = utf8.AppendRune(out, rune(c))
	}
	return m.push(text(out))
}
