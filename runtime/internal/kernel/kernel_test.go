package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

// onEveryTier runs a test once per tier that this CPU has.
func onEveryTier(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	for _, tier := range Tiers() {
		t.Run(tier, func(t *testing.T) {
			undo, err := Force(tier)
			if err != nil {
				t.Fatal(err)
			}
			defer undo()
			test(t)
		})
	}
}

// random gives n floats in [-1, 1), the same for the same seed.
func random(n int, seed uint64) []float32 {
	r := rand.New(rand.NewPCG(seed, 1))
	s := make([]float32, n)
	for i := range s {
		s[i] = 2*r.Float32() - 1
	}
	return s
}

// guard is what surrounds a guarded buffer, far from any value that a kernel
// computes.
const guard = -12345.678

// guarded returns a buffer of n guard values with more of them on either side,
// and a check that these still stand.
func guarded(t *testing.T, n int) (buffer []float32, check func()) {
	t.Helper()
	const margin = 64
	all := make([]float32, n+2*margin)
	for i := range all {
		all[i] = guard
	}
	return all[margin : margin+n : margin+n], func() {
		t.Helper()
		for i, v := range all {
			if (i < margin || i >= margin+n) && v != guard {
				t.Fatalf("element %d of %d was overwritten with %g", i-margin, n, v)
			}
		}
	}
}

// near fails unless got is within bound times scale of want, or both are NaN or
// the same infinity.
func near(t *testing.T, what string, got float32, want, scale, bound float64) {
	t.Helper()
	g := float64(got)
	switch {
	case math.IsNaN(want) && math.IsNaN(g), g == want:
	case !(math.Abs(g-want) <= bound*scale):
		t.Fatalf("%s: got %g, want %g (off by %.2g of %g)", what, got, want, math.Abs(g-want)/scale, scale)
	}
}
