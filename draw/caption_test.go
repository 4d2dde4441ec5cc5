package draw

import (
	"testing"

	"github.com/alexconv/alexconv/ir"
)

func TestCaptions(t *testing.T) {
	window := func(kernel, stride, pad int) ir.Window {
		w := ir.NewWindow(kernel, kernel)
		for i := range 2 {
			w.Stride[i], w.PadBegin[i], w.PadEnd[i] = stride, pad, pad
		}
		return w
	}
	uneven := window(11, 4, 1)
	uneven.PadEnd = []int{2, 2}
	same := window(3, 1, 0)
	same.Same = ir.SameUpper
	oblong := ir.NewWindow(1, 7)
	oblong.PadBegin, oblong.PadEnd, oblong.Dilation = []int{0, 3}, []int{0, 3}, []int{1, 2}
	for _, c := range []struct {
		op   ir.Op
		want string
	}{
		{&ir.Conv{OutChannels: 96, Window: window(11, 4, 0), Group: 1, Axis: 1}, "Conv 11×11 · stride 4"},
		{&ir.Conv{OutChannels: 256, Window: window(5, 1, 2), Group: 2, Axis: 1}, "Conv 5×5 · pad 2 · groups 2"},
		{&ir.Conv{OutChannels: 96, Window: uneven, Group: 1, Axis: 1}, "Conv 11×11 · stride 4 · pad 1 before, 2 after"},
		{&ir.Conv{OutChannels: 8, Window: same, Group: 1, Axis: -3}, "Conv 3×3 · pad same upper"},
		{&ir.Conv{OutChannels: 8, Window: oblong, Group: 1, Axis: 1}, "Conv 1×7 · pad 0×3 · dilation 1×2"},
		{&ir.Conv{OutChannels: 4, Window: window(3, 1, 1), Group: 4, Axis: 1}, "Depthwise 3×3 · pad 1"},
		{&ir.Deconv{OutChannels: 8, Window: window(4, 2, 1), Group: 1, Axis: 1, OutputPad: []int{1, 1}}, "Deconv 4×4 · stride 2 · pad 1 · output pad 1×1"},
		{&ir.Pool{Kind: ir.Max, Window: window(3, 2, 0), Ceil: true}, "Max pool 3×3 · stride 2 · ceil"},
		{&ir.Pool{Kind: ir.Average, Global: true}, "Global average pool"},
		{&ir.LRN{Size: 5, C: float32(1e-4) / 5, Beta: 0.75, K: 1}, "LRN across · n 5 · α 0.0001 · β 0.75 · k 1"},
		{&ir.LRN{Region: ir.Within, Size: 3, C: 1.0 / 9, Beta: 0.5, K: 2}, "LRN within · n 3 · α 1 · β 0.5 · k 2"},
		{&ir.FullyConnected{Units: 10, Axis: 1}, "Fully connected"},
		{&ir.Softmax{Axis: 1}, "Softmax"},
		{&ir.Softmax{Axis: 2}, "Softmax · axis 2"},
		{&ir.Concat{Axis: 0}, "Concat · axis 0"},
		{&ir.Slice{Axis: 1, Sizes: []int{1, 3}, Pieces: 2}, "Slice · 1 + 3"},
		{&ir.Eltwise{Kind: ir.Sum, Coefficients: []float32{1, -1}}, "Sum · × 1 · × -1"},
		{&ir.ReLU{Slope: 0.1}, "ReLU · slope 0.1"},
		{&ir.Dropout{Ratio: 0.5}, "Dropout · 0.5"},
		{&ir.BatchNorm{Eps: 1e-5, BatchStats: true}, "BatchNorm · of the batch"},
		{&ir.Scale{Axis: 1}, "Scale · no bias"},
		{&ir.Tile{Axis: 2, Tiles: 3}, "Tile · axis 2 · tiles 3"},
	} {
		if got := captionOf(c.op, []ir.Shape{{1, 4, 8, 8}}).text(); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}

func TestCollapsedTexts(t *testing.T) {
	for _, c := range []struct {
		names []string
		want  string
	}{
		{[]string{"fc6", "fc6"}, "fc6"},
		{[]string{"fc6", "fc7"}, "fc{6, 7}"},
		{[]string{"res4b_branch2a", "res4c_branch2a", "res4f_branch2a"}, "res4{b…f}_branch2a"},
		{[]string{"conv9", "conv10", "conv11"}, "conv{9…11}"},
		{[]string{"conv10", "conv11"}, "conv{10, 11}"},
		{[]string{"a1b", "a11b"}, "a{1, 11}b"},
		{[]string{"aa", "a"}, "a{a, }"},
		{[]string{"é", "è"}, "{é, è}"},
		{[]string{"", "x"}, "{, x}"},
	} {
		if got := braced(c.names); got != c.want {
			t.Errorf("%q: %s, want %s", c.names, got, c.want)
		}
	}
	for _, c := range []struct {
		list []int
		want string
	}{{[]int{64, 64}, "64"}, {[]int{64, 128, 64}, "64, 128"}, {[]int{160, 112, 128, 256}, "112–256"}} {
		if got := span(c.list); got != c.want {
			t.Errorf("%v: %s, want %s", c.list, got, c.want)
		}
	}
	o := output{shapes: []ir.Shape{{1, 256, 14, 14}, {1, 480, 14, 14}}}
	if got := o.label(); got != "1×256…480×14×14" {
		t.Errorf("a label is %s", got)
	}
}

func TestShort(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 60_965_224: "61 M", 724_406_816: "724 M", 3_858_000_000: "3.86 G", 999_600: "1 M"} {
		if got := short(n); got != want {
			t.Errorf("%d is %s, want %s", n, got, want)
		}
	}
}
