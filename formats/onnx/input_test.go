package onnx

import (
	"bytes"
	"strings"
	"testing"

	"github.com/alexconv/alexconv/ir"
)

func TestInputs(t *testing.T) {
	known := func(v int64) dimension { return dimension{known: true, value: v} }
	symbol := func(name string) dimension { return dimension{param: name} }
	cases := []struct {
		name string
		dims []dimension
		o    ReadOptions
		want string // the shape, or what the error says
	}{
		{"every axis known", []dimension{known(4), known(3), known(8)}, ReadOptions{}, "4x3x8"},
		{"no axes", nil, ReadOptions{}, "scalar"},
		{"a symbolic batch is 1", []dimension{symbol("N"), known(3)}, ReadOptions{}, "1x3"},
		{"a batch that is not given is 1", []dimension{{}, known(3)}, ReadOptions{}, "1x3"},
		{"a batch of 0 is open", []dimension{known(0), known(3)}, ReadOptions{}, "1x3"},
		{"a batch of -1 is open", []dimension{known(-1), known(3)}, ReadOptions{}, "1x3"},
		{"a given batch", []dimension{symbol("N"), known(3)}, ReadOptions{Dims: map[string]int{"N": 6}}, "6x3"},
		{"a given height", []dimension{symbol("N"), symbol("height")}, ReadOptions{Dims: map[string]int{"height": 9}}, "1x9"},
		{"a symbolic height", []dimension{known(1), symbol("height")}, ReadOptions{}, `axis 1 is the symbolic "height", whose size is not given`},
		{"a height that is not given", []dimension{known(1), {}}, ReadOptions{}, "the size of axis 1 is not given"},
		{"a negative height", []dimension{known(1), known(-1)}, ReadOptions{}, "axis 1 has the size -1"},
		{"more elements than a tensor has", []dimension{known(1 << 20), known(1 << 20)}, ReadOptions{}, "has more than 2147483647 elements"},
		{"a given size without meaning", []dimension{known(1), symbol("height")}, ReadOptions{Dims: map[string]int{"height": -4}}, "is negative"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			g := &graph{
				name:    "g",
				nodes:   []*node{op("Relu", "x > r")},
				inputs:  []*valueInfo{{name: "x", kind: elementFloat, ranked: true, dims: c.dims}},
				outputs: []*valueInfo{{name: "r", kind: elementFloat}},
			}
			m, err := encodeModel(&model{irVersion: 8, opsets: []opsetID{{version: 13}}, graph: g})
			if err != nil {
				t.Fatal(err)
			}
			var src bytes.Buffer
			if _, err := m.WriteTo(&src); err != nil {
				t.Fatal(err)
			}
			read, err := Read(src.Bytes(), c.o)
			got := ""
			if err != nil {
				got = err.Error()
			} else {
				got = read.Nodes[0].Op.(*ir.Input).Shape.String()
			}
			if got != c.want && (err == nil || !strings.Contains(got, c.want)) {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}
