package pixels

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"testing"
)

// BenchmarkPhotograph is a JPEG of ImageNet's usual size from its bytes to an
// AlexNet's input, in two steps.
func BenchmarkPhotograph(b *testing.B) {
	m := image.NewNRGBA(image.Rect(0, 0, 500, 375))
	for y := range 375 {
		for x := range 500 {
			m.Set(x, y, color.NRGBA{R: uint8(x * y), G: uint8(x + y), B: uint8(x ^ y), A: 255})
		}
	}
	var data bytes.Buffer
	if err := jpeg.Encode(&data, m, nil); err != nil {
		b.Fatal(err)
	}
	picture, err := Decode(data.Bytes())
	if err != nil {
		b.Fatal(err)
	}
	torch, err := Preset("torchvision")
	if err != nil {
		b.Fatal(err)
	}
	b.Run("decode", func(b *testing.B) {
		for b.Loop() {
			if _, err := Decode(data.Bytes()); err != nil {
				b.Fatal(err)
			}
		}
	})
	for _, p := range []Preprocess{Caffe, torch} {
		b.Run(p.Preset, func(b *testing.B) {
			for b.Loop() {
				if _, err := p.Tensor(picture, 3, 224, 224); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
