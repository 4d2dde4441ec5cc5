package crosscheck

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alexconv/alexconv/convert"
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime"
)

const caffeFixtures = "../testdata/caffe"

// fixtureOpsets are those in which every fixture runs in ONNX Runtime: the
// oldest that is common, the default, and one in which axes are inputs.
var fixtureOpsets = []int{9, 13, 17}

// fixtureTolerance is relative to an output's largest finite magnitude: what
// the conformance tests allow between Caffe and alexconv.
const fixtureTolerance = 2e-5

// TestONNXRuntimeGivesCaffesNumbers writes each Caffe case as ONNX and wants
// the same outputs from ONNX Runtime, from alexconv and from Caffe's own
// record. Cases that cannot be are listed with the reason in not-in-onnx.txt; a
// listed case that works fails the test, so that the list stays true.
func TestONNXRuntimeGivesCaffesNumbers(t *testing.T) {
	needONNXRuntime(t)
	listed := exceptions(t, "not-in-onnx.txt")
	folders, err := filepath.Glob(filepath.Join(caffeFixtures, "*", "expected"))
	if err != nil {
		t.Fatal(err)
	}
	if len(folders) < 90 {
		t.Fatalf("only %d cases in %s", len(folders), caffeFixtures)
	}
	var jobs []job
	var wanted []fixture
	for _, expected := range folders {
		f := openFixture(t, filepath.Dir(expected))
		for _, opset := range fixtureOpsets {
			label := fmt.Sprintf("%s at opset %d", f.name, opset)
			path := filepath.Join(t.TempDir(), "x.onnx")
			_, err := convert.Save(context.Background(), f.graph, path, convert.SaveOptions{Opset: opset})
			switch exception := listed.take(f.name, opset); {
			case err == nil && exception:
				t.Errorf("%s is written, but is listed in not-in-onnx.txt: take it off the list", label)
			case err == nil:
				jobs, wanted = append(jobs, job{path, f.inputs}), append(wanted, f)
			case !exception:
				t.Errorf("%s: %v", label, err)
			}
		}
	}
	for i, a := range onnxRuntime(t, jobs...) {
		label := fmt.Sprintf("%s (%s)", wanted[i].name, jobs[i].path)
		if a.err != nil {
			t.Errorf("%s: %v", label, a.err)
			continue
		}
		for _, err := range wanted[i].check(t, a.outputs) {
			t.Errorf("%s: %.300s", label, err.Error())
		}
	}
	for name := range listed {
		t.Errorf("%s is listed in not-in-onnx.txt, but there is no such case", name)
	}
	t.Logf("%d cases, %d models ran in ONNX Runtime", len(folders), len(jobs))
}

// fixture is a case of testdata/caffe.
type fixture struct {
	name, folder string
	graph        *ir.Graph
	inputs       map[string]*ir.Tensor
}

func openFixture(t *testing.T, folder string) fixture {
	t.Helper()
	f := fixture{name: filepath.Base(folder), folder: folder, inputs: make(map[string]*ir.Tensor)}
	spec := filepath.Join(folder, "deploy.prototxt")
	if weights := filepath.Join(folder, "weights.caffemodel"); exists(weights) {
		spec += "+" + weights
	}
	f.graph = open(t, spec)
	var record struct {
		Inputs map[string]struct{ File string }
	}
	readJSON(t, filepath.Join(folder, "case.json"), &record)
	for _, v := range f.graph.Inputs() {
		f.inputs[v.Name] = readArray(t, filepath.Join(folder, record.Inputs[v.Blob].File))
	}
	return f
}

// check holds outputs against alexconv's and Caffe's.
func (f fixture) check(t *testing.T, outputs map[string]*ir.Tensor) (errs []error) {
	t.Helper()
	var record struct {
		Blobs []struct{ Name, File string }
	}
	readJSON(t, filepath.Join(f.folder, "expected", "manifest.json"), &record)
	files := make(map[string]string)
	for _, b := range record.Blobs {
		files[b.Name] = b.File
	}
	ours := run(t, f.graph, runtime.Fast, f.inputs)
	for _, v := range f.graph.Outputs {
		got := outputs[v.Name]
		if err := within(fixtureTolerance, got, ours[v.Name]); err != nil {
			errs = append(errs, fmt.Errorf("output %s against alexconv: %w", v.Name, err))
		}
		if err := within(fixtureTolerance, got, readArray(t, filepath.Join(f.folder, "expected", files[v.Blob]))); err != nil {
			errs = append(errs, fmt.Errorf("output %s against Caffe: %w", v.Name, err))
		}
	}
	if len(f.graph.Outputs) == 0 || len(outputs) != len(f.graph.Outputs) {
		errs = append(errs, fmt.Errorf("%d outputs, want %d", len(outputs), len(f.graph.Outputs)))
	}
	return errs
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func readJSON(t *testing.T, path string, into any) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(data, into)
	}
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// exceptionList holds the opsets in which a case is not written, by its name.
type exceptionList map[string]map[int]bool

// exceptions reads lines of a case's name, the opsets with commas, and a reason.
func exceptions(t *testing.T, path string) exceptionList {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	list := make(exceptionList)
	for lines := bufio.NewScanner(file); lines.Scan(); {
		line, _, _ := strings.Cut(lines.Text(), "#")
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		if len(fields) < 3 {
			t.Fatalf("%s: %q: want a name, opsets and a reason", path, line)
		}
		list[fields[0]] = make(map[int]bool)
		for text := range strings.SplitSeq(fields[1], ",") {
			var opset int
			if _, err := fmt.Sscan(text, &opset); err != nil {
				t.Fatalf("%s: %q is no opset", path, text)
			}
			list[fields[0]][opset] = true
		}
	}
	return list
}

// take reports whether a case is listed, and forgets the entry.
func (l exceptionList) take(name string, opset int) bool {
	listed := l[name][opset]
	if delete(l[name], opset); len(l[name]) == 0 {
		delete(l, name)
	}
	return listed
}
