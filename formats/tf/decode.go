package tf

import (
	"encoding/binary"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/alexconv/alexconv/ir"
)

// decodeGraph decodes a GraphDef. The nesting of messages that it follows is
// fixed; functions, the only recursive construct, are not followed.
func decodeGraph(src []byte) (*graphDef, error) {
	f := newFields("GraphDef", src)
	g := &graphDef{}
	for f.next() {
		switch f.number {
		case 1:
			g.nodes = append(g.nodes, decodeNode(f))
		case 4:
			v := f.inner("VersionDef")
			for v.next() {
				if v.number == 1 {
					g.producer = v.int()
				}
			}
			f.leave(v)
		}
	}
	if f.err != nil {
		return nil, f.err
	}
	if len(g.nodes) == 0 {
		return nil, ir.Errorf(ir.ErrInvalid, "tf: the graph has no nodes")
	}
	return g, nil
}

// leave hands the inner walk's error to the outer one.
func (f *fields) leave(inner *fields) {
	if f.err == nil {
		f.err = inner.err
	}
}

func decodeNode(outer *fields) *node {
	f := outer.inner("NodeDef")
	n := &node{}
	for f.next() {
		switch f.number {
		case 1:
			n.name = f.text()
			f.message = "node " + quote(n.name)
		case 2:
			n.op = f.text()
		case 3:
			// A control input orders execution and brings no value.
			if in := f.text(); !strings.HasPrefix(in, "^") {
				n.inputs = append(n.inputs, strings.TrimSuffix(in, ":0"))
			}
		case 5:
			n.attributes = append(n.attributes, decodeEntry(f))
		}
	}
	outer.leave(f)
	return n
}

// decodeEntry decodes an entry of the map from names to AttrValue.
func decodeEntry(outer *fields) *attribute {
	f := outer.inner(outer.message)
	a := &attribute{}
	for f.next() {
		switch f.number {
		case 1:
			a.name = f.text()
			f.message = outer.message + ": attribute " + quote(a.name)
		case 2:
			decodeValue(f, a)
		}
	}
	outer.leave(f)
	return a
}

func decodeValue(outer *fields, a *attribute) {
	f := outer.inner(outer.message)
	for f.next() {
		switch f.number {
		case 1:
			a.kind = kindList
			decodeList(f, a)
		case 2:
			a.kind, a.string = kindString, f.text()
		case 3:
			a.kind, a.int = kindInt, f.int()
		case 4:
			a.kind, a.float = kindFloat, getFloat(f.fixed(4))
		case 5:
			a.kind, a.int = kindBool, f.int()
		case 6:
			a.kind, a.int = kindType, f.int()
		case 7:
			a.kind, a.shape = kindShape, decodeShape(f)
		case 8:
			a.kind, a.tensor = kindTensor, decodeTensor(f)
		default:
			a.kind = kindOther
		}
	}
	outer.leave(f)
}

func decodeList(outer *fields, a *attribute) {
	f := outer.inner(outer.message)
	for f.next() {
		if f.number == 3 {
			a.ints = f.repeatedInts(a.ints)
		} else {
			a.other = true
		}
	}
	outer.leave(f)
}

func decodeShape(outer *fields) (s shape) {
	f := outer.inner(outer.message)
	for f.next() {
		switch f.number {
		case 2:
			size := int64(0)
			dim := f.inner(f.message)
			for dim.next() {
				if dim.number == 1 {
					size = dim.int()
				}
			}
			f.leave(dim)
			s.dims = append(s.dims, size)
		case 3:
			s.unranked = f.int() != 0
		}
	}
	outer.leave(f)
	return s
}

func getFloat(b []byte) float32 {
	if len(b) < 4 {
		return 0
	}
	return math.Float32frombits(binary.LittleEndian.Uint32(b))
}

func decodeTensor(outer *fields) *tensor {
	f := outer.inner(outer.message)
	t := &tensor{}
	var dims []int64
	stores := make(map[string]bool)
	for f.next() {
		switch f.number {
		case 1:
			t.kind = dataType(f.int())
		case 2:
			s := decodeShape(f)
			if dims = s.dims; s.unranked {
				f.failf("a tensor without a shape")
			}
		case 4:
			t.content = f.bytes()
			stores["tensor_content"] = len(t.content) > 0
		case 5:
			t.values = f.repeatedFixed(t.values, 4)
			stores["float_val"] = true
		case 6:
			t.values = f.repeatedFixed(t.values, 8)
			stores["double_val"] = true
		case 7:
			t.varints = f.repeatedInts(t.varints)
			stores["int_val"] = true
		case 10:
			t.varints = f.repeatedInts(t.varints)
			stores["int64_val"] = true
		case 13:
			t.varints = f.repeatedInts(t.varints)
			stores["half_val"] = true
		}
	}
	if f.err == nil {
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
	t.dims = ir.Shape{}
	for _, d := range dims {
		if d < 0 || d > ir.MaxElements {
			f.failf("dimension %d is out of range", d)
			return
		}
		t.dims = append(t.dims, int(d))
	}
	if err := t.dims.Check(); err != nil {
		f.failf("%w", err)
	}
}

// valueFields names the field that holds values of a type one by one.
var valueFields = map[dataType]string{
	typeFloat: "float_val", typeDouble: "double_val", typeInt32: "int_val", typeInt64: "int64_val",
	typeHalf: "half_val", typeBfloat16: "half_val",
}

// checkStore holds the bytes present against dims and element type. Values
// that are given one by one may be fewer than the elements: the last is
// repeated.
func (t *tensor) checkStore(f *fields, stores map[string]bool) {
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
			f.failf("%v values in %s", t.kind, name)
			return
		}
	}
	switch {
	case stores["tensor_content"] && stores[valueFields[t.kind]]:
		f.failf("values stand in more than one field")
	case stores["tensor_content"] && len(t.content) != n*size:
		f.failf("%v of %v needs %d bytes of tensor_content, %d are present", t.kind, t.dims, n*size, len(t.content))
	case given > n:
		f.failf("%v needs %d values, %d are present", t.dims, n, given)
	}
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

// sortedAttributes are a node's attributes by name, the order in which they
// are written and compared.
func sortedAttributes(list []*attribute) []*attribute {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b *attribute) int { return strings.Compare(a.name, b.name) })
	return list
}
