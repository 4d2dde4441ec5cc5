package npy

import (
	"bufio"
	"encoding/binary"
	"io"
	"math"
	"math/bits"

	"github.com/alexconv/alexconv/formats/internal/strided"
	"github.com/alexconv/alexconv/ir"
)

// The memo indices that the writer uses.
const (
	memoReconstruct = iota
	memoNDArray
	memoEmptyShape
	memoEncode
	memoLatin1
	memoTypeChar
	memoDType
	memoFloat32
)

// pickler writes a pickle of protocol 2 or 4. It keeps the first error of the
// writer below; check it with flush.
//
// Bytes have no opcode in protocol 2 that Python 2 and Python 3 read alike
// under every encoding. They are written as Python 3 does, as the latin-1
// decoding of themselves to be encoded again by _codecs.encode, which makes an
// array of floats about half as large again. Protocol 4 has them plain.
type pickler struct {
	w        *bufio.Writer
	protocol int
	float32s bool // the dtype is memoized
}

func newPickler(w io.Writer, protocol int) *pickler {
	p := &pickler{w: bufio.NewWriterSize(w, 1<<16), protocol: protocol}
	p.op(0x80, byte(protocol))
	return p
}

func (p *pickler) op(b ...byte) { p.w.Write(b) }

func (p *pickler) memoize(index byte) { p.op('q', index) }
func (p *pickler) recall(index byte)  { p.op('h', index) }

// str writes text of fewer than 2^32 bytes.
func (p *pickler) str(s string) {
	p.op(binary.LittleEndian.AppendUint32([]byte{'X'}, uint32(len(s)))...)
	p.w.WriteString(s)
}

// integer writes a number from -2^31 to 2^31-1.
func (p *pickler) integer(n int) {
	switch {
	case n >= 0 && n <= math.MaxUint8:
		p.op('K', byte(n))
	case n >= 0 && n <= math.MaxUint16:
		p.op(binary.LittleEndian.AppendUint16([]byte{'M'}, uint16(n))...)
	default:
		p.op(binary.LittleEndian.AppendUint32([]byte{'J'}, uint32(int32(n)))...)
	}
}

func (p *pickler) boolean(b bool) {
	if b {
		p.op(0x88)
	} else {
		p.op(0x89)
	}
}

func (p *pickler) global(module, name string) {
	if p.protocol >= 4 {
		p.str(module)
		p.str(name)
		p.op(0x93)
		return
	}
	p.op('c')
	p.w.WriteString(module + "\n" + name + "\n")
}

// dtype calls numpy.dtype, which is on the stack, with (name, False, True) and
// sets the state of the result.
func (p *pickler) dtype(name, order string, flags int) {
	p.str(name)
	p.boolean(false)
	p.boolean(true)
	p.op(0x87, 'R', '(')
	p.integer(3)
	p.str(order)
	p.op('N', 'N', 'N')
	p.integer(-1)
	p.integer(-1)
	p.integer(flags)
	p.op('t', 'b')
}

// beginObject opens the array of one object that numpy.save wraps a dict in,
// and memoizes what every array in it needs. endObject closes it.
func (p *pickler) beginObject() {
	p.global("numpy.core.multiarray", "_reconstruct")
	p.memoize(memoReconstruct)
	p.global("numpy", "ndarray")
	p.memoize(memoNDArray)
	p.integer(0)
	p.op(0x85)
	p.memoize(memoEmptyShape)
	if p.protocol >= 4 {
		p.op('C', 1, 'b')
	} else {
		p.global("_codecs", "encode")
		p.memoize(memoEncode)
		p.str("b")
		p.str("latin1")
		p.memoize(memoLatin1)
		p.op(0x86, 'R')
	}
	p.memoize(memoTypeChar)
	p.op(0x87, 'R', '(')
	p.integer(1)
	p.op(')')
	p.global("numpy", "dtype")
	p.memoize(memoDType)
	p.dtype("O8", "|", 63)
	p.boolean(false)
	p.op(']')
}

func (p *pickler) endObject() { p.op('a', 't', 'b', opStop) }

// flush writes what is buffered and reports the first error.
func (p *pickler) flush() error { return p.w.Flush() }

// array writes a float32 array of the given shape, whose elements are those of
// v in C order. Elements that lie in column-major order are written so, as
// numpy does.
func (p *pickler) array(shape ir.Shape, v strided.View) error {
	fortran := false
	if columns := v.Transpose(); len(v.Shape) == len(shape) && !v.Contiguous() && columns.Contiguous() {
		v, fortran = columns, true
	}
	p.recall(memoReconstruct)
	p.recall(memoNDArray)
	p.recall(memoEmptyShape)
	p.recall(memoTypeChar)
	p.op(0x87, 'R', '(')
	p.integer(1)
	p.op('(')
	for _, d := range shape {
		p.integer(d)
	}
	p.op('t')
	if p.float32s {
		p.recall(memoFloat32)
	} else {
		p.recall(memoDType)
		p.dtype("f4", "<", 0)
		p.memoize(memoFloat32)
		p.float32s = true
	}
	p.boolean(fortran)
	payload := p.binaryPayload
	if p.protocol < 4 {
		payload = p.textPayload
	}
	if err := payload(v); err != nil {
		return err
	}
	p.op('t', 'b')
	return nil
}

// binaryPayload writes the elements as bytes.
func (p *pickler) binaryPayload(v strided.View) error {
	size := 4 * uint64(v.Elements())
	if size <= math.MaxUint32 {
		p.op(binary.LittleEndian.AppendUint32([]byte{'B'}, uint32(size))...)
	} else {
		p.op(binary.LittleEndian.AppendUint64([]byte{0x8e}, size)...)
	}
	return v.Chunks(packedElements, func(values []float32) error { return writeFloats(p.w, values) })
}

// textPayload writes the elements' bytes as text that encodes to them.
func (p *pickler) textPayload(v strided.View) error {
	size := 4 * uint64(v.Elements())
	// The order of the elements does not change how many bytes need two.
	err := v.Chunks(packedElements, func(values []float32) error {
		for _, x := range values {
			size += uint64(bits.OnesCount32(math.Float32bits(x) & 0x80808080))
		}
		return nil
	})
	if err != nil {
		return err
	}
	if size > math.MaxUint32 {
		return ir.Errorf(ir.ErrUnsupported, "an array of %d elements is too large for pickle protocol 2: use protocol 4", v.Elements())
	}
	p.recall(memoEncode)
	p.op(binary.LittleEndian.AppendUint32([]byte{'X'}, uint32(size))...)
	err = v.Chunks(packedElements, p.writeLatin1)
	p.recall(memoLatin1)
	p.op(0x86, 'R')
	return err
}

// writeLatin1 writes the bytes of values as the UTF-8 of their latin-1
// decoding. The loop has no branches that could be mispredicted.
func (p *pickler) writeLatin1(values []float32) error {
	const block = 1 << 11
	var buffer [2 * block]byte
	for raw := ir.BytesOf(values); len(raw) > 0; {
		n := 0
		part := raw[:min(block, len(raw))]
		for _, b := range part {
			high := b >> 7
			buffer[n] = 0xc0 | b>>6
			buffer[n+int(high)] = b &^ (high << 6)
			n += 1 + int(high)
		}
		if _, err := p.w.Write(buffer[:n]); err != nil {
			return err
		}
		raw = raw[len(part):]
	}
	return nil
}
