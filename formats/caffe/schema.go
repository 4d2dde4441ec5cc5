package caffe

import (
	"maps"
	"slices"
)

// kind is the protobuf type of a field.
type kind uint8

const (
	kindInt32 kind = iota
	kindInt64
	kindUint32
	kindFloat
	kindDouble
	kindBool
	kindString
	kindEnum
	kindMessage
)

// field is one row of a message's table: what both the text and the wire
// format need to know to read it.
type field struct {
	name     string
	number   int32
	kind     kind
	repeated bool
	packed   bool // how the field is written; both forms are read
	required bool
	enum     *enum
	message  *schema
}

// schema is the table of one message type of caffe.proto.
type schema struct {
	name     string
	fields   []*field
	byName   map[string]*field
	byNumber map[int32]*field
}

// enum is the closed set of names that an enum field takes.
type enum struct {
	name     string
	byName   map[string]int32
	byNumber map[int32]string
}

func newSchema(name string, fields ...*field) *schema {
	s := &schema{name: name, fields: fields, byName: map[string]*field{}, byNumber: map[int32]*field{}}
	for _, f := range fields {
		s.byName[f.name] = f
		s.byNumber[f.number] = f
	}
	return s
}

// newEnum numbers the names from first on.
func newEnum(name string, first int32, names ...string) *enum {
	e := &enum{name: name, byName: map[string]int32{}, byNumber: map[int32]string{}}
	for i, n := range names {
		e.set(n, first+int32(i))
	}
	return e
}

func (e *enum) set(name string, number int32) {
	e.byName[name] = number
	e.byNumber[number] = name
}

// The rows of a table: one(...) is optional, many(...) repeated. Enum and
// message fields name their type in place of a kind.

func one(number int32, name string, k kind) *field {
	return &field{name: name, number: number, kind: k}
}

func must(number int32, name string, k kind) *field {
	return &field{name: name, number: number, kind: k, required: true}
}

func many(number int32, name string, k kind) *field {
	return &field{name: name, number: number, kind: k, repeated: true}
}

func packed(number int32, name string, k kind) *field {
	return &field{name: name, number: number, kind: k, repeated: true, packed: true}
}

func oneOf(number int32, name string, e *enum) *field {
	return &field{name: name, number: number, kind: kindEnum, enum: e}
}

func manyOf(number int32, name string, e *enum) *field {
	return &field{name: name, number: number, kind: kindEnum, enum: e, repeated: true}
}

func sub(number int32, name string, s *schema) *field {
	return &field{name: name, number: number, kind: kindMessage, message: s}
}

func subs(number int32, name string, s *schema) *field {
	return &field{name: name, number: number, kind: kindMessage, message: s, repeated: true}
}

// names lists the fields in the order of the table.
func (s *schema) names() []string {
	list := make([]string, len(s.fields))
	for i, f := range s.fields {
		list[i] = f.name
	}
	return list
}

// names lists the values from the smallest number on.
func (e *enum) names() []string {
	var list []string
	for _, number := range slices.Sorted(maps.Keys(e.byNumber)) {
		list = append(list, e.byNumber[number])
	}
	return list
}

func (e *enum) example() string { return e.names()[0] }
