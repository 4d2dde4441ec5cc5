package kernel

import (
	"fmt"
	"testing"
)

func TestDepthwise(t *testing.T) {
	onEveryTier(t, func(t *testing.T) {
		v := active.width
		// Channels around one vector and two.
		for _, channels := range []int{1, v - 1, v, v + 1, 2*v + 1} {
			for _, relu := range []bool{false, true} {
				if channels > 0 {
					t.Run(fmt.Sprintf("%d channels relu %v", channels, relu), func(t *testing.T) { depthwiseCase(t, channels, relu) })
				}
			}
		}
	})
}

func depthwiseCase(t *testing.T, channels int, relu bool) {
	const kernel, width = 3, 4
	src, weights, bias := random(kernel*width*channels, 1), random(channels*kernel*kernel, 2), random(channels, 3)
	var offsets []int
	for y := range kernel {
		for x := range kernel {
			offsets = append(offsets, (y*width+x)*channels)
		}
	}
	dst, check := guarded(t, channels)
	NewDepthwiseFilters(weights, bias, channels).Pixel(dst, src, NewTaps(offsets, 1), relu)
	check()
	for c := range channels {
		want := float64(bias[c])
		for i, o := range offsets {
			want += float64(weights[c*kernel*kernel+i]) * float64(src[o+c])
		}
		if relu {
			want = max(want, 0)
		}
		near(t, fmt.Sprint("channel ", c), dst[c], want, kernel*kernel, 1e-6)
	}
}

func BenchmarkDepthwise(b *testing.B) {
	const channels, width = 256, 15
	src, f := random(width*width*channels, 1), NewDepthwiseFilters(random(9*channels, 2), nil, channels)
	var offsets []int
	for i := range 9 {
		offsets = append(offsets, (i/3*width+i%3)*channels)
	}
	taps, dst := NewTaps(offsets, 1), make([]float32, channels)
	for b.Loop() {
		f.Pixel(dst, src, taps, true)
	}
	b.ReportMetric(2*9*channels*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
}
