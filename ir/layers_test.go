package ir

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestShapesOfLayers(t *testing.T) {
	image := Shape{2, 4, 5, 6}
	deconv := func(change func(*Deconv)) *Deconv {
		o := &Deconv{OutChannels: 6, Window: NewWindow(3, 2), Group: 2, Axis: 1, Bias: true}
		change(o)
		return o
	}
	for _, c := range []struct {
		name string
		op   Op
		in   []Shape
		want Signature
	}{
		{"deconvolution", deconv(func(*Deconv) {}), []Shape{image}, Signature{[]Shape{{2, 6, 7, 7}}, []Param{{"weights", Shape{4, 3, 3, 2}}, {"bias", Shape{6}}}}},
		{"deconvolution with stride, pads, dilation and output padding", deconv(func(o *Deconv) {
			o.Stride, o.PadBegin, o.PadEnd, o.Dilation, o.OutputPad, o.Bias = []int{2, 3}, []int{1, 0}, []int{0, 2}, []int{2, 1}, []int{1, 0}, false
		}), []Shape{image}, Signature{[]Shape{{2, 6, 13, 15}}, []Param{{"weights", Shape{4, 3, 3, 2}}}}},
		{"a mask", &Pool{Window: NewWindow(2, 2), Mask: true}, []Shape{image}, Signature{[]Shape{{2, 4, 4, 5}, {2, 4, 4, 5}}, nil}},
		{"a pyramid", &SPP{Levels: 3}, []Shape{{2, 4, 8, 9}}, Signature{[]Shape{{2, 4 * (1 + 4 + 4*4)}}, nil}},
		{"a pyramid of one level", &SPP{Levels: 1}, []Shape{image}, Signature{[]Shape{{2, 4, 1, 1}}, nil}},
		{"a crop", &Crop{Axis: -2, Offsets: []int{1}}, []Shape{image, {9, 9, 2, 5, 9}}, Signature{[]Shape{{2, 4, 2, 5}}, nil}},
		{"a reduction", &Reduction{Axis: -2}, []Shape{image}, Signature{[]Shape{{2, 4}}, nil}},
		{"a reduction to a scalar", &Reduction{}, []Shape{image}, Signature{[]Shape{{}}, nil}},
		{"the largest of each", &ArgMax{Flat: true, TopK: 3, Values: true}, []Shape{{2, 4, 5, 6, 7}}, Signature{[]Shape{{2, 2, 3, 1, 1}}, nil}},
		{"the largest of rows", &ArgMax{Flat: true, TopK: 1}, []Shape{{2, 4}}, Signature{[]Shape{{2, 1, 1}}, nil}},
		{"the largest along an axis", &ArgMax{Axis: -1, TopK: 2}, []Shape{image}, Signature{[]Shape{{2, 4, 5, 2}}, nil}},
		{"a table", &Embed{Entries: 5, Units: 3, Bias: true}, []Shape{{2, 4}}, Signature{[]Shape{{2, 4, 3}}, []Param{{"weights", Shape{5, 3}}, {"bias", Shape{3}}}}},
		{"normalisation completes the axes", &MVN{}, []Shape{{2, 4}}, Signature{[]Shape{{2, 4, 1, 1}}, nil}},
		{"a bias", &Bias{Axis: 1, NumAxes: 2}, []Shape{image}, Signature{[]Shape{image}, []Param{{"bias", Shape{4, 5}}}}},
		{"a bias from a second input", &Bias{Axis: 1}, []Shape{image, {4}}, Signature{[]Shape{image}, nil}},
		{"tiles", &Tile{Axis: -1, Tiles: 3}, []Shape{image}, Signature{[]Shape{{2, 4, 5, 18}}, nil}},
	} {
		got, err := c.op.Infer(c.in)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s:\n%s", c.name, d)
		}
	}
}

func TestPyramidLevels(t *testing.T) {
	for _, c := range []struct {
		name               string
		extent, level      int
		kernel, pad, wants int
	}{
		{"the whole plane", 7, 0, 7, 0, 1},
		{"an even division", 8, 2, 2, 0, 4},
		{"half a row on each side", 7, 1, 4, 1, 2},
		{"padding beyond need", 9, 2, 3, 2, 4},
	} {
		p, err := (&SPP{Levels: 3}).Level(c.level, Shape{1, 1, c.extent, c.extent})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if p.Kernel[0] != c.kernel || p.Stride[0] != c.kernel || p.PadBegin[0] != c.pad || p.PadEnd[0] != c.pad || p.Positions(0, c.extent) != c.wants {
			t.Errorf("%s: %+v with %d positions", c.name, p, p.Positions(0, c.extent))
		}
	}
}

