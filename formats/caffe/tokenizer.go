package caffe

import (
	"fmt"
	"strings"
)

// tokenKind classifies the tokens of protobuf's text format.
type tokenKind uint8

const (
	tokenEnd tokenKind = iota
	tokenIdentifier
	tokenInteger
	tokenFloat
	tokenString // with its quotes and escapes
	tokenSymbol // one byte
)

type token struct {
	kind   tokenKind
	text   string
	at     position
	end    position // just behind the last byte
	offset int      // of the first byte
}

// tokenizer cuts a text-format source into tokens, as protobuf 3.21's C++
// tokenizer does with `#` comments and the `f` suffix of floats allowed.
// Columns count bytes; a tab advances to the next multiple of eight.
type tokenizer struct {
	src          string
	pos          int
	line, column int32 // from 0
	previous     token
}

const tabWidth = 8

// char is the byte to read next, NUL at the end; an embedded NUL ends strings
// and comments too.
func (t *tokenizer) char() byte {
	if t.pos < len(t.src) {
		return t.src[t.pos]
	}
	return 0
}

func (t *tokenizer) atEnd() bool { return t.pos >= len(t.src) }

func (t *tokenizer) advance() {
	switch t.char() {
	case '\n':
		t.line++
		t.column = 0
	case '\t':
		t.column += tabWidth - t.column%tabWidth
	default:
		t.column++
	}
	t.pos++
}

func (t *tokenizer) at() position { return position{t.line + 1, t.column + 1} }

func (t *tokenizer) try(class func(byte) bool) bool {
	if t.atEnd() || !class(t.char()) {
		return false
	}
	t.advance()
	return true
}

func (t *tokenizer) tryByte(c byte) bool {
	return t.try(func(b byte) bool { return b == c })
}

func (t *tokenizer) skip(class func(byte) bool) {
	for t.try(class) {
	}
}

func (t *tokenizer) errorf(format string, args ...any) error {
	return t.errorAt(t.at(), format, args...)
}

func (t *tokenizer) errorAt(at position, format string, args ...any) error {
	return &SyntaxError{Line: int(at.line), Column: int(at.column), Msg: fmt.Sprintf(format, args...)}
}

// next reads one token; at the end of the source it gives tokenEnd.
func (t *tokenizer) next() (token, error) {
	t.skipBlank()
	tok := token{kind: tokenEnd, at: t.at(), offset: t.pos}
	if t.atEnd() {
		tok.end = tok.at
		return tok, nil
	}
	var err error
	switch c := t.char(); {
	case isLetter(c):
		tok.kind = tokenIdentifier
		t.skip(isAlphanumeric)
	case isDigit(c):
		t.advance()
		tok.kind, err = t.number(c == '0', false)
	case c == '.':
		t.advance()
		tok.kind = tokenSymbol
		if t.try(isDigit) {
			if t.previous.kind == tokenIdentifier && t.previous.end == tok.at {
				return tok, t.errorAt(tok.at, "a space is missing between the identifier and the decimal point")
			}
			tok.kind, err = t.number(false, true)
		}
	case c == '"' || c == '\'':
		t.advance()
		tok.kind = tokenString
		err = t.quoted(c)
	case c < ' ':
		return tok, t.errorf("control character 0x%02x", c)
	case c >= 0x80 && strings.HasPrefix(t.src[t.pos:], "\uFEFF"):
		return tok, t.errorf("byte order mark: save the file as UTF-8 without one")
	case c >= 0x80:
		return tok, t.errorf("byte 0x%02x outside of a string or comment", c)
	default:
		t.advance()
		tok.kind = tokenSymbol
	}
	tok.text, tok.end = t.src[tok.offset:t.pos], t.at()
	t.previous = tok
	return tok, err
}

// skipBlank passes over white space and comments.
func (t *tokenizer) skipBlank() {
	for {
		t.skip(isSpace)
		if !t.tryByte('#') {
			return
		}
		t.skip(func(c byte) bool { return c != 0 && c != '\n' })
	}
}

// number reads the rest of a number whose first byte, a digit or a dot before
// a digit, is behind.
func (t *tokenizer) number(zero, dot bool) (tokenKind, error) {
	kind := tokenInteger
	switch {
	case zero && (t.tryByte('x') || t.tryByte('X')):
		if !t.try(isHex) {
			return kind, t.errorf(`"0x" must be followed by hex digits`)
		}
		t.skip(isHex)
	case zero && isDigit(t.char()):
		t.skip(isOctal)
		if isDigit(t.char()) {
			return kind, t.errorf("a number with a leading zero must be octal")
		}
	default:
		if dot {
			kind = tokenFloat
		}
		t.skip(isDigit)
		if !dot && t.tryByte('.') {
			kind = tokenFloat
			t.skip(isDigit)
		}
		if t.tryByte('e') || t.tryByte('E') {
			kind = tokenFloat
			_ = t.tryByte('-') || t.tryByte('+')
			if !t.try(isDigit) {
				return kind, t.errorf(`"e" must be followed by an exponent`)
			}
			t.skip(isDigit)
		}
		if t.tryByte('f') || t.tryByte('F') {
			kind = tokenFloat
		}
	}
	switch {
	case isLetter(t.char()):
		return kind, t.errorf("a space is missing between the number and the identifier")
	case t.char() == '.' && kind == tokenFloat:
		return kind, t.errorf("a second decimal point, or one behind an exponent")
	case t.char() == '.':
		return kind, t.errorf("hex and octal numbers must be integers")
	}
	return kind, nil
}

// quoted reads to the closing quote and checks the escapes.
func (t *tokenizer) quoted(quote byte) error {
	for {
		switch c := t.char(); {
		case c == 0:
			return t.errorf("the string is not closed")
		case c == '\n':
			return t.errorf("a string cannot cross a line boundary")
		case c == quote:
			t.advance()
			return nil
		case c == '\\':
			t.advance()
			if err := t.escape(); err != nil {
				return err
			}
		default:
			t.advance()
		}
	}
}

func (t *tokenizer) escape() error {
	switch {
	case t.try(isSimpleEscape), t.try(isOctal):
		return nil
	case t.tryByte('x'):
		if !t.try(isHex) {
			return t.errorf(`\x must be followed by hex digits`)
		}
		return nil
	case t.tryByte('u'):
		for range 4 {
			if !t.try(isHex) {
				return t.errorf(`\u must be followed by four hex digits`)
			}
		}
		return nil
	case t.tryByte('U'):
		ok := true
		for _, class := range []func(byte) bool{isZero, isZero, isZeroOrOne, isHex, isHex, isHex, isHex, isHex} {
			ok = ok && t.try(class)
		}
		if !ok {
			return t.errorf(`\U must be followed by eight hex digits up to 0010ffff`)
		}
		return nil
	}
	return t.errorf("unknown escape sequence in the string")
}

func isSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isZero(c byte) bool { return c == '0' }

func isZeroOrOne(c byte) bool { return c == '0' || c == '1' }

func isOctal(c byte) bool { return c >= '0' && c <= '7' }

func isHex(c byte) bool { return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' }

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' }

func isAlphanumeric(c byte) bool { return isLetter(c) || isDigit(c) }

func isSimpleEscape(c byte) bool { return strings.IndexByte(`abfnrtv\?'"`, c) >= 0 }
