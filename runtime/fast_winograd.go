package runtime

import (
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime/internal/kernel"
)

// winogradFor is the algorithm by which to compute a convolution from x to y,
// nil for the direct one: where the options permit it, the kernel is 3x3 or 5x5
// and moves by single steps, and there are enough channels for the products to
// outweigh the transforms.
func (p *Plan) winogradFor(o *ir.Conv, l layout, x, y ir.Shape) *kernel.Winograd {
	const fewest = 16
	if !p.options.Winograd || l != pixels ||
		o.Stride[0] != 1 || o.Stride[1] != 1 || o.Dilation[0] != 1 || o.Dilation[1] != 1 ||
		x[1]/o.Group < fewest || o.OutChannels/o.Group < fewest || y[2] < 4 || y[3] < 4 {
		return nil
	}
	for _, w := range []*kernel.Winograd{kernel.Winograd2x3, kernel.Winograd2x5} {
		if o.Kernel[0] == w.Kernel && o.Kernel[1] == w.Kernel {
			return w
		}
	}
	return nil
}

// winogradTiles is the number of tiles that cover an extent.
func winogradTiles(w *kernel.Winograd, extent int) int {
	return (extent + w.Outputs - 1) / w.Outputs
}

// winogradBlock is the largest number of tiles that one task multiplies: their
// products with one panel stay in a core's own cache until they are transformed
// back.
const winogradBlock = 28

// winograd is a convolution by Winograd's algorithm in two phases: transform
// all tiles; multiply each of their elements by its own matrix and transform
// back.
type winograd struct {
	*kernel.Winograd
	filters       []*kernel.WinogradFilters // by group
	in, out       *form
	pad           padding
	bias          []float32
	after         *epilogue
	columns       int // of tiles in a row
	tiles         int // of an image
	blocks, block int // tiles come in blocks of block
	inputs        int // channels of a group
	outputs       int
	panel         int // output channels of a panel
	taps          kernel.Taps
	transformed   *form // [block][group][element][tile of block][channel]
}

// convWinograd adds a convolution with the filters that were packed for it.
func (b *builder) convWinograd(n *ir.Node, o *ir.Conv, in *form, pad padding, out *form, e *epilogue) {
	filters := b.weights[n].winograd
	w := &winograd{
		Winograd: filters[0].Winograd, filters: filters,
		in: in, out: out, pad: pad, bias: make([]float32, o.OutChannels), after: e,
		inputs: in.channels / o.Group, outputs: out.channels / o.Group,
		panel: filters[0].Element(0).Columns(),
		taps:  kernel.NewTaps([]int{0}, in.channels/o.Group),
	}
	if o.Bias {
		w.bias = n.Params[1].Data
	}
	w.columns = winogradTiles(w.Winograd, out.width)
	w.tiles = winogradTiles(w.Winograd, out.height) * w.columns
	w.blocks = (w.tiles + winogradBlock - 1) / winogradBlock
	w.block = (w.tiles + w.blocks - 1) / w.blocks
	w.transformed = b.addTemporary(out.batch, w.matrix(w.blocks, 0, 0))
	b.scratch = max(b.scratch, w.InputScratch(w.inputs), w.productScratch(w.block*w.panel))
	b.addImages(imageLoop{batch: out.batch, tasks: w.tiles, body: w.transform}, n)
	b.touch(w.transformed)
	b.touch(out)
	e.touch(b)
	// Tasks that share a panel of weights follow each other.
	b.addImages(imageLoop{batch: out.batch, tasks: len(filters) * filters[0].Panels() * w.blocks, out: []*form{out}, body: w.multiply}, e.nodes...)
}

// elements is the number of elements of a transformed tile.
func (w *winograd) elements() int { return w.Tile * w.Tile }

// productScratch is the scratch for products of a run of floats per element, for
// the outputs, and for what lies between.
func (w *winograd) productScratch(run int) int {
	return (w.elements()+w.Outputs*w.Outputs)*run + w.OutputScratch(run)
}

// place is the first output pixel of a tile.
func (w *winograd) place(tile int) (y, x int) {
	return tile / w.columns * w.Outputs, tile % w.columns * w.Outputs
}

// matrix is the place of one element of a block's tiles among the transformed
// tiles of an image.
func (w *winograd) matrix(block, group, element int) int {
	return ((block*len(w.filters)+group)*w.elements() + element) * w.block * w.inputs
}

// transform transforms the input of one tile.
func (w *winograd) transform(x *execution, at place, tile int) {
	y, column := w.place(tile)
	src := x.data[w.in.buffer][w.in.at(at, y-w.pad.top, column-w.pad.left):]
	scratch := x.scratch(at.worker, w.InputScratch(w.inputs))
	for group := range w.filters {
		dst := x.data[w.transformed.buffer][w.transformed.at(at, 0, 0)+w.matrix(tile/w.block, group, 0)+tile%w.block*w.inputs:]
		w.Input(dst, w.block*w.inputs, src[group*w.inputs:], w.in.Row, w.in.Column, w.inputs, scratch)
	}
}

// multiply computes the outputs of one panel for one block of tiles.
func (w *winograd) multiply(x *execution, at place, task int) {
	panels := w.filters[0].Panels()
	block, panel, group := task%w.blocks, task/w.blocks%panels, task/w.blocks/panels
	first := block * w.block
	count := min(w.block, w.tiles-first)
	run := count * w.panel
	scratch := x.scratch(at.worker, w.productScratch(run))
	products, scratch := scratch[:w.elements()*run], scratch[w.elements()*run:]
	results, scratch := scratch[:w.Outputs*w.Outputs*run], scratch[w.Outputs*w.Outputs*run:]
	for i := range w.elements() {
		src := x.data[w.transformed.buffer][w.transformed.at(at, 0, 0)+w.matrix(block, group, i):]
		w.filters[group].Element(i).Row(products[i*run:], w.panel, src, w.inputs, w.taps, panel, count, kernel.After{})
	}
	w.Output(results, products, run, scratch)

	channel, width := group*w.outputs+panel*w.panel, min(w.panel, w.outputs-panel*w.panel)
	dst, bias := x.data[w.out.buffer], w.bias[channel:]
	for i := range count {
		y, column := w.place(first + i)
		for dy := range min(w.Outputs, w.out.height-y) {
			pixels := min(w.Outputs, w.out.width-column)
			kernel.AddRow(dst[w.out.at(at, y+dy, column)+channel:], w.out.Column, results[dy*w.Outputs*run+i*w.panel:], run, bias, 0, width, pixels, w.after.onlyReLU())
			w.after.run(x, w.out, at, y+dy, column, pixels, channel, width)
		}
	}
}
