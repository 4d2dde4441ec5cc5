package tf

import (
	"slices"
	"strings"

	"github.com/alexconv/alexconv/formats/internal/wire"
	"github.com/alexconv/alexconv/ir"
)

// encoding is TensorFlow's use of protobuf.
func encoding(limits ir.Limits) wire.Format {
	return wire.Format{Name: "tf", Owner: "TensorFlow", MaxValues: limits.Values}
}

// decodeGraph decodes a GraphDef. The nesting of messages that it follows is
// fixed; functions, the only recursive construct, are not followed.
func decodeGraph(src []byte, limits ir.Limits) (*graphDef, error) {
	f := encoding(limits).Open("GraphDef", src)
	g := &graphDef{}
	for f.Next() {
		switch f.Number {
		case 1:
			g.nodes = append(g.nodes, decodeNode(f))
		case 4:
			v := f.Inner("VersionDef")
			for v.Next() {
				if v.Number == 1 {
					g.producer = v.Int()
				}
			}
			f.Leave(v)
		}
	}
	if f.Err() != nil {
		return nil, f.Err()
	}
	if len(g.nodes) == 0 {
		return nil, ir.Errorf(ir.ErrInvalid, "tf: the graph has no nodes")
	}
	return g, nil
}

func decodeNode(outer *wire.Fields) *node {
	f := outer.Inner("NodeDef")
	n := &node{}
	for f.Next() {
		switch f.Number {
		case 1:
			n.name = f.Text()
			f.Message = "node " + wire.Quote(n.name)
		case 2:
			n.op = f.Text()
		case 3:
			// A control input orders execution and brings no value.
			if in := f.Text(); !strings.HasPrefix(in, "^") {
				n.inputs = append(n.inputs, strings.TrimSuffix(in, ":0"))
			}
		case 5:
			n.attributes = append(n.attributes, decodeEntry(f))
		}
	}
	outer.Leave(f)
	return n
}

// decodeEntry decodes an entry of the map from names to AttrValue.
func decodeEntry(outer *wire.Fields) *attribute {
	f := outer.Inner(outer.Message)
	a := &attribute{}
	for f.Next() {
		switch f.Number {
		case 1:
			a.name = f.Text()
			f.Message = outer.Message + ": attribute " + wire.Quote(a.name)
		case 2:
			decodeValue(f, a)
		}
	}
	outer.Leave(f)
	return a
}

func decodeValue(outer *wire.Fields, a *attribute) {
	f := outer.Inner(outer.Message)
	for f.Next() {
		switch f.Number {
		case 1:
			a.kind = kindList
			decodeList(f, a)
		case 2:
			a.kind, a.string = kindString, f.Text()
		case 3:
			a.kind, a.int = kindInt, f.Int()
		case 4:
			a.kind, a.float = kindFloat, f.Float()
		case 5:
			a.kind, a.int = kindBool, f.Int()
		case 6:
			a.kind, a.int = kindType, f.Int()
		case 7:
			a.kind, a.shape = kindShape, decodeShape(f)
		case 8:
			a.kind, a.tensor = kindTensor, decodeTensor(f)
		default:
			a.kind = kindOther
		}
	}
	outer.Leave(f)
}

func decodeList(outer *wire.Fields, a *attribute) {
	f := outer.Inner(outer.Message)
	for f.Next() {
		if f.Number == 3 {
			a.ints = f.Ints(a.ints)
		} else {
			a.other = true
		}
	}
	outer.Leave(f)
}

func decodeShape(outer *wire.Fields) (s shape) {
	f := outer.Inner(outer.Message)
	for f.Next() {
		switch f.Number {
		case 2:
			size := int64(0)
			dim := f.Inner(f.Message)
			for dim.Next() {
				if dim.Number == 1 {
					size = dim.Int()
				}
			}
			f.Leave(dim)
			s.dims = append(s.dims, size)
		case 3:
			s.unranked = f.Int() != 0
		}
	}
	outer.Leave(f)
	return s
}

func decodeTensor(outer *wire.Fields) *tensor {
	f := outer.Inner(outer.Message)
	t := &tensor{}
	var dims []int64
	stores := make(map[string]bool)
	for f.Next() {
		switch f.Number {
		case 1:
			t.kind = dataType(f.Int())
		case 2:
			s := decodeShape(f)
			if dims = s.dims; s.unranked {
				f.Failf("a tensor without a shape")
			}
		case 4:
			t.content = f.Bytes()
			stores["tensor_content"] = len(t.content) > 0
		case 5:
			t.values = f.FixedRun(t.values, 4)
			stores["float_val"] = true
		case 6:
			t.values = f.FixedRun(t.values, 8)
			stores["double_val"] = true
		case 7:
			t.varints = f.Ints(t.varints)
			stores["int_val"] = true
		case 10:
			t.varints = f.Ints(t.varints)
			stores["int64_val"] = true
		case 13:
			t.varints = f.Ints(t.varints)
			stores["half_val"] = true
		}
	}
	if f.Err() == nil {
		t.dims = f.Shape(dims)
	}
	if f.Err() == nil {
		t.checkStore(f, stores)
	}
	outer.Leave(f)
	return t
}

// valueFields names the field that holds values of a type one by one.
var valueFields = map[dataType]string{
	typeFloat: "float_val", typeDouble: "double_val", typeInt32: "int_val", typeInt64: "int64_val",
	typeHalf: "half_val", typeBfloat16: "half_val",
}

// checkStore holds the bytes present against dims and element type. Values
// that are given one by one may be fewer than the elements: the last is
// repeated.
func (t *tensor) checkStore(f *wire.Fields, stores map[string]bool) {
	n, size := t.dims.Elements(), t.kind.size()
	if size == 0 {
		return // any use of such a tensor is refused by name
	}
	given := len(t.varints)
	if t.kind == typeFloat || t.kind == typeDouble {
		given = len(t.values) / size
	}
	for name, present := range stores {
		if present && name != "tensor_content" && name != valueFields[t.kind] {
			f.Failf("%v values in %s", t.kind, name)
			return
		}
	}
	switch {
	case stores["tensor_content"] && stores[valueFields[t.kind]]:
		f.Failf("values stand in more than one field")
	case stores["tensor_content"] && len(t.content) != n*size:
		f.Failf("%v of %v needs %d bytes of tensor_content, %d are present", t.kind, t.dims, n*size, len(t.content))
	case given > n:
		f.Failf("%v needs %d values, %d are present", t.dims, n, given)
	}
}

// sortedAttributes are a node's attributes by name, the order in which they
// are written and compared.
func sortedAttributes(list []*attribute) []*attribute {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b *attribute) int { return strings.Compare(a.name, b.name) })
	return list
}
