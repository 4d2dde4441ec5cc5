package caffe

import (
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/alexconv/alexconv/ir"
	"google.golang.org/protobuf/encoding/protowire"
)

// wireReader decodes protobuf's wire format into messages, as proto2 C++ does:
// unknown fields, unknown enum numbers and fields of another wire type are
// skipped, the last of several scalars wins, several messages of a singular
// field are merged. Its recursion follows the schemas, which have no cycles.
// Strings are copied; floats of a BlobProto stay in src.
type wireReader struct {
	src    []byte
	limits ir.Limits
	values int // so far
}

// parseWire reads a whole source as a message of the given schema.
func parseWire(src []byte, s *schema, limits ir.Limits) (*message, error) {
	r := &wireReader{src: src, limits: limits}
	m := &message{schema: s}
	if err := r.message(m, src); err != nil {
		return nil, err
	}
	if path, _ := m.missing(); path != "" {
		return nil, r.errorf(src[len(src):], "required field %q is missing", path)
	}
	return m, nil
}

// errorf places an error at the first byte of rest, a tail of a part of src.
func (r *wireReader) errorf(rest []byte, format string, args ...any) error {
	// Every slice handed around is cut from src without a capacity of its
	// own, so its distance to the end of src is what its capacity tells.
	return &WireError{Offset: int64(cap(r.src) - cap(rest)), Msg: fmt.Sprintf(format, args...)}
}

func (r *wireReader) count(n int, at []byte) error {
	r.values += n
	if err := r.limits.Check(ir.LimitValues, "values in one file", int64(r.values)); err != nil {
		return ir.Errorf(ir.ErrLimit, "byte %d: %w", cap(r.src)-cap(at), err)
	}
	return nil
}

// tag reads a field's number and wire type.
func (r *wireReader) tag(b []byte) (protowire.Number, protowire.Type, []byte, error) {
	number, typ, n := protowire.ConsumeTag(b)
	switch {
	case n < 0:
		return 0, 0, nil, r.malformed(b, n)
	case typ == protowire.EndGroupType || typ > protowire.Fixed32Type:
		return 0, 0, nil, r.errorf(b, "field %d has wire type %d, which cannot stand here", number, typ)
	}
	return number, typ, b[n:], nil
}

func (r *wireReader) malformed(b []byte, n int) error {
	if errors.Is(protowire.ParseError(n), io.ErrUnexpectedEOF) {
		return r.errorf(b, "truncated: the file ends inside the field that begins here")
	}
	return r.errorf(b, "malformed: no protobuf field begins here")
}

// bytes cuts off a length-delimited field's content.
func (r *wireReader) bytes(b []byte) (content, rest []byte, err error) {
	size, n := protowire.ConsumeVarint(b)
	if n < 0 {
		return nil, nil, r.malformed(b, n)
	}
	if left := uint64(len(b) - n); size > left {
		return nil, nil, r.errorf(b, "truncated: a field of %d bytes begins here, %d are left", size, left)
	}
	end := n + int(size)
	return b[n:end], b[end:], nil
}

func (r *wireReader) skip(number protowire.Number, typ protowire.Type, b []byte) ([]byte, error) {
	n := protowire.ConsumeFieldValue(number, typ, b)
	if n < 0 {
		return nil, r.malformed(b, n)
	}
	return b[n:], nil
}

func (r *wireReader) message(m *message, b []byte) error {
	for len(b) > 0 {
		number, typ, rest, err := r.tag(b)
		if err != nil {
			return err
		}
		f := m.schema.byNumber[int32(number)]
		switch {
		case f != nil && typ == protowire.BytesType && (f.kind == kindString || f.kind == kindMessage):
			var content []byte
			if content, rest, err = r.bytes(rest); err == nil {
				err = r.nested(m, f, content)
			}
		case f != nil && typ == protowire.BytesType && f.repeated:
			var content []byte
			if content, rest, err = r.bytes(rest); err == nil {
				err = r.packed(m, f, content)
			}
		case f != nil && typ == f.kind.wireType():
			rest, err = r.scalar(m, f, rest)
		default:
			rest, err = r.skip(number, typ, rest)
		}
		if err != nil {
			return err
		}
		b = rest
	}
	return nil
}

// nested appends a string or a message.
func (r *wireReader) nested(m *message, f *field, content []byte) error {
	if err := r.count(1, content); err != nil {
		return err
	}
	switch {
	case f.kind == kindString:
		m.store(value{field: f, text: string(content)})
		return nil
	case f.message == blobProto:
		b, err := r.blob(content)
		m.values = append(m.values, value{field: f, blob: b})
		return err
	}
	if old := m.single(f); old != nil {
		return r.message(old.sub, content)
	}
	s := &message{schema: f.message}
	m.append(value{field: f, sub: s})
	return r.message(s, content)
}

func (r *wireReader) packed(m *message, f *field, b []byte) (err error) {
	for len(b) > 0 {
		if b, err = r.scalar(m, f, b); err != nil {
			return err
		}
	}
	return nil
}

// scalar appends one number, boolean or enum.
func (r *wireReader) scalar(m *message, f *field, b []byte) ([]byte, error) {
	if err := r.count(1, b); err != nil {
		return nil, err
	}
	var bits uint64
	var n int
	switch f.kind.wireType() {
	case protowire.Fixed32Type:
		var x uint32
		x, n = protowire.ConsumeFixed32(b)
		bits = math.Float64bits(float64(math.Float32frombits(x)))
	case protowire.Fixed64Type:
		bits, n = protowire.ConsumeFixed64(b)
	default:
		bits, n = protowire.ConsumeVarint(b)
	}
	if n < 0 {
		return nil, r.malformed(b, n)
	}
	switch f.kind {
	case kindInt32:
		bits = uint64(int64(int32(bits)))
	case kindUint32:
		bits = uint64(uint32(bits))
	case kindBool:
		bits = min(bits, 1)
	case kindEnum:
		bits = uint64(int64(int32(bits)))
		if _, known := f.enum.byNumber[int32(bits)]; !known {
			return b[n:], nil
		}
	}
	m.store(value{field: f, bits: bits})
	return b[n:], nil
}

// single finds the value of a singular field, nil where there is none. Its
// cost does not grow with the number of values.
func (m *message) single(f *field) *value {
	if i, ok := m.singles[f]; ok && !f.repeated {
		return &m.values[i]
	}
	return nil
}

// store appends a value, or replaces that of a singular field.
func (m *message) store(v value) {
	if old := m.single(v.field); old != nil {
		*old = v
		return
	}
	m.append(v)
}

func (m *message) append(v value) {
	if !v.field.repeated {
		if m.singles == nil {
			m.singles = make(map[*field]int)
		}
		m.singles[v.field] = len(m.values)
	}
	m.values = append(m.values, v)
}

func (k kind) wireType() protowire.Type {
	switch k {
	case kindFloat:
		return protowire.Fixed32Type
	case kindDouble:
		return protowire.Fixed64Type
	case kindString, kindMessage:
		return protowire.BytesType
	}
	return protowire.VarintType
}
