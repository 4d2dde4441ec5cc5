package npy

import (
	"encoding/binary"
	"math"
	"strconv"
	"strings"

	"github.com/alexconv/alexconv/ir"
)

const opStop = '.'

// maxProtocol is the newest pickle protocol.
const maxProtocol = 5

// opcode is one instruction; run is nil for those that are refused.
type opcode struct {
	name string
	run  func(*unpickler) error
}

// opcodes lists every instruction of Python's pickletools module.
var opcodes = [256]opcode{
	'(':  {"MARK", (*unpickler).mark},
	'.':  {"STOP", (*unpickler).stop},
	'0':  {"POP", nil},
	'1':  {"POP_MARK", nil},
	'2':  {"DUP", nil},
	'F':  {"FLOAT", (*unpickler).floatLine},
	'G':  {"BINFLOAT", (*unpickler).binFloat},
	'I':  {"INT", (*unpickler).intLine},
	'J':  {"BININT", (*unpickler).binInt},
	'K':  {"BININT1", integer(1)},
	'L':  {"LONG", (*unpickler).longLine},
	'M':  {"BININT2", integer(2)},
	'N':  {"NONE", constant(none{})},
	'P':  {"PERSID", nil},
	'Q':  {"BINPERSID", nil},
	'R':  {"REDUCE", (*unpickler).reduce},
	'S':  {"STRING", (*unpickler).stringLine},
	'T':  {"BINSTRING", counted[str2](4)},
	'U':  {"SHORT_BINSTRING", counted[str2](1)},
	'V':  {"UNICODE", (*unpickler).unicodeLine},
	'X':  {"BINUNICODE", counted[text](4)},
	'a':  {"APPEND", (*unpickler).append},
	'b':  {"BUILD", (*unpickler).build},
	'c':  {"GLOBAL", (*unpickler).globalLines},
	'd':  {"DICT", (*unpickler).dict},
	'}':  {"EMPTY_DICT", func(m *unpickler) error { return m.push(newDict()) }},
	'e':  {"APPENDS", (*unpickler).appends},
	'g':  {"GET", (*unpickler).getLine},
	'h':  {"BINGET", index(1, (*unpickler).get)},
	'i':  {"INST", nil},
	'j':  {"LONG_BINGET", index(4, (*unpickler).get)},
	'l':  {"LIST", (*unpickler).list},
	']':  {"EMPTY_LIST", func(m *unpickler) error { return m.push(&list{}) }},
	'o':  {"OBJ", nil},
	'p':  {"PUT", (*unpickler).putLine},
	'q':  {"BINPUT", index(1, (*unpickler).put)},
	'r':  {"LONG_BINPUT", index(4, (*unpickler).put)},
	's':  {"SETITEM", (*unpickler).setItem},
	't':  {"TUPLE", (*unpickler).tupleMark},
	')':  {"EMPTY_TUPLE", tupleOf(0)},
	'u':  {"SETITEMS", (*unpickler).setItems},
	0x80: {"PROTO", (*unpickler).proto},
	0x81: {"NEWOBJ", nil},
	0x82: {"EXT1", nil},
	0x83: {"EXT2", nil},
	0x84: {"EXT4", nil},
	0x85: {"TUPLE1", tupleOf(1)},
	0x86: {"TUPLE2", tupleOf(2)},
	0x87: {"TUPLE3", tupleOf(3)},
	0x88: {"NEWTRUE", constant(true)},
	0x89: {"NEWFALSE", constant(false)},
	0x8a: {"LONG1", longBytes(1)},
	0x8b: {"LONG4", longBytes(4)},
	'B':  {"BINBYTES", counted[octets](4)},
	'C':  {"SHORT_BINBYTES", counted[octets](1)},
	0x8c: {"SHORT_BINUNICODE", counted[text](1)},
	0x8d: {"BINUNICODE8", counted[text](8)},
	0x8e: {"BINBYTES8", counted[octets](8)},
	0x8f: {"EMPTY_SET", nil},
	0x90: {"ADDITEMS", nil},
	0x91: {"FROZENSET", nil},
	0x92: {"NEWOBJ_EX", nil},
	0x93: {"STACK_GLOBAL", (*unpickler).stackGlobal},
	0x94: {"MEMOIZE", func(m *unpickler) error { return m.put(uint64(len(m.memo))) }},
	0x95: {"FRAME", (*unpickler).frame},
	0x96: {"BYTEARRAY8", counted[octets](8)},
	0x97: {"NEXT_BUFFER", nil},
	0x98: {"READONLY_BUFFER", nil},
}

