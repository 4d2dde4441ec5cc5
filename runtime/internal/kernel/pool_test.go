package kernel

import (
	"fmt"
	"math"
	"testing"
)

func TestPool(t *testing.T) {
	onEveryTier(t, func(t *testing.T) {
		v := active.width
		for _, rows := range []int{1, 2, 3} {
			for _, columns := range []int{1, 3} {
				// Channels around one vector and two.
				for _, channels := range []int{1, v - 1, v, v + 1, 2*v + 1} {
					if channels > 0 {
						t.Run(fmt.Sprintf("%dx%d, %d channels", rows, columns, channels), func(t *testing.T) {
							poolCase(t, rows, columns, channels)
						})
					}
				}
			}
		}
	})
}

func poolCase(t *testing.T, rows, columns, channels int) {
	w := Window{Rows: rows, Columns: columns, RowStride: 5 * (channels + 2), ColumnStride: channels + 2}
	src := random((rows-1)*w.RowStride+(columns-1)*w.ColumnStride+channels, 1)
	most, checkMost := guarded(t, channels)
	MaxPool(most, src, w, -math.MaxFloat32)
	checkMost()
	mean, checkMean := guarded(t, channels)
	AveragePool(mean, src, w, 9)
	checkMean()
	for c := range channels {
		sum, largest := 0.0, math.Inf(-1)
		for r := range rows {
			for k := range columns {
				x := float64(src[r*w.RowStride+k*w.ColumnStride+c])
				sum += x
				largest = max(largest, x)
			}
		}
		near(t, fmt.Sprint("maximum of channel ", c), most[c], largest, 1, 0)
		near(t, fmt.Sprint("average of channel ", c), mean[c], sum/9, 1, 1e-6)
	}
}

func TestPoolSpecialValues(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	row := Window{Rows: 1, Columns: 3, ColumnStride: 1}
	for _, c := range []struct {
		name    string
		src     []float32
		window  Window
		maximum float64
		divisor float32
		average float64
	}{
		{"no rows", nil, Window{Rows: 0, Columns: 3}, -math.MaxFloat32, 0, math.NaN()},
		{"no columns, negative divisor", nil, Window{Rows: 2, Columns: -1}, -math.MaxFloat32, -2, math.Copysign(0, -1)},
		{"a maximum ignores NaN", []float32{1, nan, -1}, row, 1, 3, math.NaN()},
		{"NaN first", []float32{nan, -2, -3}, row, -2, 3, math.NaN()},
		{"only -Inf stays at the initial value", []float32{-inf, -inf, -inf}, row, -math.MaxFloat32, 3, math.Inf(-1)},
		{"+Inf", []float32{1, inf, 2}, row, math.Inf(1), 3, math.Inf(1)},
	} {
		t.Run(c.name, func(t *testing.T) {
			onEveryTier(t, func(t *testing.T) {
				// The same values in every channel, so that vectors and rests
				// are reached.
				const channels = 19
				src := make([]float32, channels*len(c.src))
				for i := range src {
					src[i] = c.src[i/channels]
				}
				w := c.window
				w.ColumnStride *= channels
				dst := make([]float32, channels)
				MaxPool(dst, src, w, -math.MaxFloat32)
				for _, got := range dst {
					near(t, "maximum", got, c.maximum, 1, 0)
				}
				AveragePool(dst, src, w, c.divisor)
				for _, got := range dst {
					near(t, "average", got, c.average, 1, 0)
				}
			})
		})
	}
}

// The pooling layers of bvlc_alexnet.
func BenchmarkPool(b *testing.B) {
	for _, c := range []struct {
		name              string
		channels, in, out int
	}{{"pool1", 96, 55, 27}, {"pool2", 256, 27, 13}, {"pool5", 256, 13, 6}} {
		src, dst := random(c.in*c.in*c.channels, 1), make([]float32, c.out*c.out*c.channels)
		w := Window{Rows: 3, Columns: 3, RowStride: c.in * c.channels, ColumnStride: c.channels}
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(4 * len(src)))
			for b.Loop() {
				for y := range c.out {
					for x := range c.out {
						MaxPool(dst[(y*c.out+x)*c.channels:][:c.channels], src[(2*y*c.in+2*x)*c.channels:], w, -math.MaxFloat32)
					}
				}
			}
		})
	}
}
