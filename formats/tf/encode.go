package tf

import (
	"io"
	"math"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/alexconv/alexconv/ir"
)

// message is an encoded protobuf message whose weights are still where they
// were: a list of parts, each either bytes or a tensor's elements.
type message struct {
	parts []part
	size  int
}

type part struct {
	bytes    []byte
	elements *tensor
}

// append adds bytes to the last part that takes them.
func (m *message) append(b []byte) {
	m.size += len(b)
	if n := len(m.parts); n > 0 && m.parts[n-1].elements == nil {
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

func (m *message) float(number protowire.Number, v float32) {
	m.tag(number, protowire.Fixed32Type)
	m.append(protowire.AppendFixed32(nil, math.Float32bits(v)))
}

// packed writes integers as one length-delimited field.
func (m *message) packed(number protowire.Number, list []int64) {
	var body []byte
	for _, v := range list {
		body = protowire.AppendVarint(body, uint64(v))
	}
	m.tag(number, protowire.BytesType)
	m.append(protowire.AppendBytes(nil, body))
}

func (m *message) message(number protowire.Number, inner *message) {
	m.tag(number, protowire.BytesType)
	m.append(protowire.AppendVarint(nil, uint64(inner.size)))
	for _, p := range inner.parts {
		if p.elements == nil {
			m.append(p.bytes)
			continue
		}
		m.parts = append(m.parts, p)
		m.size += p.elements.bytes()
	}
}

// writeTo writes the whole message.
func (m *message) writeTo(w io.Writer) error {
	emit := func(b []byte) error {
		_, err := w.Write(b)
		return err
	}
	for _, p := range m.parts {
		if p.elements == nil {
			if err := emit(p.bytes); err != nil {
				return err
			}
			continue
		}
		if err := p.elements.write(emit); err != nil {
			return err
		}
	}
	return nil
}

// encodeGraph encodes a GraphDef. Protobuf's readers stop at 2 GiB.
func encodeGraph(g *graphDef) (*message, error) {
	m, versions := &message{}, &message{}
	for _, n := range g.nodes {
		m.message(1, encodeNode(n))
	}
	versions.int(1, g.producer)
	m.message(4, versions)
	if m.size > math.MaxInt32 {
		return nil, ir.Errorf(ir.ErrLimit, "tf: the graph takes %d bytes; a protobuf message holds at most 2 GiB", m.size)
	}
	return m, nil
}

func encodeNode(n *node) *message {
	m := &message{}
	m.text(1, n.name)
	m.text(2, n.op)
	for _, in := range n.inputs {
		m.text(3, in)
	}
	for _, a := range sortedAttributes(n.attributes) {
		entry := &message{}
		entry.text(1, a.name)
		entry.message(2, encodeValue(a))
		m.message(5, entry)
	}
	return m
}

func encodeValue(a *attribute) *message {
	m := &message{}
	switch a.kind {
	case kindString:
		m.text(2, a.string)
	case kindInt:
		m.int(3, a.int)
	case kindFloat:
		m.float(4, a.float)
	case kindBool:
		m.int(5, a.int)
	case kindType:
		m.int(6, a.int)
	case kindShape:
		m.message(7, encodeShape(a.shape.dims))
	case kindTensor:
		m.message(8, encodeTensor(a.tensor))
	case kindList:
		list := &message{}
		list.packed(3, a.ints)
		m.message(1, list)
	}
	return m
}

func encodeShape(dims []int64) *message {
	m := &message{}
	for _, d := range dims {
		dim := &message{}
		dim.int(1, d)
		m.message(2, dim)
	}
	return m
}

// encodeTensor encodes a tensor that the writer made.
func encodeTensor(t *tensor) *message {
	m := &message{}
	dims := make([]int64, len(t.dims))
	for i, d := range t.dims {
		dims[i] = int64(d)
	}
	m.int(1, int64(t.kind))
	m.message(2, encodeShape(dims))
	if t.kind == typeInt32 && len(t.dims) == 0 {
		// A single number is where TensorFlow puts it, and OpenCV looks for it.
		m.int(7, t.ints[0])
		return m
	}
	if t.kind == typeInt32 {
		var content []byte
		for _, v := range t.ints {
			content = protowire.AppendFixed32(content, uint32(v))
		}
		m.tag(4, protowire.BytesType)
		m.append(protowire.AppendBytes(nil, content))
		return m
	}
	m.tag(4, protowire.BytesType)
	m.append(protowire.AppendVarint(nil, uint64(t.bytes())))
	m.parts = append(m.parts, part{elements: t})
	m.size += t.bytes()
	return m
}
