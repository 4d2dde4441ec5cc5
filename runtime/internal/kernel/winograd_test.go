package kernel

import (
	"fmt"
	"math"
	"testing"
)

// Some tiles: transform, multiply, transform back, against the convolution that
// they stand for.
func TestWinograd(t *testing.T) {
	for _, c := range []struct {
		name      string
		algorithm *Winograd
	}{{"F(2x2,3x3)", Winograd2x3}, {"F(2x2,5x5)", Winograd2x5}} {
		t.Run(c.name, func(t *testing.T) {
			onEveryTier(t, func(t *testing.T) {
				v, columns := active.width, active.conv.columns
				// Channels around one vector; outputs around a panel and a
				// vector.
				for _, inputs := range []int{1, v, v + 1} {
					for _, outputs := range []int{1, columns - 1, columns + 1, v + 1} {
						for _, tiles := range []int{1, 3} {
							t.Run(fmt.Sprintf("%d inputs, %d outputs, %d tiles", inputs, outputs, tiles), func(t *testing.T) {
								winogradCase(t, c.algorithm, inputs, outputs, tiles, 3*(tiles/2))
							})
						}
					}
				}
			})
		})
	}
}

// Spare is the number of channels of other groups in every pixel.
func winogradCase(t *testing.T, w *Winograd, inputs, outputs, tiles, spare int) {
	n, r, m := w.Tile, w.Kernel, w.Outputs
	width := n + (tiles-1)*m + 3
	pixel := inputs + spare
	src := random(n*width*pixel, 1)
	weights := random(outputs*inputs*r*r, 2)
	f := NewWinogradFilters(w, FilterShape{outputs, inputs, r, r})
	f.Place(make([]float32, f.Floats()))
	for p := range f.Panels() {
		f.Pack(p, weights)
	}
	transformed, checkTransformed := guarded(t, n*n*tiles*inputs)
	scratch, checkScratch := guarded(t, w.InputScratch(inputs, tiles))
	w.Input(transformed, tiles*inputs, src, width*pixel, pixel, inputs, tiles, scratch)
	checkTransformed()
	checkScratch()
	panels := f.Panels() * f.Element(0).Columns()
	run := tiles * panels
	products := make([]float32, n*n*run)
	taps := NewTaps([]int{0}, inputs, 1)
	for i := range n * n {
		e := f.Element(i)
		for p := range e.Panels() {
			e.Rows(products[i*run+p*e.Columns():], Plane{Column: panels}, transformed[i*tiles*inputs:], Plane{Column: inputs}, taps, p, 1, tiles, After{})
		}
	}
	// The pixels of a row of outputs are columns apart, the rows rowStride.
	column := outputs + spare
	rowStride := m*tiles*column + 5
	bias := random(outputs, 3)
	relu := spare > 0
	dst, check := guarded(t, (m-1)*rowStride+(m*tiles-1)*column+outputs)
	scratch, checkScratch = guarded(t, w.OutputScratch(run))
	w.Output(dst, rowStride, column, products, run, panels, bias, outputs, tiles, relu, scratch)
	check()
	checkScratch()
	for y := range m {
		for x := range m * tiles {
			for o := range outputs {
				want, scale := float64(bias[o]), 1.0
				for c := range inputs {
					for ky := range r {
						for kx := range r {
							p := float64(weights[((o*inputs+c)*r+ky)*r+kx]) * float64(src[((y+ky)*width+x+kx)*pixel+c])
							want += p
							scale += math.Abs(p)
						}
					}
				}
				if relu {
					want = max(want, 0)
				}
				got := dst[y*rowStride+x*column+o]
				near(t, fmt.Sprintf("%d,%d output %d", y, x, o), got, want, scale, 1e-6)
			}
		}
	}
}

// The transforms at the shapes of bvlc_alexnet's conv3 and conv2.
func BenchmarkWinogradTransforms(b *testing.B) {
	for _, c := range []struct {
		name            string
		w               *Winograd
		inputs, outputs int
	}{{"conv3", Winograd2x3, 256, 384}, {"conv2", Winograd2x5, 96, 256}} {
		n := c.w.Tile
		in, out, bias := random(n*n*c.inputs, 1), random(n*n*c.outputs, 2), random(c.outputs, 3)
		dst := make([]float32, n*n*max(c.inputs, c.outputs))
		scratch := make([]float32, max(c.w.InputScratch(c.inputs, 1), c.w.OutputScratch(c.outputs)))
		b.Run(c.name+"/input", func(b *testing.B) {
			b.SetBytes(int64(4 * len(in)))
			for b.Loop() {
				c.w.Input(dst, c.inputs, in, n*c.inputs, c.inputs, c.inputs, 1, scratch)
			}
		})
		b.Run(c.name+"/output", func(b *testing.B) {
			b.SetBytes(int64(4 * len(out)))
			for b.Loop() {
				c.w.Output(dst, 2*c.outputs, c.outputs, out, c.outputs, c.outputs, bias, c.outputs, 1, true, scratch)
			}
		})
	}
}
