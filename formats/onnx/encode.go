package onnx

import (
	"math"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/alexconv/alexconv/formats/internal/wire"
	"github.com/alexconv/alexconv/ir"
)

// encodeModel encodes a ModelProto, fields in ascending order. Protobuf's
// readers stop at 2 GiB.
func encodeModel(mo *model) (*wire.Message, error) {
	m := &wire.Message{}
	m.Int(1, mo.irVersion)
	m.OptionalText(2, mo.producer)
	m.OptionalText(3, mo.producerVersion)
	m.Message(7, encodeGraph(mo.graph))
	for _, o := range mo.opsets {
		inner := &wire.Message{}
		inner.Text(1, o.domain)
		inner.Int(2, o.version)
		m.Message(8, inner)
	}
	for _, p := range mo.metadata {
		inner := &wire.Message{}
		inner.Text(1, p.key)
		inner.Text(2, p.value)
		m.Message(14, inner)
	}
	if m.Size() > math.MaxInt32 {
		return nil, ir.Errorf(ir.ErrLimit, "onnx: the model takes %d bytes; a protobuf message holds at most 2 GiB", m.Size())
	}
	return m, nil
}

func encodeGraph(g *graph) *wire.Message {
	m := &wire.Message{}
	for _, n := range g.nodes {
		m.Message(1, encodeNode(n))
	}
	m.Text(2, g.name)
	for _, t := range g.initialisers {
		m.Message(5, encodeTensor(t))
	}
	m.OptionalText(10, g.doc)
	for _, v := range g.inputs {
		m.Message(11, encodeValueInfo(v))
	}
	for _, v := range g.outputs {
		m.Message(12, encodeValueInfo(v))
	}
	for _, v := range g.values {
		m.Message(13, encodeValueInfo(v))
	}
	return m
}

func encodeNode(n *node) *wire.Message {
	m := &wire.Message{}
	for _, name := range n.inputs {
		m.Text(1, name)
	}
	for _, name := range n.outputs {
		m.Text(2, name)
	}
	m.OptionalText(3, n.name)
	m.Text(4, n.opType)
	for _, a := range n.attributes {
		m.Message(5, encodeAttribute(a))
	}
	m.OptionalText(6, n.doc)
	m.OptionalText(7, n.domain)
	return m
}

// encodeAttribute encodes one of the types that the writer makes: int, float,
// string and ints.
func encodeAttribute(a *attribute) *wire.Message {
	m := &wire.Message{}
	m.Text(1, a.name)
	switch a.kind {
	case typeFloat:
		m.Float(2, a.float)
	case typeInt:
		m.Int(3, a.int)
	case typeString:
		m.Text(4, a.string)
	case typeInts:
		for _, v := range a.ints {
			m.Int(8, v)
		}
	}
	m.Int(20, int64(a.kind))
	return m
}

// encodeTensor encodes a tensor whose elements are in floats or ints.
func encodeTensor(t *tensor) *wire.Message {
	m := &wire.Message{}
	for _, d := range t.dims {
		m.Int(1, int64(d))
	}
	m.Int(2, int64(t.kind))
	m.Text(8, t.name)
	switch {
	case t.external != nil:
		// The place follows below.
	case t.kind == elementInt64:
		raw := make([]byte, 0, 8*len(t.ints))
		for _, v := range t.ints {
			raw = protowire.AppendFixed64(raw, uint64(v))
		}
		m.Bytes(9, raw)
	default:
		m.Payload(9, wire.Floats(t.floats))
	}
	m.OptionalText(12, t.doc)
	if e := t.external; e != nil {
		for _, pair := range e.pairs() {
			inner := &wire.Message{}
			inner.Text(1, pair.key)
			inner.Text(2, pair.value)
			m.Message(13, inner)
		}
		m.Int(14, 1)
	}
	return m
}

func encodeValueInfo(v *valueInfo) *wire.Message {
	shape := &wire.Message{}
	for _, d := range v.dims {
		dim := &wire.Message{}
		switch {
		case d.known:
			dim.Int(1, d.value)
		case d.param != "":
			dim.Text(2, d.param)
		}
		shape.Message(1, dim)
	}
	tensorType, valueType, m := &wire.Message{}, &wire.Message{}, &wire.Message{}
	tensorType.Int(1, int64(v.kind))
	if v.ranked {
		tensorType.Message(2, shape)
	}
	valueType.Message(1, tensorType)
	m.Text(1, v.name)
	m.Message(2, valueType)
	m.OptionalText(3, v.doc)
	return m
}
