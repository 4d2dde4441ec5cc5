package verify

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// on is a report on one input with one layer.
func on(name string, v Verdict, used, relL2 Number) *Report {
	r := newReport("a", "b", Options{})
	l := &Layer{Name: "l", Value: "l", Op: "Conv", Verdict: v, Deviation: unmeasured()}
	l.BoundUsed, l.RelL2 = used, relL2
	r.Layers, r.Input = []*Layer{l}, &Feed{Name: name}
	r.conclude(Options{})
	return r
}

func TestTheWorstOfSeveralLeads(t *testing.T) {
	cases := []struct {
		name    string
		reports []*Report
		want    string
	}{
		{"one", []*Report{on("x", Pass, 0, 0)}, "x"},
		{"a failure", []*Report{on("x", Pass, 0.9, 1), on("y", Fail, 2, 0), on("z", Unchecked, 0, 0)}, "y"},
		{"an unchecked one", []*Report{on("x", Pass, 0.9, 1), on("z", Unchecked, 0, 0)}, "z"},
		{"more of the bound", []*Report{on("x", Pass, 0.1, 1), on("y", Pass, 0.2, 0)}, "y"},
		{"a larger deviation", []*Report{on("x", Pass, 0, 1), on("y", Pass, 0, 2)}, "y"},
		{"equals", []*Report{on("x", Pass, 0, 1), on("y", Pass, 0, 1)}, "x"},
	}
	for _, c := range cases {
		lead := Lead(c.reports)
		if lead.Input.Name != c.want {
			t.Errorf("%s: %s leads", c.name, lead.Input.Name)
		}
		if n := len(lead.Inputs); n != len(c.reports) && n != 0 {
			t.Errorf("%s: %d outcomes", c.name, n)
		}
	}
}

func TestTextOfSeveral(t *testing.T) {
	lead := Lead([]*Report{on("seed 1", Pass, 0.1, 0), on("cat.png", Fail, 2, 0)})
	lead.Input.Preprocess = "bgr, mean 104"
	var b strings.Builder
	if err := lead.WriteText(&b, TextOptions{}); err != nil {
		t.Fatal(err)
	}
	const want = `
2 inputs:
  pass  seed 1
  fail  cat.png (1 layer of 1 outside the tolerance, the first is "l")
the worst is
input      cat.png (bgr, mean 104)
`
	_, got, _ := strings.Cut(b.String(), "tolerance auto\n")
	got, _, _ = strings.Cut(got, "\nlayer ")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
	b.Reset()
	if err := lead.WriteMarkdown(&b); err != nil || !strings.Contains(b.String(), "| `cat.png` | ❌ fail | l | 0 | 2 |") {
		t.Errorf("%v in\n%s", err, b.String())
	}
	b.Reset()
	if err := lead.WriteJSON(&b); err != nil || !strings.Contains(b.String(), `"preprocess": "bgr, mean 104"`) {
		t.Errorf("%v in\n%s", err, b.String())
	}
}
