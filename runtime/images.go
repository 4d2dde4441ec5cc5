package runtime

import (
	"sync/atomic"
	"time"
)

// imageLoop is a step that treats the images of a batch one by one, each in
// tasks that may be done at the same time.
type imageLoop struct {
	batch, tasks int
	out          []*form // whose padding is cleared
	body         func(x *execution, at place, task int)
	alone        *imageLoop // the same in tasks that suit one thread, nil for these
	// The floats that an image is computed from: weights, of which a task reads
	// those of a panel, and input; 0 where there are no weights.
	weights, panel, input int
	// grouped has every thread do a task for all its images before the next
	// task.
	grouped bool
}

// place says who does a task, on which image, and in which slot: images that are
// under way at the same time have different slots, below the number of threads.
type place struct{ worker, slot, image int }

// section is the number of steps at the beginning of a list that go over images
// of one batch; a grouped one is a section of its own.
func section(steps []step) int {
	if len(steps) > 0 && steps[0].images != nil && steps[0].images.grouped {
		return 1
	}
	n := 0
	for n < len(steps) && steps[n].images != nil && steps[n].images.batch == steps[0].images.batch && !steps[n].images.grouped {
		n++
	}
	return n
}

// groupImages marks the steps for which a thread with several images keeps these
// in its cache while the weights go by once, rather than the weights of one image
// after the other: where the weights do not fit and the images do. What lies
// between such steps goes along.
func (b *builder) groupImages() {
	grouped := false
	for _, s := range b.steps {
		l := s.images
		if l == nil || l.batch < 2*b.plan.threads {
			grouped = false
			continue
		}
		if l.weights > 0 {
			images := (l.batch + b.plan.threads - 1) / b.plan.threads
			grouped = l.weights > ownCache && images*l.input+l.panel <= ownCache
		}
		l.grouped = grouped
	}
}

// images runs the steps of a section. Of the images, as many as divide evenly
// among the threads go through all the steps on one thread each: what a step
// writes is still in that processor's cache when the next one reads it, and no
// thread waits for another. A grouped step they go through together, on the same
// threads. The rest go through one step after the other, with
// all threads on each step.
func (x *execution) images(steps []step) error {
	batch := steps[0].images.batch
	whole := batch / x.threads * x.threads
	if loop := steps[0].images; whole > 0 && loop.grouped {
		start := time.Now()
		if err := x.each(x.threads, func(worker, group int) {
			first, end := divide(whole, group, x.threads)
			loop.group(x, worker, first, end)
		}); err != nil {
			return err
		}
		x.spent(&steps[0], time.Since(start))
	} else if whole > 0 {
		if err := x.each(whole, func(worker, image int) {
			for i := range steps {
				start := time.Now()
				steps[i].images.image(x, place{worker, worker, image})
				x.spent(&steps[i], time.Since(start)/time.Duration(x.threads))
			}
		}); err != nil {
			return err
		}
	}
	if whole == batch {
		return nil
	}
	if x.times == nil {
		return x.together(steps, whole)
	}
	for i := range steps {
		start := time.Now()
		if err := x.together(steps[i:i+1], whole); err != nil {
			return err
		}
		x.spent(&steps[i], time.Since(start))
	}
	return nil
}

// together runs steps for the images from the given one on, with all threads on
// each.
func (x *execution) together(steps []step, first int) error {
	images := steps[0].images.batch - first
	tasks := make([]int, len(steps))
	for i := range steps {
		tasks[i] = images * steps[i].images.tasks
	}
	return x.loops(tasks, func(worker, step, task int) {
		loop := steps[step].images
		slot := task / loop.tasks
		loop.do(x, place{worker, slot, first + slot}, task%loop.tasks)
	})
}

// image does all the tasks of one image, unless the context ends.
func (l *imageLoop) image(x *execution, at place) {
	if l.alone != nil {
		l = l.alone
	}
	for task := range l.tasks {
		if x.ctx.Err() != nil {
			return
		}
		l.do(x, at, task)
	}
}

// group does all the tasks of some images, unless the context ends.
func (l *imageLoop) group(x *execution, worker, first, end int) {
	if l.alone != nil {
		l = l.alone
	}
	for task := range l.tasks {
		for image := first; image < end; image++ {
			if x.ctx.Err() != nil {
				return
			}
			l.do(x, place{worker: worker, image: image}, task)
		}
	}
}

// do does a task, and its part of the clearing.
func (l *imageLoop) do(x *execution, at place, task int) {
	for _, f := range l.out {
		f.clearPadding(x.data[f.buffer], at, task, l.tasks)
	}
	l.body(x, at, task)
}

// spent adds to the time of a step; several workers may do so at once.
func (x *execution) spent(s *step, d time.Duration) {
	if x.times != nil {
		atomic.AddInt64((*int64)(&x.times[s.number]), int64(d))
	}
}
