package runtime

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/alexconv/alexconv/ir"
)

// window reads one axis per argument: kernel, stride, dilation, pads at begin
// and end, such as "k3 s2 d1 b1 e0".
func window(axes ...string) ir.Window {
	w := ir.NewWindow(make([]int, len(axes))...)
	for i, axis := range axes {
		fields := map[byte][]int{'k': w.Kernel, 's': w.Stride, 'd': w.Dilation, 'b': w.PadBegin, 'e': w.PadEnd}
		for _, f := range strings.Fields(axis) {
			if _, err := fmt.Sscan(f[1:], &fields[f[0]][i]); err != nil {
				panic(err)
			}
		}
	}
	return w
}

func same(rule ir.Same, axes ...string) ir.Window {
	w := window(axes...)
	w.Same = rule
	return w
}

func TestTapsOfAWindow(t *testing.T) {
	w := newWindows(window("k2 b1", "k3 d2 e9"), ir.Shape{3, 5}, ir.Shape{3, 10})
	cases := []struct {
		name          string
		position      int
		input, kernel []int
	}{
		{"begin pad cuts the first row", 0, []int{0, 2, 4}, []int{3, 4, 5}},
		{"inside", 10, []int{0, 2, 4, 5, 7, 9}, []int{0, 1, 2, 3, 4, 5}},
		{"the end cuts the last columns", 13, []int{3, 8}, []int{0, 3}},
		{"wholly beyond the end", 19, nil, nil},
	}
	var reused taps
	for _, c := range cases {
		w.at(c.position, &reused)
		if diff := cmp.Diff(c.input, append([]int(nil), reused.input...)); diff != "" {
			t.Errorf("%s: input offsets (-want +got):\n%s", c.name, diff)
		}
		if diff := cmp.Diff(c.kernel, append([]int(nil), reused.kernel...)); diff != "" {
			t.Errorf("%s: kernel offsets (-want +got):\n%s", c.name, diff)
		}
	}
}
