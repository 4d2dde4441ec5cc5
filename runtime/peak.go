package runtime

import (
	"context"
	"runtime"
	"time"

	"github.com/alexconv/alexconv/runtime/internal/kernel"
)

// Peak is what the processors do at best, the bounds of every layer's speed.
type Peak struct {
	// FLOPS is float32 multiplications and additions per second, from
	// registers.
	FLOPS float64
	// BytesPerSecond is what a matrix product with one vector reads from memory
	// in large pages.
	BytesPerSecond float64
}

// MeasurePeak measures for a fraction of a second with the given number of
// threads, 0 meaning GOMAXPROCS. It is the best of several attempts, because
// neighbours on the machine only ever make it slower.
func MeasurePeak(threads int) Peak {
	if threads <= 0 || threads > runtime.GOMAXPROCS(0) {
		threads = runtime.GOMAXPROCS(0)
	}
	t := newTeam(context.Background(), threads)
	defer t.end()
	// The context never ends, and with it no loop early.
	const attempts = 8
	var best Peak

	operations := make([]int, threads)
	for range attempts {
		clear(operations)
		start := time.Now()
		_ = t.each(2000*threads, func(worker, _ int) { operations[worker] += kernel.Saturate() })
		total := 0
		for _, n := range operations {
			total += n
		}
		best.FLOPS = max(best.FLOPS, float64(total)/time.Since(start).Seconds())
	}

	// Larger than the caches.
	const columns, rows, block = 8192, 4096, 32
	matrix, x, y := allocate(rows*columns), make([]float32, columns), make([]float32, rows)
	// Pages that were never written share one page of zeros.
	for i := range matrix {
		matrix[i] = 1
	}
	for range attempts {
		start := time.Now()
		_ = t.each(rows/block, func(_, task int) {
			first := task * block
			kernel.FullyConnected(y[first:], rows, matrix[first*columns:][:block*columns], nil, x, columns, 1, false)
		})
		best.BytesPerSecond = max(best.BytesPerSecond, 4*rows*columns/time.Since(start).Seconds())
	}
	return best
}
