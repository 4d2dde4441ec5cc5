package onnx

import (
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/alexconv/alexconv/formats/internal/wire"
	"github.com/alexconv/alexconv/ir"
)

// encoding is ONNX's use of protobuf.
func encoding(limits ir.Limits) wire.Format {
	return wire.Format{Name: "onnx", Owner: "ONNX", MaxValues: limits.Values}
}

// decodeModel decodes a model, holds it against the limits and fetches what
// stands in files beside it.
func decodeModel(src []byte, o ReadOptions) (*model, error) {
	limits := o.Limits.OrDefaults()
	if err := limits.Check(ir.LimitBytes, "bytes of the model", int64(len(src))); err != nil {
		return nil, ir.Errorf(ir.ErrLimit, "onnx: %w", err)
	}
	m, err := decodeProto(src, limits)
	if err != nil {
		return nil, err
	}
	if err := m.check(limits); err != nil {
		return nil, ir.Errorf(ir.ErrLimit, "onnx: %w", err)
	}
	return m, m.loadExternal(o.External)
}

// decodeProto decodes a ModelProto. The nesting of messages that it follows is
// fixed; subgraphs, the only recursive construct, are refused.
func decodeProto(src []byte, limits ir.Limits) (*model, error) {
	f := encoding(limits).Open("ModelProto", src)
	m := &model{size: int64(len(src))}
	for f.Next() {
		switch f.Number {
		case 1:
			m.irVersion = f.Int()
		case 2:
			m.producer = f.Text()
		case 3:
			m.producerVersion = f.Text()
		case 7:
			if m.graph != nil {
				f.Failf("a second graph")
				break
			}
			m.graph = decodeGraph(f)
		case 8:
			m.opsets = append(m.opsets, decodeOpset(f))
		case 14:
			m.metadata = append(m.metadata, decodeProperty(f))
		case 25:
			f.Refuse("model-local functions are not supported")
		}
	}
	if f.Err() != nil {
		return nil, f.Err()
	}
	if m.graph == nil {
		return nil, ir.Errorf(ir.ErrInvalid, "onnx: the model has no graph")
	}
	return m, nil
}

func decodeOpset(outer *wire.Fields) (o opsetID) {
	f := outer.Inner("OperatorSetIdProto")
	for f.Next() {
		switch f.Number {
		case 1:
			o.domain = f.Text()
		case 2:
			o.version = f.Int()
		}
	}
	outer.Leave(f)
	return o
}

func decodeProperty(outer *wire.Fields) (p property) {
	f := outer.Inner("StringStringEntryProto")
	for f.Next() {
		switch f.Number {
		case 1:
			p.key = f.Text()
		case 2:
			p.value = f.Text()
		}
	}
	outer.Leave(f)
	return p
}

func decodeGraph(outer *wire.Fields) *graph {
	f := outer.Inner("GraphProto")
	g := &graph{}
	for f.Next() {
		switch f.Number {
		case 1:
			g.nodes = append(g.nodes, decodeNode(f))
		case 2:
			g.name = f.Text()
		case 5:
			g.initialisers = append(g.initialisers, decodeTensor(f))
		case 10:
			g.doc = f.Text()
		case 11:
			g.inputs = append(g.inputs, decodeValueInfo(f))
		case 12:
			g.outputs = append(g.outputs, decodeValueInfo(f))
		case 13:
			g.values = append(g.values, decodeValueInfo(f))
		case 15:
			f.Refuse("sparse initialisers are not supported")
		}
	}
	outer.Leave(f)
	return g
}

func decodeNode(outer *wire.Fields) *node {
	f := outer.Inner("NodeProto")
	n := &node{}
	for f.Next() {
		switch f.Number {
		case 1:
			n.inputs = append(n.inputs, f.Text())
		case 2:
			n.outputs = append(n.outputs, f.Text())
		case 3:
			n.name = f.Text()
			f.Message = "node " + wire.Quote(n.name)
		case 4:
			n.opType = f.Text()
		case 5:
			n.attributes = append(n.attributes, decodeAttribute(f))
		case 6:
			n.doc = f.Text()
		case 7:
			n.domain = f.Text()
		}
	}
	outer.Leave(f)
	return n
}

func decodeAttribute(outer *wire.Fields) *attribute {
	f := outer.Inner("AttributeProto")
	a := &attribute{}
	for f.Next() {
		switch f.Number {
		case 1:
			a.name = f.Text()
			f.Message = outer.Message + ": attribute " + wire.Quote(a.name)
		case 2:
			a.float, a.holds = f.Float(), typeFloat
		case 3:
			a.int, a.holds = f.Int(), typeInt
		case 4:
			a.string, a.holds = f.Text(), typeString
		case 5:
			a.tensor, a.holds = decodeTensor(f), typeTensor
		case 7:
			a.floats, a.holds = append(a.floats, ir.FloatsOf(f.FixedRun(nil, 4))...), typeFloats
		case 8:
			a.ints, a.holds = f.Ints(a.ints), typeInts
		case 6, 11:
			f.Refuse("subgraphs are not supported")
		case 20:
			a.kind = attributeType(f.Int())
		case 21:
			f.Refuse("references to a function's attributes are not supported")
		}
	}
	if a.kind == 0 { // a file without types
		a.kind, a.untyped = a.holds, true
	}
	outer.Leave(f)
	return a
}

