package ir

import (
	"errors"
	"math"
	"strings"
	"testing"
)

func TestLimitsOrDefaults(t *testing.T) {
	if got := (Limits{}).OrDefaults(); got != DefaultLimits {
		t.Errorf("no limits are %+v", got)
	}
	if got := (Limits{Nodes: 7}).OrDefaults(); got.Nodes != 7 || got.Nesting != DefaultLimits.Nesting {
		t.Errorf("7 nodes are %+v", got)
	}
}

func TestLimitsByName(t *testing.T) {
	for i, f := range limitFields {
		var l Limits
		want := int64(i + 1)
		if err := l.Set(f.name, want); err != nil || l.Of(f.name) != want || l == (Limits{}) {
			t.Errorf("%s: %+v, %v", f.name, l, err)
		}
		for _, other := range limitFields {
			if other.name != f.name && l.Of(other.name) != 0 {
				t.Errorf("%s sets %s too", f.name, other.name)
			}
		}
		if err := l.Set(f.name, 0); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s of 0: %v", f.name, err)
		}
	}
	var l Limits
	if err := l.Set("elephants", 1); err == nil || !strings.Contains(err.Error(), `unknown limit "elephants" (want one of bytes, elements, tensors`) {
		t.Errorf("an unknown limit: %v", err)
	}
	if err := l.Set(LimitNodes, math.MaxInt64); err != nil || l.Nodes != math.MaxInt {
		t.Errorf("as many nodes as can be: %d, %v", l.Nodes, err)
	}
}

func TestCheckExpansion(t *testing.T) {
	for _, c := range []struct {
		name      string
		expansion int
		n, size   int64
		ok        bool
	}{
		{"what is free", 2, FreeExpansion, 0, true},
		{"as much as is allowed", 2, FreeExpansion + 200, 100, true},
		{"a byte more", 2, FreeExpansion + 201, 100, false},
		{"a limit beyond 64 bits", math.MaxInt, math.MaxInt64, 1 << 40, true},
		{"a large file", 32, 1 << 40, 1 << 35, true},
	} {
		err := Limits{Expansion: c.expansion}.CheckExpansion("bytes", c.n, c.size)
		if (err == nil) != c.ok || err != nil && !errors.Is(err, ErrLimit) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestCheckGraph(t *testing.T) {
	weight := &Tensor{Shape: Shape{2, 3}, Data: make([]float32, 6)}
	v := &Value{Name: "y"}
	g := &Graph{Nodes: []*Node{
		{Name: "layer", Op: &FullyConnected{Units: 2}, Params: []*Tensor{weight}, Outputs: []*Value{v}},
		{Name: "again", Op: &FullyConnected{Units: 2}, Params: []*Tensor{weight}},
	}}
	for _, c := range []struct {
		limit Limit
		most  int64
		says  string // an error, empty for none
	}{
		{LimitNodes, 2, ""},
		{LimitNodes, 1, "nodes of the graph: 2, the limit is 1"},
		{LimitElements, 6, ""},
		{LimitElements, 5, `layer "layer": elements of a weight: 6, the limit is 5`},
		{LimitTensors, 1, ""},
		{LimitNameLength, 5, ""},
		{LimitNameLength, 4, `bytes in the name "layer"...: 5, the limit is 4`},
	} {
		var l Limits
		if err := l.Set(c.limit, c.most); err != nil {
			t.Fatal(err)
		}
		err := l.OrDefaults().CheckGraph(g)
		var limit *LimitError
		switch {
		case c.says == "" && err != nil:
			t.Errorf("%s of %d: %v", c.limit, c.most, err)
		case c.says != "" && (err == nil || err.Error() != c.says || !errors.Is(err, ErrLimit) || !errors.As(err, &limit) || limit.Limit != c.limit):
			t.Errorf("%s of %d: %v, want %q", c.limit, c.most, err, c.says)
		}
	}
}
