package npy

import (
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/alexconv/alexconv/formats/internal/strided"
	"github.com/alexconv/alexconv/ir"
)

// pickled puts a pickle behind the header of an object array.
func pickled(p string) []byte {
	return append(appendHeader(nil, header{dtype: dtype{kind: 'O'}}), p...)
}

const (
	// anArray leaves an unbuilt array on the stack.
	anArray = "cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85C\x01b\x87R"
	// aType leaves the dtype f4 on the stack.
	aType = "cnumpy\ndtype\nX\x02\x00\x00\x00f4\x89\x88\x87R"
	// anObject leaves the dtype O8 on the stack.
	anObject = "cnumpy\ndtype\nX\x02\x00\x00\x00O8\x89\x88\x87R"
)

// TestHostilePickles refuses what could run code, exhaust memory or time, or
// lead the machine astray: one error, no panic, little memory.
func TestHostilePickles(t *testing.T) {
	var pairs strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&pairs, "U\x03%03dN\x86", i)
	}
	deep := strings.Repeat("]", 100000)
	for _, c := range []struct {
		name   string
		pickle string
		kind   error
		want   string
	}{
		{"os.system", "\x80\x02cos\nsystem\nX\x02\x00\x00\x00ls\x85R.", ir.ErrUnsupported,
			`npy: pickle, byte 2: the pickle names "os.system", which does not build an array: refused (it could run code)`},
		{"os.system in protocol 0", "cos\nsystem\n(S'ls'\ntR.", ir.ErrUnsupported,
			`npy: pickle, byte 0: the pickle names "os.system", which does not build an array: refused (it could run code)`},
		{"os.system in protocol 4", "\x80\x04\x8c\x02os\x8c\x06system\x93.", ir.ErrUnsupported,
			`npy: pickle, byte 14: the pickle names "os.system", which does not build an array: refused (it could run code)`},
		{"builtins.eval", "c__builtin__\neval\n.", ir.ErrUnsupported,
			`npy: pickle, byte 0: the pickle names "__builtin__.eval", which does not build an array: refused (it could run code)`},
		{"a codec that imports", "c_codecs\nencode\nX\x01\x00\x00\x00bX\x03\x00\x00\x00zip\x86R.", ir.ErrUnsupported,
			"npy: pickle, byte 31: _codecs.encode: only the latin1 codec is supported"},
		{"an instance", "ios\nsystem\n.", ir.ErrUnsupported, "npy: pickle, byte 0: opcode INST is refused: arrays of weights do not need it"},
		{"a persistent id", "Pfile\n.", ir.ErrUnsupported, "npy: pickle, byte 0: opcode PERSID is refused: arrays of weights do not need it"},
		{"an extension", "\x82\x01.", ir.ErrUnsupported, "npy: pickle, byte 0: opcode EXT1 is refused: arrays of weights do not need it"},
		{"a new object", "cnumpy\nndarray\n)\x81.", ir.ErrUnsupported, "npy: pickle, byte 16: opcode NEWOBJ is refused: arrays of weights do not need it"},
		{"a buffer elsewhere", "\x97.", ir.ErrUnsupported, "npy: pickle, byte 0: opcode NEXT_BUFFER is refused: arrays of weights do not need it"},
		{"no opcode", "\xff", ir.ErrInvalid, "npy: pickle, byte 0: 0xff is not an opcode"},
		{"protocol 6", "\x80\x06.", ir.ErrUnsupported, "npy: pickle, byte 0: pickle protocol 6 is unknown"},
		{"an empty pickle", "", ir.ErrInvalid, "npy: pickle, byte 0: 1 bytes are needed, 0 remain"},
		{"no end", "N", ir.ErrInvalid, "npy: pickle, byte 1: 1 bytes are needed, 0 remain"},
		{"a text bomb", "X\xff\xff\xff\xffabc", ir.ErrInvalid, "npy: pickle, byte 0: 4294967295 bytes are needed, 3 remain"},
		{"a bytes bomb of 64 bits", "\x8e\xff\xff\xff\xff\xff\xff\xff\xffabc", ir.ErrInvalid,
			"npy: pickle, byte 0: 18446744073709551615 bytes are needed, 3 remain"},
		{"a frame bomb", "\x95\xff\xff\xff\xff\xff\xff\xff\x7f.", ir.ErrInvalid, "npy: pickle, byte 0: a frame of 9223372036854775807 bytes, but 1 remain"},
		{"a huge integer", "\x8a\x09123456789.", ir.ErrUnsupported, "npy: pickle, byte 0: an integer of 9 bytes is too large"},
		{"a line without end", "I1", ir.ErrInvalid, "npy: pickle, byte 0: a line does not end"},
		{"not a number", "Ix\n.", ir.ErrInvalid, `npy: pickle, byte 0: "x" is not an integer of at most 64 bits`},
		{"an empty stack", "\x85.", ir.ErrInvalid, "npy: pickle, byte 0: 1 objects are needed on the stack, 0 are there"},
		{"a mark that hides the stack", "N(\x85.", ir.ErrInvalid, "npy: pickle, byte 2: 1 objects are needed on the stack, 0 are there"},
		{"no mark", "Nt.", ir.ErrInvalid, "npy: pickle, byte 1: no mark is on the stack"},
		{"nothing memoized", "h\x05.", ir.ErrInvalid, "npy: pickle, byte 0: nothing is memoized as 5"},
		{"two results", "NN.", ir.ErrInvalid, "npy: pickle, byte 2: the pickle stops with 2 objects on the stack instead of 1"},
		{"bytes behind", anArray + "(K\x01)" + anObject + "\x89]}atb.N", ir.ErrInvalid, "npy: 1 bytes follow the pickle"},
		{"a call of a dict", "})R.", ir.ErrInvalid, "npy: pickle, byte 2: a dict is called"},
		{"a call of the class", "cnumpy\nndarray\n)R.", ir.ErrUnsupported, "npy: pickle, byte 16: numpy.ndarray: it cannot be called"},
		{"a subclass", "cnumpy.core.multiarray\n_reconstruct\ncnumpy\ndtype\nK\x00\x85C\x01b\x87R.", ir.ErrUnsupported,
			"npy: pickle, byte 56: numpy.core.multiarray._reconstruct: only (numpy.ndarray, shape, type) is supported"},
		{"a payload of another size", anArray + "(K\x01K\x03\x85" + aType + "\x89C\x04abcdtb.", ir.ErrInvalid,
			"npy: pickle, byte 97: the state of an array: an array of shape 3 and dtype <f4 needs 12 bytes, 4 present"},
		{"extents that overflow", anArray + "(K\x01J\xff\xff\xff\x7fJ\xff\xff\xff\x7f\x86" + aType + "\x89C\x04abcdtb.", ir.ErrLimit,
			"npy: pickle, byte 105: the state of an array: shape 2147483647x2147483647 has more than 2147483647 elements"},
		{"a negative extent", anArray + "(K\x01J\xff\xff\xff\xff\x85" + aType + "\x89C\x04abcdtb.", ir.ErrInvalid,
			"npy: pickle, byte 100: the state of an array: extent 0 of a shape is not a number from 0 to 2147483647"},
		{"a state given twice", anArray + "(K\x01)" + aType + "\x89C\x04abcdtb(K\x01)" + aType + "\x89C\x04abcdtb.", ir.ErrInvalid,
			"npy: pickle, byte 132: the state of an array: it is given twice"},
		{"a structured dtype", aType + "(K\x03X\x01\x00\x00\x00|N(X\x01\x00\x00\x00xtNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb.", ir.ErrUnsupported,
			"npy: pickle, byte 56: the state of a dtype: a structured dtype is not supported"},
		{"a state for a dict", "}(tb.", ir.ErrUnsupported, "npy: pickle, byte 3: a dict is given a state"},
		{"lists in lists", deep + strings.Repeat("a", 99999) + ".", ir.ErrInvalid, "npy: the pickle holds a list, not an array of one object"},
		{"a list in itself", "]q\x00h\x00a.", ir.ErrInvalid, "npy: the pickle holds a list, not an array of one object"},
		{"a dict in itself", anArray + "(K\x01)" + anObject + "\x89]}q\x00X\x01\x00\x00\x00ah\x00satb.", ir.ErrInvalid,
			`npy: entry "a" holds a dict as "a", not an array of numbers`},
		{"an array in itself", anArray + "q\x00(K\x01)" + anObject + "\x89]h\x00atb.", ir.ErrInvalid,
			"npy: the pickle holds an array, not a dict of weights"},
		{"a key twice", "}X\x01\x00\x00\x00aNsX\x01\x00\x00\x00aNs.", ir.ErrInvalid, `npy: pickle, byte 16: a dict has the key "a" twice`},
		{"a key without value", "}(Nu.", ir.ErrInvalid, "npy: pickle, byte 3: a dict key has no value"},
		{"a number for a key", "}K\x01Ns.", ir.ErrInvalid, "npy: pickle, byte 4: a dict key: an int is not text"},
		{"a list key", "}]Ns.", ir.ErrInvalid, "npy: pickle, byte 3: a dict key: a list is not text"},
		{"items for a tuple", ")N" + "a.", ir.ErrInvalid, "npy: pickle, byte 2: items are appended to a tuple"},
		{"items for a list", "]NNs.", ir.ErrInvalid, "npy: pickle, byte 3: items are set in a list"},
		{"more operations than any net needs", strings.Repeat("N", ir.DefaultLimits.Values+1), ir.ErrLimit,
			"npy: pickle, byte 262144: operations of the pickle: 262145, the limit is 262144"},
		{"a text encoded again and again", "X\x00\x10\x00\x00" + strings.Repeat("a", 4096) + "q\x00" +
			strings.Repeat("c_codecs\nencode\nh\x00X\x06\x00\x00\x00latin1\x86R", 1000) + ".", ir.ErrLimit,
			"npy: pickle, byte 4381: _codecs.encode: the pickle encodes more text than it holds"},
		{"a list walked again and again", "]q\x00(" + pairs.String() + "e" +
			strings.Repeat("ccollections\nOrderedDict\nh\x00\x85R", 2000) + ".", ir.ErrLimit,
			"npy: pickle, byte 14515: collections.OrderedDict: operations of the pickle: 263040, the limit is 262144"},
		{"an ordered dict of something else", "ccollections\nOrderedDict\n]Na\x85R.", ir.ErrInvalid,
			"npy: pickle, byte 29: collections.OrderedDict: the argument is not a list of pairs"},
		{"text that is not latin-1", "c_codecs\nencode\nX\x02\x00\x00\x00\xc4\x80X\x06\x00\x00\x00latin1\x86R.", ir.ErrInvalid,
			"npy: pickle, byte 35: _codecs.encode: a text of 2 bytes is not the UTF-8 of latin-1"},
		{"text that breaks off", "c_codecs\nencode\nX\x01\x00\x00\x00\xc3X\x06\x00\x00\x00latin1\x86R.", ir.ErrInvalid,
			"npy: pickle, byte 34: _codecs.encode: a text of 1 bytes is not the UTF-8 of latin-1"},
		{"a name that is not UTF-8", "}X\x01\x00\x00\x00\xffNs.", ir.ErrInvalid, "npy: pickle, byte 8: a dict key: a text is not UTF-8"},
		{"a scalar of one argument", "cnumpy.core.multiarray\nscalar\n" + aType + "\x85R.", ir.ErrInvalid,
			"npy: pickle, byte 55: numpy.core.multiarray.scalar: 1 arguments instead of 2"},
		{"a buffer in no order", "cnumpy.core.numeric\n_frombuffer\n(C\x04abcd" + aType + "K\x01\x85U\x01AtR.", ir.ErrInvalid,
			"npy: pickle, byte 70: numpy.core.numeric._frombuffer: the order is neither C nor F"},
		{"an array of complex numbers", "cnumpy\ndtype\nU\x02c8\x89\x88\x87R.", ir.ErrUnsupported,
			`npy: pickle, byte 20: numpy.dtype: dtype "c8" is not supported: only float16, float32, float64, integers and bool are`},
		{"text for a payload", anArray + "(K\x01)" + aType + "\x89X\x04\x00\x00\x00abcdtb.", ir.ErrInvalid,
			"npy: pickle, byte 98: the state of an array: a str is not bytes"},
		{"an array that is never built", anArray + ".", ir.ErrInvalid, "npy: the pickle holds an array, not an array of one object"},
		{"a name of a megabyte", "}X\x00\x00\x10\x00" + strings.Repeat("a", 1<<20) + "Ns.", ir.ErrLimit,
			"npy: pickle, byte 1048583: a name of 1048576 bytes is longer than 4096"},
		{"a bare dict", "}.", ir.ErrInvalid, "npy: the pickle holds a dict, not an array of one object"},
		{"a dict of numbers", anArray + "(K\x01)" + anObject + "\x89]}X\x01\x00\x00\x00aK\x01satb.", ir.ErrInvalid,
			`npy: entry "a" is an int, not a dict or a list of arrays`},
	} {
		t.Run(c.name, func(t *testing.T) {
			data := pickled(c.pickle)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			err := LoadWeights(small(), data, ReadOptions{})
			runtime.ReadMemStats(&after)
			if err == nil || err.Error() != c.want || !errors.Is(err, c.kind) {
				t.Errorf("error %v\nwant  %s", err, c.want)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > 256<<20 {
				t.Errorf("%d bytes were allocated for a file of %d", used, len(data))
			}
		})
	}
}

