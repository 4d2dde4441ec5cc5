package kernel

import (
	"fmt"
	"testing"
)

func TestCopy(t *testing.T) {
	const margin = 2
	planar := func(c, h, w int) (Plane, int) { return Plane{w + margin, 1, (h + margin) * (w + margin)}, c }
	last := func(c, h, w int) (Plane, int) { return Plane{(w + margin) * (c + 1), c + 1, 1}, c }
	for _, kind := range []struct {
		name     string
		to, from func(c, h, w int) (Plane, int)
	}{{"NCHW to NHWC", last, planar}, {"NHWC to NCHW", planar, last}, {"NHWC to NHWC", last, last}, {"NCHW to NCHW", planar, planar}} {
		// Around the edge of a transposition block.
		for _, channels := range []int{1, transposeBlock - 1, transposeBlock, transposeBlock + 1} {
			for _, width := range []int{1, transposeBlock, transposeBlock + 1} {
				t.Run(fmt.Sprintf("%s, %d channels, width %d", kind.name, channels, width), func(t *testing.T) {
					const height = 2
					size := (channels + 1) * (height + margin) * (width + margin)
					to, _ := kind.to(channels, height, width)
					from, _ := kind.from(channels, height, width)
					src := random(size, 1)
					dst, check := guarded(t, size)
					Copy(dst, to, src, from, channels, height, width)
					check()
					written := make(map[int]bool)
					for c := range channels {
						for y := range height {
							for x := range width {
								i := y*to.Row + x*to.Column + c*to.Channel
								written[i] = true
								if want := src[y*from.Row+x*from.Column+c*from.Channel]; dst[i] != want {
									t.Fatalf("channel %d, %d,%d: got %g, want %g", c, y, x, dst[i], want)
								}
							}
						}
					}
					for i, v := range dst {
						if !written[i] && v != guard {
							t.Fatalf("element %d outside the image was written", i)
						}
					}
				})
			}
		}
	}
}

func BenchmarkCopy(b *testing.B) {
	const channels, edge = 256, 6
	src, dst := random(channels*edge*edge, 1), make([]float32, channels*edge*edge)
	b.SetBytes(int64(4 * len(src)))
	for b.Loop() {
		Copy(dst, Plane{edge, 1, edge * edge}, src, Plane{edge * channels, channels, 1}, channels, edge, edge)
	}
}
