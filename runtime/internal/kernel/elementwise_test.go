package kernel

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// TestElementwise gives every function all pairs of special and plain values, at
// lengths around one vector and two, against its definition.
func TestElementwise(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	x := []float64{-inf, -100, -2, -.5, 0, .5, 3, 100, inf, nan, 1e-3}
	y := []float64{1, 2, nan, -1, 0, 2, 4, -200, inf, 1, -1e-3, 7, -7}
	relu := func(x, slope float64) float64 {
		if x < 0 {
			return slope * x
		}
		return x
	}
	finite := func(y float64) float64 {
		if y-y != 0 {
			return 0
		}
		return y
	}
	for _, c := range []struct {
		name string
		run  func(dst, a, b []float32)
		want func(x, y float64) float64
	}{
		{"ReLU", func(d, a, _ []float32) { ReLU(d, a, 0) }, func(x, _ float64) float64 { return relu(x, 0) }},
		{"leaky ReLU", func(d, a, _ []float32) { ReLU(d, a, .25) }, func(x, _ float64) float64 { return relu(x, .25) }},
		{"PReLU", func(d, a, b []float32) {
			slopes := slices.Clone(b)
			for i, s := range slopes {
				slopes[i] = float32(finite(float64(s)))
			}
			PReLU(d, a, slopes)
		}, func(x, y float64) float64 { return relu(x, finite(y)) }},
		{"sigmoid", func(d, a, _ []float32) { Sigmoid(d, a) }, func(x, _ float64) float64 { return 1 / (1 + math.Exp(-x)) }},
		{"tanh", func(d, a, _ []float32) { Tanh(d, a) }, func(x, _ float64) float64 { return math.Tanh(x) }},
		{"scale", func(d, a, _ []float32) { Scale(d, a, -2) }, func(x, _ float64) float64 { return -2 * x }},
		{"scaled sum", func(d, a, b []float32) { copy(d, b); AddScaled(d, a, -2) }, func(x, y float64) float64 { return y - 2*x }},
		{"sum", func(d, a, b []float32) { Add(d, a, b, false) }, func(x, y float64) float64 { return x + y }},
		{"sum and ReLU", func(d, a, b []float32) { Add(d, a, b, true) }, func(x, y float64) float64 { return relu(x+y, 0) }},
		{"product", Multiply, func(x, y float64) float64 { return x * y }},
		{"maximum", Maximum, func(x, y float64) float64 {
			if x > y {
				return x
			}
			return y
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			onEveryTier(t, func(t *testing.T) {
				v := active.width
				for _, n := range []int{0, 1, v - 1, v, v + 1, 2*v + 1, len(x) * len(y)} {
					a, b := make([]float32, n), make([]float32, n)
					dst, check := guarded(t, n)
					for i := range n {
						a[i], b[i] = float32(x[i%len(x)]), float32(y[i%len(y)])
					}
					c.run(dst, a, b)
					check()
					for i := range n {
						want := c.want(float64(a[i]), float64(b[i]))
						near(t, fmt.Sprintf("%s(%g, %g)", c.name, a[i], b[i]), dst[i], want, max(1, math.Abs(want)), 1e-6)
					}
				}
			})
		})
	}
}

