package draw

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the drawings under docs anew")

// TestDrawingsOfTheDocumentation holds the committed drawings against what is
// drawn now.
func TestDrawingsOfTheDocumentation(t *testing.T) {
	all := nets(t)
	for _, c := range []struct {
		file, net string
		options   Options
	}{
		{"alexnet.svg", "bvlc_alexnet", Options{}},
		{"alexnet-volumes.svg", "bvlc_alexnet", Options{Direction: Right, Style: Volumes}},
		{"caffenet-lr.svg", "caffenet", Options{Direction: Right}},
		{"googlenet.svg", "googlenet", Options{}},
		{"googlenet-collapsed.svg", "googlenet", Options{Collapse: true}},
		{"resnet50-collapsed.svg", "resnet50", Options{Collapse: true}},
	} {
		d, err := New(all[c.net], c.options)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := d.WriteSVG(&b, Auto); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("..", "docs", "drawings", c.file)
		if *update {
			if err := os.WriteFile(path, b.Bytes(), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(want, b.Bytes()) {
			t.Errorf("%s is not what is drawn (%v); go test ./draw -update writes it anew", c.file, err)
		}
	}
}
