package pixels

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/alexconv/alexconv/ir"
)

func TestSizesParseToWhatTheyPrint(t *testing.T) {
	for _, c := range []struct {
		text, resize, crop string // "" is refused
	}{
		{"256", "256x256", "256x256"},
		{"240x320", "240x320", "240x320"},
		{"short:256", "short:256", ""},
		{"short:256x256", "short:256", ""},
		{"short:240x320", "", ""},
		{"input", "input", "input"},
		{"none", "none", "none"},
		{"0", "", ""},
		{"-1", "", ""},
		{"1x", "", ""},
		{"16385", "", ""},
		{"99999999999999999999", "", ""},
		{"", "", ""},
	} {
		if r, err := ParseResize(c.text); err == nil && r.String() != c.resize || (err == nil) != (c.resize != "") {
			t.Errorf("resize %q: %v, %v, want %q", c.text, r, err, c.resize)
		}
		if r, err := ParseCrop(c.text); err == nil && r.String() != c.crop || (err == nil) != (c.crop != "") {
			t.Errorf("crop %q: %v, %v, want %q", c.text, r, err, c.crop)
		}
	}
}

func TestShortSideKeepsTheProportion(t *testing.T) {
	for _, c := range []struct {
		name                string
		side, height, width int
		want                size
	}{
		{"landscape", 256, 375, 500, size{256, 341}},
		{"portrait", 256, 500, 375, size{341, 256}},
		{"square", 256, 227, 227, size{256, 256}},
		{"a strip", 256, 1, 10, size{256, 2560}},
	} {
		got, err := Resize{Kind: ShortSide, Height: c.side, Width: c.side}.target(c.height, c.width, 224, 224)
		if err != nil || got != c.want {
			t.Errorf("%s: %v, %v, want %v", c.name, got, err, c.want)
		}
	}
	if _, err := (Resize{Kind: ShortSide, Height: 256, Width: 256}).target(1, 1000, 224, 224); !errors.Is(err, ir.ErrLimit) {
		t.Errorf("a strip that would become 256000 wide: %v", err)
	}
}

func TestMeansFromArrays(t *testing.T) {
	for _, c := range []struct {
		name  string
		shape ir.Shape
		want  string // "" is refused
	}{
		{"one number", ir.Shape{}, "1"},
		{"one number in a row", ir.Shape{1}, "1"},
		{"one per channel", ir.Shape{3}, "1,1,1"},
		{"one per channel behind a batch", ir.Shape{1, 3}, "1,1,1"},
		{"one per channel of one pixel", ir.Shape{1, 3, 1, 1}, "1,1,1"},
		{"a mean image", ir.Shape{3, 4, 5}, "image 3x4x5"},
		{"a binaryproto", ir.Shape{1, 3, 4, 5}, "image 3x4x5"},
		{"a grey one", ir.Shape{1, 1, 4, 5}, "image 1x4x5"},
		{"two images", ir.Shape{2, 3, 4, 5}, ""},
		{"a plane without channels", ir.Shape{4, 5}, ""},
		{"nothing", ir.Shape{0}, ""},
		{"an empty image", ir.Shape{3, 0, 5}, ""},
	} {
		x := ir.NewTensor(c.shape...)
		for i := range x.Data {
			x.Data[i] = 1
		}
		m, err := NewMean(x)
		got := ""
		switch {
		case err != nil:
		case m.Image != nil:
			got = "image " + m.Image.Shape.String()
		default:
			got = m.String()
		}
		if got != c.want {
			t.Errorf("%s: %q, %v, want %q", c.name, got, err, c.want)
		}
	}
}

func TestRecordsTellPreprocessingApart(t *testing.T) {
	torch, err := Preset("torchvision")
	if err != nil {
		t.Fatal(err)
	}
	want := Record{Preset: "torchvision", Order: "rgb", Resize: "short:256", Interpolation: "bilinear antialiased", Crop: "input", Crops: 1, Range: 255,
		Mean: "0.485,0.456,0.406", Scale: 1, Std: "0.229,0.224,0.225"}
	if d := cmp.Diff(want, torch.Record()); d != "" {
		t.Error(d)
	}
	const line = "torchvision: rgb, resize short:256 (bilinear antialiased), crop input, divided by 255, mean 0.485,0.456,0.406, std 0.229,0.224,0.225"
	if got := torch.String(); got != line {
		t.Errorf("%s, want %s", got, line)
	}
	images := [2]Preprocess{Caffe, Caffe}
	for i := range images {
		x := ir.NewTensor(3, 2, 2)
		x.Data[0] = float32(i)
		images[i].Mean = Mean{Image: x}
	}
	if images[0].Record() == images[1].Record() {
		t.Error("two mean images with other values have one record")
	}
	if p := (Preprocess{Range: 1, Scale: 1}).Record(); p.Preset != "custom" || p.Mean != "none" {
		t.Errorf("no preset: %+v", p)
	}
}

func TestReversedTurnsValuesOnly(t *testing.T) {
	m := Mean{Values: []float32{104, 117, 123}}
	if got := m.Reversed().String(); got != "123,117,104" {
		t.Errorf("reversed %s", got)
	}
	if m.String() != "104,117,123" {
		t.Errorf("the original became %v", m)
	}
}
