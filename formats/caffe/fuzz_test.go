package caffe

import (
	"bytes"
	"testing"

	"github.com/alexconv/alexconv/internal/guard"
	"github.com/alexconv/alexconv/ir"
)

// fewValues keeps the fuzzer from large nets.
var fewValues = ir.Limits{Values: 1 << 12}

// FuzzPrototxt feeds the text parser: it must not panic, and what it accepts
// must print as text that reads back to the same bytes.
func FuzzPrototxt(f *testing.F) {
	for _, refused := range []bool{false, true} {
		for _, name := range cases(f, refused) {
			f.Add(readFile(f, fixtures, name, "deploy.prototxt"))
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		var m *message
		var err error
		guard.Read(t, src, func() { m, err = parseText(string(src), netParameter, fewValues.OrDefaults()) })
		if err != nil {
			return
		}
		again, err := parseText(string(formatText(m)), netParameter, fewValues.OrDefaults())
		if err != nil {
			t.Fatalf("printed text is refused: %v", err)
		}
		if !bytes.Equal(encoded(t, m), encoded(t, again)) {
			t.Fatal("printed text means something else")
		}
		roundTrip(t, src, nil)
	})
}

// FuzzCaffemodel feeds the wire reader as a whole model, and as the weights of
// a net that is known: neither may panic or allocate much more than it reads.
func FuzzCaffemodel(f *testing.F) {
	for _, name := range cases(f, false) {
		f.Add(readFile(f, fixtures, name, "weights.caffemodel"))
	}
	topology, err := ReadTopology([]byte(ip), ReadOptions{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		roundTrip(t, src, src)
		guard.Read(t, src, func() { _ = LoadWeights(topology.Clone(), src, ReadOptions{}) })
	})
}

// roundTrip reads a net and, where it is one, writes it and reads it again.
func roundTrip(t *testing.T, topology, weights []byte) {
	o := ReadOptions{Limits: fewValues}
	var g *ir.Graph
	var err error
	guard.Read(t, topology, func() { g, err = ReadTopology(topology, o) })
	if err != nil {
		return
	}
	if shapes, err := g.Validate(); err != nil {
		t.Fatalf("an invalid graph was read: %v", err)
	} else if large(shapes) {
		return
	}
	text, err := WriteTopology(g)
	if err != nil {
		return
	}
	again, err := ReadTopology(text, o)
	if err != nil {
		t.Fatalf("what was written is refused: %v in\n%s", err, text)
	}
	if len(again.Outputs) != len(g.Outputs) {
		t.Fatalf("%d outputs became %d in\n%s", len(g.Outputs), len(again.Outputs), text)
	}
	if weights != nil {
		_ = LoadWeights(g, weights, o)
	}
}

// large reports shapes whose weights are not worth a fuzzer's memory.
func large(shapes ir.Shapes) bool {
	for _, s := range shapes {
		if s.Elements() > 1<<16 {
			return true
		}
	}
	return false
}
