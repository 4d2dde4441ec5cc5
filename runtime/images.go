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
	if whole > 0 {
		run := x.wholes
		if steps[0].images.grouped {
			run = x.groups
		}
		if err := run(steps, whole); err != nil {
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

// wholes runs steps for the first images, each led by one thread. A thread that
// finds no image to lead helps with those that are under way.
func (x *execution) wholes(steps []step, images int) error {
	tasks := make([]int, len(steps))
	for i := range steps {
		tasks[i] = steps[i].images.single().tasks
	}
	var begun atomic.Int64
	underway := make([]atomic.Pointer[job], images)
	return x.each(x.threads, func(worker, _ int) {
		for image := int(begun.Add(1)) - 1; image < images; image = int(begun.Add(1)) - 1 {
			j := newJob(x.ctx, tasks, x.threads, func(helper, step, task int) {
				x.timed(&steps[step], func() { steps[step].images.single().do(x, place{helper, worker, image}, task) })
			})
			underway[image].Store(j)
			x.work(j, worker)
		}
		for i := range underway {
			if j := underway[i].Load(); j != nil {
				x.work(j, worker)
			}
		}
	})
}

// groups runs a grouped step for the first images: every thread does a task for
// all its images before the next task.
func (x *execution) groups(steps []step, images int) error {
	start := time.Now()
	l := steps[0].images.single()
	if err := x.each(x.threads*l.tasks, func(worker, task int) {
		first, end := divide(images, task/l.tasks, x.threads)
		for image := first; image < end; image++ {
			l.do(x, place{worker: worker, image: image}, task%l.tasks)
		}
	}); err != nil {
		return err
	}
	x.spent(&steps[0], time.Since(start))
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

// single is the loop in the tasks for images that one thread leads.
func (l *imageLoop) single() *imageLoop {
	if l.alone != nil {
		return l.alone
	}
	return l
}

// do does a task, and its part of the clearing.
func (l *imageLoop) do(x *execution, at place, task int) {
	for _, f := range l.out {
		f.clearPadding(x.data[f.buffer], at, task, l.tasks)
	}
	l.body(x, at, task)
}

// timed does a part of a step that is one thread's, and adds its share of time
// where somebody asks for it.
func (x *execution) timed(s *step, do func()) {
	if x.times == nil {
		do()
		return
	}
	start := time.Now()
	do()
	x.spent(s, time.Since(start)/time.Duration(x.threads))
}

// spent adds to the time of a step; several workers may do so at once.
func (x *execution) spent(s *step, d time.Duration) {
	if x.times != nil {
		atomic.AddInt64((*int64)(&x.times[s.number]), int64(d))
	}
}