// TestAffineIsTheSameInOneAndInTwo maps by a normalisation, then by a scale, and
// by both at once: bit for bit the same, on every tier, and near the formula.
func TestAffineIsTheSameInOneAndInTwo(t *testing.T) {
	const pixels, spare = 3, 2
	onEveryTier(t, func(t *testing.T) {
		v := active.width
		// Channels around one vector and two, the first of them within a vector.
		for _, first := range []int{0, 3} {
			for _, width := range []int{1, v, v + 1, 2*v + 3} {
				channels := first + width + 1
				both, norm, scale := NewAffine(channels), NewAffine(channels), NewAffine(channels)
				for i, row := range [][]float32{random(channels, 1), random(channels, 2), random(channels, 3), random(channels, 4)} {
					copy(both.row(i), row)
					copy([]*Affine{norm, norm, scale, scale}[i].row(i), row)
				}
				stride := width + spare
				src := random(pixels*stride, 5)
				src[0] = float32(math.Copysign(0, -1))
				one, check := guarded(t, pixels*stride)
				both.Row(one, stride, src, stride, first, width, pixels, true)
				check()
				two := make([]float32, pixels*stride)
				norm.Row(two, stride, src, stride, first, width, pixels, false)
				scale.Row(two, stride, two, stride, first, width, pixels, true)
				for p := range pixels {
					for c := range stride {
						i := p*stride + c
						if c >= width {
							if one[i] != guard {
								t.Fatalf("pixel %d: channel %d of %d was written", p, c, width)
							}
							continue
						}
						at := first + c
						want := (float64(src[i])*float64(both.Factor()[at])+float64(both.Shift()[at]))*float64(both.Multiply()[at]) + float64(both.Add()[at])
						near(t, fmt.Sprintf("pixel %d, channel %d of %d", p, c, width), one[i], max(want, 0), 2, 3e-7)
						if math.Float32bits(one[i]) != math.Float32bits(two[i]) {
							t.Fatalf("pixel %d, channel %d of %d: %g at once, %g in turn", p, c, width, one[i], two[i])
						}
					}
				}
			}
		}
	})
}

// TestAffineRoundsOnce holds sums whose float64 lies half way between two float32
// while they do not, normal ones and denormal ones.
func TestAffineRoundsOnce(t *testing.T) {
	tiny := float32(math.Ldexp(1, -149))
	onEveryTier(t, func(t *testing.T) {
		for _, c := range []struct{ x, factor, shift, want float32 }{
			{1 + 0x1p-12, 1 - 0x1p-12, 0x1p-80, 1 - 0x1p-24},
			{0x1p-24, 1, 1 + 0x1p-23, 1 + 0x1p-22},
			{0x1p-24 + 0x1p-47, 1, 1, 1 + 0x1p-23},
			{0x1p-24, 1, 1, 1},
			{0x1p-12 + 0x1p-35, 0x1p-12 - 0x1p-35, 1, 1},
			{0x1p-12 + 0x1p-35, 0x1p-12 - 0x1p-35, 1 + 0x1p-23, 1 + 0x1p-23},
			{0x1p-12 + 0x1p-35, -0x1p-12 + 0x1p-35, -1 - 0x1p-23, -1 - 0x1p-23},
			{0x1p-75 + 0x1p-98, 0x1p-75 - 0x1p-98, 0, 0},
			{0x1p-75 + 0x1p-98, 0x1p-75 - 0x1p-98, 3 * tiny, 3 * tiny},
			{0x1p-75, 0x1p-75, 3 * tiny, 4 * tiny},
			{math.MaxFloat32, 2, -math.MaxFloat32, math.MaxFloat32},
		} {
			// As many channels as reach the tier's vectors.
			for _, channels := range []int{1, active.width} {
				a := NewAffine(channels)
				src, dst := make([]float32, channels), make([]float32, channels)
				for i := range channels {
					a.Factor()[i], a.Shift()[i], src[i] = c.factor, c.shift, c.x
				}
				a.Row(dst, channels, src, channels, 0, channels, 1, false)
				for _, got := range dst {
					if got != c.want {
						t.Errorf("%d channels: %g*%g + %g is %g, want %g", channels, c.x, c.factor, c.shift, got, c.want)
					}
				}
			}
		}
	})
}

func TestAffineThatChangesNothing(t *testing.T) {
	onEveryTier(t, func(t *testing.T) {
		src := []float32{0, float32(math.Copysign(0, -1)), 1, -3e-40, math.MaxFloat32, float32(math.Inf(-1))}
		src = append(src, random(17, 1)...)
		dst := make([]float32, len(src))
		NewAffine(len(src)).Row(dst, len(src), src, len(src), 0, len(src), 1, false)
		for i, x := range src {
			if math.Float32bits(dst[i]) != math.Float32bits(x) {
				t.Errorf("%g became %g", x, dst[i])
			}
		}
	})
}

func BenchmarkAffine(b *testing.B) {
	const channels, pixels = 32, 56
	a, x := NewAffine(channels), random(pixels*channels, 1)
	for b.Loop() {
		a.Row(x, channels, x, channels, 0, channels, pixels, true)
	}
	b.ReportMetric(channels*pixels*float64(b.N)/b.Elapsed().Seconds()/1e9, "G/s")
}
