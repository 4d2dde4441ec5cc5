package strided

import (
	"slices"
	"testing"
)

// naive copies a view's elements one index at a time.
func naive(v View) []float32 {
	if len(v.Shape) == 0 {
		return v.Data[:1]
	}
	var out []float32
	for i := range v.Shape[0] {
		out = append(out, naive(View{v.Data[i*v.Stride[0]:], v.Shape[1:], v.Stride[1:]})...)
	}
	return out
}

// TestViews holds the tiled copy and its chunks against the naive one. Extents
// lie around the tiles of 8 by 16, the blocks of 256 by 64 and the chunk sizes.
func TestViews(t *testing.T) {
	data := make([]float32, 1<<16)
	for i := range data {
		data[i] = float32(i)
	}
	for _, c := range []struct {
		name string
		view View
	}{
		{"a scalar", COrder(data, nil)},
		{"in order", COrder(data, []int{3, 4, 5})},
		{"a matrix", COrder(data, []int{31, 33}).Transpose()},
		{"a matrix of whole tiles", COrder(data, []int{64, 32}).Transpose()},
		{"a column", COrder(data, []int{1, 70}).Transpose()},
		{"column-major", FortranOrder(data, []int{5, 6, 7})},
		{"filters out", COrder(data, []int{40, 3, 5, 5}).Permute(2, 3, 1, 0)},
		{"filters in", COrder(data, []int{5, 5, 3, 40}).Permute(3, 2, 0, 1)},
		{"pointwise filters", COrder(data, []int{40, 7, 1, 1}).Permute(2, 3, 1, 0)},
		{"rows of an image out", COrder(data, []int{33, 36}).Split(1, 4, 3, 3).Permute(2, 3, 1, 0)},
		{"rows of an image in", COrder(data, []int{36, 33}).Split(0, 3, 3, 4).Permute(3, 2, 0, 1)},
		{"rows of a column-major matrix", FortranOrder(data, []int{36, 33}).Split(0, 3, 3, 4).Permute(3, 2, 0, 1)},
		{"swapped inner axes", COrder(data, []int{3, 40, 50}).Permute(0, 2, 1)},
		{"swapped outer axes", COrder(data, []int{3, 40, 50}).Permute(1, 0, 2)},
		{"more than a block each way", COrder(data, []int{130, 260}).Transpose()},
		{"a whole axis less than a tile", COrder(data, []int{300, 5}).Transpose()},
		{"every second element", View{data, []int{300}, []int{2}}},
		{"every second column", View{data, []int{20, 30}, []int{2, 80}}},
		{"large enough for several processors", COrder(data, []int{64, 16, 64}).Permute(2, 1, 0)},
		{"empty", COrder(data, []int{3, 0, 2}).Transpose()},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := naive(c.view)
			if got, err := c.view.Pack(); err != nil || !slices.Equal(got, want) {
				t.Errorf("packed it differs, %v", err)
			}
			for _, limit := range []int{1, 7, 33, 100, 1 << 20} {
				var got []float32
				if err := c.view.Chunks(limit, func(part []float32) error {
					if len(part) > limit && !c.view.Contiguous() {
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
	for name, v := range map[string]View{
		"in order":                 COrder(data, []int{2, 3}),
		"a column-major matrix":    FortranOrder(data, []int{2, 3}).Transpose(),
		"with axes of one":         COrder(data, []int{1, 6, 1}).Permute(2, 1, 0),
		"a split that stays whole": COrder(data, []int{6}).Split(0, 3, 2),
	} {
		if packed, err := v.Pack(); err != nil || &packed[0] != &data[0] {
			t.Errorf("%s: the elements were copied, %v", name, err)
		}
	}
}
