package runtime

// convTask is the number of multiplications that make a task: some tens of
// microseconds, long against the cost of taking one, short enough that the
// threads end together.
const convTask = 2 << 20

// residentWeights is the number of weights that stay in a core's own cache while
// an image goes by.
const residentWeights = 1 << 17

// convTasks divides a convolution of one image, output rows by panels of output
// channels, into tasks. Where all the weights stay in cache a task does all
// panels for some rows, so that input and output go by once; else, and where
// there is one row only, it does one panel, which the tasks that follow each
// other share.
type convTasks struct {
	height, panels int
	rows, blocks   int // blocks of rows
	byRows         bool
}

// newConvTasks plans for rows of pixels, and panels of which each has a number of
// weights.
func newConvTasks(height, width, panels, weights int) convTasks {
	t := convTasks{height: height, panels: panels, byRows: height > 1 && panels*weights <= residentWeights}
	row := width * weights
	if t.byRows {
		row *= panels
	}
	t.rows = min(height, max(1, convTask/row))
	t.blocks = (height + t.rows - 1) / t.rows
	return t
}

// count is the number of tasks.
func (t convTasks) count() int {
	if t.byRows {
		return t.blocks
	}
	return t.blocks * t.panels
}

// each calls body for every row of every panel of a task, the rows of one panel
// in turn.
func (t convTasks) each(task int, body func(y, panel int)) {
	first, last := task/t.blocks, task/t.blocks+1
	if t.byRows {
		first, last = 0, t.panels
	}
	block := task % t.blocks
	for panel := first; panel < last; panel++ {
		for y := block * t.rows; y < min((block+1)*t.rows, t.height); y++ {
			body(y, panel)
		}
	}
}
