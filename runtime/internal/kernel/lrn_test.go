package kernel

import (
	"fmt"
	"math"
	"testing"
)

func TestLRNAcross(t *testing.T) {
	onEveryTier(t, func(t *testing.T) {
		v := active.width
		// Channels around one vector and two, windows odd, even and wider than
		// the channels, pixels around one chunk.
		for _, channels := range []int{1, v - 1, v, v + 1, 2*v + 1} {
			for _, size := range []int{1, 2, 5, 40} {
				for _, beta := range []float32{.75, .5, 1, .6, 0} {
					for _, pixels := range []int{1, lrnPixels - 1, lrnPixels, lrnPixels + 1} {
						if channels > 0 {
							l := LRN{Size: size, K: 2, C: .3, Beta: beta}
							t.Run(fmt.Sprintf("%d channels, window %d, beta %g, %d pixels", channels, size, beta, pixels), func(t *testing.T) {
								lrnCase(t, l, pixels, channels)
							})
						}
					}
				}
			}
		}
	})
}

func lrnCase(t *testing.T, l LRN, pixels, channels int) {
	const spare = 3
	stride := channels + spare
	src := random(pixels*stride, 1)
	dst, check := guarded(t, pixels*stride-spare)
	scratch, checkScratch := guarded(t, l.ScratchAcross(channels))
	l.Across(dst, src, pixels, channels, stride, stride, scratch)
	check()
	checkScratch()
	for p := range pixels {
		for c := range channels {
			sum := 0.0
			for j := c - (l.Size-1)/2; j <= c+l.Size/2; j++ {
				if j >= 0 && j < channels {
					sum += math.Pow(float64(src[p*stride+j]), 2)
				}
			}
			x := float64(src[p*stride+c])
			want := x / math.Pow(float64(l.K)+float64(l.C)*sum, float64(l.Beta))
			near(t, fmt.Sprintf("pixel %d channel %d", p, c), dst[p*stride+c], want, math.Abs(x), 6e-7)
		}
	}
	l.Across(src, src, pixels, channels, stride, stride, scratch)
	for i, v := range dst {
		if i%stride < channels && src[i] != v {
			t.Fatalf("element %d in place: %g, want %g", i, src[i], v)
		}
	}
}

func TestLRNWithin(t *testing.T) {
	for _, c := range []struct {
		name                string
		height, width, size int
		beta                float32
	}{
		{"window 1", 3, 4, 1, .75},
		{"window 3", 5, 4, 3, .75},
		{"window over the plane", 2, 3, 7, .75},
		{"beta 1", 4, 4, 3, 1},
		{"beta .3", 4, 4, 3, .3},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := LRN{Size: c.size, K: 1, C: .7, Beta: c.beta}
			src := random(c.height*c.width, 1)
			dst, check := guarded(t, len(src))
			l.Within(dst, src, c.height, c.width, make([]float32, l.ScratchWithin(c.height, c.width)))
			check()
			for y := range c.height {
				for x := range c.width {
					sum := 0.0
					for i := max(y-c.size/2, 0); i <= min(y+c.size/2, c.height-1); i++ {
						for j := max(x-c.size/2, 0); j <= min(x+c.size/2, c.width-1); j++ {
							sum += math.Pow(float64(src[i*c.width+j]), 2)
						}
					}
					v := float64(src[y*c.width+x])
					near(t, fmt.Sprintf("%d,%d", y, x), dst[y*c.width+x], v/math.Pow(1+.7*sum, float64(c.beta)), math.Abs(v), 6e-7)
				}
			}
		})
	}
}

// The normalisation layers of bvlc_alexnet.
func BenchmarkLRN(b *testing.B) {
	for _, c := range []struct {
		name             string
		pixels, channels int
	}{{"norm1", 55 * 55, 96}, {"norm2", 27 * 27, 256}} {
		l := LRN{Size: 5, K: 1, C: 2e-5, Beta: .75}
		src, dst := random(c.pixels*c.channels, 1), make([]float32, c.pixels*c.channels)
		scratch := make([]float32, l.ScratchAcross(c.channels))
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(4 * len(src)))
			for b.Loop() {
				l.Across(dst, src, c.pixels, c.channels, c.channels, c.channels, scratch)
			}
		})
	}
}