func (m *unpickler) mark() error {
	m.marks = append(m.marks, len(m.stack))
	return nil
}

func (m *unpickler) stop() error {
	if len(m.marks) > 0 || len(m.stack) != 1 {
		return ir.Errorf(ir.ErrInvalid, "the pickle stops with %d objects on the stack instead of 1", len(m.stack))
	}
	return nil
}

func (m *unpickler) proto() error {
	version, err := m.byte()
	if err == nil && version > maxProtocol {
		err = ir.Errorf(ir.ErrUnsupported, "pickle protocol %d is unknown", version)
	}
	return err
}

// frame checks the length only: frames exist for readers of streams.
func (m *unpickler) frame() error {
	n, err := m.number(8)
	if rest := uint64(len(m.data) - m.pos); err == nil && n > rest {
		err = ir.Errorf(ir.ErrInvalid, "a frame of %d bytes, but %d remain", n, rest)
	}
	return err
}

func constant(v any) func(*unpickler) error {
	return func(m *unpickler) error { return m.push(v) }
}

// counted pushes a string of the given kind whose length comes first.
func counted[T text | str2 | octets](size int) func(*unpickler) error {
	return func(m *unpickler) error {
		b, err := m.counted(size)
		if err != nil {
			return err
		}
		return m.push(T(b))
	}
}

func integer(size int) func(*unpickler) error {
	return func(m *unpickler) error {
		n, err := m.number(size)
		if err != nil {
			return err
		}
		return m.push(int64(n))
	}
}

// index reads a memo index and hands it on.
func index(size int, use func(*unpickler, uint64) error) func(*unpickler) error {
	return func(m *unpickler) error {
		n, err := m.number(size)
		if err != nil {
			return err
		}
		return use(m, n)
	}
}

func tupleOf(n int) func(*unpickler) error {
	return func(m *unpickler) error {
		items, err := m.pop(n)
		if err != nil {
			return err
		}
		return m.push(&tuple{items})
	}
}

func (m *unpickler) tupleMark() error {
	items, err := m.popMark()
	if err != nil {
		return err
	}
	return m.push(&tuple{items})
}

func (m *unpickler) list() error {
	items, err := m.popMark()
	if err != nil {
		return err
	}
	return m.push(&list{items})
}

func (m *unpickler) dict() error {
	items, err := m.popMark()
	if err != nil {
		return err
	}
	d := newDict()
	if err := m.fill(d, items); err != nil {
		return err
	}
	return m.push(d)
}

func (m *unpickler) append() error {
	items, err := m.pop(1)
	if err != nil {
		return err
	}
	return m.extend(items)
}

func (m *unpickler) appends() error {
	items, err := m.popMark()
	if err != nil {
		return err
	}
	return m.extend(items)
}

func (m *unpickler) extend(items []any) error {
	target, err := m.top()
	if err != nil {
		return err
	}
	l, ok := target.(*list)
	if !ok {
		return ir.Errorf(ir.ErrInvalid, "items are appended to %s", describe(target))
	}
	l.items = append(l.items, items...)
	return nil
}

func (m *unpickler) setItem() error {
	items, err := m.pop(2)
	if err != nil {
		return err
	}
	return m.setPairs(items)
}

func (m *unpickler) setItems() error {
	items, err := m.popMark()
	if err != nil {
		return err
	}
	return m.setPairs(items)
}

