package ir

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestShapesAreChecked(t *testing.T) {
	for _, c := range []struct {
		name  string
		shape Shape
		kind  error
	}{
		{"an ordinary shape", Shape{1, 3, 227, 227}, nil},
		{"a scalar", Shape{}, nil},
		{"a negative extent", Shape{1, -1}, ErrInvalid},
		{"a product that overflows", Shape{1 << 20, 1 << 20, 1 << 20, 1 << 20}, ErrLimit},
		{"zero hides no overflow check that matters", Shape{0, 1 << 20, 1 << 20}, nil},
	} {
		if err := c.shape.Check(); !errors.Is(err, c.kind) {
			t.Errorf("%s: %v, want %v", c.name, err, c.kind)
		}
	}
	if got := (Shape{1, 3, 227}).String(); got != "1x3x227" {
		t.Errorf("printed as %s", got)
	}
}

func win(kernel, stride, begin, end int) Window {
	return Window{Kernel: []int{kernel}, Stride: []int{stride}, Dilation: []int{1}, PadBegin: []int{begin}, PadEnd: []int{end}}
}

func TestPoolPositions(t *testing.T) {
	for _, c := range []struct {
		name      string
		pool      Pool
		in, wants int
	}{
		{"AlexNet pool1 at 227", Pool{Window: win(3, 2, 0, 0), Ceil: true}, 55, 27},
		{"AlexNet pool1 at 224, rounded up", Pool{Window: win(3, 2, 0, 0), Ceil: true}, 54, 27},
		{"AlexNet pool1 at 224, rounded down", Pool{Window: win(3, 2, 0, 0)}, 54, 26},
		{"Caffe clips a window that starts in the end padding", Pool{Window: win(2, 2, 1, 1), Ceil: true, Clip: true}, 5, 3},
		{"without a clip it stays", Pool{Window: win(2, 2, 1, 1), Ceil: true}, 5, 4},
		{"a window wholly outside stays without padding", Pool{Window: win(2, 3, 0, 0), Ceil: true}, 9, 4},
		{"a kernel larger than the input has one window", Pool{Window: win(5, 2, 0, 0), Ceil: true}, 4, 1},
		{"same padding rounds up", Pool{Window: Window{Kernel: []int{3}, Stride: []int{2}, Dilation: []int{1}, PadBegin: []int{0}, PadEnd: []int{0}, Same: SameUpper}}, 14, 7},
	} {
		if got := c.pool.Positions(0, c.in); got != c.wants {
			t.Errorf("%s: %d, want %d", c.name, got, c.wants)
		}
	}
}

func TestSamePadsPutTheOddOneAtTheEnd(t *testing.T) {
	w := win(11, 4, 0, 0)
	w.Same = SameUpper
	for _, c := range []struct{ in, begin, end int }{{227, 4, 4}, {224, 3, 4}} {
		if b, e := w.Pads(0, c.in); b != c.begin || e != c.end {
			t.Errorf("input %d: %d+%d, want %d+%d", c.in, b, e, c.begin, c.end)
		}
	}
	w.Same = SameLower
	if b, e := w.Pads(0, 224); b != 4 || e != 3 {
		t.Errorf("lower: %d+%d, want 4+3", b, e)
	}
}

