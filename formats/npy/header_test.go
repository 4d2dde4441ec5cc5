package npy

import (
	"errors"
	"strings"
	"testing"

	"github.com/alexconv/alexconv/ir"
)

// npy10 wraps header text and payload as format 1.0.
func npy10(text, payload string) []byte {
	n := len(text)
	return []byte(magic + "\x01\x00" + string([]byte{byte(n), byte(n >> 8)}) + text + payload)
}

const good = "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }"

func TestHeaderRefuses(t *testing.T) {
	for _, c := range []struct {
		name string
		data []byte
		kind error
		want string
	}{
		{"an empty file", nil, ir.ErrInvalid, "not a .npy file: the magic bytes are missing"},
		{"the magic alone", []byte(magic), ir.ErrInvalid, "npy header: the file ends after 6 bytes"},
		{"version 0.1", []byte(magic + "\x00\x01\x00\x00"), ir.ErrUnsupported, "npy header: format version 0.1 is unknown"},
		{"version 4.0", []byte(magic + "\x04\x00\x00\x00\x00\x00"), ir.ErrUnsupported, "npy header: format version 4.0 is unknown"},
		{"half a length", []byte(magic + "\x01\x00\x05"), ir.ErrInvalid, "npy header: the file ends after 9 bytes"},
		{"a length bomb", []byte(magic + "\x02\x00\xff\xff\xff\xff{"), ir.ErrInvalid, "npy header: length 4294967295, but only 1 bytes remain"},
		{"no dict", npy10("", ""), ir.ErrInvalid, "npy header, byte 10: the header ends where '{' is expected"},
		{"an empty dict", npy10("{}", ""), ir.ErrInvalid, `npy header, byte 12: key "descr" is missing`},
		{"no order", npy10("{'descr': '<f4', 'shape': (1,)}", "1234"), ir.ErrInvalid, `npy header, byte 41: key "fortran_order" is missing`},
		{"an unknown key", npy10("{'x': 1}", ""), ir.ErrInvalid, `npy header, byte 15: unknown key "x"`},
		{"a key twice", npy10("{'descr': '<f4', 'descr': '<f4'}", ""), ir.ErrInvalid, `npy header, byte 34: key "descr" is given twice`},
		{"text behind", npy10(good+" x", "1234"), ir.ErrInvalid, "npy header, byte 68: text follows the dict"},
		{"an open string", npy10("{'descr", ""), ir.ErrInvalid, "npy header, byte 12: a string does not end"},
		{"an escape", npy10(`{'d\x65scr': 1}`, ""), ir.ErrInvalid, "npy header, byte 12: a string has an escape or a line break"},
		{"no colon", npy10("{'shape' (1,)}", ""), ir.ErrInvalid, `npy header, byte 19: found '(' where ':' is expected`},
		{"a number for an order", npy10("{'fortran_order': 0}", ""), ir.ErrInvalid, "npy header, byte 28: fortran_order is neither True nor False"},
		{"a number for a shape", npy10("{'shape': 3}", ""), ir.ErrInvalid, "npy header, byte 20: found '3' where '(' is expected"},
		{"a shape without its comma", npy10("{'shape': (3)}", ""), ir.ErrInvalid, "npy header, byte 22: a shape of one axis needs a comma: (3,)"},
		{"a negative extent", npy10("{'shape': (-3,)}", ""), ir.ErrInvalid, "npy header, byte 21: an extent of the shape is not a number from 0 to 2147483647"},
		{"a huge extent", npy10("{'shape': (99999999999999999999,)}", ""), ir.ErrInvalid, "npy header, byte 21: an extent of the shape is not a number from 0 to 2147483647"},
		{"65 axes", npy10("{'shape': ("+strings.Repeat("1,", 65)+")}", ""), ir.ErrLimit, "npy header, byte 149: the shape has more than 64 axes"},
		{"extents that overflow", npy10("{'descr': '<f4', 'fortran_order': False, 'shape': (2147483647, 2147483647, 4)}", ""), ir.ErrLimit,
			"npy: shape 2147483647x2147483647x4 has more than 2147483647 elements"},
		{"a payload bomb", npy10("{'descr': '<f8', 'fortran_order': False, 'shape': (2147483647,)}", "1234"), ir.ErrInvalid,
			"npy: an array of shape 2147483647 and dtype <f8 needs 17179869176 bytes, 4 present"},
		{"a short payload", npy10(good, "123"), ir.ErrInvalid, "npy: an array of shape 1 and dtype <f4 needs 4 bytes, 3 present"},
		{"a long payload", npy10(good, "12345"), ir.ErrInvalid, "npy: an array of shape 1 and dtype <f4 needs 4 bytes, 5 present"},
		{"a structured dtype", fixture(t, "plain_structured.npy"), ir.ErrUnsupported,
			"npy header, byte 20: a structured dtype is not supported: save a plain numeric array"},
		{"complex numbers", fixture(t, "plain_complex.npy"), ir.ErrUnsupported,
			`npy header, byte 20: dtype "<c8" is not supported: only float16, float32, float64, integers and bool are`},
		{"text", fixture(t, "plain_text.npy"), ir.ErrUnsupported,
			`npy header, byte 20: dtype "<U1" is not supported: only float16, float32, float64, integers and bool are`},
		{"a long double", npy10("{'descr': '<f16'}", ""), ir.ErrUnsupported,
			`npy header, byte 20: dtype "<f16" is not supported: only float16, float32, float64, integers and bool are`},
		{"no dtype", npy10("{'descr': '<'}", ""), ir.ErrUnsupported, `npy header, byte 20: "<" is not a dtype`},
		{"a signed size", npy10("{'descr': '<f+4'}", ""), ir.ErrUnsupported, `npy header, byte 20: dtype "<f+4" is not supported`},
		{"weights", fixture(t, "saved.npy"), ir.ErrUnsupported, "npy: the file holds pickled objects (weights), not one array of numbers"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ReadArray(c.data)
			if err == nil || err.Error() != c.want || !errors.Is(err, c.kind) {
				t.Errorf("error %v\nwant  %s", err, c.want)
			}
		})
	}
}

