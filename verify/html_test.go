package verify

import (
	"context"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime"
)

// spoiledPage is the page of a comparison that fails at norm1.
func spoiledPage(t *testing.T) string {
	t.Helper()
	g := sampleModel(t)
	in := map[string]*ir.Tensor{"data": ir.Seeded("data", 3, 100, 1, 3, 227, 227)}
	other := edit(g, "norm1", func(o *ir.LRN) { o.K = 2 })
	r, err := Compare(context.Background(), Model{"a.onnx", g}, Model{`<script>alert("b")</script>`, other}, in, Options{Run: runtime.Options{Engine: runtime.Fast}})
	if err != nil {
		t.Fatal(err)
	}
	r.Command = "alexconv verify a.onnx b.onnx"
	var b strings.Builder
	if err := r.WriteHTML(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestHTMLNeedsNoNetworkAndEscapes(t *testing.T) {
	text := spoiledPage(t)
	for _, bad := range []string{"<script>alert", "http://", "https://", "src=\"/", "url("} {
		if strings.Contains(text, bad) {
			t.Errorf("the page contains %q", bad)
		}
	}
	for _, want := range []string{
		"&lt;script&gt;alert", "<strong>LRN_K</strong>", `class="part fail" data-layer="2"`, `class="part pass" data-layer="0"`, `class="part apart"`, `aria-label="norm1, LRN, fail"`,
		`<canvas id="map">`, `src="data:image/png;base64,`, "alexconv verify a.onnx b.onnx",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func TestHTMLOfAnEmptyReport(t *testing.T) {
	r := newReport("a", "b", Options{})
	r.conclude(Options{})
	var b strings.Builder
	if err := r.WriteHTML(&b); err != nil || !strings.Contains(b.String(), "no layer was compared") {
		t.Errorf("%v\n%s", err, b.String())
	}
}

// TestHTMLInABrowser selects a layer in headless Chromium and reads its figures.
func TestHTMLInABrowser(t *testing.T) {
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("there is no chromium")
	}
	// A click on the normalisation, and from there one step with the keyboard.
	const steps = `<script>{
const part = document.querySelector('.part[data-layer="2"]');
part.dispatchEvent(new MouseEvent("click"));
document.body.dataset.clicked = byId("detail").textContent;
part.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowDown"}));
}</script></body>`
	path := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(path, []byte(strings.Replace(spoiledPage(t), "</body>", steps, 1)), 0o666); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, chromium, "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--dump-dom", "file://"+path)
	var log strings.Builder
	c.Stderr = &log
	dom, err := c.Output()
	if err != nil {
		t.Skipf("chromium does not run here: %v", err)
	}
	if strings.Contains(log.String(), "CONSOLE") {
		t.Errorf("the console says\n%s", log.String())
	}
	_, detail, _ := strings.Cut(string(dom), `id="detail"`)
	detail, _, _ = strings.Cut(detail, "</section>")
	for _, want := range []string{"pool1 (Pool)", "1×16×27×27", "of the bound used", "Deviations over the largest value"} {
		if !strings.Contains(html.UnescapeString(detail), want) {
			t.Errorf("the figures of pool1 lack %q:\n%s", want, detail)
		}
	}
	_, clicked, _ := strings.Cut(string(dom), `data-clicked="`)
	clicked, _, _ = strings.Cut(clicked, `"`)
	for _, want := range []string{"norm1 (LRN)", "fail", "times the bound on rounding", "1×16×55×55"} {
		if !strings.Contains(html.UnescapeString(clicked), want) {
			t.Errorf("the figures of norm1 lack %q: %s", want, clicked)
		}
	}
	if got := strings.Count(string(dom), `aria-pressed="true"`); got != 1 {
		t.Errorf("%d layers are selected", got)
	}
}

func TestHTMLWithoutAPicture(t *testing.T) {
	in := &ir.Value{Name: "data", Blob: "data"}
	out := &ir.Value{Name: "y", Blob: "y"}
	r := newReport("a", "b", Options{})
	r.graph = &ir.Graph{Nodes: []*ir.Node{
		{Name: "data", Op: &ir.Input{Shape: ir.Shape{1, 2}}, Outputs: []*ir.Value{in}},
		{Name: "pool", Op: &ir.Pool{Global: true}, Inputs: []*ir.Value{in}, Outputs: []*ir.Value{out}},
	}}
	r.conclude(Options{})
	var b strings.Builder
	if err := r.WriteHTML(&b); err != nil || strings.Contains(b.String(), "<svg") || !strings.Contains(b.String(), "panes alone") {
		t.Errorf("%v\n%s", err, b.String())
	}
}

func TestHistogram(t *testing.T) {
	reference, other := []float32{1, 2, -4, inf}, []float32{1, 2.0001, 4, inf}
	d := measure(reference, other, Tolerance{}, false)
	if diff := cmp.Diff([]int{2, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1}, histogram(reference, other, d)); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
	if histogram(reference, reference, measure(reference, reference, Tolerance{}, false)) != nil {
		t.Error("a histogram of no deviations")
	}
}
