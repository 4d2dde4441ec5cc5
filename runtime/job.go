package runtime

import (
	"context"
	"sync/atomic"
)

// job is some parallel loops, its steps, one after the other. In each a worker
// has a share of consecutive tasks: a run that divides its layers alike finds in
// a processor's own cache what that processor wrote before. Who has done its
// share helps with those of others, so a worker that comes late, or not at all,
// holds nobody up for longer than a task.
type job struct {
	ctx    context.Context
	tasks  []int // by step
	body   func(worker, step, task int)
	shares []share // by worker
}

// share is how far a worker's tasks are. What different processors write lies
// apart: to write to a line that is in another's cache takes as long as a
// hundred multiplications.
type share struct {
	// begun is the step (upper half) of the task that was begun last, and how
	// many of the worker's tasks of that step have been begun (lower half).
	begun atomic.Int64
	_     [apart]byte
	// finished counts the tasks of all steps that the worker itself has done.
	finished atomic.Int64
	_        [apart]byte
}

// apart is two cache lines, because processors fetch them in pairs.
const apart = 2 * 4 * cacheLine

func newJob(ctx context.Context, tasks []int, workers int, body func(worker, step, task int)) *job {
	return &job{ctx: ctx, tasks: tasks, body: body, shares: make([]share, workers)}
}

// step does tasks of one step until none is left that nobody has begun. A task is
// counted even if the end of the context keeps it from being done.
func (j *job) step(worker, step int) {
	n, tasks, done := len(j.shares), j.tasks[step], int64(0)
	for i := range n {
		owner := (worker + i) % n
		first, end := divide(tasks, owner, n)
		for ; ; done++ {
			task, ok := j.shares[owner].begin(step, end-first)
			if !ok {
				break
			}
			if j.ctx.Err() == nil {
				j.body(worker, step, first+task)
			}
		}
	}
	j.shares[worker].finished.Add(done)
}

// begin takes one of a step's count tasks in the share, if one is left.
func (s *share) begin(step, count int) (task int, ok bool) {
	for {
		begun := s.begun.Load()
		// Nothing of the step has been begun while the share is behind it.
		task = 0
		if int(begun>>32) == step {
			task = int(begun & (1<<32 - 1))
		}
		if int(begun>>32) > step || task >= count {
			return 0, false
		}
		if s.begun.CompareAndSwap(begun, int64(step)<<32|int64(task+1)) {
			return task, true
		}
	}
}

// finished is the number of tasks of all steps that have been done.
func (j *job) finished() int64 {
	sum := int64(0)
	for i := range j.shares {
		sum += j.shares[i].finished.Load()
	}
	return sum
}