func (m *unpickler) setPairs(items []any) error {
	target, err := m.top()
	if err != nil {
		return err
	}
	d, ok := target.(*dict)
	if !ok {
		return ir.Errorf(ir.ErrInvalid, "items are set in %s", describe(target))
	}
	return m.fill(d, items)
}

// fill sets alternating keys and values. A memoized key costs two bytes to
// repeat, so keys are charged for by length.
func (m *unpickler) fill(d *dict, items []any) error {
	if len(items)%2 != 0 {
		return ir.Errorf(ir.ErrInvalid, "a dict key has no value")
	}
	for i := 0; i < len(items); i += 2 {
		if err := m.chargeText(items[i]); err != nil {
			return err
		}
		if err := d.set(items[i], items[i+1]); err != nil {
			return err
		}
	}
	return nil
}

// maxText bounds names and type strings, as opposed to payloads.
const maxText = 4096

// chargeText refuses text that is too long for a name.
func (m *unpickler) chargeText(v any) error {
	n := 0
	switch s := v.(type) {
	case text:
		n = len(s)
	case str2:
		n = len(s)
	case octets:
		n = len(s)
	}
	if n > maxText {
		return ir.Errorf(ir.ErrLimit, "a name of %d bytes is longer than %d", n, maxText)
	}
	return m.charge(n / 64)
}

func (m *unpickler) getLine() error { return m.indexLine((*unpickler).get) }
func (m *unpickler) putLine() error { return m.indexLine((*unpickler).put) }

func (m *unpickler) indexLine(use func(*unpickler, uint64) error) error {
	b, err := m.line()
	if err != nil {
		return err
	}
	n, err := strconv.ParseUint(clip(string(b)), 10, 32)
	if err != nil {
		return ir.Errorf(ir.ErrInvalid, "%q is not a memo index", clip(string(b)))
	}
	return use(m, n)
}

func (m *unpickler) binInt() error {
	n, err := m.number(4)
	if err != nil {
		return err
	}
	return m.push(int64(int32(uint32(n))))
}

// intLine reads a decimal; protocol 0 writes True and False as 01 and 00.
func (m *unpickler) intLine() error {
	b, err := m.line()
	if err != nil {
		return err
	}
	switch string(b) {
	case "00":
		return m.push(false)
	case "01":
		return m.push(true)
	}
	return m.pushDecimal(string(b))
}

func (m *unpickler) longLine() error {
	b, err := m.line()
	if err != nil {
		return err
	}
	return m.pushDecimal(strings.TrimSuffix(string(b), "L"))
}

func (m *unpickler) pushDecimal(digits string) error {
	n, err := strconv.ParseInt(clip(digits), 10, 64)
	if err != nil {
		return ir.Errorf(ir.ErrInvalid, "%q is not an integer of at most 64 bits", clip(digits))
	}
	return m.push(n)
}

// longBytes reads a two's complement little-endian integer of at most 8 bytes.
func longBytes(size int) func(*unpickler) error {
	return func(m *unpickler) error {
		b, err := m.counted(size)
		if err != nil {
			return err
		}
		if len(b) > 8 {
			return ir.Errorf(ir.ErrUnsupported, "an integer of %d bytes is too large", len(b))
		}
		var n int64
		for i := len(b) - 1; i >= 0; i-- {
			n = n<<8 | int64(b[i])
		}
		if unused := 64 - 8*len(b); unused < 64 {
			n = n << unused >> unused
		}
		return m.push(n)
	}
}

func (m *unpickler) binFloat() error {
	b, err := m.take(8)
	if err != nil {
		return err
	}
	return m.push(math.Float64frombits(binary.BigEndian.Uint64(b)))
}

func (m *unpickler) floatLine() error {
	b, err := m.line()
	if err != nil {
		return err
	}
	v, err := strconv.ParseFloat(clip(string(b)), 64)
	if err != nil {
		return ir.Errorf(ir.ErrInvalid, "%q is not a float", clip(string(b)))
	}
	return m.push(v)
}
