package wire

import (
	"encoding/binary"
	"math"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/alexconv/alexconv/ir"
)

// Format says of a file format what its errors and limits need.
type Format struct {
	Name  string // begins every error
	Owner string // whose use of protobuf it is
	// MaxValues bounds the messages and strings in one file, each of which
	// costs much more memory than it takes bytes; 0 is no bound.
	MaxValues int
}

// Fields walks over the fields of one message:
//
//	for f.Next() {
//		switch f.Number {
//		case 1: name = f.Text()
//		}
//	}
//	return f.Err()
//
// Each value is taken by the accessor of its wire type; a field that no
// accessor takes is skipped. The first error, with its byte offset in the
// file, ends the walk, and accessors then give zero values. Lengths are checked
// against what remains of the message before anything is made of them.
type Fields struct {
	Message string           // the message's name, for errors
	Number  protowire.Number // of the current field

	format  *Format
	src     []byte // the whole file
	at, end int    // what remains of the message

	wire  protowire.Type
	start int // where the field's tag stands
	taken bool
	err   error

	values *int // the messages and strings in the file so far
}

// Open is a walk over a whole file, which is one message of the given name.
// Errors wrap [ir.ErrInvalid], [ir.ErrUnsupported] or [ir.ErrLimit].
func (o Format) Open(message string, src []byte) *Fields {
	return &Fields{Message: message, format: &o, src: src, end: len(src), taken: true, values: new(int)}
}

// Err is the first error.
func (f *Fields) Err() error { return f.err }

// Next moves to the next field and reports whether there is one.
func (f *Fields) Next() bool {
	if f.err == nil && !f.taken {
		f.skip()
	}
	if f.err != nil || f.at == f.end {
		return false
	}
	f.start = f.at
	number, wire, n := protowire.ConsumeTag(f.src[f.at:f.end])
	if n < 0 {
		f.Failf("the field's tag is malformed or cut off")
		return false
	}
	f.Number, f.wire, f.at, f.taken = number, wire, f.at+n, false
	return true
}

// Failf records the first error, placed at the current field.
func (f *Fields) Failf(format string, args ...any) {
	if f.err == nil {
		f.err = ir.Errorf(ir.ErrInvalid, "%s: byte %d: %s: %w", f.format.Name, f.start, f.Message, ir.Errorf(ir.ErrInvalid, format, args...))
	}
}

// Refuse records that the current field holds something alexconv does not
// read.
func (f *Fields) Refuse(what string) {
	if f.err == nil {
		f.err = ir.Errorf(ir.ErrUnsupported, "%s: byte %d: %s: %s", f.format.Name, f.start, f.Message, what)
	}
}

func (f *Fields) skip() {
	if f.wire == protowire.StartGroupType || f.wire == protowire.EndGroupType {
		f.Failf("field %d is a group, which %s does not use", f.Number, f.format.Owner)
		return
	}
	n := protowire.ConsumeFieldValue(f.Number, f.wire, f.src[f.at:f.end])
	f.advance(n)
}

// advance steps over a value of n bytes, negative if it could not be read.
func (f *Fields) advance(n int) {
	f.taken = true
	if n < 0 {
		f.Failf("field %d is malformed or reaches beyond the end of its message (byte %d)", f.Number, f.end)
		return
	}
	f.at += n
}

// expect checks the wire type before a value is read.
func (f *Fields) expect(wire protowire.Type) bool {
	if f.err == nil && f.wire != wire {
		f.Failf("field %d has wire type %d instead of %d", f.Number, f.wire, wire)
	}
	return f.err == nil
}

// Int is a varint: an integer, boolean or enum.
func (f *Fields) Int() int64 {
	if !f.expect(protowire.VarintType) {
		return 0
	}
	v, n := protowire.ConsumeVarint(f.src[f.at:f.end])
	f.advance(n)
	return int64(v)
}

