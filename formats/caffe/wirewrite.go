package caffe

import (
	"io"
	"math"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/alexconv/alexconv/formats/internal/wire"
	"github.com/alexconv/alexconv/ir"
)

// Caffemodel is a written weights file. Its numbers are the graph's tensors
// themselves, which must not change until it is written.
type Caffemodel struct{ message *wire.Message }

// Size is the number of bytes that WriteTo writes.
func (c *Caffemodel) Size() int64 { return c.message.Size() }

// WriteTo writes the file; it may be called again.
func (c *Caffemodel) WriteTo(w io.Writer) (int64, error) { return c.message.WriteTo(w) }

// encode writes a message in protobuf's wire format, fields by number.
func encode(m *message) *wire.Message {
	encoded := &wire.Message{}
	values := slices.Clone(m.values)
	slices.SortStableFunc(values, func(a, b value) int { return int(a.field.number - b.field.number) })
	for i := 0; i < len(values); {
		f := values[i].field
		if !f.packed {
			encodeField(encoded, values[i])
			i++
			continue
		}
		var content []byte
		for ; i < len(values) && values[i].field == f; i++ {
			content = appendScalar(content, values[i])
		}
		encoded.Bytes(protowire.Number(f.number), content)
	}
	return encoded
}

func encodeField(m *wire.Message, v value) {
	number := protowire.Number(v.field.number)
	switch {
	case v.blob != nil:
		m.Message(number, encodeBlob(v.blob))
	case v.sub != nil:
		m.Message(number, encode(v.sub))
	case v.field.kind == kindString:
		m.Text(number, v.text)
	default:
		m.Append(appendScalar(protowire.AppendTag(nil, number, v.field.kind.wireType()), v))
	}
}

func appendScalar(b []byte, v value) []byte {
	switch v.field.kind {
	case kindFloat:
		return protowire.AppendFixed32(b, math.Float32bits(float32(v.float())))
	case kindDouble:
		return protowire.AppendFixed64(b, v.bits)
	}
	return protowire.AppendVarint(b, v.bits)
}

// encodeBlob writes packed data and, but for a scalar, the shape, as Caffe
// does.
func encodeBlob(b *blob) *wire.Message {
	m := &wire.Message{}
	for _, r := range b.data.runs {
		m.Payload(blobData, wire.Raw(r.raw))
	}
	if len(b.dims) > 0 {
		shape := &wire.Message{}
		shape.Packed(1, b.dims)
		m.Message(blobShapeField, shape)
	}
	return m
}

// tensorBlob is a blob over a tensor's memory, or over a copy in the file's
// byte order.
func tensorBlob(t *ir.Tensor) *blob {
	b := &blob{}
	for _, d := range t.Shape {
		b.dims = append(b.dims, int64(d))
	}
	b.data.append(run{ir.BytesOf(t.Data), 4, len(t.Data)})
	return b
}
