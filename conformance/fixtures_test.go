package conformance

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alexconv/alexconv/convert"
	"github.com/alexconv/alexconv/formats/npy"
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime"
)

const caffeFixtures = "../testdata/caffe"

// tolerance is what a blob may differ from Caffe's by, relative to the blob's
// largest finite magnitude. Caffe computes in float32 and stays within 1e-6 of
// a float64 computation (testdata/seeded/README.md); the rest is room for nets
// that cancel.
const tolerance = 2e-5

// manifest is the part of expected/manifest.json that the test reads.
type manifest struct {
	Outputs []string
	Steps   []struct {
		Layer string
		Top   string
		File  string
		Shape ir.Shape
	}
	Blobs []struct {
		Name  string
		File  string
		Shape ir.Shape
	}
}

// caseFile is case.json.
type caseFile struct {
	Inputs map[string]struct{ File string }
}

// TestCaffeFixtures runs every case on every engine: it passes, or is refused
// where Caffe refuses, or is listed by name as not yet supported. A listed
// case that passes fails the test, so that the list stays true.
func TestCaffeFixtures(t *testing.T) {
	listed := readList(t, filepath.Join(caffeFixtures, "not-yet-supported.txt"))
	folders, err := filepath.Glob(filepath.Join(caffeFixtures, "*", "deploy.prototxt"))
	if err != nil {
		t.Fatal(err)
	}
	if len(folders) < 100 {
		t.Fatalf("only %d cases in %s", len(folders), caffeFixtures)
	}
	for _, path := range folders {
		folder := filepath.Dir(path)
		name := filepath.Base(folder)
		t.Run(name, func(t *testing.T) {
			check := runCase
			if strings.HasPrefix(name, "err_") {
				check = refuseCase
			}
			err := check(folder)
			switch {
			case err != nil && !listed[name]:
				t.Error(err)
			case err == nil && listed[name]:
				t.Error("passes, but is listed as not yet supported: take it off the list")
			}
			delete(listed, name)
		})
	}
	for name := range listed {
		t.Errorf("%s is listed as not yet supported, but there is no such case", name)
	}
}

func readList(t *testing.T, path string) map[string]bool {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	list := make(map[string]bool)
	for lines := bufio.NewScanner(f); lines.Scan(); {
		name, _, _ := strings.Cut(lines.Text(), "#")
		if name = strings.TrimSpace(name); name != "" {
			list[name] = true
		}
	}
	return list
}

// spec is the model of a case, with weights where the case has them.
func spec(folder string) string {
	model := filepath.Join(folder, "deploy.prototxt")
	if weights := filepath.Join(folder, "weights.caffemodel"); exists(weights) {
		model += "+" + weights
	}
	return model
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// aPlace is a line and column, a layer, or a byte offset.
var aPlace = regexp.MustCompile(`:\d+:\d+: |layer ["\w]|byte \d+: `)

// refuseCase expects an error that says where it is.
func refuseCase(folder string) error {
	m, err := convert.Open(spec(folder), convert.OpenOptions{})
	if err == nil {
		m.Close()
		return fmt.Errorf("accepted, but Caffe refuses it")
	}
	if !aPlace.MatchString(err.Error()) {
		return fmt.Errorf("the refusal names no place: %v", err)
	}
	return nil
}

// runCase compares every step and every blob with Caffe's.
func runCase(folder string) error {
	m, err := convert.Open(spec(folder), convert.OpenOptions{})
	if err != nil {
		return err
	}
	defer m.Close()
	var want manifest
	if err := readJSON(filepath.Join(folder, "expected", "manifest.json"), &want); err != nil {
		return err
	}
	inputs, err := caseInputs(folder, m.Graph)
	if err != nil {
		return err
	}
	for _, engine := range engines {
		values, err := runAll(m.Graph, inputs, engine.options)
		if err != nil {
			return fmt.Errorf("%s: %w", engine.name, err)
		}
		if err := compareSteps(filepath.Join(folder, "expected"), want, values); err != nil {
			return fmt.Errorf("%s: %w", engine.name, err)
		}
	}
	var outputs []string
	for _, v := range m.Graph.Outputs {
		outputs = append(outputs, v.Name)
	}
	if !slices.Equal(outputs, want.Outputs) {
		return fmt.Errorf("outputs %q, Caffe's are %q", outputs, want.Outputs)
	}
	return nil
}

func readJSON(path string, into any) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, into)
}