// Bytes is the value of a length-delimited field, a view into the file.
func (f *Fields) Bytes() []byte {
	if !f.expect(protowire.BytesType) {
		return nil
	}
	v, n := protowire.ConsumeBytes(f.src[f.at:f.end])
	f.advance(n)
	return v[:len(v):len(v)]
}

// Text is a string, copied out of the file.
func (f *Fields) Text() string {
	f.count()
	return string(f.Bytes())
}

// count notes one more message or string.
func (f *Fields) count() {
	limit := f.format.MaxValues
	if *f.values++; limit > 0 && *f.values > limit && f.err == nil {
		over := &ir.LimitError{Limit: ir.LimitValues, What: "messages and strings in the file", N: int64(*f.values), Most: int64(limit)}
		f.err = ir.Errorf(ir.ErrLimit, "%s: byte %d: %w", f.format.Name, f.start, over)
	}
}

// fixed is the value of a field of 4 or 8 bytes, as it stands in the file.
func (f *Fields) fixed(size int) []byte {
	wire := protowire.Fixed32Type
	if size == 8 {
		wire = protowire.Fixed64Type
	}
	if !f.expect(wire) {
		return nil
	}
	if f.end-f.at < size {
		f.advance(-1)
		return nil
	}
	v := f.src[f.at : f.at+size : f.at+size]
	f.advance(size)
	return v
}

// Float is a float.
func (f *Fields) Float() float32 {
	b := f.fixed(4)
	if b == nil {
		return 0
	}
	return math.Float32frombits(binary.LittleEndian.Uint32(b))
}

// Inner is a walk over the message that the current field holds, to be
// followed by Leave.
func (f *Fields) Inner(message string) *Fields {
	f.count()
	body := f.Bytes()
	if f.err != nil {
		return &Fields{err: f.err, format: f.format, taken: true, values: f.values}
	}
	return &Fields{Message: message, format: f.format, src: f.src, at: f.at - len(body), end: f.at, taken: true, values: f.values}
}

// Leave hands the inner walk's error to the outer one.
func (f *Fields) Leave(inner *Fields) {
	if f.err == nil {
		f.err = inner.err
	}
}

// Ints appends the current field, a packed or a single varint.
func (f *Fields) Ints(list []int64) []int64 {
	if f.wire == protowire.VarintType {
		return append(list, f.Int())
	}
	body := f.Bytes()
	for len(body) > 0 && f.err == nil {
		v, n := protowire.ConsumeVarint(body)
		if n < 0 {
			f.Failf("field %d holds a malformed varint", f.Number)
			break
		}
		list = append(list, int64(v))
		body = body[n:]
	}
	return list
}

// FixedRun appends the bytes of the current field, packed or a single
// value of the given size. The first packed run is a view into the file.
func (f *Fields) FixedRun(list []byte, size int) []byte {
	if f.wire != protowire.BytesType {
		return append(list, f.fixed(size)...)
	}
	body := f.Bytes()
	if len(body)%size != 0 {
		f.Failf("field %d holds %d bytes, which is not a multiple of %d", f.Number, len(body), size)
		return list
	}
	if list == nil {
		return body
	}
	return append(list, body...)
}

// VarintRun appends the bytes of the current field, packed or a single
// varint, undecoded.
func (f *Fields) VarintRun(list []byte) []byte {
	if f.wire == protowire.VarintType {
		return protowire.AppendVarint(list, uint64(f.Int()))
	}
	body := f.Bytes()
	if list == nil {
		return body
	}
	return append(list, body...)
}

// Shape gives the dimensions of a tensor, checked before anything is sized by
// them.
func (f *Fields) Shape(dims []int64) ir.Shape {
	shape := make(ir.Shape, 0, len(dims))
	for _, d := range dims {
		if d < 0 || d > ir.MaxElements {
			f.Failf("dimension %d is out of range", d)
			return nil
		}
		shape = append(shape, int(d))
	}
	if err := shape.Check(); err != nil {
		f.Failf("%w", err)
	}
	return shape
}
