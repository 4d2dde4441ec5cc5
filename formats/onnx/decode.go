package onnx

import (
	"encoding/binary"
	"math"
	"strconv"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/alexconv/alexconv/ir"
)

// decodeModel decodes a ModelProto. The nesting of messages that it follows is
// fixed; subgraphs, the only recursive construct, are refused.
func decodeModel(src []byte) (*model, error) {
	f := newFields("ModelProto", src)
	m := &model{}
	for f.next() {
		switch f.number {
		case 1:
			m.irVersion = f.int()
		case 2:
			m.producer = f.text()
		case 3:
			m.producerVersion = f.text()
		case 7:
			if m.graph != nil {
				f.failf("a second graph")
				break
			}
			m.graph = decodeGraph(f)
		case 8:
			m.opsets = append(m.opsets, decodeOpset(f))
		case 14:
			m.metadata = append(m.metadata, decodeProperty(f))
		case 25:
			f.refuse("model-local functions are not supported")
		}
	}
	if f.err != nil {
		return nil, f.err
	}
	if m.graph == nil {
		return nil, ir.Errorf(ir.ErrInvalid, "onnx: the model has no graph")
	}
	return m, nil
}

// leave hands the inner walk's error to the outer one.
func (f *fields) leave(inner *fields) {
	if f.err == nil {
		f.err = inner.err
	}
}

func decodeOpset(outer *fields) (o opsetID) {
	f := outer.inner("OperatorSetIdProto")
	for f.next() {
		switch f.number {
		case 1:
			o.domain = f.text()
		case 2:
			o.version = f.int()
		}
	}
	outer.leave(f)
	return o
}

func decodeProperty(outer *fields) (p property) {
	f := outer.inner("StringStringEntryProto")
	for f.next() {
		switch f.number {
		case 1:
			p.key = f.text()
		case 2:
			p.value = f.text()
		}
	}
	outer.leave(f)
	return p
}

func decodeGraph(outer *fields) *graph {
	f := outer.inner("GraphProto")
	g := &graph{}
	for f.next() {
		switch f.number {
		case 1:
			g.nodes = append(g.nodes, decodeNode(f))
		case 2:
			g.name = f.text()
		case 5:
			g.initialisers = append(g.initialisers, decodeTensor(f))
		case 10:
			g.doc = f.text()
		case 11:
			g.inputs = append(g.inputs, decodeValueInfo(f))
		case 12:
			g.outputs = append(g.outputs, decodeValueInfo(f))
		case 13:
			g.values = append(g.values, decodeValueInfo(f))
		case 15:
			f.refuse("sparse initialisers are not supported")
		}
	}
	outer.leave(f)
	return g
}

func decodeNode(outer *fields) *node {
	f := outer.inner("NodeProto")
	n := &node{}
	for f.next() {
		switch f.number {
		case 1:
			n.inputs = append(n.inputs, f.text())
		case 2:
			n.outputs = append(n.outputs, f.text())
		case 3:
			n.name = f.text()
			f.message = "node " + quote(n.name)
		case 4:
			n.opType = f.text()
		case 5:
			n.attributes = append(n.attributes, decodeAttribute(f))
		case 6:
			n.doc = f.text()
		case 7:
			n.domain = f.text()
		}
	}
	outer.leave(f)
	return n
}

func decodeAttribute(outer *fields) *attribute {
	f := outer.inner("AttributeProto")
	a := &attribute{}
	var seen attributeType // by the value present, for files without a type
	for f.next() {
		switch f.number {
		case 1:
			a.name = f.text()
			f.message = outer.message + ": attribute " + quote(a.name)
		case 2:
			a.float, seen = getFloat(f.fixed(4)), typeFloat
		case 3:
			a.int, seen = f.int(), typeInt
		case 4:
			a.string, seen = f.text(), typeString
		case 5:
			a.tensor, seen = decodeTensor(f), typeTensor
		case 7:
			for b := f.repeatedFixed(nil, 4); len(b) >= 4; b = b[4:] {
				a.floats = append(a.floats, getFloat(b))
			}
			seen = typeFloats
		case 8:
			a.ints, seen = f.repeatedInts(a.ints), typeInts
		case 6, 11:
			f.refuse("subgraphs are not supported")
		case 20:
			a.kind = attributeType(f.int())
		case 21:
			f.refuse("references to a function's attributes are not supported")
		}
	}
	if a.kind == 0 {
		a.kind = seen
	}
	outer.leave(f)
	return a
}

func getFloat(b []byte) float32 {
	if len(b) < 4 {
		return 0
	}
	return math.Float32frombits(binary.LittleEndian.Uint32(b))
}

