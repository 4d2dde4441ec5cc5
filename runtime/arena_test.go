package runtime

import (
	"math/rand/v2"
	"testing"
	"unsafe"
)

func pointers(regions []region) []*region {
	var list []*region
	for i := range regions {
		list = append(list, &regions[i])
	}
	return list
}

func TestPlaceRegions(t *testing.T) {
	for _, c := range []struct {
		name    string
		regions []region
		want    int
	}{
		{"nothing", nil, 0},
		{"one, rounded up to a cache line", []region{{size: 17}}, 32},
		{"a chain needs two neighbours at a time", []region{{size: 64, first: 0, last: 1}, {size: 32, first: 1, last: 2}, {size: 64, first: 2, last: 3}}, 96},
		{"all at once", []region{{size: 16, last: 3}, {size: 16, first: 1, last: 2}, {size: 16, first: 2, last: 5}}, 48},
		{"a gap between two is used", []region{{size: 64, last: 9}, {size: 32, last: 1}, {size: 48, first: 1, last: 9}, {size: 32, first: 2, last: 9}}, 144},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := placeRegions(pointers(c.regions)); got != c.want {
				t.Errorf("%d floats, want %d: %+v", got, c.want, c.regions)
			}
		})
	}
}

// What follows one another lies around one place, so that its halves are the same
// memory.
func TestPlacedRegionsAreCentred(t *testing.T) {
	regions := []region{{size: 640, first: 2, last: 3}, {size: 1280, first: 0, last: 1}, {size: 320, first: 1, last: 2}, {size: 64, first: 4, last: 5}}
	placeRegions(pointers(regions))
	for i, want := range map[int]int{0: 640, 1: 640, 3: 640, 2: 1440} {
		if r := regions[i]; r.offset+r.size/2 != want {
			t.Errorf("the middle of region %d, %+v, is at %d, want %d", i, r, r.offset+r.size/2, want)
		}
	}
}

func TestPlacedRegionsDoNotOverlap(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 200 {
		regions := make([]region, r.IntN(20))
		for i := range regions {
			first := r.IntN(15)
			regions[i] = region{size: 1 + r.IntN(100), first: first, last: first + r.IntN(5)}
		}
		total := placeRegions(pointers(regions))
		for i, a := range regions {
			if a.offset%cacheLine != 0 || a.offset+a.size > total {
				t.Fatalf("region %+v of %d floats", a, total)
			}
			for _, b := range regions[:i] {
				if a.overlaps(&b) && a.offset < b.offset+b.size && b.offset < a.offset+a.size {
					t.Fatalf("%+v and %+v overlap", a, b)
				}
			}
		}
	}
}

func TestAllocate(t *testing.T) {
	for _, c := range []struct {
		name          string
		floats, align int
	}{
		{"nothing", 0, 1},
		{"less than a huge page", 1000, 4 * cacheLine},
		{"half a huge page", hugePage / 8, 4 * cacheLine},
		{"most of a huge page", hugePage/8 + 1, hugePage},
		{"not a multiple", hugePage/2 + 3, hugePage},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := allocate(c.floats)
			if len(m) != c.floats {
				t.Fatalf("%d floats, want %d", len(m), c.floats)
			}
			if at := uintptr(unsafe.Pointer(unsafe.SliceData(m))); at%uintptr(c.align) != 0 {
				t.Errorf("begins at %#x, want a multiple of %#x", at, c.align)
			}
			for i := range m {
				if m[i] != 0 {
					t.Fatalf("element %d is %g", i, m[i])
				}
				m[i] = 1
			}
		})
	}
}
