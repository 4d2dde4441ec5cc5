package caffe

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

var simpleEscapes = map[byte]byte{
	'a': '\a', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v',
	'\\': '\\', '?': '?', '\'': '\'', '"': '"',
}

// unescape appends the meaning of a string literal's inside, whose escapes the
// tokenizer has checked: C's simple escapes, \ooo, \xhh, \uhhhh (a surrogate
// pair is one code point) and \Uhhhhhhhh.
func unescape(b *strings.Builder, s string) {
	for i := 0; i < len(s); {
		c := s[i]
		i++
		if c != '\\' {
			b.WriteByte(c)
			continue
		}
		c = s[i]
		i++
		switch {
		case isOctal(c):
			code, n := digits(s[i-1:], 3, 8, isOctal)
			b.WriteByte(byte(code))
			i += n - 1
		case c == 'x':
			code, n := digits(s[i:], 2, 16, isHex)
			b.WriteByte(byte(code))
			i += n
		case c == 'u', c == 'U':
			code, n := codePoint(s[i-1:])
			writeCodePoint(b, code)
			i += n - 1
		default:
			b.WriteByte(simpleEscapes[c])
		}
	}
}

// digits reads up to limit digits of a base and says how many there were.
func digits(s string, limit int, base uint32, class func(byte) bool) (code uint32, n int) {
	for n < min(limit, len(s)) && class(s[n]) {
		code = code*base + hexDigit(s[n])
		n++
	}
	return code, n
}

func hexDigit(c byte) uint32 {
	if isDigit(c) {
		return uint32(c - '0')
	}
	return uint32(c|0x20-'a') + 10
}

// codePoint reads s, which begins with u or U, and says how long the escape
// is. A high surrogate takes the low one that follows it as \uhhhh.
func codePoint(s string) (code uint32, n int) {
	length := 4
	if s[0] == 'U' {
		length = 8
	}
	code, n = digits(s[1:], length, 16, isHex)
	n++
	if code < 0xd800 || code >= 0xdc00 || !strings.HasPrefix(s[n:], `\u`) {
		return code, n
	}
	if low, digits := digits(s[n+2:], 4, 16, isHex); digits == 4 && low >= 0xdc00 && low < 0xe000 {
		return 0x10000 + (code-0xd800)<<10 | (low - 0xdc00), n + 6
	}
	return code, n
}

// writeCodePoint appends UTF-8. A lone surrogate gets its three bytes all the
// same, and a code beyond Unicode its escape, as protobuf has it.
func writeCodePoint(b *strings.Builder, code uint32) {
	switch {
	case code >= 0xd800 && code < 0xe000:
		b.Write([]byte{0xe0 | byte(code>>12), 0x80 | byte(code>>6)&0x3f, 0x80 | byte(code)&0x3f})
	case code > utf8.MaxRune:
		fmt.Fprintf(b, `\U%08x`, code)
	default:
		b.WriteRune(rune(code))
	}
}