func TestInferRefuses(t *testing.T) {
	conv := func(change func(*Conv)) *Conv {
		c := &Conv{OutChannels: 4, Window: NewWindow(3, 3), Group: 1, Axis: 1}
		change(c)
		return c
	}
	image := Shape{1, 4, 8, 8}
	for _, c := range []struct {
		name string
		op   Op
		in   []Shape
		says string
	}{
		{"no input", &ReLU{}, nil, "needs 1 inputs, has 0"},
		{"groups that do not divide", conv(func(c *Conv) { c.Group = 3 }), []Shape{image}, "do not divide into 3 groups"},
		{"a kernel beyond the input", conv(func(c *Conv) { c.Kernel = []int{9, 9} }), []Shape{image}, "the kernel spans 9 positions"},
		{"a stride of zero", conv(func(c *Conv) { c.Stride = []int{0, 1} }), []Shape{image}, "stride must be positive"},
		{"missing spatial axes", conv(func(*Conv) {}), []Shape{{1, 4}}, "0 spatial axes"},
		{"normalisation of a matrix", &LRN{Size: 5}, []Shape{{1, 4}}, "must have 4 axes"},
		{"an axis out of range", &Softmax{Axis: 4}, []Shape{image}, "axis 4 is out of range"},
		{"unequal summands", &Eltwise{}, []Shape{{2}, {3}}, "input 1 is 3, input 0 is 2"},
		{"coefficients of a product", &Eltwise{Kind: Product, Coefficients: []float32{1, 1}}, []Shape{{2}, {2}}, "coefficients go with a sum"},
		{"pieces that do not fit", &Slice{Axis: 1, Sizes: []int{2, 3}, Pieces: 2}, []Shape{image}, "cannot be cut"},
		{"a reshape that loses elements", &Reshape{Dims: []int{7}, NumAxes: -1}, []Shape{image}, "has 256 elements"},
		{"two inferred dimensions", &Reshape{Dims: []int{-1, -1}, NumAxes: -1}, []Shape{image}, "more than one dimension"},
		{"a scale that does not match", &Scale{Axis: 1}, []Shape{image, {5}}, "does not match"},
	} {
		if _, err := c.op.Infer(c.in); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", c.name, err, c.says)
		}
	}
}

// chain is data -> conv -> relu (in place) -> fc, with weights.
func chain(change func(conv *Conv, fc *FullyConnected)) *Graph {
	conv := &Conv{OutChannels: 2, Window: NewWindow(3, 3), Group: 1, Axis: 1, Bias: true}
	fc := &FullyConnected{Units: 3, Axis: 1}
	change(conv, fc)
	data, before, after, out := &Value{Name: "data"}, &Value{Name: "c@conv", Blob: "c"}, &Value{Name: "c", Blob: "c"}, &Value{Name: "fc"}
	weights := Seeded("fc/0", 1, 1, 3, 18)
	if fc.Transposed {
		weights = transpose(weights)
	}
	return &Graph{
		Nodes: []*Node{
			{Name: "data", Op: &Input{Shape{1, 1, 5, 5}}, Outputs: []*Value{data}},
			{Name: "conv", Op: conv, Inputs: []*Value{data}, Outputs: []*Value{before},
				Params: []*Tensor{Seeded("conv/0", 1, 1, 2, 1, 3, 3), Seeded("conv/1", 1, 1, 2)}},
			{Name: "relu", Op: &ReLU{}, Inputs: []*Value{before}, Outputs: []*Value{after}},
			{Name: "fc", Op: fc, Inputs: []*Value{after}, Outputs: []*Value{out}, Params: []*Tensor{weights}},
		},
		Outputs: []*Value{out},
	}
}

func transpose(t *Tensor) *Tensor {
	r := NewTensor(t.Shape[1], t.Shape[0])
	for i := range t.Shape[0] {
		for j := range t.Shape[1] {
			r.Data[j*t.Shape[0]+i] = t.Data[i*t.Shape[1]+j]
		}
	}
	return r
}

func plain(*Conv, *FullyConnected) {}

