package weights

import (
	"bytes"
	"encoding/json"
	"errors"
	"image/color"
	"image/png"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/alexconv/alexconv/ir"
)

var (
	nan = float32(math.NaN())
	inf = float32(math.Inf(1))
)

func tensor(values ...float32) *ir.Tensor {
	return &ir.Tensor{Shape: ir.Shape{len(values)}, Data: values}
}

func TestStatistics(t *testing.T) {
	counts := func(at map[int]int) []int {
		list := make([]int, Bins)
		for i, n := range at {
			list[i] = n
		}
		return list
	}
	for _, c := range []struct {
		name string
		in   *ir.Tensor
		want Statistics
	}{
		{"nothing", tensor(), Statistics{}},
		{"zeros of both signs", tensor(0, float32(math.Copysign(0, -1))), Statistics{Count: 2, Zeros: 2, Sparsity: 1, Histogram: counts(map[int]int{16: 2})}},
		{"the ends of the range", tensor(-2, 2), Statistics{Count: 2, Min: -2, Max: 2, Deviation: 2, Histogram: counts(map[int]int{0: 1, 31: 1})}},
		{"one side only", tensor(1, 3, 0, 0), Statistics{Count: 4, Zeros: 2, Sparsity: 0.5, Max: 3, Mean: 1, Deviation: math.Sqrt(1.5), Histogram: counts(map[int]int{16: 2, 21: 1, 31: 1})}},
		{"no finite numbers are left out", tensor(nan, inf, -inf, 1), Statistics{Count: 4, NaN: 1, Inf: 2, Min: 1, Max: 1, Mean: 1, Histogram: counts(map[int]int{31: 1})}},
		{"no finite number at all", tensor(nan, inf), Statistics{Count: 2, NaN: 1, Inf: 1}},
		{"magnitudes whose squares overflow float32", tensor(-3e38, 3e38), Statistics{Count: 2, Min: float64(float32(-3e38)), Max: float64(float32(3e38)), Deviation: float64(float32(3e38)), Histogram: counts(map[int]int{0: 1, 31: 1})}},
	} {
		if diff := cmp.Diff(c.want, Of(c.in)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// network has a convolution over one channel whose filters two nodes share.
func network(filters *ir.Tensor) *ir.Graph {
	a, b, c := &ir.Value{Name: "a"}, &ir.Value{Name: "b"}, &ir.Value{Name: "c"}
	op := &ir.Conv{OutChannels: 1, Window: ir.NewWindow(1, 1), Group: 1, Axis: 1}
	var params []*ir.Tensor
	if filters != nil {
		params = []*ir.Tensor{filters}
	}
	return &ir.Graph{Nodes: []*ir.Node{
		{Name: "data", Op: &ir.Input{Shape: ir.Shape{1, 1, 2, 2}}, Outputs: []*ir.Value{a}},
		{Name: "first", Op: op, Inputs: []*ir.Value{a}, Outputs: []*ir.Value{b}, Params: params},
		{Op: op, Inputs: []*ir.Value{b}, Outputs: []*ir.Value{c}, Params: params},
	}, Outputs: []*ir.Value{c}}
}

func TestDescribe(t *testing.T) {
	filters := &ir.Tensor{Shape: ir.Shape{1, 1, 1, 1}, Data: []float32{nan}}
	list, err := Describe(network(filters))
	if err != nil || len(list) != 1 || list[0].Layer != "first" || list[0].Role != "weights" || list[0].NaN != 1 {
		t.Errorf("%v, %+v", err, list)
	}
	text, err := json.Marshal(list)
	if err != nil || !strings.Contains(string(text), `"layer":"first","role":"weights","shape":[1,1,1,1],"count":1,"zeros":0,"sparsity":0,"nan":1`) {
		t.Errorf("%v, %s", err, text)
	}
	if _, err := Describe(network(nil)); !errors.Is(err, ir.ErrNoWeights) {
		t.Errorf("a topology: %v", err)
	}
	if n := FirstFilters(network(filters)); n == nil || n.Name != "first" {
		t.Errorf("the first filters are %v", n)
	}
	if n := FirstFilters(network(nil)); n != nil {
		t.Errorf("filters of a topology: %v", n)
	}
}

func TestSheet(t *testing.T) {
	// Two filters of one weight: blue, green and red are -1, 0, 1 and 0, 0.5, NaN.
	colours := &ir.Tensor{Shape: ir.Shape{2, 3, 1, 1}, Data: []float32{-1, 0, 1, 0, 0.5, nan}}
	grey := &ir.Tensor{Shape: ir.Shape{2, 1, 1, 1}, Data: []float32{1, 3}}
	for _, c := range []struct {
		name  string
		in    *ir.Tensor
		order Order
		scale Scale
		want  [2]color.NRGBA
	}{
		{"blue, green, red", colours, BGR, Shared, [2]color.NRGBA{{255, 128, 0, 255}, {}}},
		{"red, green, blue", colours, RGB, Shared, [2]color.NRGBA{{0, 128, 255, 255}, {}}},
		{"grey, one scale", grey, BGR, Shared, [2]color.NRGBA{{170, 170, 170, 255}, {255, 255, 255, 255}}},
		{"grey, each its own", grey, BGR, Each, [2]color.NRGBA{{0, 0, 0, 255}, {0, 0, 0, 255}}},
	} {
		m := Sheet(c.in, c.order, c.scale)
		if got := [2]color.NRGBA{m.NRGBAAt(1, 1), m.NRGBAAt(3, 1)}; got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
		if line := m.NRGBAAt(2, 1); line.A != 0 || m.Rect.Dx() != 5 || m.Rect.Dy() != 3 {
			t.Errorf("%s: %v, a line is %v", c.name, m.Rect, line)
		}
	}
	var b bytes.Buffer
	if err := WritePNG(&b, Sheet(grey, BGR, Shared), 4); err != nil {
		t.Fatal(err)
	}
	m, err := png.Decode(&b)
	if err != nil || m.Bounds().Dx() != 20 || m.Bounds().Dy() != 12 {
		t.Errorf("%v, %v", err, m.Bounds())
	}
}

func TestShows(t *testing.T) {
	for _, c := range []struct {
		name  string
		shape ir.Shape
		want  bool
	}{
		{"colour", ir.Shape{96, 3, 11, 11}, true}, {"grey", ir.Shape{20, 1, 5, 5}, true}, {"many channels", ir.Shape{256, 48, 5, 5}, false},
		{"a matrix", ir.Shape{10, 3}, false}, {"none", ir.Shape{0, 3, 1, 1}, false}, {"large", ir.Shape{1, 1, 65, 1}, false},
	} {
		if got := Shows(ir.NewTensor(c.shape...)); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestParse(t *testing.T) {
	if o, err := ParseOrder("rgb"); o != RGB || err != nil {
		t.Error(o, err)
	}
	if s, err := ParseScale("each"); s != Each || err != nil {
		t.Error(s, err)
	}
	if _, err := ParseOrder("x"); !errors.Is(err, ir.ErrInvalid) {
		t.Error(err)
	}
	if _, err := ParseScale("x"); !errors.Is(err, ir.ErrInvalid) {
		t.Error(err)
	}
}
