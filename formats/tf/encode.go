package tf

import (
	"math"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/alexconv/alexconv/formats/internal/wire"
	"github.com/alexconv/alexconv/ir"
)

// encodeGraph encodes a GraphDef. Protobuf's readers stop at 2 GiB.
func encodeGraph(g *graphDef) (*wire.Message, error) {
	m, versions := &wire.Message{}, &wire.Message{}
	for _, n := range g.nodes {
		m.Message(1, encodeNode(n))
	}
	versions.Int(1, g.producer)
	m.Message(4, versions)
	if m.Size() > math.MaxInt32 {
		return nil, ir.Errorf(ir.ErrLimit, "tf: the graph takes %d bytes; a protobuf message holds at most 2 GiB", m.Size())
	}
	return m, nil
}

func encodeNode(n *node) *wire.Message {
	m := &wire.Message{}
	m.Text(1, n.name)
	m.Text(2, n.op)
	for _, in := range n.inputs {
		m.Text(3, in)
	}
	for _, a := range sortedAttributes(n.attributes) {
		entry := &wire.Message{}
		entry.Text(1, a.name)
		entry.Message(2, encodeValue(a))
		m.Message(5, entry)
	}
	return m
}

func encodeValue(a *attribute) *wire.Message {
	m := &wire.Message{}
	switch a.kind {
	case kindString:
		m.Text(2, a.string)
	case kindInt:
		m.Int(3, a.int)
	case kindFloat:
		m.Float(4, a.float)
	case kindBool:
		m.Int(5, a.int)
	case kindType:
		m.Int(6, a.int)
	case kindShape:
		m.Message(7, encodeShape(a.shape.dims))
	case kindTensor:
		m.Message(8, encodeTensor(a.tensor))
	case kindList:
		list := &wire.Message{}
		list.Packed(3, a.ints)
		m.Message(1, list)
	}
	return m
}

func encodeShape(dims []int64) *wire.Message {
	m := &wire.Message{}
	for _, d := range dims {
		dim := &wire.Message{}
		dim.Int(1, d)
		m.Message(2, dim)
	}
	return m
}

// encodeTensor encodes a tensor that the writer made.
func encodeTensor(t *tensor) *wire.Message {
	m := &wire.Message{}
	dims := make([]int64, len(t.dims))
	for i, d := range t.dims {
		dims[i] = int64(d)
	}
	m.Int(1, int64(t.kind))
	m.Message(2, encodeShape(dims))
	if t.kind == typeInt32 && len(t.dims) == 0 {
		// A single number is where TensorFlow puts it, and OpenCV looks for it.
		m.Int(7, t.ints[0])
		return m
	}
	if t.kind == typeInt32 {
		var content []byte
		for _, v := range t.ints {
			content = protowire.AppendFixed32(content, uint32(v))
		}
		m.Bytes(4, content)
		return m
	}
	m.Payload(4, t)
	return m
}