// TestElements converts values that float32 does not simply contain.
func TestElements(t *testing.T) {
	array := func(descr, payload string) []byte {
		return npy10("{'descr': '"+descr+"', 'fortran_order': False, 'shape': (1,), }", payload)
	}
	for _, c := range []struct {
		name string
		data []byte
		want float32
		err  string
	}{
		{"the smallest half", array("<f2", "\x01\x00"), 0x1p-24, ""},
		{"a double that rounds", array("<f8", "\x9a\x99\x99\x99\x99\x99\xb9\x3f"), 0.1, ""},
		{"a double beyond float32", array("<f8", "\x00\x00\x00\x00\x00\x00\xf0\x7e"), 0, "npy: element 0: 2.7430620343968443e+303 is beyond float32"},
		{"minus one", array("|i1", "\xff"), -1, ""},
		{"255", array("|u1", "\xff"), 255, ""},
		{"2^24", array("<i4", "\x00\x00\x00\x01"), 1 << 24, ""},
		{"2^24 + 1", array("<i4", "\x01\x00\x00\x01"), 0, "npy: element 0: 16777217 is not a float32"},
		{"-2^63", array("<i8", "\x00\x00\x00\x00\x00\x00\x00\x80"), -1 << 63, ""},
		{"2^63 - 1", array("<i8", "\xff\xff\xff\xff\xff\xff\xff\x7f"), 0, "npy: element 0: 9223372036854775807 is not a float32"},
		{"2^63", array("<u8", "\x00\x00\x00\x00\x00\x00\x00\x80"), 1 << 63, ""},
		{"2^64 - 1", array("<u8", "\xff\xff\xff\xff\xff\xff\xff\xff"), 0, "npy: element 0: 18446744073709551615 is not a float32"},
		{"a byte that is true", array("|b1", "\x02"), 1, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := ReadArray(c.data)
			switch {
			case c.err == "" && err != nil:
				t.Error(err)
			case c.err == "" && got.Data[0] != c.want:
				t.Errorf("read %v, want %v", got.Data[0], c.want)
			case c.err != "" && (err == nil || err.Error() != c.err || !errors.Is(err, ir.ErrUnsupported)):
				t.Errorf("error %v, want %s", err, c.err)
			}
		})
	}
}

func TestDetect(t *testing.T) {
	for _, c := range []struct {
		name string
		data []byte
		want Kind
	}{
		{"an array", fixture(t, "plain_f4.npy"), NPY},
		{"a dict", fixture(t, "saved.npy"), NPY},
		{"an archive", fixture(t, "stored.npz"), NPZ},
		{"an empty archive", []byte("PK\x05\x06"), NPZ},
		{"half the magic", []byte(magic[:5]), Unknown},
		{"nothing", nil, Unknown},
	} {
		if got := Detect(c.data); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
