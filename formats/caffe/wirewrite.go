package caffe

import (
	"io"
	"math"
	"slices"

	"github.com/alexconv/alexconv/ir"
	"google.golang.org/protobuf/encoding/protowire"
)

// Caffemodel is a written weights file. Its numbers are the graph's tensors
// themselves, which must not change until it is written.
type Caffemodel struct {
	parts [][]byte
	size  int64
	open  bool // the last part is a buffer of ours, to be appended to
}

// Size is the number of bytes that WriteTo writes.
func (c *Caffemodel) Size() int64 { return c.size }

// WriteTo writes the file; it may be called again.
func (c *Caffemodel) WriteTo(w io.Writer) (int64, error) {
	var total int64
	for _, p := range c.parts {
		n, err := w.Write(p)
		total += int64(n)
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

// small appends bytes by copying them.
func (c *Caffemodel) small(b []byte) {
	if !c.open {
		c.parts = append(c.parts, nil)
		c.open = true
	}
	last := len(c.parts) - 1
	c.parts[last] = append(c.parts[last], b...)
	c.size += int64(len(b))
}

// large appends bytes without copying them.
func (c *Caffemodel) large(b []byte) {
	c.parts = append(c.parts, b)
	c.size += int64(len(b))
	c.open = false
}

// nested appends another message as a field.
func (c *Caffemodel) nested(number int32, inner *Caffemodel) {
	head := protowire.AppendTag(nil, protowire.Number(number), protowire.BytesType)
	c.small(protowire.AppendVarint(head, uint64(inner.size)))
	for i, p := range inner.parts {
		if i == len(inner.parts)-1 && inner.open || len(p) < 1<<10 {
			c.small(p)
		} else {
			c.large(p)
		}
	}
}

// encode writes a message in protobuf's wire format, fields by number.
func encode(m *message) *Caffemodel {
	c := &Caffemodel{}
	values := slices.Clone(m.values)
	slices.SortStableFunc(values, func(a, b value) int { return int(a.field.number - b.field.number) })
	for i := 0; i < len(values); {
		f := values[i].field
		if !f.packed {
			c.field(values[i])
			i++
			continue
		}
		var content []byte
		for ; i < len(values) && values[i].field == f; i++ {
			content = appendScalar(content, values[i])
		}
		c.small(protowire.AppendBytes(protowire.AppendTag(nil, protowire.Number(f.number), protowire.BytesType), content))
	}
	return c
}

func (c *Caffemodel) field(v value) {
	number := v.field.number
	switch {
	case v.blob != nil:
		c.nested(number, encodeBlob(v.blob))
	case v.sub != nil:
		c.nested(number, encode(v.sub))
	case v.field.kind == kindString:
		c.small(protowire.AppendString(protowire.AppendTag(nil, protowire.Number(number), protowire.BytesType), v.text))
	default:
		c.small(appendScalar(protowire.AppendTag(nil, protowire.Number(number), v.field.kind.wireType()), v))
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
func encodeBlob(b *blob) *Caffemodel {
	c := &Caffemodel{}
	for _, r := range b.data.runs {
		c.small(protowire.AppendVarint(protowire.AppendTag(nil, blobData, protowire.BytesType), uint64(len(r.raw))))
		c.large(r.raw)
	}
	if len(b.dims) > 0 {
		var dims []byte
		for _, d := range b.dims {
			dims = protowire.AppendVarint(dims, uint64(d))
		}
		shape := protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), dims)
		c.small(protowire.AppendBytes(protowire.AppendTag(nil, blobShapeField, protowire.BytesType), shape))
	}
	return c
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
