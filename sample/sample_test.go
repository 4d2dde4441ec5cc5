package sample

import (
	"bytes"
	"image/png"
	"testing"
)

func TestEveryLabelHasAPicture(t *testing.T) {
	if n := len(Labels()); n != 12 {
		t.Fatalf("%d labels, want 12", n)
	}
	for _, label := range Labels() {
		data, err := Image(label)
		if err != nil {
			t.Error(err)
			continue
		}
		config, err := png.DecodeConfig(bytes.NewReader(data))
		if err != nil || config.Width != 227 || config.Height != 227 {
			t.Errorf("%s: %dx%d, %v", label, config.Width, config.Height, err)
		}
	}
	if _, err := Image("purple hexagon"); err == nil {
		t.Error("a picture that is not there was found")
	}
}
