package onnx

import (
	"math"

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

func newAttributes(n *node) *attributes {
	a := &attributes{left: make(map[string]*attribute)}
	for _, v := range n.attributes {
		if a.left[v.name] != nil {
			a.err = ir.Errorf(ir.ErrInvalid, "attribute %s is given twice", wire.Quote(v.name))
		}
		a.left[v.name] = v
	}
	return a
}

// take removes the attribute from those left, nil if there is none.
func (a *attributes) take(name string, kind attributeType) *attribute {
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

func (a *attributes) has(name string) bool { return a.left[name] != nil }

func (a *attributes) int(name string, absent int) int {
	if v := a.take(name, typeInt); v != nil {
		return a.narrow("attribute "+wire.Quote(name), v.int)
	}
	return absent
}

// bool reads an integer that stands for a truth value.
func (a *attributes) bool(name string, absent bool) bool {
	v := 0
	if absent {
		v = 1
	}
	return a.int(name, v) != 0
}

func (a *attributes) float(name string, absent float32) float32 {
	if v := a.take(name, typeFloat); v != nil {
		return v.float
	}
	return absent
}

func (a *attributes) text(name, absent string) string {
	if v := a.take(name, typeString); v != nil {
		return v.string
	}
	return absent
}

func (a *attributes) tensor(name string) *tensor {
	if v := a.take(name, typeTensor); v != nil {
		return v.tensor
	}
	return nil
}

// ints gives nil for an absent list.
func (a *attributes) ints(name string) []int {
	v := a.take(name, typeInts)
	if v == nil {
		return nil
	}
	list := make([]int, len(v.ints))
	for i, e := range v.ints {
		list[i] = a.narrow("attribute "+wire.Quote(name), e)
	}
	return list
}

// narrow refuses integers that no shape, axis or size can have; what says where
// the integer stands.
func (a *attributes) narrow(what string, v int64) int {
	if v < math.MinInt32 || v > math.MaxInt32 {
		a.fail(ir.Errorf(ir.ErrInvalid, "%s is out of range: %d", what, v))
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
			return ir.Errorf(ir.ErrUnsupported, "attribute %s of %s is not supported", wire.Quote(v.name), n.opType)
		}
	}
	return nil
}

func intAttribute(name string, v int) *attribute {
	return &attribute{name: name, kind: typeInt, int: int64(v)}
}

func boolAttribute(name string, v bool) *attribute {
	if v {
		return intAttribute(name, 1)
	}
	return intAttribute(name, 0)
}

func floatAttribute(name string, v float32) *attribute {
	return &attribute{name: name, kind: typeFloat, float: plain(v)}
}

// plain is v, or the usual NaN for any: a mark says of a NaN only that it is one,
// and must give the same bytes.
func plain(v float32) float32 {
	if v != v {
		return float32(math.NaN())
	}
	return v
}

func stringAttribute(name, v string) *attribute {
	return &attribute{name: name, kind: typeString, string: v}
}

func intsAttribute(name string, list ...int) *attribute {
	a := &attribute{name: name, kind: typeInts}
	for _, v := range list {
		a.ints = append(a.ints, int64(v))
	}
	return a
}
