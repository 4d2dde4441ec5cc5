package pixels

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/alexconv/alexconv/internal/guard"
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
	if _, err := ParseOrder("grb"); err == nil {
		t.Error("an unknown order was read")
	}
	if _, err := Preset("caffee"); !errors.Is(err, ir.ErrInvalid) {
		t.Errorf("an unknown preset: %v", err)
	}
}

func TestSettingsThatCannotBe(t *testing.T) {
	image := func(shape ...int) Mean { return Mean{Image: ir.NewTensor(shape...)} }
	for _, c := range []struct {
		name     string
		channels int
		change   func(*Preprocess)
		kind     error
	}{
		{"four channels", 4, func(*Preprocess) {}, ir.ErrUnsupported},
		{"three means for one channel", 1, func(*Preprocess) {}, ir.ErrInvalid},
		{"two deviations for three channels", 3, func(p *Preprocess) { p.Std = []float32{1, 2} }, ir.ErrInvalid},
		{"five crops", 3, func(p *Preprocess) { p.Crops = 5 }, ir.ErrInvalid},
		{"ten crops of everything", 3, func(p *Preprocess) { p.Crops, p.Crop.Kind = 10, WholePicture }, ir.ErrInvalid},
		{"division by nothing", 3, func(p *Preprocess) { p.Range = 0 }, ir.ErrInvalid},
		{"a grey mean image", 3, func(p *Preprocess) { p.Mean = image(1, 1, 2) }, ir.ErrInvalid},
		{"a mean image of another size", 3, func(p *Preprocess) { p.Mean = image(3, 5, 5) }, ir.ErrInvalid},
		{"a crop larger than the picture", 3, func(p *Preprocess) { p.Crop = Crop{CropToSize, 2, 2} }, ir.ErrInvalid},
	} {
		p := Caffe
		c.change(&p)
		if _, err := p.Tensor(twoPixels(), c.channels, 1, 2); !errors.Is(err, c.kind) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// TestBombsAreNotDecoded: a header of a few bytes must not take the memory that
// it claims.
func TestBombsAreNotDecoded(t *testing.T) {
	var b bytes.Buffer
	if err := png.Encode(&b, twoPixels()); err != nil {
		t.Fatal(err)
	}
	bomb := b.Bytes()
	ihdr := bomb[8:]
	binary.BigEndian.PutUint32(ihdr[8:], 60000)
	binary.BigEndian.PutUint32(ihdr[12:], 60000)
	binary.BigEndian.PutUint32(ihdr[21:], crc32.ChecksumIEEE(ihdr[4:21]))
	if _, err := Decode(bomb); !errors.Is(err, ir.ErrLimit) {
		t.Errorf("a PNG of 60000x60000: %v", err)
	}
	bmp := append([]byte("BM"), make([]byte, 52)...)
	binary.LittleEndian.PutUint32(bmp[10:], 54)
	binary.LittleEndian.PutUint32(bmp[14:], 40)
	binary.LittleEndian.PutUint32(bmp[18:], 1<<30)
	binary.LittleEndian.PutUint32(bmp[22:], 1<<30)
	binary.LittleEndian.PutUint16(bmp[26:], 1)
	binary.LittleEndian.PutUint16(bmp[28:], 24)
	if _, err := Decode(bmp); !errors.Is(err, ir.ErrLimit) {
		t.Errorf("a BMP of 2^30x2^30: %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	for _, name := range []string{"rgb.png", "palette.png", "rgb.bmp", "lossless.webp", "palette.gif", "subsampled.jpg", "cmyk.jpg"} {
		data, err := os.ReadFile(filepath.Join("../testdata/pixels", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		config, _, err := image.DecodeConfig(bytes.NewReader(data))
		if err == nil && config.Width*config.Height > 1<<14 {
			t.Skip("large pictures take long to decode")
		}
		var picture image.Image
		guard.Read(t, data, func() { picture, err = Decode(data) })
		if err != nil {
			return
		}
		p := Caffe
		p.Crops = 10
		if _, err := p.Tensor(picture, 3, 5, 7); err != nil {
			t.Errorf("a picture of %v: %v", picture.Bounds(), err)
		}
	})
}
