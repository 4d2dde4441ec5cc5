package runtime

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// team is the fixed pool of goroutines that one run of the fast engine shares
// its layers among: the caller and threads-1 helpers, which end with the run.
// A helper that finds no job spins for a while, because the next layer is
// microseconds away, and then parks.
type team struct {
	ctx     context.Context
	threads int
	current atomic.Pointer[job]

	parked atomic.Int32
	mutex  sync.Mutex
	wake   sync.Cond
	group  sync.WaitGroup
}

// job is one parallel loop.
type job struct {
	ctx      context.Context
	tasks    int64
	body     func(worker, task int)
	next     atomic.Int64
	finished atomic.Int64
	done     chan struct{} // closed after the last task
	last     bool          // tells helpers to end
}

// spinTime bounds how long a helper or the caller burns a processor before it
// parks: longer than the gap between two layers, shorter than a scheduler's
// time slice.
const spinTime = time.Millisecond

// newTeam starts the helpers. The caller is worker 0.
func newTeam(ctx context.Context, threads int) *team {
	t := &team{ctx: ctx, threads: threads}
	t.wake.L = &t.mutex
	for worker := 1; worker < threads; worker++ {
		t.group.Go(func() { t.help(worker) })
	}
	return t
}

// end lets the helpers go and waits for them.
func (t *team) end() {
	t.publish(&job{last: true})
	t.group.Wait()
}

// each calls body for every task in [0, tasks) with the number of the worker
// that does it, and returns when all have ended. When the context ends it
// begins no more tasks and returns the context's error.
func (t *team) each(tasks int, body func(worker, task int)) error {
	if tasks == 0 {
		return t.ctx.Err()
	}
	j := &job{ctx: t.ctx, tasks: int64(tasks), body: body, done: make(chan struct{})}
	if t.threads > 1 && tasks > 1 {
		t.publish(j)
	}
	j.work(0)
	if !spin(func() bool { return j.finished.Load() == j.tasks }) {
		<-j.done
	}
	return t.ctx.Err()
}

func (t *team) publish(j *job) {
	t.current.Store(j)
	if t.parked.Load() > 0 {
		t.mutex.Lock()
		t.wake.Broadcast()
		t.mutex.Unlock()
	}
}

func (t *team) help(worker int) {
	var seen *job
	for {
		fresh := func() bool { return t.current.Load() != seen }
		if !spin(fresh) {
			t.mutex.Lock()
			// A job published between the spin and this increment is seen by
			// the loop's condition; one published later sees the increment.
			t.parked.Add(1)
			for !fresh() {
				t.wake.Wait()
			}
			t.parked.Add(-1)
			t.mutex.Unlock()
		}
		seen = t.current.Load()
		if seen.last {
			return
		}
		seen.work(worker)
	}
}

// work does tasks until none is left. A task is counted even if the end of the
// context keeps it from being done.
func (j *job) work(worker int) {
	for {
		task := j.next.Add(1) - 1
		if task >= j.tasks {
			return
		}
		if j.ctx.Err() == nil {
			j.body(worker, int(task))
		}
		if j.finished.Add(1) == j.tasks {
			close(j.done)
		}
	}
}

// spin waits for a condition and reports whether it came true within spinTime.
func spin(condition func() bool) bool {
	var start time.Time
	for i := 0; ; i++ {
		if condition() {
			return true
		}
		if i&63 != 63 {
			continue
		}
		// Yield, so that with more goroutines than processors the others get
		// on.
		runtime.Gosched()
		if start.IsZero() {
			start = time.Now()
		} else if time.Since(start) > spinTime {
			return false
		}
	}
}
