package draw

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// measureTexts counts, in a browser, the texts of the page's pictures and those
// that are wider than the layout has reckoned with, by more than the eighth
// of the type's size that glyphs reach over their advances.
const measureTexts = `<script>
let wide = 0, all = document.querySelectorAll("svg text");
for (const t of all) {
  const width = t.getBBox().width, over = parseFloat(getComputedStyle(t).fontSize) / 8;
  if (width > Number(t.getAttribute("textLength")) + over || width === 0) wide++;
}
document.body.dataset.texts = all.length;
document.body.dataset.wide = wide;
</script>`

// TestTextsInABrowser draws nets in headless Chromium and measures their texts.
func TestTextsInABrowser(t *testing.T) {
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("there is no chromium")
	}
	all := nets(t)
	var page strings.Builder
	page.WriteString("<!doctype html><meta charset=utf-8><style>" + Styles(Auto) + "</style><body>")
	texts := 0
	for _, name := range []string{"bvlc_alexnet", "caffenet", "googlenet", "resnet50"} {
		d, err := New(all[name], Options{})
		if err != nil {
			t.Fatal(err)
		}
		before := page.Len()
		if err := d.WriteFragment(&page); err != nil {
			t.Fatal(err)
		}
		texts += strings.Count(page.String()[before:], "<text")
	}
	page.WriteString(measureTexts)
	file := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(file, []byte(page.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, chromium, "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--dump-dom", "file://"+file)
	var log strings.Builder
	c.Stderr = &log
	dom, err := c.Output()
	if err != nil {
		t.Skipf("chromium does not run here: %v", err)
	}
	if strings.Contains(log.String(), "CONSOLE") {
		t.Errorf("the console says\n%s", log.String())
	}
	_, found, _ := strings.Cut(string(dom), "data-texts=")
	found, _, _ = strings.Cut(found, ">")
	if want := `"` + strconv.Itoa(texts) + `" data-wide="0"`; found != want {
		t.Errorf("the browser has texts %s, want %s", found, want)
	}
}
