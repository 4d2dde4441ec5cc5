package runtime

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestTeamDoesEveryTaskOnce(t *testing.T) {
	for _, c := range []struct {
		name           string
		threads, tasks int
		pause          time.Duration // before the loop
	}{
		{"alone", 1, 10, 0},
		{"no tasks", 3, 0, 0},
		{"one task", 3, 1, 0},
		{"fewer tasks than threads", 4, 2, 0},
		{"more tasks than threads", 3, 1000, 0},
		{"helpers have parked", 4, 100, 5 * spinTime},
	} {
		t.Run(c.name, func(t *testing.T) {
			team := newTeam(context.Background(), c.threads)
			defer team.end()
			for range 3 {
				time.Sleep(c.pause)
				done := make([]atomic.Int32, c.tasks)
				err := team.each(c.tasks, func(worker, task int) {
					if worker < 0 || worker >= c.threads {
						t.Errorf("worker %d of %d", worker, c.threads)
					}
					done[task].Add(1)
				})
				if err != nil {
					t.Fatal(err)
				}
				for task := range done {
					if n := done[task].Load(); n != 1 {
						t.Fatalf("task %d was done %d times", task, n)
					}
				}
			}
		})
	}
}

// atTheSameTime has a team of two do tasks that wait for each other to begin.
func atTheSameTime(t *testing.T, team *team) {
	t.Helper()
	var both sync.WaitGroup
	both.Add(2)
	if err := team.each(2, func(_, _ int) {
		both.Done()
		both.Wait()
	}); err != nil {
		t.Error(err)
	}
}

// Helpers take part: with a task that waits for another to begin, one worker
// alone would wait for ever.
func TestTeamWorksAtTheSameTime(t *testing.T) {
	for _, pause := range []time.Duration{0, 5 * spinTime} {
		team := newTeam(context.Background(), 2)
		time.Sleep(pause)
		atTheSameTime(t, team)
		team.end()
	}
}

// A team helps in one run after the other, whether its helpers are still about or
// have ended in between.
func TestTeamBeginsAgain(t *testing.T) {
	team := newTeam(context.Background(), 3)
	for _, pause := range []time.Duration{0, 5 * spinTime, 0, 5 * spinTime} {
		team.end()
		time.Sleep(pause)
		team.begin(context.Background())
		var all sync.WaitGroup
		all.Add(3)
		if err := team.each(3, func(_, _ int) {
			all.Done()
			all.Wait()
		}); err != nil {
			t.Error(err)
		}
	}
	team.end()
	for range 100 {
		time.Sleep(spinTime)
		team.mutex.Lock()
		about := team.helping[1] || team.helping[2]
		team.mutex.Unlock()
		if !about {
			return
		}
	}
	t.Error("a helper did not end")
}

// A helper that gives up between runs while the next one begins stays, also where
// no run has had a job for it yet.
func TestTeamBeginsWhileAHelperGivesUp(t *testing.T) {
	team := newTeam(context.Background(), 2)
	defer team.end()
	team.end()
	// Who has waited for a mutex for long and missed it once gets it in turn: the
	// helper, to give up, the next run, and the helper again, to leave.
	team.mutex.Lock()
	time.Sleep(5 * spinTime)
	var begun sync.WaitGroup
	begun.Go(func() { team.begin(context.Background()) })
	for range 2 {
		time.Sleep(5 * spinTime)
		team.mutex.Unlock()
		team.mutex.Lock()
	}
	team.mutex.Unlock()
	begun.Wait()
	time.Sleep(spinTime)
	atTheSameTime(t, team)
}

func TestTeamStopsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	team := newTeam(ctx, 2)
	defer team.end()
	var done atomic.Int32
	err := team.each(1000, func(_, _ int) {
		if done.Add(1) == 5 {
			cancel()
		}
	})
	// The other worker may be in a task, or about to begin one.
	if n := done.Load(); !errors.Is(err, context.Canceled) || n > 10 {
		t.Errorf("%d tasks were done, error %v", n, err)
	}
}

// A loop begins when the one before has ended, whoever did its tasks.
func TestTeamLoopsFollowOneAnother(t *testing.T) {
	tasks := []int{7, 1, 1000, 2, 5}
	for _, threads := range []int{1, 2, 4} {
		team := newTeam(context.Background(), threads)
		done := make([]atomic.Int32, len(tasks))
		err := team.loops(tasks, func(_, step, task int) {
			if task < 0 || task >= tasks[step] {
				t.Errorf("task %d of step %d", task, step)
			}
			if step > 0 && int(done[step-1].Load()) != tasks[step-1] {
				t.Errorf("%d threads: step %d began before the one before had ended", threads, step)
			}
			done[step].Add(1)
		})
		for step := range tasks {
			if n := int(done[step].Load()); err != nil || n != tasks[step] {
				t.Errorf("%d threads: %d tasks of step %d were done, want %d; error %v", threads, n, step, tasks[step], err)
			}
		}
		team.end()
	}
}

// Workers that do not come leave their shares to the others.
func TestJobWithoutSomeWorkers(t *testing.T) {
	done := make(map[[2]int]int)
	tasks := []int{10, 3}
	j := newJob(context.Background(), tasks, 4, func(_, step, task int) { done[[2]int{step, task}]++ })
	for step := range tasks {
		j.step(2, step)
	}
	if len(done) != 13 || j.finished() != 13 {
		t.Errorf("%d different tasks were done and %d counted, want 13", len(done), j.finished())
	}
	// One who comes now finds nothing.
	j.step(0, 0)
	j.step(1, 1)
	if j.finished() != 13 {
		t.Errorf("a late worker did %d tasks", j.finished()-13)
	}
}
