package tf

import (
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/alexconv/alexconv/ir"
)

// fields walks over the fields of one protobuf message:
//
//	for f.next() {
//		switch f.number {
//		case 1: name = f.text()
//		}
//	}
//	return f.err
//
// Each value is taken by the accessor of its wire type; a field that no
// accessor takes is skipped. The first error, with its byte offset in the
// file, ends the walk.
type fields struct {
	message string // the message's name, for errors
	src     []byte // the whole file
	at, end int    // what remains of the message

	number protowire.Number
	wire   protowire.Type
	start  int // where the field's tag stands
	taken  bool
	err    error
}

func newFields(message string, src []byte) *fields {
	return &fields{message: message, src: src, end: len(src), taken: true}
}

// next moves to the next field and reports whether there is one.
func (f *fields) next() bool {
	if f.err == nil && !f.taken {
		f.skip()
	}
	if f.err != nil || f.at == f.end {
		return false
	}
	f.start = f.at
	number, wire, n := protowire.ConsumeTag(f.src[f.at:f.end])
	if n < 0 {
		f.failf("the field's tag is malformed or cut off")
		return false
	}
	f.number, f.wire, f.at, f.taken = number, wire, f.at+n, false
	return true
}

// failf records the first error, placed at the current field.
func (f *fields) failf(format string, args ...any) {
	if f.err == nil {
		f.err = ir.Errorf(ir.ErrInvalid, "tf: byte %d: %s: %w", f.start, f.message, ir.Errorf(ir.ErrInvalid, format, args...))
	}
}

func (f *fields) skip() {
	if f.wire == protowire.StartGroupType || f.wire == protowire.EndGroupType {
		f.failf("field %d is a group, which TensorFlow does not use", f.number)
		return
	}
	n := protowire.ConsumeFieldValue(f.number, f.wire, f.src[f.at:f.end])
	f.advance(n)
}

// advance steps over a value of n bytes, negative if it could not be read.
func (f *fields) advance(n int) {
	f.taken = true
	if n < 0 {
		f.failf("field %d is malformed or reaches beyond the end of its message (byte %d)", f.number, f.end)
		return
	}
	f.at += n
}

// expect checks the wire type before a value is read.
func (f *fields) expect(wire protowire.Type) bool {
	if f.err == nil && f.wire != wire {
		f.failf("field %d has wire type %d instead of %d", f.number, f.wire, wire)
	}
	return f.err == nil
}

func (f *fields) int() int64 {
	if !f.expect(protowire.VarintType) {
		return 0
	}
	v, n := protowire.ConsumeVarint(f.src[f.at:f.end])
	f.advance(n)
	return int64(v)
}

// bytes is the value of a length-delimited field, a view into the file.
func (f *fields) bytes() []byte {
	if !f.expect(protowire.BytesType) {
		return nil
	}
	v, n := protowire.ConsumeBytes(f.src[f.at:f.end])
	f.advance(n)
	return v[:len(v):len(v)]
}

func (f *fields) text() string { return string(f.bytes()) }

// fixed is the value of a field of 4 or 8 bytes, as it stands in the file.
func (f *fields) fixed(size int) []byte {
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

// inner is a walk over the message that the current field holds.
func (f *fields) inner(message string) *fields {
	body := f.bytes()
	if f.err != nil {
		return &fields{err: f.err, taken: true}
	}
	return &fields{message: message, src: f.src, at: f.at - len(body), end: f.at, taken: true}
}

// repeatedInts appends the current field, a packed or a single varint.
func (f *fields) repeatedInts(list []int64) []int64 {
	if f.wire == protowire.VarintType {
		return append(list, f.int())
	}
	body := f.bytes()
	for len(body) > 0 && f.err == nil {
		v, n := protowire.ConsumeVarint(body)
		if n < 0 {
			f.failf("field %d holds a malformed varint", f.number)
			break
		}
		list = append(list, int64(v))
		body = body[n:]
	}
	return list
}

// repeatedFixed appends the bytes of the current field, packed or a single
// value of the given size. The first packed run is a view into the file.
func (f *fields) repeatedFixed(list []byte, size int) []byte {
	if f.wire != protowire.BytesType {
		return append(list, f.fixed(size)...)
	}
	body := f.bytes()
	if len(body)%size != 0 {
		f.failf("field %d holds %d bytes, which is not a multiple of %d", f.number, len(body), size)
		return list
	}
	if list == nil {
		return body
	}
	return append(list, body...)
}
