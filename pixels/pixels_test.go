package pixels

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/png"
	"slices"
	"testing"

	"github.com/alexconv/alexconv/ir"
)

// twoPixels is a red pixel beside a dark grey one.
func twoPixels() image.Image {
	m := image.NewNRGBA(image.Rect(0, 0, 2, 1))
	m.Set(0, 0, color.NRGBA{R: 200, G: 10, B: 20, A: 255})
	m.Set(1, 0, color.NRGBA{R: 40, G: 40, B: 40, A: 255})
	return m
}

func TestTensorOrdersSubtractsAndScales(t *testing.T) {
	for _, c := range []struct {
		name     string
		p        Preprocess
		channels int
		want     []float32
	}{
		{"blue comes first for Caffe", Preprocess{Order: BGR, Range: 1, Scale: 1}, 3, []float32{20, 40, 10, 40, 200, 40}},
		{"red comes first for others", Preprocess{Order: RGB, Range: 1, Scale: 1}, 3, []float32{200, 40, 10, 40, 20, 40}},
		{"the mean is subtracted before scaling", Preprocess{Order: BGR, Range: 1, Mean: Mean{Values: []float32{10, 5, 100}}, Scale: 0.5}, 3, []float32{5, 15, 2.5, 17.5, 50, -30}},
		{"one mean serves every channel", Preprocess{Order: RGB, Range: 1, Mean: Mean{Values: []float32{40}}, Scale: 1}, 3, []float32{160, 0, -30, 0, -20, 0}},
		{"grey is the luma", Preprocess{Range: 1, Scale: 1}, 1, []float32{68, 40}},
	} {
		got, err := c.p.Tensor(twoPixels(), c.channels, 1, 2)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got.Data, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got.Data, c.want)
		}
	}
}

func TestTensorResizes(t *testing.T) {
	got, err := Preprocess{Order: RGB, Range: 1, Scale: 1}.Tensor(twoPixels(), 3, 2, 4)
	if err != nil {
		t.Fatal(err)
	}
	if !got.Shape.Equal(ir.Shape{1, 3, 2, 4}) || got.Data[0] != 200 || got.Data[3] != 40 {
		t.Errorf("%v: red row %v", got.Shape, got.Data[:4])
	}
}

func TestRefusals(t *testing.T) {
	var b bytes.Buffer
	if err := png.Encode(&b, twoPixels()); err != nil {
		t.Fatal(err)
	}
	if _, err := Decode(b.Bytes()); err != nil {
		t.Errorf("a good picture: %v", err)
	}
	if _, err := Decode(b.Bytes()[:b.Len()-20]); !errors.Is(err, ir.ErrInvalid) {
		t.Errorf("a picture cut short: %v", err)
	}
	if _, err := Decode([]byte("no picture")); !errors.Is(err, ir.ErrInvalid) {
		t.Errorf("no picture at all: %v", err)
	}
	if _, err := Caffe.Tensor(twoPixels(), 4, 1, 2); !errors.Is(err, ir.ErrUnsupported) {
		t.Errorf("four channels: %v", err)
	}
	if _, err := Caffe.Tensor(twoPixels(), 1, 1, 2); !errors.Is(err, ir.ErrInvalid) {
		t.Errorf("three means for one channel: %v", err)
	}
	if _, err := ParseOrder("grb"); err == nil {
		t.Error("an unknown order was read")
	}
}
