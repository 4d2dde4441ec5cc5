package runtime

import (
	"context"
	"sync"
	"sync/atomic"
)

// workers shares the loop of one layer among goroutines that end with it.
type workers struct {
	ctx     context.Context
	threads int
}

// elements is the block size of loops over single elements, large enough for
// the bookkeeping of a block not to count.
const elements = 1 << 14

// each calls body for consecutive blocks of [0, n), at most grain long, on
// several goroutines, and returns when all have ended. When the context ends
// it starts no more blocks and returns the context's error.
func (w workers) each(n, grain int, body func(lo, hi int)) error {
	blocks := (n + grain - 1) / grain
	var next atomic.Int64
	work := func() {
		for w.ctx.Err() == nil {
			block := int(next.Add(1)) - 1
			if block >= blocks {
				return
			}
			body(block*grain, min((block+1)*grain, n))
		}
	}
	var group sync.WaitGroup
	for range min(w.threads, blocks) - 1 {
		group.Go(work)
	}
	work()
	group.Wait()
	return w.ctx.Err()
}
