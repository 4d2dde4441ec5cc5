package runtime

import (
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime/internal/kernel"
)

// winograd is a convolution by Winograd's algorithm. A task transforms a block of
// tiles into its worker's own memory, multiplies each of their elements by its
// own matrix, for some panels of output channels, and transforms the products
// back: what lies between input and output stays in the processor's own cache.
type winograd struct {
	*kernel.Winograd
	filters []*kernel.WinogradFilters // by group
	in, out *form
	pad     padding
	bias    []float32
	after   *epilogue
	columns int // of tiles in a row
	inputs  int // channels of a group
	outputs int
	panel   int // output channels of a panel
	taps    kernel.Taps
}

// convWinograd adds a convolution with the filters that were packed for it.
func (b *builder) convWinograd(n *ir.Node, o *ir.Conv, in *form, pad padding, out *form, e *epilogue) {
	filters := b.weights[n].winograd
	w := &winograd{
		Winograd: filters[0].Winograd, filters: filters,
		in: in, out: out, pad: pad, bias: make([]float32, o.OutChannels), after: e,
		columns: winogradTiles(filters[0].Winograd, out.width),
		inputs:  in.channels / o.Group, outputs: out.channels / o.Group,
		panel: filters[0].Element(0).Columns(),
		taps:  kernel.NewTaps([]int{0}, in.channels/o.Group, 1),
	}
	if o.Bias {
		w.bias = n.Params[1].Data
	}
	tiles := winogradTiles(w.Winograd, out.height) * w.columns
	loop := func(threads int) *imageLoop {
		t := newWinogradTasks(tiles, len(filters), w.outputs, filters[0].Panels(), threads)
		b.scratch = max(b.scratch, w.scratch(t.largest()))
		return &imageLoop{batch: out.batch, tasks: t.count(), out: []*form{out}, body: func(x *execution, at place, task int) {
			w.multiply(x, at, t.task(task))
		}}
	}
	shared := loop(b.plan.threads)
	shared.alone = loop(1)
	// Of the weights a task reads one matrix of a panel at a time.
	shared.weights, shared.panel, shared.input = len(filters)*filters[0].Floats(), w.inputs*w.panel, in.image
	b.addImages(*shared, e.nodes...)
}

// elements is the number of elements of a transformed tile.
func (w *winograd) elements() int { return w.Tile * w.Tile }

// scratch is what a task needs for a block of tiles: for the transformed tiles,
// for their products with a panel, for outputs that do not fit into the image,
// and for what lies between.
func (w *winograd) scratch(block int) int {
	return w.elements()*block*(w.inputs+w.panel) + w.edge() + max(w.InputScratch(w.inputs, w.columns), w.OutputScratch(w.columns*w.panel))
}

// edge is the number of floats of a row of tiles' outputs for one panel.
func (w *winograd) edge() int { return w.Outputs * w.Outputs * w.columns * w.panel }

// multiply does a task.
func (w *winograd) multiply(x *execution, at place, t winogradTask) {
	count := t.endTile - t.tile
	scratch := x.scratch(at.worker, w.scratch(count))
	size := w.elements() * count * w.inputs
	transformed, scratch := scratch[:size], scratch[size:]
	run := count * w.panel
	products, scratch := scratch[:w.elements()*run], scratch[w.elements()*run:]
	w.rows(t, func(i, y, column, tiles int) {
		src := x.data[w.in.buffer][w.in.at(at, y-w.pad.top, column-w.pad.left)+t.group*w.inputs:]
		w.Input(transformed[i*w.inputs:], count*w.inputs, src, w.in.Row, w.in.Column, w.inputs, tiles, scratch)
	})
	for panel := t.panel; panel < t.endPanel; panel++ {
		for i := range w.elements() {
			w.filters[t.group].Element(i).Rows(products[i*run:], kernel.Plane{Column: w.panel}, transformed[i*count*w.inputs:], kernel.Plane{Column: w.inputs}, w.taps, panel, 1, count, kernel.After{})
		}
		w.rows(t, func(i, y, column, tiles int) {
			w.store(x, at, products[i*w.panel:], run, t.group, panel, y, column, tiles, scratch)
		})
	}
}

// rows calls body for the tiles of a task row by row, with the number of the
// first of them within the task and its first output pixel.
func (w *winograd) rows(t winogradTask, body func(i, y, column, tiles int)) {
	for tile := t.tile; tile < t.endTile; {
		row, column := tile/w.columns, tile%w.columns
		tiles := min(w.columns-column, t.endTile-tile)
		body(tile-t.tile, row*w.Outputs, column*w.Outputs, tiles)
		tile += tiles
	}
}

// store writes the outputs of tiles side by side for one panel.
func (w *winograd) store(x *execution, at place, products []float32, run, group, panel, y, column, tiles int, scratch []float32) {
	first := panel * w.panel
	channel, width := group*w.outputs+first, min(w.panel, w.outputs-first)
	dst, bias, relu := x.data[w.out.buffer], w.bias[channel:], w.after.onlyReLU()
	rows, pixels := min(w.Outputs, w.out.height-y), min(tiles*w.Outputs, w.out.width-column)
	whole := 0
	if rows == w.Outputs {
		whole = pixels / w.Outputs
	}
	edge, scratch := scratch[:w.edge()], scratch[w.edge():]
	if whole > 0 {
		w.Output(dst[w.out.at(at, y, column)+channel:], w.out.Row, w.out.Column, products, run, w.panel, bias, width, whole, relu, scratch)
	}
	if cut := tiles - whole; cut > 0 {
		stride := cut * w.Outputs * w.panel
		w.Output(edge, stride, w.panel, products[whole*w.panel:], run, w.panel, bias, width, cut, relu, scratch)
		skip := whole * w.Outputs
		to := dst[w.out.at(at, y, column+skip)+channel:]
		from := kernel.Plane{Row: stride, Column: w.panel, Channel: 1}
		kernel.Copy(to, w.out.Plane, edge, from, width, rows, pixels-skip)
	}
	for dy := range rows {
		w.after.run(x, w.out, at, y+dy, column, pixels, channel, width)
	}
}