func digest(t *testing.T, g *Graph) string {
	t.Helper()
	d, err := Digest(g)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// insert puts a one-input operation between the node's first input and it.
func insert(g *Graph, at int, op Op) *Graph {
	n := g.Nodes[at]
	v := &Value{Name: "before " + n.Name + " " + op.Type()}
	added := &Node{Name: "inserted", Op: op, Inputs: []*Value{n.Inputs[0]}, Outputs: []*Value{v}}
	n.Inputs = []*Value{v}
	g.Nodes = append(g.Nodes[:at:at], append([]*Node{added}, g.Nodes[at:]...)...)
	return g
}

func TestDigestSeesThroughWhatDoesNotMatter(t *testing.T) {
	want := digest(t, chain(plain))
	for name, g := range map[string]*Graph{
		"a negative axis":        chain(func(_ *Conv, fc *FullyConnected) { fc.Axis = -3 }),
		"a transposed matrix":    chain(func(_ *Conv, fc *FullyConnected) { fc.Transposed = true }),
		"dropout":                insert(chain(plain), 3, &Dropout{Ratio: 0.5}),
		"a split":                insert(chain(plain), 3, &Split{Copies: 1}),
		"a flattening before fc": insert(chain(plain), 3, &Flatten{Axis: 1, EndAxis: -1}),
		"a reshape before fc":    insert(chain(plain), 3, &Reshape{Dims: []int{0, -1}, NumAxes: -1}),
		"flatten and dropout":    insert(insert(chain(plain), 3, &Flatten{Axis: 1, EndAxis: -1}), 4, &Dropout{}),
		"another batch":          func() *Graph { g := chain(plain); g.Nodes[0].Op = &Input{Shape{7, 1, 5, 5}}; return g }(),
		"other names":            func() *Graph { g := chain(plain); g.Nodes[1].Name = "x"; g.Nodes[1].Outputs[0].Name = "y"; return g }(),
	} {
		if got := digest(t, g); got != want {
			t.Errorf("%s changes the digest", name)
		}
	}
}

func TestCanonicalFormsOfOneOperationAreEqual(t *testing.T) {
	image := Shape{2, 4, 9, 8}
	batch := func(n int) []Shape { return []Shape{{n, 4, 9, 8}} }
	pool := func(ceil, clip, count bool, pad int) *Pool {
		w := NewWindow(3, 3)
		w.Stride, w.PadBegin, w.PadEnd = []int{2, 2}, []int{pad, pad}, []int{pad, pad}
		return &Pool{Kind: Average, Window: w, Ceil: ceil, Clip: clip, CountPad: count}
	}
	for _, c := range []struct {
		name string
		a, b Op
		in   []Shape
		same bool
	}{
		{"a clip that never clips", pool(true, true, false, 0), pool(true, false, false, 0), []Shape{image}, true},
		{"padding that is not there", pool(false, false, true, 0), pool(false, false, false, 0), []Shape{image}, true},
		{"padding that is", pool(false, false, true, 1), pool(false, false, false, 1), []Shape{image}, false},
		{"rounding", pool(true, false, false, 0), pool(false, false, false, 0), []Shape{image}, false},
		{"a reshape and a flatten", &Reshape{Dims: []int{0, -1}, NumAxes: -1}, &Flatten{Axis: 1, EndAxis: -1}, []Shape{image}, true},
		{"equal pieces by number and by size", &Slice{Axis: 1, Pieces: 2}, &Slice{Axis: -3, Pieces: 2, Sizes: []int{2, 2}}, []Shape{image}, true},
		{"coefficients of one", &Eltwise{Coefficients: []float32{1, 1}}, &Eltwise{}, []Shape{image, image}, true},
		{"all axes by number", &Scale{Axis: 1, NumAxes: 3}, &Scale{Axis: -3, NumAxes: -1}, []Shape{image}, true},
	} {
		if got := cmp.Diff(Attributes(Canonical(c.a, c.in)), Attributes(Canonical(c.b, c.in))) == ""; got != c.same {
			t.Errorf("%s: equal %v, want %v", c.name, got, c.same)
		}
	}
	merged := &Reshape{Dims: []int{-1, 8}, NumAxes: -1}
	if diff := cmp.Diff(Attributes(Canonical(merged, batch(1))), Attributes(Canonical(merged, batch(5)))); diff != "" {
		t.Errorf("a reshape that merges the batch depends on its size: %s", diff)
	}
}

func TestDigestSeesWhatMatters(t *testing.T) {
	want := digest(t, chain(plain))
	changed := func(change func(g *Graph)) *Graph { g := chain(plain); change(g); return g }
	for name, g := range map[string]*Graph{
		"one bit of a weight": changed(func(g *Graph) { g.Nodes[1].Params[0].Data[4] += 0x1p-20 }),
		"padding": chain(func(c *Conv, _ *FullyConnected) {
			c.PadEnd[0] = 0
			c.Stride[0] = 1
			c.Dilation = []int{1, 1}
			c.Same = SameUpper
			c.Kernel = []int{3, 3}
		}),
		"the slope":          changed(func(g *Graph) { g.Nodes[2].Op = &ReLU{Slope: 0.1} }),
		"another activation": changed(func(g *Graph) { g.Nodes[2].Op = &Tanh{} }),
		"an earlier output":  changed(func(g *Graph) { g.Outputs = []*Value{g.Nodes[2].Outputs[0]} }),
		"a flattening output": changed(func(g *Graph) {
			insert(g, 3, &Flatten{Axis: 1, EndAxis: -1})
			g.Outputs = append(g.Outputs, g.Nodes[3].Outputs[0])
		}),
	} {
		if g.Nodes[1].Op.(*Conv).Same == SameUpper {
			g.Nodes[3].Params[0] = Seeded("fc/0", 1, 1, 3, 50)
		}
		if got := digest(t, g); got == want {
			t.Errorf("%s does not change the digest", name)
		}
	}
	if _, err := Digest(changed(func(g *Graph) { g.Nodes[3].Params = nil })); !errors.Is(err, ErrNoWeights) {
		t.Errorf("a topology: %v, want ErrNoWeights", err)
	}
}

func TestLayerDigestsNameTheLayerThatChanged(t *testing.T) {
	a, err := LayerDigests(chain(plain))
	if err != nil {
		t.Fatal(err)
	}
	g := chain(plain)
	g.Nodes[1].Params[1].Data[0]++
	b, err := LayerDigests(g)
	if err != nil {
		t.Fatal(err)
	}
	for i := range a {
		if same := a[i].Digest == b[i].Digest; same != (a[i].Node.Name != "conv") {
			t.Errorf("%s: same digest %v", a[i].Node.Name, same)
		}
	}
}

func TestValidateNamesTheNode(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(g *Graph)
		says   string
	}{
		{"a value written twice", func(g *Graph) { g.Nodes[2].Outputs[0].Name = "data" }, `layer "relu": writes value "data"`},
		{"a value read too early", func(g *Graph) { g.Nodes[1], g.Nodes[2] = g.Nodes[2], g.Nodes[1] }, `layer "relu": reads value "c@conv"`},
		{"weights of another shape", func(g *Graph) { g.Nodes[3].Params[0] = NewTensor(3, 17) }, `layer "fc": parameter weights is 3x17, the layer needs 3x18`},
		{"a missing bias", func(g *Graph) { g.Nodes[1].Params = g.Nodes[1].Params[:1] }, `layer "conv": has 1 parameters`},
		{"data that does not fill its shape", func(g *Graph) { g.Nodes[1].Params[1].Data = nil }, `layer "conv": shape 2 needs 2 values, 0 present`},
		{"an output that nothing writes", func(g *Graph) { g.Outputs = []*Value{{Name: "ghost"}} }, `no layer writes output "ghost"`},
	} {
		g := chain(plain)
		c.change(g)
		if _, err := g.Validate(); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", c.name, err, c.says)
		}
	}
}

