package runtime

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// team is the pool of goroutines that a run of the fast engine shares its layers
// among: the caller and threads-1 helpers. A helper that finds no job spins for
// a while, because the next layer is microseconds away, and then parks until the
// run ends. Behind the run it spins as long, because the next run may follow at
// once, and then ends.
type team struct {
	ctx     context.Context
	threads int
	current atomic.Pointer[job]

	parked  atomic.Int32
	mutex   sync.Mutex
	wake    sync.Cond
	resting bool   // between runs
	helping []bool // by worker: its goroutine is there
}

// job is one parallel loop.
type job struct {
	ctx      context.Context
	tasks    int64
	body     func(worker, task int)
	next     atomic.Int64
	finished atomic.Int64
	done     chan struct{} // closed after the last task
}

// spinTime bounds how long a helper or the caller burns a processor before it
// parks: longer than the gap between two layers, shorter than a scheduler's
// time slice.
const spinTime = time.Millisecond

// newTeam makes a team that has begun a run. The caller is worker 0.
func newTeam(ctx context.Context, threads int) *team {
	t := &team{threads: threads, helping: make([]bool, threads)}
	t.wake.L = &t.mutex
	t.begin(ctx)
	return t
}

// begin calls the helpers together for a run.
func (t *team) begin(ctx context.Context) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.ctx, t.resting = ctx, false
	for worker := 1; worker < t.threads; worker++ {
		if !t.helping[worker] {
			t.helping[worker] = true
			go t.help(worker, t.current.Load())
		}
	}
}

// end lets the helpers go. The team may begin another run.
func (t *team) end() {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.resting = true
	t.wake.Broadcast()
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

// help does jobs that follow the one seen last.
func (t *team) help(worker int, seen *job) {
	for {
		fresh := func() bool { return t.current.Load() != seen }
		if !spin(fresh) && !t.park(worker, fresh) {
			return
		}
		seen = t.current.Load()
		seen.work(worker)
	}
}

// park waits for a fresh job, and reports whether there is one: between runs the
// worker is to end.
func (t *team) park(worker int, fresh func() bool) bool {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	// A job published between the spin and this increment is seen by the loop's
	// condition; one published later sees the increment.
	t.parked.Add(1)
	defer t.parked.Add(-1)
	for !fresh() {
		if t.resting {
			t.helping[worker] = false
			return false
		}
		t.wake.Wait()
	}
	return true
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
