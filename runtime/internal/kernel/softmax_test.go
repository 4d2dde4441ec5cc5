package kernel

import (
	"fmt"
	"math"
	"testing"
)

func TestSoftmax(t *testing.T) {
	for _, c := range []struct {
		name               string
		outer, axis, inner int
		offset             float32
	}{
		{"a vector", 1, 1000, 1, 0},
		{"over channels", 2, 5, 6, 0},
		{"a single class", 3, 1, 2, 0},
		{"values that overflow exp", 2, 4, 3, 1e4},
	} {
		t.Run(c.name, func(t *testing.T) {
			src := random(c.outer*c.axis*c.inner, 1)
			for i := range src {
				src[i] += c.offset
			}
			dst, check := guarded(t, len(src))
			Softmax(dst, src, c.outer, c.axis, c.inner)
			check()
			for o := range c.outer {
				for i := range c.inner {
					sum := 0.0
					for a := range c.axis {
						sum += math.Exp(float64(src[(o*c.axis+a)*c.inner+i] - c.offset))
					}
					for a := range c.axis {
						at := (o*c.axis+a)*c.inner + i
						near(t, fmt.Sprint("element ", at), dst[at], math.Exp(float64(src[at]-c.offset))/sum, 1, 1e-7)
					}
				}
			}
		})
	}
}

func BenchmarkSoftmax(b *testing.B) {
	src, dst := random(1000, 1), make([]float32, 1000)
	for b.Loop() {
		Softmax(dst, src, 1, 1000, 1)
	}
}
