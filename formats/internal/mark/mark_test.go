package mark

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/alexconv/alexconv/ir"
)

func TestDecode(t *testing.T) {
	cases := []struct {
		name, text string
		want       bool
	}{
		{"a mark", `{"name":"a","at":3}`, true},
		{"one that says nothing", `{}`, true},
		{"an unknown field", `{"name":"a","color":"red"}`, false},
		{"a value of another type", `{"name":1}`, false},
		{"no JSON", `name`, false},
		{"nothing", ``, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := Decode(c.text, &Silence{}); got != c.want {
				t.Errorf("Decode is %v", got)
			}
		})
	}
}

func TestOperation(t *testing.T) {
	cases := []struct {
		name string
		zero ir.Op
		text string
		want ir.Op // nil is refused
	}{
		{"a slope", &ir.ReLU{}, `{"Slope":0.5}`, &ir.ReLU{Slope: 0.5}},
		{"an unknown attribute", &ir.ReLU{}, `{"Tilt":0.5}`, nil},
		{"no JSON", &ir.ReLU{}, `Slope`, nil},
		{"a type that is not known", nil, `{}`, nil},
		{"a conv beyond its kinds of padding", &ir.Conv{}, `{"Same":9}`, nil},
		{"a deconv with a kind of padding", &ir.Deconv{}, `{"Same":1}`, nil},
		{"a pool beyond its kinds", &ir.Pool{}, `{"Kind":9}`, nil},
		{"a pool beyond its kinds of padding", &ir.Pool{}, `{"Same":-1}`, nil},
		{"a pyramid beyond its kinds", &ir.SPP{}, `{"Kind":9}`, nil},
		{"an LRN beyond its regions", &ir.LRN{}, `{"Region":9}`, nil},
		{"an eltwise beyond its kinds", &ir.Eltwise{}, `{"Kind":9}`, nil},
		{"a reduction beyond its kinds", &ir.Reduction{}, `{"Kind":-1}`, nil},
		{"the last kind of reduction", &ir.Reduction{}, `{"Kind":3}`, &ir.Reduction{Kind: ir.ReduceMean}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var kind reflect.Type
			if c.zero != nil {
				kind = reflect.TypeOf(c.zero).Elem()
			}
			if diff := cmp.Diff(c.want, Operation(kind, json.RawMessage(c.text))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestInsert(t *testing.T) {
	x := &ir.Value{Name: "x"}
	find := func(name string) *ir.Value {
		if name == "x" {
			return x
		}
		return nil
	}
	cases := []struct {
		name string
		at   int
		want string
	}{
		{"at its place", 1, "a quiet b "},
		{"first", 0, "quiet a b "},
		{"before the first", -7, "quiet a b "},
		{"beyond the last", 9, "a b quiet "},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			g := &ir.Graph{Nodes: []*ir.Node{{Name: "a"}, {Name: "b"}}}
			if err := (Silence{"quiet", []string{"x", "x"}, c.at}).Insert(g, find); err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, n := range g.Nodes {
				got += n.Name + " "
				if n.Name == "quiet" && (len(n.Inputs) != 2 || n.Inputs[1] != x) {
					t.Errorf("it reads %v", n.Inputs)
				}
			}
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
	g := &ir.Graph{}
	err := Silence{"quiet", []string{"y"}, 0}.Insert(g, find)
	if !errors.Is(err, ir.ErrInvalid) || len(g.Nodes) != 0 {
		t.Errorf("a value that nothing writes: %v, %d nodes", err, len(g.Nodes))
	}
}
