package wire

import (
	"bytes"
	"io"
	"math"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/alexconv/alexconv/ir"
)

// Message is an encoded message whose payloads are still where they were: a
// list of parts, each either bytes or a payload. The zero value is the message
// without fields. Fields are written in the order of the calls.
type Message struct {
	parts []part
	size  int64
}

type part struct {
	bytes   []byte
	payload Payload
}

// Payload is the content of a length-delimited field that is made when the
// message is written. It must not change before that.
type Payload interface {
	// Size is the number of bytes that Emit gives.
	Size() int
	// Emit gives the bytes in pieces, and the first error of emit.
	Emit(emit func([]byte) error) error
}

// Floats is a payload of float32 numbers, little-endian.
type Floats []float32

// Size is four bytes for each number.
func (f Floats) Size() int { return 4 * len(f) }

// Emit gives all bytes at once, without a copy on little-endian machines.
func (f Floats) Emit(emit func([]byte) error) error { return emit(ir.BytesOf(f)) }

// Raw is a payload that stands in memory as it is written.
type Raw []byte

// Size is the number of bytes.
func (r Raw) Size() int { return len(r) }

// Emit gives all bytes at once.
func (r Raw) Emit(emit func([]byte) error) error { return emit(r) }

// Size is the number of bytes that WriteTo writes.
func (m *Message) Size() int64 { return m.size }

// Append adds fields that are encoded already, by copying them.
func (m *Message) Append(fields []byte) {
	m.size += int64(len(fields))
	if n := len(m.parts); n > 0 && m.parts[n-1].payload == nil {
		m.parts[n-1].bytes = append(m.parts[n-1].bytes, fields...)
		return
	}
	m.parts = append(m.parts, part{bytes: append([]byte(nil), fields...)})
}

func (m *Message) tag(number protowire.Number, wire protowire.Type) {
	m.Append(protowire.AppendTag(nil, number, wire))
}

// Int writes an integer, boolean or enum as a varint.
func (m *Message) Int(number protowire.Number, v int64) {
	m.tag(number, protowire.VarintType)
	m.Append(protowire.AppendVarint(nil, uint64(v)))
}

// Float writes a float.
func (m *Message) Float(number protowire.Number, v float32) {
	m.tag(number, protowire.Fixed32Type)
	m.Append(protowire.AppendFixed32(nil, math.Float32bits(v)))
}

// Text writes a string.
func (m *Message) Text(number protowire.Number, s string) {
	m.tag(number, protowire.BytesType)
	m.Append(protowire.AppendString(nil, s))
}

// OptionalText writes a string unless it is empty.
func (m *Message) OptionalText(number protowire.Number, s string) {
	if s != "" {
		m.Text(number, s)
	}
}

// Bytes writes a length-delimited field by copying its content.
func (m *Message) Bytes(number protowire.Number, content []byte) {
	m.tag(number, protowire.BytesType)
	m.Append(protowire.AppendBytes(nil, content))
}

// Packed writes integers as one length-delimited field of varints.
func (m *Message) Packed(number protowire.Number, list []int64) {
	var content []byte
	for _, v := range list {
		content = protowire.AppendVarint(content, uint64(v))
	}
	m.Bytes(number, content)
}

// Payload writes a length-delimited field whose content stays where it is.
func (m *Message) Payload(number protowire.Number, p Payload) {
	m.tag(number, protowire.BytesType)
	m.Append(protowire.AppendVarint(nil, uint64(p.Size())))
	if p.Size() > 0 {
		m.place(p)
	}
}

func (m *Message) place(p Payload) {
	m.parts = append(m.parts, part{payload: p})
	m.size += int64(p.Size())
}

// Message writes another message as a field.
func (m *Message) Message(number protowire.Number, inner *Message) {
	m.tag(number, protowire.BytesType)
	m.Append(protowire.AppendVarint(nil, uint64(inner.size)))
	for _, p := range inner.parts {
		if p.payload == nil {
			m.Append(p.bytes)
			continue
		}
		m.place(p.payload)
	}
}

// Equal reports whether two messages have the same bytes. Payloads are not
// looked at: messages that have some are not equal.
func (m *Message) Equal(other *Message) bool {
	return slices.EqualFunc(m.parts, other.parts, func(a, b part) bool {
		return a.payload == nil && b.payload == nil && bytes.Equal(a.bytes, b.bytes)
	})
}

// WriteTo writes the whole message; it may be called again.
func (m *Message) WriteTo(w io.Writer) (int64, error) {
	var written int64
	emit := func(b []byte) error {
		n, err := w.Write(b)
		written += int64(n)
		return err
	}
	for _, p := range m.parts {
		var err error
		if p.payload == nil {
			err = emit(p.bytes)
		} else {
			err = p.payload.Emit(emit)
		}
		if err != nil {
			return written, err
		}
	}
	return written, nil
}
