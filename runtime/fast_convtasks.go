package runtime

// convTask is the number of multiplications that make a task: some tens of
// microseconds, long against the cost of taking one, short enough that the
// threads end together.
const convTask = 2 << 20

// ownCache is the number of floats that a core's own cache holds, a megabyte, as
// far as plans depend on it.
const ownCache = 1 << 18

// residentWeights is the number of weights that stay in it while an image goes
// by.
const residentWeights = ownCache / 2

// convTasks divides a convolution of one image, output rows by panels of output
// channels, into tasks. Every thread gets a part of the rows, so that it reads
// what it wrote in the layer before, unless there are too few rows. Where all
// the weights stay in cache a task does all panels for some rows, so that input
// and output go by once; else, and where there is one row only, it does one
// panel, which the tasks that follow each other share.
type convTasks struct {
	height, panels int
	parts, blocks  int // parts of the rows, and blocks of a part
	byRows         bool
}

// newConvTasks plans for rows of pixels, for panels of which each has a number of
// weights, and for some threads.
func newConvTasks(height, width, panels, weights, threads int) convTasks {
	t := convTasks{height: height, panels: panels, parts: 1, byRows: height > 1 && panels*weights <= residentWeights}
	if height >= fewestRows*threads {
		t.parts = threads
	}
	row := width * weights
	if t.byRows {
		row *= panels
	}
	rows := max(1, convTask/row)
	t.blocks = max(1, height/t.parts/rows)
	return t
}

// fewestRows is the number of rows from which on a thread gets some of its own:
// with fewer the threads would end far apart.
const fewestRows = 4

// count is the number of tasks.
func (t convTasks) count() int {
	if t.byRows {
		return t.parts * t.blocks
	}
	return t.parts * t.blocks * t.panels
}

// each calls body for every panel of a task, with its rows from the first to before
// the end.
func (t convTasks) each(task int, body func(panel, first, end int)) {
	perPart := t.count() / t.parts
	part, task := task/perPart, task%perPart
	first, last := task/t.blocks, task/t.blocks+1
	if t.byRows {
		first, last = 0, t.panels
	}
	begin, end := divide(t.height, part, t.parts)
	from, to := divide(end-begin, task%t.blocks, t.blocks)
	for panel := first; panel < last; panel++ {
		body(panel, begin+from, begin+to)
	}
}

// divide gives the first and the end of one of n nearly equal parts of a length.
func divide(length, part, n int) (first, end int) {
	return part * length / n, (part + 1) * length / n
}
