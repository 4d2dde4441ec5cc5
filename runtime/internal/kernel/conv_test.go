package kernel

import (
	"fmt"
	"math"
	"runtime"
	"testing"
)

// packed gives filters their memory and contents.
func packed(shape FilterShape, channelsLast bool, weights, bias []float32) *Filters {
	f := NewFilters(shape, channelsLast)
	f.Place(make([]float32, f.Floats()))
	for p := range f.Panels() {
		f.Pack(p, weights, bias)
	}
	return f
}

// convCase is a convolution of one group on one image whose buffer already has
// its padding.
type convCase struct {
	name                string
	filters             FilterShape
	stride, dilation    int
	outHeight, outWidth int
	planar, bias, relu  bool
}

// channelsLast is an NHWC buffer with channels of its own to spare, as a group
// among others has them.
func (c convCase) run(t *testing.T) {
	f := c.filters
	height := (c.outHeight-1)*c.stride + (f.Height-1)*c.dilation + 1
	width := (c.outWidth-1)*c.stride + (f.Width-1)*c.dilation + 1
	at := Plane{Row: width * (f.Inputs + 3), Column: f.Inputs + 3, Channel: 1}
	if c.planar {
		at = Plane{Row: width, Column: 1, Channel: height * width}
	}
	size := (height-1)*at.Row + (width-1)*at.Column + (f.Inputs-1)*at.Channel + 1
	src := random(size, 1)
	weights := random(f.Outputs*f.Steps(), 2)
	var bias []float32
	if c.bias {
		bias = random(f.Outputs, 3)
	}

	var offsets []int
	inner := f.Inputs
	if c.planar {
		inner = f.Width
		for i := range f.Inputs {
			for y := range f.Height {
				offsets = append(offsets, i*at.Channel+y*c.dilation*at.Row)
			}
		}
	} else {
		for y := range f.Height {
			for x := range f.Width {
				offsets = append(offsets, y*c.dilation*at.Row+x*c.dilation*at.Column)
			}
		}
	}
	taps := NewTaps(offsets, inner, 1)
	packed := packed(f, !c.planar, weights, bias)
	const spare = 5
	pixel := f.Outputs + spare
	dst, check := guarded(t, c.outHeight*c.outWidth*pixel-spare)
	for p := range packed.Panels() {
		packed.Rows(dst[p*packed.Columns():], Plane{Row: c.outWidth * pixel, Column: pixel},
			src, Plane{Row: c.stride * at.Row, Column: c.stride * at.Column}, taps, p, c.outHeight, c.outWidth, After{ReLU: c.relu})
	}
	check()
	for y := range c.outHeight {
		for x := range c.outWidth {
			for o := range pixel {
				i := (y*c.outWidth+x)*pixel + o
				if o >= f.Outputs {
					if i < len(dst) && dst[i] != guard {
						t.Fatalf("pixel %d,%d: channel %d of %d was written", y, x, o, f.Outputs)
					}
					continue
				}
				want, scale := 0.0, 1.0
				if c.bias {
					want = float64(bias[o])
				}
				for i := range f.Inputs {
					for ky := range f.Height {
						for kx := range f.Width {
							a := float64(weights[((o*f.Inputs+i)*f.Height+ky)*f.Width+kx])
							b := float64(src[(y*c.stride+ky*c.dilation)*at.Row+(x*c.stride+kx*c.dilation)*at.Column+i*at.Channel])
							want += a * b
							scale += max(a*b, -a*b)
						}
					}
				}
				if c.relu {
					want = max(want, 0)
				}
				// A sum of n products in sequence is off by at most n/2 ulp of
				// the sum of magnitudes; in practice by far less.
				near(t, fmt.Sprintf("pixel %d,%d channel %d", y, x, o), dst[i], want, scale, 3e-6)
			}
		}
	}
}

