package verify

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/alexconv/alexconv/ir"
)

// sampleReport has a layer of each verdict.
func sampleReport() *Report {
	o := Options{Tolerance: Tolerance{kind: relativeL2, relL2: 1e-6}}
	r := newReport("a.onnx", "b.npy", o)
	value := &ir.Value{Name: "y"}
	r.add(&ir.Node{Name: "conv", Op: &ir.Tanh{}}, value).compare(tensor(1, 2), tensor(1, 2), o)
	r.add(&ir.Node{Name: "norm", Op: &ir.LRN{}}, value).compare(
		&ir.Tensor{Shape: ir.Shape{1, 2}, Data: []float32{3, 4}}, &ir.Tensor{Shape: ir.Shape{1, 2}, Data: []float32{3, 5}}, o)
	r.add(&ir.Node{Op: &ir.Pool{}}, &ir.Value{Name: "p"}).compare(tensor(1), tensor(1, 2), o)
	r.add(&ir.Node{Name: "fc", Op: &ir.FullyConnected{}}, value).compare(tensor(nan), tensor(1), o)
	r.add(&ir.Node{Name: "drop", Op: &ir.ReLU{}}, value).Reason = "no counterpart in b.npy"
	r.Causes = append(r.Causes, newCause("LRN_K", "norm", "k is 1 in the reference, 2 in the other"))
	r.conclude(o)
	return r
}

func TestText(t *testing.T) {
	const want = `reference  a.onnx
other      b.npy
mode       cumulative, tolerance rel-l2=1e-06

layer  op              shape  max abs  max rel  rel L2  bound  used  verdict
conv   Tanh            2      0        0        0       1e-06  -     pass
norm   LRN             1x2    1        0.25     0.2     1e-06  -     fail (relative L2 0.2 above 1e-06)
p      Pool            1 / 2  -        -        -       -      -     fail (shape 1 against 2)
fc     FullyConnected  1      +Inf     +Inf     +Inf    1e-06  -     fail (NaN or infinity against another value in 1 of 1)
drop   ReLU            -      -        -        -       -      -     unchecked (no counterpart in b.npy)

first divergence: layer "norm" (LRN, value "y"): relative L2 0.2 above 1e-06
  at [0 1] the reference has 4, the other 5

causes:
  LRN_K at layer "norm": k is 1 in the reference, 2 in the other

fail: 4 layers compared, 1 unchecked; 3 layers of 5 outside the tolerance, the first is "norm"
`
	var b strings.Builder
	if err := sampleReport().WriteText(&b, TextOptions{}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
}

func TestTextOptions(t *testing.T) {
	var b strings.Builder
	if err := sampleReport().WriteText(&b, TextOptions{Color: true, Failures: true}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"\x1b[31mfail\x1b[0m: 4 layers", "\x1b[33munchecked\x1b[0m (no"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
	if strings.Contains(b.String(), "pass") {
		t.Errorf("a passing layer is shown in\n%s", b.String())
	}
}

func TestJSON(t *testing.T) {
	var b strings.Builder
	if err := sampleReport().WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Schema          int
		Verdict         string
		Layers          []map[string]any
		FirstDivergence map[string]any `json:"first_divergence"`
		Causes          []map[string]any
	}
	if err := json.Unmarshal([]byte(b.String()), &got); err != nil {
		t.Fatal(err)
	}
	if got.Schema != 1 || got.Verdict != "fail" || got.FirstDivergence["layer"] != "norm" || got.Causes[0]["code"] != "LRN_K" {
		t.Errorf("%+v", got)
	}
	rows := []struct {
		name, verdict, maxAbs, relL2, worst string
	}{
		{"conv", "pass", "0", "0", "map[index:[0] other:1 reference:1]"},
		{"norm", "fail", "1", "0.2", "map[index:[0 1] other:5 reference:4]"},
		{"p", "fail", "<nil>", "<nil>", "<nil>"},
		{"fc", "fail", "<nil>", "<nil>", "map[index:[0] other:1 reference:<nil>]"},
		{"drop", "unchecked", "<nil>", "<nil>", "<nil>"},
	}
	for i, want := range rows {
		row := got.Layers[i]
		for key, value := range map[string]string{
			"name": want.name, "verdict": want.verdict, "max_abs": want.maxAbs, "rel_l2": want.relL2, "worst": want.worst,
		} {
			if got, ok := row[key]; !ok || fmt.Sprint(got) != value {
				t.Errorf("layer %d: %s is %v, want %v", i, key, got, value)
			}
		}
	}
}

func TestJSONOfAnEmptyReport(t *testing.T) {
	r := newReport("a", "b", Options{Mode: Isolated})
	r.conclude(Options{AllowUnchecked: true})
	var b strings.Builder
	if err := r.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	const want = `{
  "schema": 1,
  "verdict": "unchecked",
  "reason": "no layer was compared",
  "reference": "a",
  "other": "b",
  "mode": "isolated",
  "tolerance": "auto",
  "compared": 0,
  "unchecked": 0,
  "layers": [],
  "smallest_tolerance": null,
  "first_divergence": null,
  "causes": []
}
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
}

func TestNumber(t *testing.T) {
	cases := []struct {
		value float64
		want  string
	}{{0.1, "0.1"}, {1e-30, "1e-30"}, {math.NaN(), "null"}, {math.Inf(-1), "null"}}
	for _, c := range cases {
		if got, err := json.Marshal(Number(c.value)); string(got) != c.want || err != nil {
			t.Errorf("%v is %s, %v, want %s", c.value, got, err, c.want)
		}
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

var errFull = errors.New("disk full")

func TestWriteErrorsAreReturned(t *testing.T) {
	if err := sampleReport().WriteText(full{}, TextOptions{}); !errors.Is(err, errFull) {
		t.Errorf("text: %v", err)
	}
	if err := sampleReport().WriteJSON(full{}); !errors.Is(err, errFull) {
		t.Errorf("JSON: %v", err)
	}
}

func TestBar(t *testing.T) {
	cases := []struct {
		used Number
		want string
	}{{0, ""}, {Number(math.NaN()), ""}, {1e-9, " ▏"}, {0.5, " ███"}, {0.25, " █▌"}, {1, " ██████"}, {Number(math.Inf(1)), " ██████"}}
	for _, c := range cases {
		if got := bar(c.used); got != c.want {
			t.Errorf("%v is drawn as %q, want %q", float64(c.used), got, c.want)
		}
	}
}