func decodeTensor(outer *fields) *tensor {
	f := outer.inner("TensorProto")
	t := &tensor{}
	var dims []int64
	stores := 0
	for f.next() {
		switch f.number {
		case 1:
			dims = f.repeatedInts(dims)
		case 2:
			t.kind = elementType(f.int())
		case 3:
			f.refuse("tensors in segments are not supported")
		case 4:
			t.packed = f.repeatedFixed(t.packed, 4)
			stores |= 1
		case 5, 7:
			t.varint = f.repeatedVarints(t.varint)
			stores |= 1 << (f.number - 4)
		case 8:
			t.name = f.text()
			f.message = "tensor " + quote(t.name)
		case 9:
			t.raw = f.bytes()
			stores |= 1 << 5
		case 10:
			t.packed = f.repeatedFixed(t.packed, 8)
			stores |= 1 << 6
		case 12:
			t.doc = f.text()
		case 13:
			f.refuse("weights in a file of their own (external data) are not supported")
		case 14:
			if f.int() != 0 {
				f.refuse("weights in a file of their own (external data) are not supported")
			}
		}
	}
	if f.err == nil {
		f.message = "tensor " + quote(t.name)
		t.setDims(f, dims)
	}
	if f.err == nil {
		t.checkStore(f, stores)
	}
	outer.leave(f)
	return t
}

// setDims checks the dimensions before anything is sized by them.
func (t *tensor) setDims(f *fields, dims []int64) {
	for _, d := range dims {
		if d < 0 || d > ir.MaxElements {
			f.failf("dimension %d is out of range", d)
			return
		}
		t.dims = append(t.dims, int(d))
	}
	if err := ir.Shape(t.dims).Check(); err != nil {
		f.failf("%w", err)
	}
}

// checkStore holds the bytes present against dims and element type.
func (t *tensor) checkStore(f *fields, stores int) {
	n := ir.Shape(t.dims).Elements()
	size := t.kind.size()
	switch {
	case stores&(stores-1) != 0:
		f.failf("values stand in more than one field")
	case size == 0:
		// Any use of such a tensor is refused by name later.
	case t.raw != nil && len(t.raw) != n*size:
		f.failf("%v of %v needs %d bytes of raw_data, %d are present", t.kind, ir.Shape(t.dims), n*size, len(t.raw))
	case t.packed != nil && t.kind != elementFloat && t.kind != elementDouble:
		f.failf("%v values in a field for another type", t.kind)
	case t.packed != nil && len(t.packed) != n*size:
		f.failf("%v needs %d values, %d are present", ir.Shape(t.dims), n, len(t.packed)/size)
	case t.varint != nil && (t.kind == elementFloat || t.kind == elementDouble):
		f.failf("%v values in a field for another type", t.kind)
	case t.varint != nil && countVarints(t.varint) != n:
		f.failf("%v needs %d values, %d are present", ir.Shape(t.dims), n, countVarints(t.varint))
	case stores == 0 && n != 0:
		f.failf("%v needs %d values, none are present", ir.Shape(t.dims), n)
	}
}

func countVarints(b []byte) int {
	n := 0
	for len(b) > 0 {
		size := protowire.ConsumeFieldValue(1, protowire.VarintType, b)
		if size < 0 {
			return -1
		}
		b = b[size:]
		n++
	}
	return n
}

func decodeValueInfo(outer *fields) *valueInfo {
	f := outer.inner("ValueInfoProto")
	v := &valueInfo{}
	for f.next() {
		switch f.number {
		case 1:
			v.name = f.text()
			f.message = "value " + quote(v.name)
		case 2:
			decodeType(f, v)
		case 3:
			v.doc = f.text()
		}
	}
	outer.leave(f)
	return v
}

// decodeType follows TypeProto to its tensor type; any other kind of type
// leaves the element type undefined.
func decodeType(outer *fields, v *valueInfo) {
	f := outer.inner(outer.message)
	for f.next() {
		if f.number != 1 {
			continue
		}
		t := f.inner(outer.message)
		for t.next() {
			switch t.number {
			case 1:
				v.kind = elementType(t.int())
			case 2:
				v.ranked = true
				s := t.inner(outer.message)
				for s.next() {
					if s.number == 1 {
						v.dims = append(v.dims, decodeDimension(s))
					}
				}
				t.leave(s)
			}
		}
		f.leave(t)
	}
	outer.leave(f)
}

func decodeDimension(outer *fields) (d dimension) {
	f := outer.inner(outer.message)
	for f.next() {
		switch f.number {
		case 1:
			d = dimension{known: true, value: f.int()}
		case 2:
			d = dimension{param: f.text()}
		}
	}
	outer.leave(f)
	return d
}

// quote is s in quotes, shortened and without unprintable characters, so that
// a hostile name cannot fill a screen.
func quote(s string) string {
	const limit = 80
	if len(s) > limit {
		cut := limit
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut] + "..."
	}
	return strconv.Quote(s)
}
