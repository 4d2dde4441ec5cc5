package npy

import (
	"unicode/utf8"

	"github.com/alexconv/alexconv/ir"
)

// The objects that a pickle can build, beside int64, bool and float64.
type (
	none      struct{}
	text      []byte // str of Python 3, unicode of Python 2: UTF-8
	str2      []byte // str of Python 2: bytes or text, as the reader sees fit
	octets    []byte // bytes and bytearray of Python 3
	list      struct{ items []any }
	tuple     struct{ items []any }
	global    string // one of globals
	typeState struct{ dtype dtype }
)

// dict is an ordered dict with text keys, which is all that weights need.
type dict struct {
	keys   []string
	values []any
	index  map[string]int
}

func newDict() *dict { return &dict{index: make(map[string]int)} }

// set refuses a key that is there already: one of the two values would be
// lost.
func (d *dict) set(key, value any) error {
	name, err := textOf(key)
	if err != nil {
		return ir.Errorf(ir.ErrInvalid, "a dict key: %w", err)
	}
	if _, ok := d.index[name]; ok {
		return ir.Errorf(ir.ErrInvalid, "a dict has the key %q twice", clip(name))
	}
	d.index[name] = len(d.keys)
	d.keys = append(d.keys, name)
	d.values = append(d.values, value)
	return nil
}

// ndarray is an array under construction: _reconstruct makes an empty one and
// BUILD gives it its state.
type ndarray struct {
	array   *array // nil until built, and for an array of objects
	objects []any
	shape   ir.Shape
	built   bool
}

// textOf is the text of any kind of string. Bytes that are not UTF-8 are
// taken as latin-1, the encoding under which Python 3 loads such files.
func textOf(v any) (string, error) {
	var raw []byte
	switch s := v.(type) {
	case text:
		if !utf8.Valid(s) {
			return "", ir.Errorf(ir.ErrInvalid, "a text is not UTF-8")
		}
		return string(s), nil
	case str2:
		raw = s
	case octets:
		raw = s
	default:
		return "", ir.Errorf(ir.ErrInvalid, "%s is not text", describe(v))
	}
	if utf8.Valid(raw) {
		return string(raw), nil
	}
	runes := make([]rune, len(raw))
	for i, b := range raw {
		runes[i] = rune(b)
	}
	return string(runes), nil
}

// octetsOf is the raw bytes of a payload.
func octetsOf(v any) ([]byte, error) {
	switch s := v.(type) {
	case str2:
		return s, nil
	case octets:
		return s, nil
	}
	return nil, ir.Errorf(ir.ErrInvalid, "%s is not bytes", describe(v))
}

// latin1 encodes UTF-8 text as latin-1. The payload of an array is as good as
// random, so the loop has no branches that could be mispredicted.
func latin1(s []byte) ([]byte, error) {
	leads := 0
	for _, b := range s {
		leads += int(b >> 7 & (b >> 6))
	}
	out := make([]byte, len(s)-leads+1)
	var (
		n     int
		lead  byte // 1 after the first byte of a pair
		high  byte // the top bits that it gives
		wrong byte
	)
	for _, b := range s {
		continuation := b >> 7 &^ (b >> 6)
		wrong |= continuation ^ lead
		lead = b >> 7 & (b >> 6)
		wrong |= lead & (b>>5 | b>>4 | b>>3 | b>>2 | ^b>>1)
		out[n] = high | b&0x7f
		high = -lead & (b << 6)
		n += 1 - int(lead)
	}
	if (wrong|lead)&1 != 0 {
		return nil, ir.Errorf(ir.ErrInvalid, "a text of %d bytes is not the UTF-8 of latin-1", len(s))
	}
	return out[:n:n], nil
}

// describe names an object's Python type for an error message.
func describe(v any) string {
	switch v := v.(type) {
	case none:
		return "None"
	case text:
		return "a str"
	case str2:
		return "a str of Python 2"
	case octets:
		return "bytes"
	case *list:
		return "a list"
	case *tuple:
		return "a tuple"
	case *dict:
		return "a dict"
	case *ndarray:
		return "an array"
	case *typeState:
		return "a dtype"
	case global:
		return string(v)
	case int64:
		return "an int"
	case bool:
		return "a bool"
	case float64:
		return "a float"
	}
	return "an object"
}