func TestConvolution(t *testing.T) {
	onEveryTier(t, func(t *testing.T) {
		columns, rows := active.conv.columns, len(active.conv.tiles)
		cases := []convCase{
			{name: "kernel 1x1", filters: FilterShape{columns, 5, 1, 1}, stride: 1, dilation: 1, outHeight: 2, outWidth: 3, bias: true},
			{name: "stride over kernel", filters: FilterShape{columns, 4, 2, 2}, stride: 3, dilation: 1, outHeight: 3, outWidth: 4, bias: true},
			{name: "dilated", filters: FilterShape{columns, 4, 3, 2}, stride: 1, dilation: 3, outHeight: 2, outWidth: 5},
			{name: "one input channel", filters: FilterShape{columns, 1, 3, 3}, stride: 2, dilation: 1, outHeight: 2, outWidth: 5, relu: true},
			{name: "planar", filters: FilterShape{columns, 3, 5, 4}, stride: 2, dilation: 1, outHeight: 3, outWidth: 7, planar: true, bias: true},
			{name: "planar, partial panel", filters: FilterShape{columns + 3, 3, 5, 4}, stride: 4, dilation: 1, outHeight: 3, outWidth: 7, planar: true, bias: true, relu: true},
		}
		// Every tile occurs for widths up to twice the largest, and in each of them
		// runs of inputs below, at and beyond what a loop takes at a time.
		for width := 1; width <= 2*rows+1; width++ {
			for _, inputs := range []int{3, 8, 17} {
				cases = append(cases, convCase{name: fmt.Sprintf("width %d, %d inputs", width, inputs), filters: FilterShape{columns, inputs, 2, 2},
					stride: 1, dilation: 1, outHeight: 2, outWidth: width, bias: true, relu: width%2 == 0})
			}
		}
		// Around the panel's edges the last panel is one short, full, or holds
		// a single channel.
		for _, outputs := range []int{1, columns - 1, columns, columns + 1, 2*columns - 1, 2 * columns, 2*columns + 1} {
			cases = append(cases, convCase{name: fmt.Sprintf("%d outputs", outputs), filters: FilterShape{outputs, 3, 3, 3},
				stride: 1, dilation: 1, outHeight: 2, outWidth: rows + 1, bias: true, relu: true})
		}
		for _, c := range cases {
			t.Run(c.name, c.run)
		}
	})
}

// TestConvolutionAfter compares what follows the sums in the tile with the same
// in steps of their own, bit for bit, around the edges of tiles and panels, in rows
// between which something lies.
func TestConvolutionAfter(t *testing.T) {
	onEveryTier(t, func(t *testing.T) {
		columns, most := active.conv.columns, len(active.conv.tiles)
		for _, outputs := range []int{1, columns - 1, columns, 2*columns + 3} {
			for _, pixels := range []int{1, most, most + 1, 2*most + 1} {
				const inputs, first, spare, rows = 3, 2, 1, 3
				f := packed(FilterShape{outputs, inputs, 1, 1}, true, random(outputs*inputs, 1), random(outputs, 2))
				taps, stride := NewTaps([]int{0}, inputs, 1), outputs+spare
				from := Plane{Row: pixels*inputs + 2, Column: inputs}
				to, plus := Plane{Row: pixels*stride + 4, Column: stride}, Plane{Row: pixels*stride + 5, Column: stride}
				src, other := random(rows*from.Row, 3), random(rows*plus.Row, 8)
				affine := NewAffine(first + outputs)
				for i := range 4 {
					copy(affine.row(i), random(first+outputs, uint64(4+i)))
				}
				for _, with := range []After{
					{}, {ReLU: true},
					{Affine: affine, First: first}, {Affine: affine, First: first, ReLU: true},
					{Other: other, At: plus}, {Affine: affine, First: first, Other: other, At: plus, ReLU: true},
				} {
					got, check := guarded(t, rows*to.Row-4-spare)
					want := make([]float32, rows*to.Row)
					for i := range want {
						want[i] = guard
					}
					for p := range f.Panels() {
						at := p * columns
						width := min(columns, outputs-at)
						after := with
						if after.Other != nil {
							after.Other = other[at:]
						}
						f.Rows(got[at:], to, src, from, taps, p, rows, pixels, after)
						f.Rows(want[at:], to, src, from, taps, p, rows, pixels, After{})
						for y := range rows {
							if with.Affine != nil {
								row := want[y*to.Row+at:]
								affine.Row(row, stride, row, stride, first+at, width, pixels, false)
							}
							for x := range pixels {
								row := want[y*to.Row+x*stride+at:][:width]
								if with.Other != nil {
									Add(row, row, other[y*plus.Row+x*stride+at:][:width], false)
								}
								if with.ReLU {
									ReLU(row, row, 0)
								}
							}
						}
					}
					check()
					for i, v := range got {
						if math.Float32bits(v) != math.Float32bits(want[i]) {
							t.Fatalf("%d outputs, %d pixels, %+v: element %d is %g, want %g", outputs, pixels, with, i, v, want[i])
						}
					}
				}
			}
		}
	})
}

