package wire

import (
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/alexconv/alexconv/ir"
)

var test = Format{Name: "test", Owner: "nobody", MaxValues: 4}

func field(number protowire.Number, content ...byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(nil, number, protowire.BytesType), content)
}

func varint(number protowire.Number, v uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(nil, number, protowire.VarintType), v)
}

func float(number protowire.Number, v float32) []byte {
	return protowire.AppendFixed32(protowire.AppendTag(nil, number, protowire.Fixed32Type), math.Float32bits(v))
}

// record is what decode finds: field 1 a number, 2 a string, 3 a float, 4
// numbers, 5 floats, 6 a record, 7 dimensions, 8 what is refused. The rest is
// skipped.
type record struct {
	Int    int64
	Text   string
	Float  float32
	Ints   []int64
	Floats []float32
	Inner  *record
	Shape  ir.Shape
}

func decode(f *Fields) *record {
	r := &record{}
	for f.Next() {
		switch f.Number {
		case 1:
			r.Int = f.Int()
		case 2:
			r.Text = f.Text()
		case 3:
			r.Float = f.Float()
		case 4:
			r.Ints = f.Ints(r.Ints)
		case 5:
			r.Floats = append(r.Floats, ir.FloatsOf(f.FixedRun(nil, 4))...)
		case 6:
			inner := f.Inner("inner")
			r.Inner = decode(inner)
			f.Leave(inner)
		case 7:
			r.Shape = f.Shape(f.Ints(nil))
		case 8:
			f.Refuse("field 8 is not for us")
		}
	}
	return r
}

func TestFields(t *testing.T) {
	cases := []struct {
		name string
		src  []byte
		want record
	}{
		{"nothing", nil, record{}},
		{"a number", varint(1, 300), record{Int: 300}},
		{"a negative number", varint(1, math.MaxUint64), record{Int: -1}},
		{"a string", field(2, 'a', 'b'), record{Text: "ab"}},
		{"a float", float(3, -1.5), record{Float: -1.5}},
		{"numbers one by one", slices.Concat(varint(4, 1), varint(4, 200)), record{Ints: []int64{1, 200}}},
		{"packed numbers", field(4, 1, 0xc8, 1), record{Ints: []int64{1, 200}}},
		{"packed numbers in two runs, and a single one", slices.Concat(field(4, 1), field(4, 2), varint(4, 3)), record{Ints: []int64{1, 2, 3}}},
		{"floats, single and packed", slices.Concat(float(5, 1), field(5, 0, 0, 0, 0x40, 0, 0, 0, 0x41)), record{Floats: []float32{1, 2, 8}}},
		{"a message, and what follows it", slices.Concat(field(6, varint(1, 7)...), varint(1, 8)), record{Int: 8, Inner: &record{Int: 7}}},
		{"an empty message", field(6), record{Inner: &record{}}},
		{"the last of two numbers", slices.Concat(varint(1, 1), varint(1, 2)), record{Int: 2}},
		{"unknown fields of every type", slices.Concat(varint(9, 1), field(10, 1, 2), float(11, 1),
			protowire.AppendFixed64(protowire.AppendTag(nil, 12, protowire.Fixed64Type), 1), varint(1, 5)), record{Int: 5}},
		{"a shape", field(7, 2, 3), record{Shape: ir.Shape{2, 3}}},
		{"a shape without axes", field(7), record{Shape: ir.Shape{}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := test.Open("file", c.src)
			got := decode(f)
			if diff := cmp.Diff(&c.want, got); diff != "" || f.Err() != nil {
				t.Errorf("%v\n%s", f.Err(), diff)
			}
		})
	}
}

