package conformance

import (
	"bufio"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alexconv/alexconv/formats/onnx"
	"github.com/alexconv/alexconv/ir"
)

// onnxTestData is where Debian's package libonnx-testdata puts ONNX's own
// backend tests.
const onnxTestData = "/usr/share/libonnx-testdata/data"

// onnxVersion is the version of the tests that the manifest is about.
const onnxVersion = "1.12"

// packageVersion is the installed version of a Debian package, empty where that
// is not known.
func packageVersion(name string) string {
	status, err := os.ReadFile("/var/lib/dpkg/status")
	if err != nil {
		return ""
	}
	_, entry, _ := strings.Cut(string(status), "\nPackage: "+name+"\n")
	entry, _, _ = strings.Cut(entry, "\n\n")
	_, version, _ := strings.Cut(entry, "\nVersion: ")
	version, _, _ = strings.Cut(version, "\n")
	return version
}

// onnxManifest says of each test whether it passes or why it does not.
const onnxManifest = "../testdata/onnx/node-tests.txt"

var updateManifest = flag.Bool("update", false, "write the manifest of ONNX's node tests anew")

// onnxPasses is how many tests must pass on every engine at least.
const onnxPasses = 150

// onnxOperations are those of which every test is listed.
var onnxOperations = strings.Fields(`
	Abs Add AveragePool BatchNormalization Cast Clip Concat Constant ConstantOfShape Conv ConvTranspose Div Dropout Elu
	Exp Expand Flatten Gather Gemm GlobalAveragePool GlobalMaxPool Identity InstanceNormalization LRN LeakyRelu Log
	LogSoftmax MatMul Max MaxPool Mean Min Mul Neg PRelu Pad Pow Reciprocal ReduceL1 ReduceL2 ReduceMean ReduceSum
	ReduceSumSquare Relu Reshape Shape Sigmoid Size Slice Softmax Softplus Split Sqrt Squeeze Sub Sum Tanh Tile Transpose
	Unsqueeze`)

// onnxTolerance is what a value may differ by from the one that the test
// expects, relative to the largest in its tensor. The expected ones are numpy's
// or torch's, computed in float32.
const onnxTolerance = 1e-5