func readArray(path string) (*ir.Tensor, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return npy.ReadArray(data)
}

func caseInputs(folder string, g *ir.Graph) (map[string]*ir.Tensor, error) {
	var c caseFile
	if err := readJSON(filepath.Join(folder, "case.json"), &c); err != nil {
		return nil, err
	}
	inputs := make(map[string]*ir.Tensor)
	for _, v := range g.Inputs() {
		x, err := readArray(filepath.Join(folder, c.Inputs[v.Blob].File))
		if err != nil {
			return nil, err
		}
		inputs[v.Name] = x
	}
	return inputs, nil
}

// seen is one value of a run, right after its layer.
type seen struct {
	layer, blob, name string
	tensor            *ir.Tensor
}

func runAll(g *ir.Graph, inputs map[string]*ir.Tensor, o runtime.Options) ([]seen, error) {
	o.Inputs = make(map[string]ir.Shape)
	for name, x := range inputs {
		o.Inputs[name] = x.Shape
	}
	p, err := runtime.Compile(g, o)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	var values []seen
	_, err = p.Run(context.Background(), inputs, func(n *ir.Node, v *ir.Value, x *ir.Tensor) (*ir.Tensor, error) {
		values = append(values, seen{n.Name, v.Blob, v.Name, &ir.Tensor{Shape: x.Shape, Data: slices.Clone(x.Data)}})
		return nil, nil
	})
	return values, err
}

// compareSteps wants the same layers with the same tops in the same order, and
// the same numbers in every step and in every blob at the end.
func compareSteps(folder string, want manifest, values []seen) error {
	if len(values) != len(want.Steps) {
		return fmt.Errorf("%d values, Caffe has %d", len(values), len(want.Steps))
	}
	final := make(map[string]*ir.Tensor)
	for i, step := range want.Steps {
		got := values[i]
		if got.layer != step.Layer || got.blob != step.Top {
			return fmt.Errorf("step %d is %s of layer %q, Caffe's is %s of layer %q", i, got.blob, got.layer, step.Top, step.Layer)
		}
		if err := compareFile(filepath.Join(folder, step.File), got.tensor); err != nil {
			return fmt.Errorf("%s after layer %q: %w", got.blob, got.layer, err)
		}
		final[got.name] = got.tensor
	}
	for _, blob := range want.Blobs {
		got := final[blob.Name]
		if got == nil {
			return fmt.Errorf("no value is called %s", blob.Name)
		}
		if err := compareFile(filepath.Join(folder, blob.File), got); err != nil {
			return fmt.Errorf("blob %s: %w", blob.Name, err)
		}
	}
	return nil
}

func compareFile(path string, got *ir.Tensor) error {
	want, err := readArray(path)
	if err != nil {
		return err
	}
	if !got.Shape.Equal(want.Shape) {
		return fmt.Errorf("%v, Caffe has %v", got.Shape, want.Shape)
	}
	return compare(got.Data, want.Data)
}

// compare holds values against Caffe's. What is not a number, infinite or the
// -FLT_MAX of an empty window must be so exactly.
func compare(got, want []float32) error { return compareWithin(got, want, tolerance) }

// compareWithin is compare with a tolerance, relative to the largest value.
func compareWithin(got, want []float32, tolerance float64) error {
	largest := 0.0
	for _, w := range want {
		if m := math.Abs(float64(w)); m < math.MaxFloat32 {
			largest = max(largest, m)
		}
	}
	for i, w := range want {
		g := got[i]
		switch m := math.Abs(float64(w)); {
		case w != w && g != g, w == g:
			continue
		case !(m < math.MaxFloat32), !(math.Abs(float64(g)-float64(w)) <= tolerance*largest):
			return fmt.Errorf("element %d is %g, it should be %g (largest %g)", i, g, w, largest)
		}
	}
	return nil
}