// TestScalars reads numpy's scalars, which have a constructor of their own.
func TestScalars(t *testing.T) {
	scalar := "cnumpy.core.multiarray\nscalar\n" + aType + "C\x04\x00\x00\x20\x40\x86R."
	object, rest, err := unpickle([]byte(scalar), ir.DefaultLimits)
	if err != nil || len(rest) > 0 {
		t.Fatal(err, rest)
	}
	got, err := object.(*ndarray).array.tensor()
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Shape) != 0 || got.Data[0] != 2.5 {
		t.Errorf("read %v %v, want the scalar 2.5", got.Shape, got.Data)
	}
}

// TestNumbers reads every way to write a number.
func TestNumbers(t *testing.T) {
	for _, c := range []struct {
		name, pickle string
		want         any
	}{
		{"INT", "I-12\n", int64(-12)},
		{"INT true", "I01\n", true},
		{"INT false", "I00\n", false},
		{"BININT", "J\xfe\xff\xff\xff", int64(-2)},
		{"BININT1", "K\xff", int64(255)},
		{"BININT2", "M\xff\xff", int64(65535)},
		{"LONG", "L-12L\n", int64(-12)},
		{"LONG without a suffix", "L12\n", int64(12)},
		{"LONG1 of no bytes", "\x8a\x00", int64(0)},
		{"LONG1", "\x8a\x02\x00\x80", int64(-32768)},
		{"LONG1 of 8 bytes", "\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f", int64(1<<63 - 1)},
		{"LONG4", "\x8b\x01\x00\x00\x00\x80", int64(-128)},
		{"FLOAT", "F-1.5e3\n", -1500.0},
		{"BINFLOAT", "G\x3f\xf8\x00\x00\x00\x00\x00\x00", 1.5},
		{"NEWTRUE", "\x88", true},
		{"NEWFALSE", "\x89", false},
		{"NONE", "N", none{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, _, err := unpickle([]byte(c.pickle+"."), ir.DefaultLimits); err != nil || got != c.want {
				t.Errorf("read %v, error %v, want %v", got, err, c.want)
			}
		})
	}
}

