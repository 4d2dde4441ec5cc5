package tf

import (
	"math"
	"strings"

	"github.com/alexconv/alexconv/formats/internal/wire"
	"github.com/alexconv/alexconv/ir"
)

// attributes hands out a node's attributes and remembers which it has handed
// out: what nobody asked for is an error (finish), so that an attribute which
// changes a result cannot be overlooked. The first error is kept in err.
type attributes struct {
	left map[string]*attribute
	err  error
}

// implied are attributes that say nothing of their own: the element types of
// inputs, their number, and hints to one kind of machine.
var implied = map[string]bool{
	"T": true, "Tidx": true, "Tdim": true, "Tshape": true, "Tperm": true, "Tpaddings": true, "Tlen": true, "U": true,
	"N": true, "Index": true, "out_type": true, "use_cudnn_on_gpu": true, "dtype": true,
}

func newAttributes(n *node) *attributes {
	a := &attributes{left: make(map[string]*attribute)}
	for _, v := range n.attributes {
		if a.left[v.name] != nil {
			a.err = ir.Errorf(ir.ErrInvalid, "attribute %s is given twice", wire.Quote(v.name))
		}
		// A leading underscore marks what concerns a program, not the result.
		if !implied[v.name] && !strings.HasPrefix(v.name, "_") {
			a.left[v.name] = v
		}
	}
	return a
}

// take removes the attribute from those left, nil if there is none.
func (a *attributes) take(name string, kind attributeKind) *attribute {
	v := a.left[name]
	if v == nil {
		return nil
	}
	delete(a.left, name)
	if v.kind != kind {
		a.fail(ir.Errorf(ir.ErrInvalid, "attribute %s has type %v instead of %v", wire.Quote(name), v.kind, kind))
		return nil
	}
	return v
}

func (a *attributes) fail(err error) {
	if a.err == nil {
		a.err = err
	}
}

func (a *attributes) int(name string, absent int) int {
	if v := a.take(name, kindInt); v != nil {
		return a.narrow(name, v.int)
	}
	return absent
}

func (a *attributes) bool(name string, absent bool) bool {
	if v := a.take(name, kindBool); v != nil {
		return v.int != 0
	}
	return absent
}

func (a *attributes) float(name string, absent float32) float32 {
	if v := a.take(name, kindFloat); v != nil {
		return v.float
	}
	return absent
}

func (a *attributes) text(name, absent string) string {
	if v := a.take(name, kindString); v != nil {
		return v.string
	}
	return absent
}

// ints gives nil for an absent or empty list.
func (a *attributes) ints(name string) []int {
	v := a.take(name, kindList)
	if v == nil {
		return nil
	}
	if v.other {
		a.fail(ir.Errorf(ir.ErrInvalid, "attribute %s is no list of integers", wire.Quote(name)))
		return nil
	}
	var list []int
	for _, e := range v.ints {
		list = append(list, a.narrow(name, e))
	}
	return list
}

// narrow refuses integers that no shape, axis or size can have.
func (a *attributes) narrow(name string, v int64) int {
	if v < math.MinInt32 || v > math.MaxInt32 {
		a.fail(ir.Errorf(ir.ErrInvalid, "%s is out of range: %d", wire.Quote(name), v))
		return 0
	}
	return int(v)
}

// finish gives the first error, or names an attribute that is left over.
func (a *attributes) finish(n *node) error {
	if a.err != nil {
		return a.err
	}
	for _, v := range n.attributes {
		if a.left[v.name] != nil {
			return ir.Errorf(ir.ErrUnsupported, "attribute %s of %s is not supported", wire.Quote(v.name), n.op)
		}
	}
	return nil
}

// get finds an attribute by its name, nil if there is none.
func (n *node) get(name string) *attribute {
	for _, a := range n.attributes {
		if a.name == name {
			return a
		}
	}
	return nil
}

func intAttribute(name string, v int) *attribute {
	return &attribute{name: name, kind: kindInt, int: int64(v)}
}

func boolAttribute(name string, v bool) *attribute {
	a := &attribute{name: name, kind: kindBool}
	if v {
		a.int = 1
	}
	return a
}

func floatAttribute(name string, v float32) *attribute {
	return &attribute{name: name, kind: kindFloat, float: v}
}

func stringAttribute(name, v string) *attribute {
	return &attribute{name: name, kind: kindString, string: v}
}

func typeAttribute(name string, v dataType) *attribute {
	return &attribute{name: name, kind: kindType, int: int64(v)}
}

func intsAttribute(name string, list ...int) *attribute {
	a := &attribute{name: name, kind: kindList}
	for _, v := range list {
		a.ints = append(a.ints, int64(v))
	}
	return a
}