func decodeTensor(outer *wire.Fields) *tensor {
	f := outer.Inner("TensorProto")
	t := &tensor{}
	var dims []int64
	stores, declared := 0, false
	for f.Next() {
		switch f.Number {
		case 1:
			dims = f.Ints(dims)
		case 2:
			t.kind = elementType(f.Int())
		case 3:
			f.Refuse("tensors in segments are not supported")
		case 4:
			t.packed = f.FixedRun(t.packed, 4)
			stores |= 1
		case 5, 7:
			t.varint = f.VarintRun(t.varint)
			stores |= 1 << (f.Number - 4)
		case 8:
			t.name = f.Text()
			f.Message = "tensor " + wire.Quote(t.name)
		case 9:
			t.raw = f.Bytes()
			stores |= 1 << 5
		case 10:
			t.packed = f.FixedRun(t.packed, 8)
			stores |= 1 << 6
		case 12:
			t.doc = f.Text()
		case 13:
			t.decodeExternal(f)
		case 14:
			declared = f.Int() != 0
		}
	}
	if f.Err() == nil {
		f.Message = "tensor " + wire.Quote(t.name)
		t.dims = f.Shape(dims)
	}
	if f.Err() == nil {
		t.checkExternal(f, declared, stores)
	}
	if f.Err() == nil && t.external == nil {
		t.checkStore(f, stores)
	}
	outer.Leave(f)
	return t
}

// checkStore holds the bytes present against dims and element type.
func (t *tensor) checkStore(f *wire.Fields, stores int) {
	n := ir.Shape(t.dims).Elements()
	size := t.kind.size()
	switch {
	case stores&(stores-1) != 0:
		f.Failf("values stand in more than one field")
	case size == 0:
		// Any use of such a tensor is refused by name later.
	case t.raw != nil && len(t.raw) != n*size:
		f.Failf("%v of %v needs %d bytes of raw_data, %d are present", t.kind, ir.Shape(t.dims), n*size, len(t.raw))
	case t.packed != nil && t.kind != elementFloat && t.kind != elementDouble:
		f.Failf("%v values in a field for another type", t.kind)
	case t.packed != nil && len(t.packed) != n*size:
		f.Failf("%v needs %d values, %d are present", ir.Shape(t.dims), n, len(t.packed)/size)
	case t.varint != nil && (t.kind == elementFloat || t.kind == elementDouble):
		f.Failf("%v values in a field for another type", t.kind)
	case t.varint != nil && countVarints(t.varint) != n:
		f.Failf("%v needs %d values, %d are present", ir.Shape(t.dims), n, countVarints(t.varint))
	case stores == 0 && n != 0:
		f.Failf("%v needs %d values, none are present", ir.Shape(t.dims), n)
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

func decodeValueInfo(outer *wire.Fields) *valueInfo {
	f := outer.Inner("ValueInfoProto")
	v := &valueInfo{}
	for f.Next() {
		switch f.Number {
		case 1:
			v.name = f.Text()
			f.Message = "value " + wire.Quote(v.name)
		case 2:
			decodeType(f, v)
		case 3:
			v.doc = f.Text()
		}
	}
	outer.Leave(f)
	return v
}

// decodeType follows TypeProto to its tensor type; any other kind of type
// leaves the element type undefined.
func decodeType(outer *wire.Fields, v *valueInfo) {
	f := outer.Inner(outer.Message)
	for f.Next() {
		if f.Number != 1 {
			continue
		}
		t := f.Inner(outer.Message)
		for t.Next() {
			switch t.Number {
			case 1:
				v.kind = elementType(t.Int())
			case 2:
				v.ranked = true
				s := t.Inner(outer.Message)
				for s.Next() {
					if s.Number == 1 {
						v.dims = append(v.dims, decodeDimension(s))
					}
				}
				t.Leave(s)
			}
		}
		f.Leave(t)
	}
	outer.Leave(f)
}

func decodeDimension(outer *wire.Fields) (d dimension) {
	f := outer.Inner(outer.Message)
	for f.Next() {
		switch f.Number {
		case 1:
			d = dimension{known: true, value: f.Int()}
		case 2:
			d = dimension{param: f.Text()}
		}
	}
	outer.Leave(f)
	return d
}
