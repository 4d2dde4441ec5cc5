package kernel

import "testing"

func TestSaturateCounts(t *testing.T) {
	onEveryTier(t, func(t *testing.T) {
		if n := Saturate(); n != peakRounds*active.peak.operations || n == 0 {
			t.Errorf("%d operations", n)
		}
	})
}

// The bound of every other kernel.
func BenchmarkPeak(b *testing.B) {
	operations := 0
	for b.Loop() {
		operations += Saturate()
	}
	b.ReportMetric(float64(operations)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
}