// TestONNXNodeTests runs ONNX's own backend tests on every engine. Each passes,
// or is refused with the very words of the manifest: a test that newly passes,
// newly fails or fails otherwise fails this one. A model that reads and computes
// something else than its expected output fails whatever the manifest says, and
// so does one that changes its digest on the way to ONNX and back.
func TestONNXNodeTests(t *testing.T) {
	if !exists(onnxTestData) {
		t.Skipf("ONNX's backend tests are not here: install Debian's package libonnx-testdata (%s)", onnxTestData)
	}
	if version := packageVersion("libonnx-testdata"); version != "" && !strings.HasPrefix(version, onnxVersion) {
		t.Skipf("the manifest is about version %s of ONNX's backend tests, this is %s", onnxVersion, version)
	}
	var lines []string
	passed := 0
	for _, name := range onnxTests(t) {
		c, err := openNodeTest(filepath.Join(onnxTestData, name))
		if err != nil {
			t.Fatal(err)
		}
		g, inputs, refused := c.read()
		if refused == nil {
			if err := c.check(g, inputs); err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if err := checkRewritten(g); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			passed++
			lines = append(lines, name+" pass")
			continue
		}
		lines = append(lines, fmt.Sprintf("%s unsupported %v", name, refused))
	}
	t.Logf("%d of %d tests pass on each of %d engines", passed, len(lines), len(engines))
	if passed < onnxPasses {
		t.Errorf("%d tests pass, at least %d must", passed, onnxPasses)
	}
	if *updateManifest {
		if err := os.WriteFile(onnxManifest, []byte(manifestHead+strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	compareManifest(t, lines)
}

const manifestHead = `# ONNX's own backend tests (version 1.12, Debian's package libonnx-testdata) of the operations that
# alexconv reads or that nets of the family use: what passes on every engine, and what is refused,
# with the words of the refusal. TestONNXNodeTests in conformance/ holds both directions; its
# flag -update writes this file anew.
`

// compareManifest wants the lines of the manifest to be those found.
func compareManifest(t *testing.T, found []string) {
	t.Helper()
	f, err := os.Open(onnxManifest)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var listed []string
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if line := lines.Text(); !strings.HasPrefix(line, "#") {
			listed = append(listed, line)
		}
	}
	for _, line := range found {
		if !slices.Contains(listed, line) {
			t.Errorf("not in the manifest: %s", line)
		}
	}
	for _, line := range listed {
		if !slices.Contains(found, line) {
			t.Errorf("in the manifest only: %s", line)
		}
	}
}

// onnxTests are the tests in which all operations are in onnxOperations, by
// their path below onnxTestData.
func onnxTests(t *testing.T) []string {
	t.Helper()
	var list []string
	for _, suite := range []string{"node", "pytorch-converted", "pytorch-operator", "simple"} {
		models, err := filepath.Glob(filepath.Join(onnxTestData, suite, "*", "model.onnx"))
		if err != nil {
			t.Fatal(err)
		}
		for _, model := range models {
			folder := filepath.Dir(model)
			c, err := openNodeTest(folder)
			if err != nil {
				t.Fatal(err)
			}
			operations, err := c.operations()
			if err != nil {
				t.Fatalf("%s: %v", model, err)
			}
			known := func(op string) bool { return slices.Contains(onnxOperations, op) }
			if len(operations) > 0 && !slices.ContainsFunc(operations, func(op string) bool { return !known(op) }) {
				list = append(list, suite+"/"+filepath.Base(folder))
			}
		}
	}
	return list
}

// byteOffset is a place in the file, which may differ between versions of it.
var byteOffset = regexp.MustCompile(`byte \d+: `)

// read gives the graph and its inputs. The tests pass weights and sizes as
// inputs; where the reader needs constants, all inputs but the first are.
func (c nodeTest) read() (*ir.Graph, map[string]*ir.Tensor, error) {
	g, err := onnx.Read(c.model, onnx.ReadOptions{})
	if err != nil {
		model, constantsErr := c.withConstants()
		if constantsErr != nil {
			return nil, nil, constantsErr
		}
		if g, err = onnx.Read(model, onnx.ReadOptions{}); err != nil {
			return nil, nil, fmt.Errorf("%s", byteOffset.ReplaceAllString(strings.TrimPrefix(err.Error(), "onnx: "), ""))
		}
	}
	names, err := c.names(graphInput)
	if err != nil {
		return nil, nil, err
	}
	inputs := make(map[string]*ir.Tensor)
	for i, name := range names {
		if v := g.Value(name); v == nil || i >= len(c.inputs) {
			continue
		}
		if inputs[name], err = parseTensor(c.inputs[i]); err != nil {
			return nil, nil, err
		}
	}
	return g, inputs, nil
}

// check runs the graph on every engine and compares shapes and numbers of all
// outputs.
func (c nodeTest) check(g *ir.Graph, inputs map[string]*ir.Tensor) error {
	names, err := c.names(graphOutput)
	if err != nil {
		return err
	}
	for _, e := range engines {
		values, err := runAll(g, inputs, e.options)
		if err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
		got := make(map[string]*ir.Tensor)
		for _, v := range values {
			got[v.name] = v.tensor
		}
		for i, name := range names {
			if i >= len(c.outputs) {
				break
			}
			want, err := parseTensor(c.outputs[i])
			switch {
			case err != nil:
				return err
			case got[name] == nil:
				return fmt.Errorf("%s: no value %s", e.name, name)
			case !got[name].Shape.Equal(want.Shape):
				return fmt.Errorf("%s: output %s is %v, it should be %v", e.name, name, got[name].Shape, want.Shape)
			}
			if err := compareWithin(got[name].Data, want.Data, onnxTolerance); err != nil {
				return fmt.Errorf("%s: output %s: %w", e.name, name, err)
			}
		}
	}
	return nil
}

// checkRewritten wants a graph's digest to be that of what is written of it and
// read again.
func checkRewritten(g *ir.Graph) error {
	want, err := ir.Digest(g)
	if err != nil {
		return err
	}
	for _, opset := range []int{9, 13, 17} {
		var written bytes.Buffer
		err := onnx.Write(&written, g, onnx.WriteOptions{Opset: opset})
		if errors.Is(err, ir.ErrUnsupported) && opset == 9 {
			continue // as dilated pooling, which opset 10 brought
		}
		if err != nil {
			return fmt.Errorf("opset %d: %w", opset, err)
		}
		back, err := onnx.Read(written.Bytes(), onnx.ReadOptions{})
		if err != nil {
			return fmt.Errorf("opset %d: what was written does not read: %w", opset, err)
		}
		if got, err := ir.Digest(back); got != want {
			return fmt.Errorf("opset %d: written and read, the digest %s becomes %s (%v)", opset, want, got, err)
		}
	}
	return nil
}
