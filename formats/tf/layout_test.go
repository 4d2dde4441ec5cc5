package tf

import (
	"slices"
	"testing"

	"github.com/alexconv/alexconv/ir"
)

// TestLayoutsAgainstTheirFormulas holds store and load against the index of each
// element, for extents on both sides of a tile.
func TestLayoutsAgainstTheirFormulas(t *testing.T) {
	for _, c := range []struct {
		name string
		l    layout
		at   func(o, i, h, w int) int // in the graph
	}{
		{"filters", filterLayout(ir.Shape{17, 3, 2, 5}, 0, 1), func(o, i, h, w int) int { return ((o*3+i)*2+h)*5 + w }},
		{"filters of the second group", filterLayout(ir.Shape{5, 3, 2, 2}, 1, 2), func(o, i, h, w int) int { return (((5+o)*3+i)*2+h)*2 + w }},
		{"a matrix", matrixLayout(40, ir.Shape{7, 1, 1}, false, false), func(o, i, _, _ int) int { return o*7 + i }},
		{"a matrix behind an image", matrixLayout(16, ir.Shape{4, 3, 2}, false, false), func(o, i, h, w int) int { return o*24 + (i*3+h)*2 + w }},
		{"a transposed matrix behind an image", matrixLayout(33, ir.Shape{4, 3, 2}, true, false), func(o, i, h, w int) int { return ((i*3+h)*2+w)*33 + o }},
		{"a transposed matrix", matrixLayout(3, ir.Shape{5, 1, 1}, true, false), func(o, i, _, _ int) int { return i*3 + o }},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := c.l
			whole := ir.Seeded("p", 1, 1, l.parts*l.elements()).Data
			var file []float32
			if err := l.store(whole, func(f []float32) error { file = append(file, f...); return nil }); err != nil {
				t.Fatal(err)
			}
			if len(file) != l.elements() {
				t.Fatalf("%d values were stored, want %d", len(file), l.elements())
			}
			for at, v := range file {
				o, i, w, h := at%l.o, at/l.o%l.i, at/l.o/l.i%l.w, at/l.o/l.i/l.w
				if want := whole[c.at(o, i, h, w)]; v != want {
					t.Fatalf("element %d, (%d, %d, %d, %d), is %v, want %v", at, h, w, i, o, v, want)
				}
			}
			if got, err := l.load(file); err != nil || !slices.Equal(got, whole[l.part*l.elements():(l.part+1)*l.elements()]) {
				t.Error("loading does not give back what was stored")
			}
		})
	}
}
