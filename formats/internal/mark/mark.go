// Package mark holds what the formats' marks have in common: notes, in JSON, of
// what a format has no field for. They restore names and attributes. A mark is
// a claim of the file: a format believes it only when writing what it names
// gives exactly what was found.
package mark

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"github.com/alexconv/alexconv/formats/internal/wire"
	"github.com/alexconv/alexconv/ir"
)

// Decode reads a mark and reports whether the text is one: JSON that has no
// field unknown to into.
func Decode(text string, into any) bool {
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	return d.Decode(into) == nil
}

// Operation is an operation of the given struct type with the attributes that
// a mark gives; nil without a type, or if these are not all attributes of it
// with values that they can have.
func Operation(kind reflect.Type, attributes json.RawMessage) ir.Op {
	if kind == nil {
		return nil
	}
	op := reflect.New(kind).Interface().(ir.Op)
	if !Decode(string(attributes), op) || !enumerated(op) {
		return nil
	}
	return op
}

// enumerated reports whether every enumerated attribute has one of its values.
func enumerated(op ir.Op) bool {
	switch o := op.(type) {
	case *ir.Conv:
		return o.Same >= ir.Explicit && o.Same <= ir.SameLower
	case *ir.Deconv:
		return o.Same == ir.Explicit
	case *ir.SPP:
		return o.Kind == ir.Max || o.Kind == ir.Average
	case *ir.Reduction:
		return o.Kind >= ir.ReduceSum && o.Kind <= ir.ReduceMean
	case *ir.Pool:
		return o.Same >= ir.Explicit && o.Same <= ir.SameLower && (o.Kind == ir.Max || o.Kind == ir.Average)
	case *ir.LRN:
		return o.Region == ir.Across || o.Region == ir.Within
	case *ir.Eltwise:
		return o.Kind >= ir.Sum && o.Kind <= ir.Maximum
	}
	return true
}

// Silence is a Silence layer, which no other format has: a value needs no
// reader there.
type Silence struct {
	Name   string   `json:"name"`
	Inputs []string `json:"inputs"` // as the file names them
	At     int      `json:"at"`     // its place among the layers, inputs first
}

// Insert puts the layer at its place in the graph, or as near as can be. The
// function value gives what a name stands for, nil if nothing writes it: that
// is an error that wraps [ir.ErrInvalid].
func (s Silence) Insert(g *ir.Graph, value func(name string) *ir.Value) error {
	n := &ir.Node{Name: s.Name, Op: &ir.Silence{}}
	for _, name := range s.Inputs {
		v := value(name)
		if v == nil {
			return ir.Errorf(ir.ErrInvalid, "the graph's mark silences value %s, which nothing writes", wire.Quote(name))
		}
		n.Inputs = append(n.Inputs, v)
	}
	g.Nodes = slices.Insert(g.Nodes, min(max(s.At, 0), len(g.Nodes)), n)
	return nil
}
