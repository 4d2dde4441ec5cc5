package npy

import (
	"bytes"
	"encoding/binary"

	"github.com/alexconv/alexconv/ir"
)

// unpickle runs a pickle of protocol 0 to 5 and returns its object and the
// bytes after it.
//
// The machine can name numpy's array constructors (see globals) and can do
// nothing else: no opcode imports, and every opcode that arrays, dicts, lists
// and their keys do not need is refused by name. Payloads are views of data.
// Objects may hold themselves or nest without end: nobody walks them deeper
// than a dict of weights goes.
//
// Operations, and with them the objects that a pickle may build, count as
// [ir.Limits.Values]; a net of a thousand layers needs some 60,000.
func unpickle(data []byte, limits ir.Limits) (any, []byte, error) {
	m := &unpickler{data: data, memo: make(map[uint64]any), limits: limits, encoded: len(data)}
	for {
		m.at = m.pos
		code, err := m.byte()
		if err != nil {
			return nil, nil, m.place(err)
		}
		op := opcodes[code]
		switch {
		case op.name == "":
			err = ir.Errorf(ir.ErrInvalid, "0x%02x is not an opcode", code)
		case op.run == nil:
			err = ir.Errorf(ir.ErrUnsupported, "opcode %s is refused: arrays of weights do not need it", op.name)
		default:
			if err = m.charge(1); err == nil {
				err = op.run(m)
			}
		}
		if err != nil {
			return nil, nil, m.place(err)
		}
		if code == opStop {
			return m.stack[0], data[m.pos:], nil
		}
	}
}

// unpickler is the pickle machine: a stack, marks on it, and a memo.
type unpickler struct {
	data       []byte
	pos        int
	at         int // where the current opcode is
	stack      []any
	marks      []int // stack heights
	memo       map[uint64]any
	limits     ir.Limits
	operations int // so far
	encoded    int // how many bytes _codecs.encode may still produce
}

func (m *unpickler) place(err error) error {
	return ir.Errorf(ir.ErrInvalid, "pickle, byte %d: %w", m.at, err)
}

// charge counts work that later operations may repeat at no cost in bytes.
func (m *unpickler) charge(n int) error {
	m.operations += n
	return m.limits.Check(ir.LimitValues, "operations of the pickle", int64(m.operations))
}

func (m *unpickler) byte() (byte, error) {
	b, err := m.take(1)
	if err != nil {
		return 0, err
	}
	return b[0], nil
}

// take is the next n bytes, as a view.
func (m *unpickler) take(n uint64) ([]byte, error) {
	if rest := uint64(len(m.data) - m.pos); n > rest {
		return nil, ir.Errorf(ir.ErrInvalid, "%d bytes are needed, %d remain", n, rest)
	}
	b := m.data[m.pos : m.pos+int(n) : m.pos+int(n)]
	m.pos += int(n)
	return b, nil
}

// number reads an unsigned little-endian integer of 1, 2, 4 or 8 bytes.
func (m *unpickler) number(size int) (uint64, error) {
	b, err := m.take(uint64(size))
	if err != nil {
		return 0, err
	}
	var wide [8]byte
	copy(wide[:], b)
	return binary.LittleEndian.Uint64(wide[:]), nil
}

// counted reads a length of the given size and then as many bytes.
func (m *unpickler) counted(size int) ([]byte, error) {
	n, err := m.number(size)
	if err != nil {
		return nil, err
	}
	return m.take(n)
}

// line is the text up to the next line feed, which is passed.
func (m *unpickler) line() ([]byte, error) {
	n := bytes.IndexByte(m.data[m.pos:], '\n')
	if n < 0 {
		return nil, ir.Errorf(ir.ErrInvalid, "a line does not end")
	}
	b := m.data[m.pos : m.pos+n : m.pos+n]
	m.pos += n + 1
	return b, nil
}

func (m *unpickler) push(v any) error {
	m.stack = append(m.stack, v)
	return nil
}

// floor is the stack height below which the current mark hides everything.
func (m *unpickler) floor() int {
	if len(m.marks) == 0 {
		return 0
	}
	return m.marks[len(m.marks)-1]
}

// pop takes n objects off the stack, bottom first.
func (m *unpickler) pop(n int) ([]any, error) {
	from := len(m.stack) - n
	if from < m.floor() {
		return nil, ir.Errorf(ir.ErrInvalid, "%d objects are needed on the stack, %d are there", n, len(m.stack)-m.floor())
	}
	items := append([]any(nil), m.stack[from:]...)
	clear(m.stack[from:])
	m.stack = m.stack[:from]
	return items, nil
}

// popMark takes what was pushed since the last mark, and the mark.
func (m *unpickler) popMark() ([]any, error) {
	if len(m.marks) == 0 {
		return nil, ir.Errorf(ir.ErrInvalid, "no mark is on the stack")
	}
	items, err := m.pop(len(m.stack) - m.floor())
	m.marks = m.marks[:len(m.marks)-1]
	return items, err
}

// top is the object on top of the stack, which stays there.
func (m *unpickler) top() (any, error) {
	if len(m.stack) == m.floor() {
		return nil, ir.Errorf(ir.ErrInvalid, "the stack is empty")
	}
	return m.stack[len(m.stack)-1], nil
}

func (m *unpickler) put(index uint64) error {
	v, err := m.top()
	if err != nil {
		return err
	}
	m.memo[index] = v
	return nil
}

func (m *unpickler) get(index uint64) error {
	v, ok := m.memo[index]
	if !ok {
		return ir.Errorf(ir.ErrInvalid, "nothing is memoized as %d", index)
	}
	return m.push(v)
}