func TestLayersRefuse(t *testing.T) {
	image := Shape{1, 4, 8, 8}
	deconv := func(change func(*Deconv)) *Deconv {
		o := &Deconv{OutChannels: 4, Window: NewWindow(3, 3), Group: 1, Axis: 1}
		change(o)
		return o
	}
	for _, c := range []struct {
		name string
		op   Op
		in   []Shape
		kind error
		says string
	}{
		{"groups that do not divide", deconv(func(o *Deconv) { o.Group = 3 }), []Shape{image}, ErrInvalid, "4 input channels do not divide into 3 groups"},
		{"padding by a rule", deconv(func(o *Deconv) { o.Same = SameUpper }), []Shape{image}, ErrInvalid, "must be explicit"},
		{"output padding of other axes", deconv(func(o *Deconv) { o.OutputPad = []int{1} }), []Shape{image}, ErrInvalid, "for 1 axes, the kernel has 2"},
		{"negative output padding", deconv(func(o *Deconv) { o.OutputPad = []int{0, -1} }), []Shape{image}, ErrInvalid, "output padding must lie between"},
		{"a kernel of other axes", deconv(func(*Deconv) {}), []Shape{{1, 4, 8}}, ErrInvalid, "1 spatial axes, the kernel has 2"},
		{"pads that leave nothing", deconv(func(o *Deconv) { o.PadBegin = []int{10, 0} }), []Shape{image}, ErrInvalid, "leave nothing of the output"},
		{"strides that overflow", deconv(func(o *Deconv) { o.Stride = []int{1 << 24, 1} }), []Shape{{1, 4, 1 << 20, 8}}, ErrLimit, "positions along axis 2"},
		{"a mask of averages", &Pool{Kind: Average, Window: NewWindow(2, 2), Mask: true}, []Shape{image}, ErrInvalid, "only a maximum has a mask"},
		{"growing in place", &Pool{Window: Window{Kernel: []int{2, 2}, Stride: []int{1, 1}, Dilation: []int{1, 1}, PadBegin: []int{1, 1}, PadEnd: []int{1, 1}}, InPlace: true}, []Shape{image}, ErrUnsupported, "larger planes"},
		{"a pyramid over lines", &SPP{Levels: 1}, []Shape{{1, 4, 8}}, ErrInvalid, "must have 4 axes"},
		{"a pyramid finer than the plane", &SPP{Levels: 16}, []Shape{image}, ErrInvalid, "level 4 of the pyramid pads by 4"},
		{"a pyramid that is too high", &SPP{Levels: 17}, []Shape{image}, ErrInvalid, "between 1 and 16, it is 17"},
		{"a pyramid over nothing", &SPP{Levels: 2}, []Shape{{1, 4, 0, 8}}, ErrInvalid, "kernel size must be positive"},
		{"a crop beyond the input", &Crop{Axis: 2, Offsets: []int{5}}, []Shape{image, {1, 1, 4, 3}}, ErrInvalid, "4 positions from 5 on do not lie in input 1x4x8x8 along axis 2"},
		{"a negative offset", &Crop{Axis: 2, Offsets: []int{-1, 0}}, []Shape{image, {1, 1, 4, 3}}, ErrInvalid, "from -1 on"},
		{"a reference with fewer axes", &Crop{Axis: 1}, []Shape{image, {1, 1, 4}}, ErrInvalid, "fewer axes"},
		{"so many tiles", &Tile{Axis: 1, Tiles: math.MaxInt}, []Shape{image}, ErrLimit, "more than 2147483647 elements"},
		{"the largest of a scalar", &ArgMax{Flat: true, TopK: 1}, []Shape{{}}, ErrInvalid, "no axes"},
		{"more than the axis has", &ArgMax{Axis: 1, TopK: 5}, []Shape{image}, ErrInvalid, "5 largest of 4"},
		{"a table without units", &Embed{Entries: 3}, []Shape{image}, ErrInvalid, "number of outputs must be positive"},
		{"five axes", &MVN{}, []Shape{{1, 1, 1, 1, 1}}, ErrInvalid, "at most 4 axes"},
		{"a base that is no number", &Exp{Base: float32(math.NaN())}, []Shape{image}, ErrInvalid, "base must be positive"},
		{"an infinite base", &Log{Base: float32(math.Inf(1))}, []Shape{image}, ErrInvalid, "base must be positive and finite"},
		{"a logarithm to base 1", &Log{Base: 1}, []Shape{image}, ErrInvalid, "no logarithm to base 1"},
		{"a bias of another extent", &Bias{Axis: 1}, []Shape{image, {8}}, ErrInvalid, "does not match"},
		{"a bias of three inputs", &Bias{}, []Shape{image, image, image}, ErrInvalid, "needs 1 or 2 inputs"},
	} {
		if _, err := c.op.Infer(c.in); !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", c.name, err, c.says)
		}
	}
}