func TestInferTakesOtherInputShapes(t *testing.T) {
	g := chain(plain)
	g.Nodes[3].Params = nil
	shapes, err := g.Infer(map[string]Shape{"data": {2, 1, 7, 7}})
	if err != nil {
		t.Fatal(err)
	}
	if got := shapes[g.Outputs[0]]; !got.Equal(Shape{2, 3}) {
		t.Errorf("output %v, want 2x3", got)
	}
	if _, err := g.Infer(map[string]Shape{"nope": {1}}); err == nil || !strings.Contains(err.Error(), `no input "nope"`) {
		t.Errorf("unknown input: %v", err)
	}
	if _, err := chain(plain).Infer(map[string]Shape{"data": {1, 1, 7, 7}}); err == nil || !strings.Contains(err.Error(), `layer "fc"`) {
		t.Errorf("a size that does not fit the weights: %v", err)
	}
}

func TestSortOrdersAndRefusesCycles(t *testing.T) {
	g := chain(plain)
	g.Nodes[1], g.Nodes[3] = g.Nodes[3], g.Nodes[1]
	if err := g.Sort(); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Validate(); err != nil {
		t.Error(err)
	}
	g.Nodes[1].Inputs[0] = g.Nodes[3].Outputs[0]
	if err := g.Sort(); err == nil || !strings.Contains(err.Error(), "cycle") {
		t.Errorf("a cycle: %v", err)
	}
}

func TestSeededMatchesCaffesInput(t *testing.T) {
	// The first values of "data" in testdata/seeded/alexnet_227.json.
	x := Seeded("data", 2012, 128, 1, 3, 227, 227)
	for _, c := range []struct {
		index int
		value float32
	}{{0, 103.2075958251953}, {2415, 88.95002746582031}} {
		if x.Data[c.index] != c.value {
			t.Errorf("element %d is %v, want %v", c.index, x.Data[c.index], c.value)
		}
	}
}
