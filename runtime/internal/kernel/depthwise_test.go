package kernel

import (
	"fmt"
	"testing"
)

func TestDepthwise(t *testing.T) {
	onEveryTier(t, func(t *testing.T) {
		v := active.width
		// Channels around one vector and two; pixels around one tile and two.
		for _, channels := range []int{1, v - 1, v, v + 1, 2*v + 1} {
			for _, pixels := range []int{1, 2, 6, 7, 8, 15} {
				if channels > 0 {
					t.Run(fmt.Sprintf("%d channels %d pixels", channels, pixels), func(t *testing.T) {
						for _, relu := range []bool{false, true} {
							depthwiseCase(t, 3, channels, pixels, 1, nil, relu)
							depthwiseCase(t, 2, channels, pixels, 1, nil, relu)
							affine := NewAffine(channels)
							for i := range 4 {
								copy(affine.row(i), random(channels, uint64(4+i)))
							}
							depthwiseCase(t, 3, channels, pixels, 2, affine, relu)
						}
					})
				}
			}
		}
	})
}

func depthwiseCase(t *testing.T, kernel, channels, pixels, stride int, affine *Affine, relu bool) {
	const spare = 2
	width := (pixels-1)*stride + kernel
	src, weights, bias := random(kernel*width*channels, 1), random(channels*kernel*kernel, 2), random(channels, 3)
	offsets := windowOffsets(kernel, width, channels)
	pixel := channels + spare
	dst, check := guarded(t, pixels*pixel)
	NewDepthwiseFilters(weights, bias, channels).Row(dst, pixel, src, stride*channels, windowTaps(kernel, width, channels), pixels, affine, relu)
	check()
	for p := range pixels {
		for c := range pixel {
			got := dst[p*pixel+c]
			if c >= channels {
				if got != guard {
					t.Fatalf("pixel %d: channel %d of %d was written", p, c, channels)
				}
				continue
			}
			want := float64(bias[c])
			for i, o := range offsets {
				want += float64(weights[c*kernel*kernel+i]) * float64(src[p*stride*channels+o+c])
			}
			if affine != nil {
				want = (want*float64(affine.Factor()[c])+float64(affine.Shift()[c]))*float64(affine.Multiply()[c]) + float64(affine.Add()[c])
			}
			if relu {
				want = max(want, 0)
			}
			near(t, fmt.Sprintf("pixel %d, channel %d", p, c), got, want, float64(kernel*kernel), 1e-6)
		}
	}
}

// windowTaps are the taps of a square kernel in rows of pixels, for a channel.
func windowTaps(kernel, width, channels int) Taps {
	var rows []int
	for y := range kernel {
		rows = append(rows, y*width*channels)
	}
	return NewTaps(rows, kernel, channels)
}

// windowOffsets are the places of a square kernel's taps in rows of pixels.
func windowOffsets(kernel, width, channels int) []int {
	var offsets []int
	for y := range kernel {
		for x := range kernel {
			offsets = append(offsets, (y*width+x)*channels)
		}
	}
	return offsets
}

func BenchmarkDepthwise(b *testing.B) {
	const channels, width, pixels = 256, 30, 28
	src, f := random(3*width*channels, 1), NewDepthwiseFilters(random(9*channels, 2), nil, channels)
	taps, dst := windowTaps(3, width, channels), make([]float32, pixels*channels)
	for b.Loop() {
		f.Row(dst, channels, src, channels, taps, pixels, nil, true)
	}
	b.ReportMetric(2*9*channels*pixels*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
}
