package caffe

import "math"

// message is one protobuf message, read from text or from the wire: its values
// in the order of the source. A nil *message has no values, so that defaults
// of an absent message read like those of an empty one.
type message struct {
	schema *schema
	at     position
	values []value
	// singles says where the singular fields are while the wire is read.
	singles map[*field]int
}

// position is a place in a text source, both counted from 1; the zero position
// is unknown.
type position struct{ line, column int32 }

// value is one occurrence of a field.
type value struct {
	field *field
	at    position
	bits  uint64   // integers, booleans and enums as int64, floats as float64
	text  string   // kindString
	sub   *message // kindMessage, but for a wire BlobProto
	blob  *blob    // a BlobProto from the wire
}

func (v *value) float() float64 { return math.Float64frombits(v.bits) }

func floatValue(f *field, x float64) value {
	return value{field: f, bits: math.Float64bits(x)}
}

// last finds the value of a singular field, nil where it is absent.
func (m *message) last(name string) *value {
	if m == nil {
		return nil
	}
	for i := len(m.values) - 1; i >= 0; i-- {
		if m.values[i].field.name == name {
			return &m.values[i]
		}
	}
	return nil
}

// all lists the values of a field.
func (m *message) all(name string) []*value {
	if m == nil {
		return nil
	}
	var list []*value
	for i := range m.values {
		if m.values[i].field.name == name {
			list = append(list, &m.values[i])
		}
	}
	return list
}

func (m *message) has(name string) bool { return m.last(name) != nil }

func (m *message) str(name string) string {
	if v := m.last(name); v != nil {
		return v.text
	}
	return ""
}

func (m *message) strs(name string) []string {
	var list []string
	for _, v := range m.all(name) {
		list = append(list, v.text)
	}
	return list
}

func (m *message) num(name string, absent int) int {
	if v := m.last(name); v != nil {
		return int(int64(v.bits))
	}
	return absent
}

func (m *message) nums(name string) []int {
	var list []int
	for _, v := range m.all(name) {
		list = append(list, int(int64(v.bits)))
	}
	return list
}

func (m *message) flag(name string, absent bool) bool {
	if v := m.last(name); v != nil {
		return v.bits != 0
	}
	return absent
}

func (m *message) float(name string, absent float32) float32 {
	if v := m.last(name); v != nil {
		return float32(v.float())
	}
	return absent
}

func (m *message) floats(name string) []float32 {
	var list []float32
	for _, v := range m.all(name) {
		list = append(list, float32(v.float()))
	}
	return list
}

// choice is the name of an enum field's value.
func (m *message) choice(name, absent string) string {
	if v := m.last(name); v != nil {
		return v.field.enum.byNumber[int32(v.bits)]
	}
	return absent
}

func (m *message) message(name string) *message {
	if v := m.last(name); v != nil {
		return v.sub
	}
	return nil
}

func (m *message) messages(name string) []*message {
	var list []*message
	for _, v := range m.all(name) {
		list = append(list, v.sub)
	}
	return list
}

// place is where a field is given, or the message itself where it is not.
func (m *message) place(name string) position {
	if m == nil {
		return position{}
	}
	if v := m.last(name); v != nil {
		return v.at
	}
	return m.at
}

// The setters of a message that the program builds. The field must be in the
// message's table.

func (m *message) add(name string, v value) {
	v.field = m.schema.byName[name]
	m.values = append(m.values, v)
}

func (m *message) addStr(name, s string) { m.add(name, value{text: s}) }

func (m *message) addNum(name string, n int) { m.add(name, value{bits: uint64(int64(n))}) }

func (m *message) addFlag(name string, b bool) {
	var bits uint64
	if b {
		bits = 1
	}
	m.add(name, value{bits: bits})
}

func (m *message) addFloat(name string, x float32) {
	m.add(name, value{bits: math.Float64bits(float64(x))})
}

func (m *message) addChoice(name, choice string) {
	m.add(name, value{bits: uint64(m.schema.byName[name].enum.byName[choice])})
}

// addMessage appends an empty message and returns it.
func (m *message) addMessage(name string) *message {
	f := m.schema.byName[name]
	s := &message{schema: f.message, at: m.at}
	m.values = append(m.values, value{field: f, at: m.at, sub: s})
	return s
}

// ensure is the message of a singular field, created where absent.
func (m *message) ensure(name string) *message {
	if s := m.message(name); s != nil {
		return s
	}
	return m.addMessage(name)
}

// set replaces a singular field's value.
func (m *message) set(name string, v value) {
	m.drop(name)
	m.add(name, v)
}

// drop removes every value of a field.
func (m *message) drop(name string) {
	kept := m.values[:0:0]
	for _, v := range m.values {
		if v.field.name != name {
			kept = append(kept, v)
		}
	}
	m.values = kept
}

// missing is the path of the first required field that is absent, empty when
// there is none.
func (m *message) missing() (path string, at position) {
	for _, f := range m.schema.fields {
		if f.required && !m.has(f.name) {
			return f.name, m.at
		}
	}
	for _, v := range m.values {
		if v.sub == nil {
			continue
		}
		if path, at := v.sub.missing(); path != "" {
			return v.field.name + "." + path, at
		}
	}
	return "", position{}
}