func TestCanonicalFormsOfLayers(t *testing.T) {
	image := Shape{2, 4, 9, 8}
	deconv := func(end int, extra []int, axis int) *Deconv {
		w := NewWindow(3, 3)
		w.PadEnd = []int{end, end}
		return &Deconv{OutChannels: 4, Window: w, OutputPad: extra, Group: 1, Axis: axis}
	}
	for _, c := range []struct {
		name string
		a, b Op
		in   []Shape
		same bool
	}{
		{"output padding that takes from the end pad", deconv(2, []int{1, 1}, 1), deconv(1, nil, -3), []Shape{image}, true},
		{"output padding of nothing", deconv(0, []int{0, 0}, 1), deconv(0, nil, 1), []Shape{image}, true},
		{"output padding beyond the kernels", deconv(0, []int{1, 1}, 1), deconv(0, nil, 1), []Shape{image}, false},
		{"a power of 0", &Power{Scale: 3, Shift: 7}, &Power{Power: 1, Shift: 1}, []Shape{image}, true},
		{"a constant power", &Power{Power: 2, Shift: 3}, &Power{Power: 1, Shift: 9}, []Shape{image}, true},
		{"a power", &Power{Power: 2, Scale: 1}, &Power{Power: 1, Scale: 1}, []Shape{image}, false},
		{"offsets one by one", &Crop{Axis: 2, Offsets: []int{2, 2}}, &Crop{Axis: -2, Offsets: []int{2}}, []Shape{image, image}, true},
		{"offsets of 0", &Crop{Axis: 2, Offsets: []int{0}}, &Crop{Axis: 2}, []Shape{image, image}, true},
		{"an axis that does not count", &ArgMax{Flat: true, Axis: 2, TopK: 1}, &ArgMax{Flat: true, TopK: 1}, []Shape{image}, true},
		{"an axis that counts", &ArgMax{Axis: 2, TopK: 1}, &ArgMax{Axis: 1, TopK: 1}, []Shape{image}, false},
		{"eps without a deviation", &MVN{MeanOnly: true, Eps: 1}, &MVN{MeanOnly: true}, []Shape{image}, true},
		{"all axes by number", &Bias{Axis: 1, NumAxes: 3}, &Bias{Axis: -3, NumAxes: -1}, []Shape{image}, true},
		{"a number's axis", &Bias{Axis: 3}, &Bias{}, []Shape{image}, true},
		{"axes from the end", &Reduction{Axis: -2}, &Reduction{Axis: 2}, []Shape{image}, true},
		{"a mask", &Pool{Global: true, Mask: true}, &Pool{Global: true}, []Shape{image}, false},
		{"a pooling in place", &Pool{Global: true, InPlace: true}, &Pool{Global: true}, []Shape{image}, false},
	} {
		if got := cmp.Diff(Attributes(Canonical(c.a, c.in)), Attributes(Canonical(c.b, c.in))) == ""; got != c.same {
			t.Errorf("%s: equal %v, want %v", c.name, got, c.same)
		}
	}
}

func TestCostOfADeconvolution(t *testing.T) {
	data, out := &Value{Name: "data"}, &Value{Name: "out"}
	g := &Graph{Nodes: []*Node{
		{Name: "data", Op: &Input{Shape{2, 4, 5, 5}}, Outputs: []*Value{data}},
		{Name: "up", Op: &Deconv{OutChannels: 6, Window: NewWindow(3, 3), Group: 2, Axis: 1, Bias: true}, Inputs: []*Value{data}, Outputs: []*Value{out}},
	}, Outputs: []*Value{out}}
	shapes, err := g.Infer(nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := g.Nodes[1].Cost(shapes)
	if err != nil {
		t.Fatal(err)
	}
	// Each of the 2*4*25 inputs meets 3 outputs at 9 positions.
	if want := (Cost{MACs: 200 * 27, Params: 4*3*9 + 6, Activations: 2 * 6 * 49}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}
