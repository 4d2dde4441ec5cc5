package runtime

import (
	"testing"

	"github.com/alexconv/alexconv/ir"
)

func TestClearPadding(t *testing.T) {
	for _, c := range []struct {
		name    string
		layout  layout
		padding padding
	}{
		{"pixels", pixels, padding{1, 2, 3, 4}},
		{"planes", planes, padding{1, 2, 3, 4}},
		{"only below and right", pixels, padding{0, 0, 1, 1}},
		{"only above and left", planes, padding{1, 1, 0, 0}},
		{"none", pixels, padding{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newForm(ir.Shape{2, 3, 4, 5}, c.layout, c.padding)
			data := make([]float32, f.size())
			for i := range data {
				data[i] = 1
			}
			for part := range 3 {
				f.clearPadding(data, place{image: 0}, part, 3)
			}
			f.clearPadding(data, place{image: 1}, 0, 1)
			ones := 0
			for _, v := range data {
				ones += int(v)
			}
			if ones != 2*3*4*5 {
				t.Errorf("%d elements were left, want %d", ones, 2*3*4*5)
			}
			for batch := range 2 {
				for y := range 4 {
					for x := range 5 {
						for channel := range 3 {
							if data[f.at(place{image: batch}, y, x)+channel*f.Channel] != 1 {
								t.Fatalf("image %d, %d,%d, channel %d was cleared", batch, y, x, channel)
							}
						}
					}
				}
			}
		})
	}
}