// TestStrings reads the escapes of protocol 0, and names in any encoding.
func TestStrings(t *testing.T) {
	for _, c := range []struct{ name, pickle, want string }{
		{"a quoted str", `S'conv1'`, "conv1"},
		{"double quotes", `S"it's"`, "it's"},
		{"escapes", `S'\x41\102\\\'\n\q'`, "AB\\'\n\\q"},
		{"a short octal escape", `S'\0018'`, "\x018"},
		{"unicode", "Va\\u00e9\xe9\\U0001F600", "a\u00e9\u00e9\U0001F600"},
		{"unicode with a backslash", `Va\u005cu0041\\u0041`, `a\u0041\\u0041`},
		{"bytes in UTF-8", "U\x02\xc3\xa9", "\u00e9"},
		{"bytes in latin-1", "U\x01\xe9", "\u00e9"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := c.pickle
			if !strings.HasPrefix(p, "U") {
				p += "\n"
			}
			object, _, err := unpickle([]byte(p+"."), ir.DefaultLimits)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := textOf(object); err != nil || got != c.want {
				t.Errorf("read %q, %v, want %q", got, err, c.want)
			}
		})
	}
	for _, bad := range []string{`S'abc`, `S'a\'`, `S'\x4'`, `S'\xzz'`, `S`, `V\u12`, `V\U00110000`, `V\uzzzz`} {
		if object, _, err := unpickle([]byte(bad+"\n."), ir.DefaultLimits); err == nil {
			t.Errorf("%s was read as %q", bad, object)
		}
	}
}

