package npy

import (
	"slices"
	"testing"
)

// naive copies a view's elements one index at a time.
func naive(v view) []float32 {
	if len(v.shape) == 0 {
		return v.data[:1]
	}
	var out []float32
	for i := range v.shape[0] {
		out = append(out, naive(view{v.data[i*v.stride[0]:], v.shape[1:], v.stride[1:]})...)
	}
	return out
}

// TestViews holds the tiled copy and its chunks against the naive one. Extents
// lie around the tile of 32 and around the chunk sizes.
func TestViews(t *testing.T) {
	data := make([]float32, 1<<16)
	for i := range data {
		data[i] = float32(i)
	}
	for _, c := range []struct {
		name string
		view view
	}{
		{"a scalar", cOrder(data, nil)},
		{"in order", cOrder(data, []int{3, 4, 5})},
		{"a matrix", cOrder(data, []int{31, 33}).transpose()},
		{"a matrix of whole tiles", cOrder(data, []int{64, 32}).transpose()},
		{"a column", cOrder(data, []int{1, 70}).transpose()},
		{"column-major", fortranOrder(data, []int{5, 6, 7})},
		{"filters out", cOrder(data, []int{40, 3, 5, 5}).permute(2, 3, 1, 0)},
		{"filters in", cOrder(data, []int{5, 5, 3, 40}).permute(3, 2, 0, 1)},
		{"pointwise filters", cOrder(data, []int{40, 7, 1, 1}).permute(2, 3, 1, 0)},
		{"rows of an image out", cOrder(data, []int{33, 36}).split(1, 4, 3, 3).permute(2, 3, 1, 0)},
		{"rows of an image in", cOrder(data, []int{36, 33}).split(0, 3, 3, 4).permute(3, 2, 0, 1)},
		{"rows of a column-major matrix", fortranOrder(data, []int{36, 33}).split(0, 3, 3, 4).permute(3, 2, 0, 1)},
		{"swapped inner axes", cOrder(data, []int{3, 40, 50}).permute(0, 2, 1)},
		{"swapped outer axes", cOrder(data, []int{3, 40, 50}).permute(1, 0, 2)},
		{"empty", cOrder(data, []int{3, 0, 2}).transpose()},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := naive(c.view)
			if got := c.view.pack(); !slices.Equal(got, want) {
				t.Error("pack differs")
			}
			for _, limit := range []int{1, 7, 33, 100, 1 << 20} {
				var got []float32
				if err := c.view.chunks(limit, func(part []float32) error {
					if len(part) > limit && !c.view.contiguous() {
						t.Fatalf("a chunk of %d, the limit is %d", len(part), limit)
					}
					got = append(got, part...)
					return nil
				}); err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(got, want) {
					t.Errorf("chunks of %d differ", limit)
				}
			}
		})
	}
}

// TestPackShares shows that elements in order are not copied, among them a
// matrix that is transposed twice: once in the file and once by the layout.
func TestPackShares(t *testing.T) {
	data := make([]float32, 6)
	for name, v := range map[string]view{
		"in order":                 cOrder(data, []int{2, 3}),
		"a column-major matrix":    fortranOrder(data, []int{2, 3}).transpose(),
		"with axes of one":         cOrder(data, []int{1, 6, 1}).permute(2, 1, 0),
		"a split that stays whole": cOrder(data, []int{6}).split(0, 3, 2),
	} {
		if &v.pack()[0] != &data[0] {
			t.Errorf("%s: the elements were copied", name)
		}
	}
}