// The convolutions of bvlc_alexnet, per group, with their inputs' padding.
func BenchmarkConvolution(b *testing.B) {
	for _, c := range []struct {
		name    string
		filters FilterShape
		groups  int
		stride  int
		out     int
		planar  bool
	}{
		{"conv1", FilterShape{96, 3, 11, 11}, 1, 4, 55, true},
		{"conv2", FilterShape{128, 48, 5, 5}, 2, 1, 27, false},
		{"conv3", FilterShape{384, 256, 3, 3}, 1, 1, 13, false},
		{"conv4", FilterShape{192, 192, 3, 3}, 2, 1, 13, false},
		{"conv5", FilterShape{128, 192, 3, 3}, 2, 1, 13, false},
	} {
		b.Run(c.name, func(b *testing.B) {
			f := c.filters
			in := (c.out-1)*c.stride + f.Height
			column := f.Inputs * c.groups
			row := in * column
			plane := 1
			var offsets []int
			inner := f.Inputs
			if c.planar {
				row, column, plane, inner = in, 1, in*in, f.Width
				for i := range f.Inputs {
					for y := range f.Height {
						offsets = append(offsets, i*plane+y*row)
					}
				}
			} else if c.groups == 1 {
				inner *= f.Width
				for y := range f.Height {
					offsets = append(offsets, y*row)
				}
			} else {
				for y := range f.Height {
					for x := range f.Width {
						offsets = append(offsets, y*row+x*column)
					}
				}
			}
			taps := NewTaps(offsets, inner, 1)
			src := random(in*in*f.Inputs*c.groups, 1)
			weights, bias := random(f.Outputs*f.Steps(), 2), random(f.Outputs, 3)
			packed := packed(f, !c.planar, weights, bias)
			dst := make([]float32, c.out*c.out*f.Outputs)
			b.ResetTimer()
			for b.Loop() {
				for p := range packed.Panels() {
					packed.Rows(dst[p*packed.Columns():], Plane{Row: c.out * f.Outputs, Column: f.Outputs},
						src, Plane{Row: c.stride * row, Column: c.stride * column}, taps, p, c.out, c.out, After{ReLU: true})
				}
			}
			b.ReportMetric(2*float64(f.Outputs*f.Steps()*c.out*c.out)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
		})
	}
}

// The ReLU in the store follows Caffe's rule for special values.
func TestConvolutionReLU(t *testing.T) {
	inf, nan, negative := math.Inf(1), math.NaN(), math.Copysign(0, -1)
	onEveryTier(t, func(t *testing.T) {
		for _, c := range []struct{ x, want float64 }{{-2, 0}, {0, 0}, {negative, negative}, {3, 3}, {inf, inf}, {-inf, nan}, {nan, nan}} {
			rows := len(active.conv.tiles)
			src := make([]float32, rows)
			for i := range src {
				src[i] = float32(c.x)
			}
			f := packed(FilterShape{1, 1, 1, 1}, true, []float32{1}, []float32{float32(negative)})
			dst := make([]float32, rows)
			f.Rows(dst, Plane{Column: 1}, src, Plane{Column: 1}, NewTaps([]int{0}, 1, 1), 0, 1, rows, After{ReLU: true})
			for _, got := range dst {
				near(t, fmt.Sprintf("ReLU(%g)", c.x), got, c.want, 1, 0)
				if math.Signbit(float64(got)) != math.Signbit(c.want) && c.want == 0 && runtime.GOARCH != "arm64" {
					t.Errorf("ReLU(%g) is a zero of the wrong sign", c.x)
				}
			}
		}
	})
}

// One panel of bvlc_alexnet's conv3 and of its fc6 as 1x1 filters.
func BenchmarkPack(b *testing.B) {
	for _, c := range []struct {
		name  string
		shape FilterShape
	}{{"conv3", FilterShape{active.conv.columns, 256, 3, 3}}, {"fc6", FilterShape{active.conv.columns, 9216, 1, 1}}} {
		b.Run(c.name, func(b *testing.B) {
			weights := random(c.shape.Outputs*c.shape.Steps(), 1)
			f := packed(c.shape, true, weights, nil)
			b.SetBytes(int64(4 * len(weights)))
			for b.Loop() {
				f.Pack(0, weights, nil)
			}
		})
	}
}