// TestLatin1 decodes what the writer encodes, for every byte and pair.
func TestLatin1(t *testing.T) {
	all := make([]byte, 1<<17)
	for i := range 1 << 16 {
		all[2*i], all[2*i+1] = byte(i>>8), byte(i)
	}
	var b bytes.Buffer
	p := newPickler(&b, 2)
	if err := p.textPayload(strided.COrder(ir.FloatsOf(all), []int{len(all) / 4})); err != nil {
		t.Fatal(err)
	}
	if err := p.flush(); err != nil {
		t.Fatal(err)
	}
	const before, behind = 2 + 2 + 5, 4 // PROTO, BINGET, BINUNICODE; BINGET, TUPLE2, REDUCE
	encoded := b.Bytes()[before : b.Len()-behind]
	if got, err := latin1(encoded); err != nil || !bytes.Equal(got, all) {
		t.Errorf("decoded %d bytes of %d, error %v", len(got), len(all), err)
	}
	if want := string([]rune(latin(all))); want != string(encoded) {
		t.Error("the text is not the latin-1 decoding")
	}
}

// latin decodes latin-1 the plain way.
func latin(b []byte) []rune {
	runes := make([]rune, len(b))
	for i, c := range b {
		runes[i] = rune(c)
	}
	return runes
}
