package classify

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/pixels"
)

func TestCropsAreAveraged(t *testing.T) {
	// The left column is red and the rest is black.
	m := image.NewNRGBA(image.Rect(0, 0, 3, 3))
	for y := range 3 {
		for x := range 3 {
			c := color.NRGBA{A: 255}
			if x == 0 {
				c.R = 200
			}
			m.Set(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	p := plain
	p.Crops, p.Resize.Kind = 10, pixels.NoResize
	r := Runner{Loader: Loader{Preprocess: p, Input: ir.Shape{1, 3, 2, 2}}, Batch: 2}
	picture := Picture{Name: "x", Read: func() ([]byte, error) { return b.Bytes(), nil }}
	calls := 0
	err := r.Each(context.Background(), colourNet(), []Picture{picture, picture, picture}, func(first int, outputs map[string]*ir.Tensor) error {
		calls++
		if got := outputs["mean"]; got.Shape[0] != 3-first && got.Shape[0] != 2 {
			t.Errorf("%d rows behind picture %d", got.Shape[0], first)
		}
		// The centre crop's offset is rounded down, so it holds the column too:
		// (2 corners + centre) of 5, twice, each with half its pixels red.
		if got := outputs["mean"].Data[0]; got != 60 {
			t.Errorf("red is %v, want 60", got)
		}
		return nil
	})
	if err != nil || calls != 2 {
		t.Errorf("%d batches, %v", calls, err)
	}
}

func TestBatchesHaveOneSize(t *testing.T) {
	p := plain
	p.Resize.Kind, p.Crop.Kind = pixels.NoResize, pixels.WholePicture
	l := Loader{Preprocess: p, Input: ir.Shape{1, 3, 2, 2}}
	small, large := solid(t, color.NRGBA{A: 255}, 2), solid(t, color.NRGBA{A: 255}, 3)
	small.Name, large.Name = "small.png", "large.png"
	if _, err := l.Batch(context.Background(), []Picture{small, large}); !errors.Is(err, ir.ErrInvalid) || !strings.Contains(err.Error(), "large.png becomes 3x3x3 and small.png becomes 3x2x2") {
		t.Errorf("two sizes: %v", err)
	}
	l.Input = ir.Shape{1, 12}
	if _, err := l.Batch(context.Background(), []Picture{small}); !errors.Is(err, ir.ErrInvalid) {
		t.Errorf("an input that is no picture: %v", err)
	}
}
