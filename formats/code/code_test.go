package code_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/alexconv/alexconv/formats/caffe"
	"github.com/alexconv/alexconv/formats/code"
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/sample"
	"github.com/alexconv/alexconv/zoo"
)

var update = flag.Bool("update", false, "write the golden files anew")

// kinds are the two kinds of module.
var kinds = []struct {
	name  string
	write func(*bytes.Buffer, *ir.Graph) error
}{
	{"keras", func(b *bytes.Buffer, g *ir.Graph) error {
		return code.WriteKeras(b, g, code.Options{Weights: "net.npy"})
	}},
	{"torch", func(b *bytes.Buffer, g *ir.Graph) error {
		return code.WriteTorch(b, g, code.Options{Weights: "net.npz"})
	}},
}

func sampleNet(t *testing.T) *ir.Graph {
	t.Helper()
	g, err := caffe.ReadTopology(sample.Prototxt, caffe.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// modules are compiled together, since starting Python takes long.
type modules map[string][]byte

func (m modules) add(t *testing.T, b *bytes.Buffer) {
	t.Helper()
	m[fmt.Sprintf("net%d.py", len(m))] = bytes.Clone(b.Bytes())
}

// check has Python compile the modules, where there is one, and look for what
// only a name that broke out of its quotes could have brought in.
func (m modules) check(t *testing.T) {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is absent: no module was compiled")
	}
	folder := t.TempDir()
	compiler := []string{"-W", "error", "-m", "py_compile"}
	var paths []string
	for name, text := range m {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	if out, err := exec.Command(python, append(compiler, paths...)...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if out, err := exec.Command(python, append([]string{"-c", inspection}, paths...)...).CombinedOutput(); err != nil {
		t.Errorf("%s", out)
	}
}

const inspection = `
import ast, sys
for path in sys.argv[1:]:
    text = open(path).read()
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in ("__import__", "eval", "exec"):
            sys.exit("the module names " + node.id + text)
        if isinstance(node, ast.Attribute) and node.attr == "system":
            sys.exit("the module calls system" + text)
    if [type(n).__name__ for n in tree.body][:5] != ["Expr", "Import", "Import", "Import", "Import"]:
        sys.exit("the docstring is cut" + text)
    if not any(isinstance(n, ast.Constant) and n.value in ("net.npy", "net.npz") for n in ast.walk(tree)):
        sys.exit("the weights are not named" + text)
`

func TestGolden(t *testing.T) {
	m := make(modules)
	for _, kind := range kinds {
		t.Run(kind.name, func(t *testing.T) {
			var b bytes.Buffer
			if err := kind.write(&b, sampleNet(t)); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("testdata", "sample."+kind.name+".py")
			if *update {
				if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), b.String()); diff != "" {
				t.Errorf("the module changed (go test -update writes it anew):\n%s", diff)
			}
			m.add(t, &b)
		})
	}
	m.check(t)
}

func TestEveryZooNetCompiles(t *testing.T) {
	m := make(modules)
	for _, net := range zoo.Nets() {
		for _, kind := range kinds {
			t.Run(net.Name+" "+kind.name, func(t *testing.T) {
				var a, b bytes.Buffer
				if err := kind.write(&a, net.Build()); err != nil {
					t.Fatal(err)
				}
				if err := kind.write(&b, net.Build()); err != nil || !bytes.Equal(a.Bytes(), b.Bytes()) {
					t.Errorf("writing twice gives different bytes (%v)", err)
				}
				m.add(t, &a)
			})
		}
	}
	m.check(t)
}

// chain is a graph of layers in a row.
func chain(t *testing.T, in ir.Shape, ops ...ir.Op) *ir.Graph {
	t.Helper()
	last := &ir.Value{Name: "in", Blob: "in"}
	g := &ir.Graph{Nodes: []*ir.Node{{Name: "in", Op: &ir.Input{Shape: in}, Outputs: []*ir.Value{last}}}}
	for i, op := range ops {
		name := "layer" + string(rune('0'+i))
		n := &ir.Node{Name: name, Op: op, Inputs: []*ir.Value{last}, Outputs: []*ir.Value{{Name: name, Blob: name}}}
		if pool, ok := op.(*ir.Pool); ok && pool.Mask {
			n.Outputs = append(n.Outputs, &ir.Value{Name: name + "/mask", Blob: name + "/mask"})
		}
		g.Nodes = append(g.Nodes, n)
		last = n.Outputs[0]
	}
	g.Outputs = []*ir.Value{last}
	return g
}

// window is a square window.
func window(kernel, stride, begin, end int) ir.Window {
	w := ir.NewWindow(kernel, kernel)
	for i := range 2 {
		w.Stride[i], w.PadBegin[i], w.PadEnd[i] = stride, begin, end
	}
	return w
}

func same(rule ir.Same, kernel, stride int) ir.Window {
	w := window(kernel, stride, 0, 0)
	w.Same = rule
	return w
}

// TestLines holds the line that a layer becomes in each kind of module.
func TestLines(t *testing.T) {
	conv := func(w ir.Window, group int) *ir.Conv {
		return &ir.Conv{OutChannels: 6, Window: w, Group: group, Axis: 1, Bias: true}
	}
	flat := &ir.Flatten{Axis: 1, EndAxis: -1}
	fc := &ir.FullyConnected{Units: 5, Axis: 1, Bias: true}
	cases := []struct {
		name         string
		ops          []ir.Op
		keras, torch string
	}{
		{"conv", []ir.Op{conv(window(3, 2, 0, 0), 1)}, `layer0 = conv(in_2, p["layer0"], (2, 2), "VALID")`, `nn.Conv2d(4, 6, (3, 3), stride=(2, 2))`},
		{"conv in groups", []ir.Op{conv(window(3, 1, 1, 1), 2)}, `(1, 1), [(0, 0), (1, 1), (1, 1), (0, 0)], groups=2)`, `nn.Conv2d(4, 6, (3, 3), padding=(1, 1), groups=2)`},
		{"conv same", []ir.Op{conv(same(ir.SameUpper, 4, 3), 1)}, `(3, 3), "SAME")`, `self.layer0(pad(in_2, same_pads(in_2.shape[2:], (4, 4), (3, 3))))`},
		{"conv same lower", []ir.Op{conv(same(ir.SameLower, 4, 3), 1)}, `[(0, 0), (1, 0), (1, 1), (0, 0)]`, `same_pads(in_2.shape[2:], (4, 4), (3, 3), lower=True)`},
		{"conv with uneven pads", []ir.Op{conv(window(3, 1, 2, 1), 1)}, `[(0, 0), (2, 1), (2, 1), (0, 0)]`, `self.layer0(pad(in_2, ((2, 1), (2, 1))))`},
		{"max pool", []ir.Op{&ir.Pool{Window: window(3, 2, 0, 0)}}, `tf.nn.max_pool2d(in_2, (3, 3), (2, 2), "VALID")`, `F.max_pool2d(in_2, (3, 3), (2, 2))`},
		{"max pool rounding up", []ir.Op{&ir.Pool{Window: window(3, 2, 0, 0), Ceil: true}}, `max_pool(in_2, (3, 3), (2, 2), ceil=True)`, `max_pool(in_2, (3, 3), (2, 2), ceil=True)`},
		{"max pool with pads, clipped", []ir.Op{&ir.Pool{Window: window(2, 2, 1, 1), Ceil: true, Clip: true}}, `max_pool(in_2, (2, 2), (2, 2), ((1, 1), (1, 1)), ceil=True, clip=True)`, `((1, 1), (1, 1)), ceil=True, clip=True)`},
		{"max pool same", []ir.Op{&ir.Pool{Window: same(ir.SameUpper, 3, 2)}}, `tf.nn.max_pool2d(in_2, (3, 3), (2, 2), "SAME")`, `max_pool(in_2, (3, 3), (2, 2), same_pads(in_2.shape[2:], (3, 3), (2, 2)))`},
		{"average pool that counts pads", []ir.Op{&ir.Pool{Kind: ir.Average, Window: window(3, 2, 1, 1), CountPad: true}}, `average_pool(in_2, (3, 3), (2, 2), ((1, 1), (1, 1)), count_pads=True)`, `count_pads=True)`},
		{"global average", []ir.Op{&ir.Pool{Kind: ir.Average, Global: true}}, `tf.reduce_mean(in_2, axis=(1, 2), keepdims=True)`, `in_2.mean((2, 3), keepdim=True)`},
		{"lrn", []ir.Op{&ir.LRN{Size: 5, C: float32(1e-4) / 5, Beta: 0.75, K: 2}}, `depth_radius=2, bias=2.0, alpha=2e-05, beta=0.75)`, `F.local_response_norm(in_2, 5, alpha=0.0001, beta=0.75, k=2.0)`},
		{"fully connected after an image", []ir.Op{fc}, `dense(tf.reshape(in_2, [-1, 288]), p["layer0"])`, `self.layer0(torch.flatten(in_2, 1))`},
		{"fully connected after a flattening", []ir.Op{flat, &ir.ReLU{}, fc}, `layer0 = tf.reshape(in_2, [-1, 288])`, `layer0 = torch.flatten(in_2, 1, -1)`},
		{"fully connected after a flattening in ir's order", []ir.Op{flat, &ir.Softmax{Axis: 1}, fc}, `dense(rows(layer1, 4, 9, 8), p["layer2"])`, `self.layer2(layer1)`},
		{"flatten", []ir.Op{flat}, `tf.reshape(tf.transpose(in_2, [0, 3, 1, 2]), [-1, 288])`, `torch.flatten(in_2, 1, -1)`},
		{"softmax across channels", []ir.Op{&ir.Softmax{Axis: 1}}, `tf.nn.softmax(in_2, axis=3)`, `F.softmax(in_2, dim=1)`},
		{"dropout", []ir.Op{&ir.Dropout{Ratio: 0.5}}, `tf.nn.dropout(in_2, 0.5) if training else in_2`, `F.dropout(in_2, 0.5, self.training)`},
		{"a slope", []ir.Op{&ir.ReLU{Slope: 0.1}}, `tf.nn.leaky_relu(in_2, alpha=0.1)`, `F.leaky_relu(in_2, 0.1)`},
	}
	m := make(modules)
	for _, c := range cases {
		for i, want := range []string{c.keras, c.torch} {
			t.Run(c.name+" "+kinds[i].name, func(t *testing.T) {
				var b bytes.Buffer
				if err := kinds[i].write(&b, chain(t, ir.Shape{1, 4, 9, 8}, c.ops...)); err != nil {
					t.Fatal(err)
				}
				if !strings.Contains(b.String(), want) {
					t.Errorf("no %s in\n%s", want, b.String())
				}
				m.add(t, &b)
			})
		}
	}
	m.check(t)
}

// TestNastyNames gives layers, blobs and the model names that would break out
// of a string or are no identifiers.
func TestNastyNames(t *testing.T) {
	names := []string{
		"inc/1x1", "b b", `quote"`, `'`, `back\`, "new\nline", "cr\r", "é", "日本", "😀", "", "1st", "class", "lambda", "None", "match",
		"self", "tf", "torch", "numpy", "main", "Model", "forward", "training", "_", "__class__", "file", `"""`, `""" + __import__("os").system("echo pwned") + """`,
		"#", "x = 1", "{0}", "%s", "\x00", "\u2028", "a\u202eb", "conv", "take", "p", "inputs", "pad", "WEIGHTS",
	}
	m := make(modules)
	for _, kind := range kinds {
		for _, name := range names {
			t.Run(kind.name+" "+name, func(t *testing.T) {
				g := chain(t, ir.Shape{1, 4, 9, 8}, &ir.Conv{OutChannels: 6, Window: window(3, 1, 0, 0), Group: 1, Axis: 1}, &ir.ReLU{}, &ir.Tanh{})
				g.Name = name
				g.Nodes[0].Outputs[0].Blob = name
				g.Nodes[2].Name = name
				g.Nodes[3].Outputs[0].Blob = name
				if name != "" {
					g.Nodes[1].Name = name
				}
				var b bytes.Buffer
				if err := kind.write(&b, g); err != nil {
					t.Fatal(err)
				}
				for _, c := range b.Bytes() {
					if c != '\n' && (c < ' ' || c > '~') {
						t.Fatalf("the byte %#x is in the module", c)
					}
				}
				m.add(t, &b)
			})
		}
	}
	m.check(t)
}

func TestStagesOfABlobShareAVariableOnlyInARow(t *testing.T) {
	build := func(branch bool) *ir.Graph {
		g := chain(t, ir.Shape{1, 4}, &ir.Tanh{}, &ir.ReLU{}, &ir.Sigmoid{})
		a, b := g.Nodes[1].Outputs[0], g.Nodes[2].Outputs[0]
		a.Name, a.Blob, b.Name, b.Blob = "x@layer0", "x", "x", "x"
		if branch {
			g.Nodes[3].Op, g.Nodes[3].Inputs = &ir.Eltwise{}, []*ir.Value{a, b}
		}
		return g
	}
	for _, c := range []struct {
		name   string
		branch bool
		want   string
	}{
		{"in a row", false, "x = torch.tanh(in_2)  # layer0\n        x = F.relu(x)  # layer1\n        layer2 = torch.sigmoid(x)"},
		{"read once more", true, "x = torch.tanh(in_2)  # layer0\n        x_2 = F.relu(x)  # layer1\n        layer2 = x + x_2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var b bytes.Buffer
			if err := code.WriteTorch(&b, build(c.branch), code.Options{Weights: "net.npz"}); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(b.String(), c.want) {
				t.Errorf("no\n%s\nin\n%s", c.want, b.String())
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	image := ir.Shape{1, 4, 9, 8}
	dilated := window(2, 1, 0, 0)
	dilated.Dilation = []int{2, 2}
	cases := []struct {
		name    string
		in      ir.Shape
		op      ir.Op
		want    string
		inTorch bool // refused there too
	}{
		{"a batch norm", image, &ir.BatchNorm{}, "BatchNorm layer has no form", true},
		{"a scale", image, &ir.Scale{Axis: 1, NumAxes: 1}, "Scale layer has no form", true},
		{"a prelu", image, &ir.PReLU{}, "PReLU layer has no form", true},
		{"lrn within a channel", image, &ir.LRN{Region: ir.Within, Size: 3, C: 1, Beta: 1, K: 1}, "within a channel", true},
		{"lrn of an even size", image, &ir.LRN{Size: 4, C: 1, Beta: 1, K: 1}, "even size, 4", true},
		{"lrn in place", image, &ir.LRN{Size: 3, C: 1, Beta: 1, K: 1, InPlace: true}, "in place", true},
		{"a pool with a mask", image, &ir.Pool{Window: window(2, 2, 0, 0), Mask: true}, "the places of the maxima", true},
		{"a pool in place", image, &ir.Pool{Window: window(2, 2, 0, 0), InPlace: true}, "in place", true},
		{"a dilated pool", image, &ir.Pool{Window: dilated}, "dilated pool", true},
		{"a convolution over one axis", ir.Shape{1, 4, 9}, &ir.Conv{OutChannels: 2, Window: ir.NewWindow(3), Group: 1, Axis: 1}, "images of 4 axes", true},
		{"a fully connected layer on the last axis", image, &ir.FullyConnected{Units: 2, Axis: 3}, "from axis 1 on", false},
	}
	for _, c := range cases {
		for _, kind := range kinds {
			t.Run(c.name+" "+kind.name, func(t *testing.T) {
				var b bytes.Buffer
				err := kind.write(&b, chain(t, c.in, c.op))
				if kind.name == "torch" && !c.inTorch {
					if err != nil {
						t.Fatal(err)
					}
					return
				}
				if !errors.Is(err, ir.ErrUnsupported) || !strings.HasPrefix(err.Error(), `layer "layer0": `) || !strings.Contains(err.Error(), c.want) || b.Len() > 0 {
					t.Errorf("%v, want %q", err, c.want)
				}
			})
		}
	}
}

func TestOptionsAndNamesAreChecked(t *testing.T) {
	conv := &ir.Conv{OutChannels: 2, Window: window(1, 1, 0, 0), Group: 1, Axis: 1}
	twice := chain(t, ir.Shape{1, 2, 3, 3}, conv, conv)
	twice.Nodes[2].Name = twice.Nodes[1].Name
	unnamed := chain(t, ir.Shape{1, 2, 3, 3}, conv)
	unnamed.Nodes[1].Name = ""
	bytesName := chain(t, ir.Shape{1, 2, 3, 3}, conv)
	bytesName.Nodes[1].Name = "\xff"
	good := chain(t, ir.Shape{1, 2, 3, 3}, conv)
	for _, c := range []struct {
		name    string
		g       *ir.Graph
		weights string
		kind    error
		want    string
	}{
		{"no weights file", good, "", ir.ErrInvalid, "without a folder"},
		{"a weights file elsewhere", good, "../net.npy", ir.ErrInvalid, "without a folder"},
		{"two layers of one key", twice, "net.npy", ir.ErrUnsupported, `another layer has the key "layer0"`},
		{"a layer without a name", unnamed, "net.npy", ir.ErrUnsupported, "without a name"},
		{"a name that is no text", bytesName, "net.npy", ir.ErrUnsupported, "not valid UTF-8"},
		{"no outputs", &ir.Graph{}, "net.npy", ir.ErrUnsupported, "no forward pass"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var b bytes.Buffer
			if err := code.WriteKeras(&b, c.g, code.Options{Weights: c.weights}); !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.want) || b.Len() > 0 {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}
