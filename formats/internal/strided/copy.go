package strided

import (
	"runtime"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/alexconv/alexconv/ir"
)

// Pack gives the elements in C order, without a copy where they lie so.
func (v View) Pack() ([]float32, error) {
	n := v.Elements()
	if n == 0 || v.Contiguous() {
		return v.Data[:n], nil
	}
	packed := allocate(n)
	return packed, v.simplified().copyTo(packed)
}

// Chunks hands the elements to emit in C order, at most limit at a time unless
// no copy is needed. What emit gets is good until it returns.
//
// It fails with emit's error, or with one that wraps [ir.ErrChanged] when the
// data is a view of a file that was cut off.
func (v View) Chunks(limit int, emit func([]float32) error) error {
	n := v.Elements()
	if n == 0 {
		return nil
	}
	if v.Contiguous() {
		return emit(v.Data[:n])
	}
	return v.simplified().chunks(allocate(min(n, limit)), emit)
}

func (v View) chunks(buffer []float32, emit func([]float32) error) error {
	n := v.Elements()
	if n <= len(buffer) {
		if err := v.copyTo(buffer[:n]); err != nil {
			return err
		}
		return emit(buffer[:n])
	}
	rows := v.Shape[0]
	most := max(1, len(buffer)/(n/rows))
	// As many chunks as that takes, of one size.
	parts := (rows + most - 1) / most
	step := (rows + parts - 1) / parts
	for from := 0; from < rows; from += step {
		part := v.part(0, from, min(step, rows-from))
		if err := part.simplified().chunks(buffer, emit); err != nil {
			return err
		}
	}
	return nil
}

// few is the number of elements from which a second processor is worth it.
const few = 1 << 16

// copyTo writes the elements of a simplified view in C order into dst, which
// has room for exactly them; there are some.
func (v View) copyTo(dst []float32) error {
	tasks := v.tasks(dst)
	workers := min(len(tasks), runtime.GOMAXPROCS(0))
	if len(dst) < few {
		workers = 1
	}
	var next atomic.Int64
	var group errgroup.Group
	for range workers {
		group.Go(func() error {
			return ir.CatchFaults(func() error {
				for i := int(next.Add(1)) - 1; i < len(tasks); i = int(next.Add(1)) - 1 {
					tasks[i].run()
				}
				return nil
			})
		})
	}
	return group.Wait()
}
