package draw

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/alexconv/alexconv/formats/caffe"
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/zoo"
)

// nets are the topologies at hand: the zoo's, those under testdata, and Caffe's
// LeNet where it is there.
func nets(t *testing.T) map[string]*ir.Graph {
	t.Helper()
	all := make(map[string]*ir.Graph)
	for _, n := range zoo.Nets() {
		all[n.Name] = n.Build()
	}
	files, err := filepath.Glob("../testdata/nets/*.prototxt")
	if err != nil || len(files) < 6 {
		t.Fatalf("%d nets under testdata, %v", len(files), err)
	}
	for _, file := range append(files, "../../shared/fixtures/lenet/deploy.prototxt") {
		data, err := os.ReadFile(file)
		if errors.Is(err, os.ErrNotExist) {
			t.Logf("without %s, which is not here", file)
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		g, err := caffe.ReadTopology(data, caffe.ReadOptions{})
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".prototxt")
		if name == "deploy" {
			name = "lenet"
		}
		all[name] = g
	}
	return all
}

var manners = []struct {
	name string
	Options
}{
	{"down", Options{}},
	{"right", Options{Direction: Right}},
	{"in one strip", Options{Width: -1}},
	{"narrow", Options{Width: 400}},
	{"collapsed", Options{Collapse: true}},
	{"collapsed to the right", Options{Collapse: true, Direction: Right}},
	{"volumes", Options{Style: Volumes, Direction: Right}},
}

// TestNothingOverlaps holds every net, drawn in every manner, against the rules
// of a good picture.
func TestNothingOverlaps(t *testing.T) {
	all := nets(t)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		for _, m := range manners {
			t.Run(name+"/"+m.name, func(t *testing.T) {
				d, err := New(all[name], m.Options)
				if err != nil {
					t.Fatal(err)
				}
				expectGood(t, d, m.Style == Volumes)
			})
		}
	}
}

func TestPicturesFitThePage(t *testing.T) {
	all := nets(t)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		for _, m := range manners[:2] {
			d, err := New(all[name], m.Options)
			if err != nil {
				t.Fatal(err)
			}
			if d.Width > PageWidth {
				t.Errorf("%s %s is %v wide", name, m.name, d.Width)
			}
		}
	}
}

func TestBranchesDoNotCross(t *testing.T) {
	all := nets(t)
	for _, name := range []string{"googlenet", "resnet50", "squeezenet", "krizhevsky2012"} {
		d, err := newDiagram(all[name], Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range d.blocks {
			b.size = boxes{}.measure(b)
		}
		for i, s := range d.sections() {
			m, err := newMesh(s)
			if err != nil {
				t.Fatal(err)
			}
			m.arrange()
			if n := m.crossings(); n != 0 {
				t.Errorf("%s: %d crossings in section %d", name, n, i)
			}
		}
	}
}

func TestCollapseFindsTheStages(t *testing.T) {
	all := nets(t)
	for _, c := range []struct {
		net  string
		want []int // how often each repeated run occurs
	}{
		{"resnet50", []int{2, 3, 5, 2}},
		{"googlenet", []int{2, 5, 2}},
		{"mobilenet", []int{5}},
		{"bvlc_alexnet", nil},
	} {
		d, err := newDiagram(all[c.net], Options{})
		if err != nil {
			t.Fatal(err)
		}
		var got []int
		for _, r := range d.runs(true) {
			if r.times > 1 {
				got = append(got, r.times)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: runs of %v, want %v", c.net, got, c.want)
		}
	}
}

func TestSameBytesTwice(t *testing.T) {
	all := nets(t)
	write := func(g *ir.Graph, o Options) []byte {
		var b bytes.Buffer
		d, err := New(g, o)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(d.WriteSVG(&b, Auto), d.WriteFragment(&b), WriteDOT(&b, g, o)); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	for name, g := range all {
		for _, m := range manners {
			if !bytes.Equal(write(g, m.Options), write(g, m.Options)) {
				t.Errorf("%s %s: not the same bytes", name, m.name)
			}
		}
	}
}

func TestSVGIsXML(t *testing.T) {
	for name, g := range nets(t) {
		d, err := New(g, Options{})
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := d.WriteSVG(&b, Dark); err != nil {
			t.Fatal(err)
		}
		if err := wellFormed(&b); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func wellFormed(r io.Reader) error {
	d := xml.NewDecoder(r)
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func TestPNGHasItsSizeAndTheme(t *testing.T) {
	g := nets(t)["bvlc_alexnet"]
	d, err := New(g, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		theme Theme
		page  uint32 // its red, of 16 bits
	}{{Light, 0xffff}, {Auto, 0xffff}, {Dark, 0x1616}} {
		var b bytes.Buffer
		if err := d.WritePNG(&b, c.theme, 1.5); err != nil {
			t.Fatal(err)
		}
		m, err := png.Decode(&b)
		if err != nil {
			t.Fatal(err)
		}
		if got := float64(m.Bounds().Dx()); got != 1.5*d.Width {
			t.Errorf("%v: %v pixels wide, the drawing is %v", c.theme, got, d.Width)
		}
		if red, _, _, _ := m.At(1, 1).RGBA(); red != c.page {
			t.Errorf("%v: the page is %#x", c.theme, red)
		}
		colours := make(map[any]bool)
		for x := range m.Bounds().Dx() {
			colours[m.At(x, m.Bounds().Dy()/2)] = true
		}
		if len(colours) < 10 {
			t.Errorf("%v: %d colours along the middle", c.theme, len(colours))
		}
	}
}
