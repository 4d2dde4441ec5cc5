package verify

import (
	"encoding/xml"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestJUnit(t *testing.T) {
	r := sampleReport()
	r.Other = `b<&>"\x00".npy`
	var b strings.Builder
	if err := WriteJUnit(&b, r, newReport("a", "c", Options{})); err != nil {
		t.Fatal(err)
	}
	var got junitSuites
	if err := xml.Unmarshal([]byte(b.String()), &got); err != nil {
		t.Fatalf("%v in\n%s", err, b.String())
	}
	if got.Tests != 7 || got.Failures != 6 || len(got.Suites) != 2 {
		t.Errorf("%d tests, %d failures, %d suites in\n%s", got.Tests, got.Failures, len(got.Suites), b.String())
	}
	var rows []string
	for _, c := range got.Suites[0].Cases {
		row := c.Name + " passes"
		if c.Failure != nil {
			row = c.Name + " " + c.Failure.Type + ": " + c.Failure.Message
		}
		rows = append(rows, row)
	}
	want := []string{
		"y passes",
		"y fail: relative L2 0.2 above 1e-06",
		"p fail: shape 1 against 2",
		"y fail: NaN or infinity against another value in 1 of 1",
		"y unchecked: no counterpart in b.npy",
		`verdict fail: 3 layers of 5 outside the tolerance, the first is "norm"`,
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("cases (-want +got):\n%s", diff)
	}
	if text := got.Suites[0].Cases[1].Failure.Text; !strings.Contains(text, "at [0 1] the reference has 4, the other 5\nLRN_K: k is 1") {
		t.Errorf("the failure says %q", text)
	}
}

func TestJUnitSkipsWhatMayStayUnchecked(t *testing.T) {
	o := Options{AllowUnchecked: true}
	r := sampleReport()
	r.Layers = []*Layer{r.Layers[0], r.Layers[4]}
	r.Compared, r.Unchecked, r.FirstDivergence = 0, 0, nil
	r.conclude(o)
	s := r.suite()
	if s.Failures != 0 || s.Skipped != 1 || s.Tests != 3 {
		t.Errorf("%+v", s)
	}
}

func TestMarkdown(t *testing.T) {
	const want = "### ❌ fail: `b.npy` against `a|b.onnx`\n" + `
4 layers compared, 1 unchecked; cumulative, tolerance ` + "`rel-l2=1e-06`" + `.

3 layers of 5 outside the tolerance, the first is "norm".

**First divergence:** ` + "`norm`" + ` (LRN): relative L2 0.2 above 1e-06

- **LRN_K** at ` + "`norm`" + `: k is 1 in the reference, 2 in the other

| layer | op | shape | max abs | rel L2 | bound | used | verdict |
|---|---|---|--:|--:|--:|--:|---|
| ` + "`conv`" + ` | Tanh | 2 | 0 | 0 | 1e-06 | - | ✅  |
| ` + "`norm`" + ` | LRN | 1x2 | 1 | 0.2 | 1e-06 | - | ❌ relative L2 0.2 above 1e-06 |
| ` + "`p`" + ` | Pool | 1 / 2 | - | - | - | - | ❌ shape 1 against 2 |
| ` + "`fc`" + ` | FullyConnected | 1 | +Inf | +Inf | 1e-06 | - | ❌ NaN or infinity against another value in 1 of 1 |
| ` + "`drop`" + ` | ReLU | - | - | - | - | - | ⚠️ no counterpart in b.npy |
`
	r := sampleReport()
	r.Reference = "a|b.onnx"
	var b strings.Builder
	if err := r.WriteMarkdown(&b); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.ReplaceAll(want, "a|b", `a\|b`), b.String()); diff != "" {
		t.Errorf("markdown (-want +got):\n%s", diff)
	}
}

func TestMarkdownOfHostileNames(t *testing.T) {
	if got := code("a`b\n|"); got != "`` a`b \\| ``" {
		t.Errorf("code %q", got)
	}
	if got := escapeMarkdown("<b>*x*|\n"); got != `\<b\>\*x\*\| ` {
		t.Errorf("text %q", got)
	}
}
