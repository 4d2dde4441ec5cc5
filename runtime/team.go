package runtime

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// team is the pool of goroutines that a run of the fast engine shares its layers
// among: the caller and threads-1 helpers. Who finds nothing to do spins for a
// while, because the next layer is microseconds away, and then parks. Behind a
// run helpers spin as long, because the next run may follow at once, and then
// end.
type team struct {
	ctx     context.Context
	threads int
	current atomic.Pointer[job]

	parked  atomic.Int32
	mutex   sync.Mutex
	wake    sync.Cond
	resting atomic.Bool // between runs
	helping []bool      // by worker: its goroutine is there
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
	t.ctx = ctx
	t.resting.Store(false)
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
	t.resting.Store(true)
	t.wake.Broadcast()
}

// each calls body for every task in [0, tasks) with the number of the worker
// that does it, and returns when all have ended. When the context ends it
// begins no more tasks and returns the context's error.
func (t *team) each(tasks int, body func(worker, task int)) error {
	return t.loops([]int{tasks}, func(worker, _, task int) { body(worker, task) })
}

// loops is each for loops that follow one another: a loop begins when all tasks
// of the one before have ended. Tasks says how many each loop has.
func (t *team) loops(tasks []int, body func(worker, step, task int)) error {
	j := newJob(t.ctx, tasks, t.threads, body)
	if t.threads > 1 && slices.Max(tasks) > 1 {
		t.current.Store(j)
		t.rouse()
	}
	t.work(j, 0)
	return t.ctx.Err()
}

// help does jobs that follow the one seen last.
func (t *team) help(worker int, seen *job) {
	for {
		if !t.await(func() bool { return t.current.Load() != seen }) {
			if t.leave(worker, seen) {
				return
			}
			continue
		}
		seen = t.current.Load()
		t.work(seen, worker)
	}
}

// leave ends a worker's help, unless a run has begun or a job has come that it has
// not seen.
func (t *team) leave(worker int, seen *job) bool {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if !t.resting.Load() || t.current.Load() != seen {
		return false
	}
	t.helping[worker] = false
	return true
}

// work does a worker's part of a job.
func (t *team) work(j *job, worker int) {
	end := int64(0)
	for step, tasks := range j.tasks {
		j.step(worker, step)
		if t.threads > 1 {
			t.rouse()
		}
		end += int64(tasks)
		t.await(func() bool { return j.finished() >= end })
	}
}

// rouse has those who parked look at their condition again.
func (t *team) rouse() {
	if t.parked.Load() > 0 {
		t.mutex.Lock()
		t.wake.Broadcast()
		t.mutex.Unlock()
	}
}

// await returns true when a condition has come true. Between runs it gives up
// after a while and returns false.
func (t *team) await(condition func() bool) bool {
	if spin(condition) {
		return true
	}
	t.mutex.Lock()
	defer t.mutex.Unlock()
	// What comes true between the spin and this increment is seen by the loop's
	// condition; who makes it true later sees the increment.
	t.parked.Add(1)
	defer t.parked.Add(-1)
	for !condition() {
		if t.resting.Load() {
			return false
		}
		t.wake.Wait()
	}
	return true
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
