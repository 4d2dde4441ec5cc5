package kernel

import (
	"fmt"
	"math"
	"testing"
)

func TestFullyConnected(t *testing.T) {
	onEveryTier(t, func(t *testing.T) {
		width, vectors := active.dot.width, len(active.dot.four)
		// Rows around the tile of four; lengths around one and two vectors;
		// batches around the widest tile and where two tiles share the work.
		for _, rows := range []int{1, 3, 4, 5, 9} {
			for _, n := range []int{1, width - 1, width, width + 1, 2*width + 3} {
				for _, batch := range []int{1, vectors - 1, vectors, vectors + 1, 2*vectors + 1} {
					if n == 0 || batch == 0 {
						continue
					}
					for _, relu := range []bool{false, true} {
						t.Run(fmt.Sprintf("%dx%d batch %d relu %v", rows, n, batch, relu), func(t *testing.T) {
							fullyConnectedCase(t, rows, n, batch, relu)
						})
					}
				}
			}
		}
	})
}

func fullyConnectedCase(t *testing.T, rows, n, batch int, relu bool) {
	const spare = 3
	w, x := random(rows*n, 1), random(batch*n, 2)
	var bias []float32
	if rows != 3 {
		bias = random(rows, 3)
	}
	dst, check := guarded(t, batch*(rows+spare)-spare)
	FullyConnected(dst, rows+spare, w, bias, x, n, batch, relu)
	check()
	for b := range batch {
		for r := range rows + spare {
			i := b*(rows+spare) + r
			if r >= rows {
				if i < len(dst) && dst[i] != guard {
					t.Fatalf("vector %d: row %d of %d was written", b, r, rows)
				}
				continue
			}
			want, scale := 0.0, 1.0
			if bias != nil {
				want = float64(bias[r])
			}
			for j := range n {
				product := float64(w[r*n+j]) * float64(x[b*n+j])
				want += product
				scale += math.Abs(product)
			}
			if relu {
				want = max(want, 0)
			}
			near(t, fmt.Sprintf("vector %d row %d", b, r), dst[i], want, scale, 1e-6)
		}
	}
}

func TestFullyConnectedUnaligned(t *testing.T) {
	// Weights that are mapped from a file begin at any byte; an odd number of
	// floats into the array is the nearest that a slice can come.
	onEveryTier(t, func(t *testing.T) {
		const n = 37
		w, x := random(4*n+1, 1)[1:], random(n+3, 2)[3:]
		dst := make([]float32, 4)
		FullyConnected(dst, 4, w, nil, x, n, 1, false)
		for r, got := range dst {
			want := 0.0
			for j := range n {
				want += float64(w[r*n+j]) * float64(x[j])
			}
			near(t, fmt.Sprint("row ", r), got, want, n, 1e-6)
		}
	})
}

// The fully connected layers of bvlc_alexnet.
func BenchmarkFullyConnected(b *testing.B) {
	for _, c := range []struct {
		name    string
		rows, n int
	}{{"fc6", 4096, 9216}, {"fc7", 4096, 4096}, {"fc8", 1000, 4096}} {
		w := random(c.rows*c.n, 1)
		for _, batch := range []int{1, 8} {
			b.Run(fmt.Sprintf("%s/batch%d", c.name, batch), func(b *testing.B) {
				x, dst := random(batch*c.n, 2), make([]float32, batch*c.rows)
				b.SetBytes(int64(4 * len(w)))
				for b.Loop() {
					FullyConnected(dst, c.rows, w, nil, x, c.n, batch, true)
				}
				b.ReportMetric(2*float64(len(w)*batch)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
			})
		}
	}
}