func TestErrorsSayWhere(t *testing.T) {
	huge := binary.AppendUvarint(nil, math.MaxInt64)
	cases := []struct {
		name string
		src  []byte
		kind error
		want string
	}{
		{"a tag cut off", []byte{8, 1, 0x80}, ir.ErrInvalid, "test: byte 2: file: the field's tag is malformed or cut off"},
		{"field number 0", []byte{0, 1}, ir.ErrInvalid, "test: byte 0: file: the field's tag is malformed or cut off"},
		{"a number cut off", []byte{8, 0x80}, ir.ErrInvalid, "test: byte 0: file: field 1 is malformed or reaches beyond the end of its message (byte 2)"},
		{"a float cut off", float(3, 1)[:4], ir.ErrInvalid, "test: byte 0: file: field 3 is malformed or reaches beyond the end of its message (byte 4)"},
		{"a string longer than the file", slices.Concat([]byte{0x12}, huge), ir.ErrInvalid, "test: byte 0: file: field 2 is malformed or reaches beyond the end of its message (byte 10)"},
		{"a string longer than its message", slices.Concat(field(6, 0x12, 2, 'a'), []byte("bc")), ir.ErrInvalid, "test: byte 2: inner: field 2 is malformed or reaches beyond the end of its message (byte 5)"},
		{"a message longer than the file", []byte{0x32, 3, 8, 1}, ir.ErrInvalid, "test: byte 0: file: field 6 is malformed or reaches beyond the end of its message (byte 4)"},
		{"an unknown field cut off", []byte{0x52, 5}, ir.ErrInvalid, "test: byte 0: file: field 10 is malformed or reaches beyond the end of its message (byte 2)"},
		{"a number for a string", varint(2, 1), ir.ErrInvalid, "test: byte 0: file: field 2 has wire type 0 instead of 2"},
		{"a string for a number", slices.Concat(varint(1, 1), field(1)), ir.ErrInvalid, "test: byte 2: file: field 1 has wire type 2 instead of 0"},
		{"a malformed packed number", field(4, 1, 0x80), ir.ErrInvalid, "test: byte 0: file: field 4 holds a malformed varint"},
		{"packed floats that do not come out even", field(5, 1, 2, 3), ir.ErrInvalid, "test: byte 0: file: field 5 holds 3 bytes, which is not a multiple of 4"},
		{"a group", []byte{0x4b, 0x4c}, ir.ErrInvalid, "test: byte 0: file: field 9 is a group, which nobody does not use"},
		{"the end of a group", []byte{0x4c}, ir.ErrInvalid, "test: byte 0: file: field 9 is a group, which nobody does not use"},
		{"a negative dimension", field(7, binary.AppendUvarint(nil, math.MaxUint64)...), ir.ErrInvalid, "test: byte 0: file: dimension -1 is out of range"},
		{"a dimension beyond the limit", field(7, huge...), ir.ErrInvalid, "test: byte 0: file: dimension 9223372036854775807 is out of range"},
		{"what is refused", field(8), ir.ErrUnsupported, "test: byte 0: file: field 8 is not for us"},
		{"too many values", slices.Concat(field(6), field(2), field(6, field(2)...), field(2)), ir.ErrLimit, "test: byte 8: messages and strings in the file: 5, the limit is 4"},
		{"the first of two errors", slices.Concat(varint(2, 1), varint(2, 1)), ir.ErrInvalid, "test: byte 0: file: field 2 has wire type 0 instead of 2"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := test.Open("file", c.src)
			decode(f)
			if err := f.Err(); !errors.Is(err, c.kind) || err.Error() != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestShapesAreCheckedAsAWhole(t *testing.T) {
	f := test.Open("file", field(7, slices.Concat(binary.AppendUvarint(nil, 1<<30), binary.AppendUvarint(nil, 1<<30))...))
	decode(f)
	if !errors.Is(f.Err(), ir.ErrLimit) && !errors.Is(f.Err(), ir.ErrInvalid) {
		t.Errorf("2^60 elements: %v", f.Err())
	}
}

func TestNoBoundOnValues(t *testing.T) {
	free := test
	free.MaxValues = 0
	f := free.Open("file", slices.Repeat(field(2, 'a'), 100))
	if decode(f); f.Err() != nil {
		t.Error(f.Err())
	}
}

// TestRunsAreViews holds that a packed run costs no memory, and that appending
// to what was handed out does not write into the file.
func TestRunsAreViews(t *testing.T) {
	src := slices.Concat(field(5, 1, 2, 3, 4), field(5, 5, 6, 7, 8))
	want := slices.Clone(src)
	f := test.Open("file", src)
	f.Next()
	run := f.FixedRun(nil, 4)
	if unsafe.SliceData(run) != &src[2] {
		t.Error("the first run is a copy")
	}
	f.Next()
	if run = f.FixedRun(run, 4); !slices.Equal(run, []byte{1, 2, 3, 4, 5, 6, 7, 8}) || !slices.Equal(src, want) {
		t.Errorf("got %v, and the file is %v", run, src)
	}
}

func TestVarintRun(t *testing.T) {
	cases := []struct {
		name string
		src  []byte
	}{
		{"packed", field(4, 1, 0xc8, 1)},
		{"one by one", slices.Concat(varint(4, 1), varint(4, 200))},
		{"packed and single", slices.Concat(field(4, 1), varint(4, 200))},
		{"in two runs", slices.Concat(field(4, 1), field(4, 0xc8, 1))},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var got []byte
			f := test.Open("file", c.src)
			for f.Next() {
				got = f.VarintRun(got)
			}
			if !slices.Equal(got, []byte{1, 0xc8, 1}) || f.Err() != nil {
				t.Errorf("%v (%v)", got, f.Err())
			}
		})
	}
}
