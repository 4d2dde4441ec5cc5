package onnx

import (
	"io"
	"math"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/alexconv/alexconv/ir"
)

// message is an encoded protobuf message whose float payloads are still where
// they were: a list of parts, each either bytes or floats.
type message struct {
	parts []part
	size  int
}

type part struct {
	bytes  []byte
	floats []float32
}

// append adds bytes to the last part that takes them.
func (m *message) append(b []byte) {
	m.size += len(b)
	if n := len(m.parts); n > 0 && m.parts[n-1].floats == nil {
		m.parts[n-1].bytes = append(m.parts[n-1].bytes, b...)
		return
	}
	m.parts = append(m.parts, part{bytes: b})
}

func (m *message) tag(number protowire.Number, wire protowire.Type) {
	m.append(protowire.AppendTag(nil, number, wire))
}

func (m *message) int(number protowire.Number, v int64) {
	m.tag(number, protowire.VarintType)
	m.append(protowire.AppendVarint(nil, uint64(v)))
}

func (m *message) text(number protowire.Number, s string) {
	m.tag(number, protowire.BytesType)
	m.append(protowire.AppendString(nil, s))
}

// note writes a string unless it is empty.
func (m *message) note(number protowire.Number, s string) {
	if s != "" {
		m.text(number, s)
	}
}

func (m *message) float(number protowire.Number, v float32) {
	m.tag(number, protowire.Fixed32Type)
	m.append(protowire.AppendFixed32(nil, math.Float32bits(v)))
}

func (m *message) message(number protowire.Number, inner *message) {
	m.tag(number, protowire.BytesType)
	m.append(protowire.AppendVarint(nil, uint64(inner.size)))
	for _, p := range inner.parts {
		if p.floats == nil {
			m.append(p.bytes)
			continue
		}
		m.parts = append(m.parts, p)
		m.size += 4 * len(p.floats)
	}
}

// payload writes floats as a length-delimited field in little-endian order.
func (m *message) payload(number protowire.Number, f []float32) {
	m.tag(number, protowire.BytesType)
	m.append(protowire.AppendVarint(nil, uint64(4*len(f))))
	if len(f) > 0 {
		m.parts = append(m.parts, part{floats: f})
		m.size += 4 * len(f)
	}
}

// writeTo writes the whole message.
func (m *message) writeTo(w io.Writer) error {
	emit := func(b []byte) error {
		_, err := w.Write(b)
		return err
	}
	for _, p := range m.parts {
		if err := emit(p.bytes); err != nil {
			return err
		}
		if err := emit(ir.BytesOf(p.floats)); err != nil {
			return err
		}
	}
	return nil
}

// encodeModel encodes a ModelProto, fields in ascending order. Protobuf's
// readers stop at 2 GiB.
func encodeModel(mo *model) (*message, error) {
	m := &message{}
	m.int(1, mo.irVersion)
	m.note(2, mo.producer)
	m.note(3, mo.producerVersion)
	m.message(7, encodeGraph(mo.graph))
	for _, o := range mo.opsets {
		inner := &message{}
		inner.text(1, o.domain)
		inner.int(2, o.version)
		m.message(8, inner)
	}
	for _, p := range mo.metadata {
		inner := &message{}
		inner.text(1, p.key)
		inner.text(2, p.value)
		m.message(14, inner)
	}
	if m.size > math.MaxInt32 {
		return nil, ir.Errorf(ir.ErrLimit, "onnx: the model takes %d bytes; a protobuf message holds at most 2 GiB", m.size)
	}
	return m, nil
}

func encodeGraph(g *graph) *message {
	m := &message{}
	for _, n := range g.nodes {
		m.message(1, encodeNode(n))
	}
	m.text(2, g.name)
	for _, t := range g.initialisers {
		m.message(5, encodeTensor(t))
	}
	m.note(10, g.doc)
	for _, v := range g.inputs {
		m.message(11, encodeValueInfo(v))
	}
	for _, v := range g.outputs {
		m.message(12, encodeValueInfo(v))
	}
	for _, v := range g.values {
		m.message(13, encodeValueInfo(v))
	}
	return m
}

func encodeNode(n *node) *message {
	m := &message{}
	for _, name := range n.inputs {
		m.text(1, name)
	}
	for _, name := range n.outputs {
		m.text(2, name)
	}
	m.note(3, n.name)
	m.text(4, n.opType)
	for _, a := range n.attributes {
		m.message(5, encodeAttribute(a))
	}
	m.note(6, n.doc)
	m.note(7, n.domain)
	return m
}

// encodeAttribute encodes one of the types that the writer makes: int, float,
// string and ints.
func encodeAttribute(a *attribute) *message {
	m := &message{}
	m.text(1, a.name)
	switch a.kind {
	case typeFloat:
		m.float(2, a.float)
	case typeInt:
		m.int(3, a.int)
	case typeString:
		m.text(4, a.string)
	case typeInts:
		for _, v := range a.ints {
			m.int(8, v)
		}
	}
	m.int(20, int64(a.kind))
	return m
}

// encodeTensor encodes a tensor whose elements are in floats or ints.
func encodeTensor(t *tensor) *message {
	m := &message{}
	for _, d := range t.dims {
		m.int(1, int64(d))
	}
	m.int(2, int64(t.kind))
	m.text(8, t.name)
	if t.kind == elementInt64 {
		raw := make([]byte, 0, 8*len(t.ints))
		for _, v := range t.ints {
			raw = protowire.AppendFixed64(raw, uint64(v))
		}
		m.tag(9, protowire.BytesType)
		m.append(protowire.AppendBytes(nil, raw))
	} else {
		m.payload(9, t.floats)
	}
	m.note(12, t.doc)
	return m
}

func encodeValueInfo(v *valueInfo) *message {
	shape := &message{}
	for _, d := range v.dims {
		dim := &message{}
		switch {
		case d.known:
			dim.int(1, d.value)
		case d.param != "":
			dim.text(2, d.param)
		}
		shape.message(1, dim)
	}
	tensorType, valueType, m := &message{}, &message{}, &message{}
	tensorType.int(1, int64(v.kind))
	if v.ranked {
		tensorType.message(2, shape)
	}
	valueType.message(1, tensorType)
	m.text(1, v.name)
	m.message(2, valueType)
	m.note(3, v.doc)
	return m
}
