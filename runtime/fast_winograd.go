package runtime

import (
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime/internal/kernel"
)

// winogradFor is the algorithm by which to compute a convolution on pixels, nil
// for the direct one: where the options permit it, the kernel is 3x3 or 5x5 and
// moves by single steps, and there are enough channels for the products to
// outweigh the transforms.
func (p *Plan) winogradFor(n *ir.Node, o *ir.Conv) *kernel.Winograd {
	x, y := p.shapes[n.Inputs[0]], p.shapes[n.Outputs[0]]
	l, ok := convLayout(o, x)
	const fewest = 16
	if !p.options.Winograd || !ok || l != pixels ||
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

// tiles is the number of tiles that cover an extent.
func tiles(w *kernel.Winograd, extent int) int { return (extent + w.Outputs - 1) / w.Outputs }

// winogradBlock is the largest number of tiles that one task multiplies: their
// products with one panel stay in a core's own cache until they are transformed
// back.
const winogradBlock = 28

// convWinograd adds the two phases of a convolution by Winograd's algorithm:
// transform all tiles; multiply each of their elements by its own matrix, and
// transform back.
func (b *builder) convWinograd(n *ir.Node, o *ir.Conv, in *form, pad padding, out *form, relu bool, nodes []*ir.Node) {
	filters := b.weights[n].winograd
	w := filters[0].Winograd
	rows, columns := tiles(w, out.height), tiles(w, out.width)
	total := out.batch * rows * columns
	blocks := (total + winogradBlock - 1) / winogradBlock
	block := (total + blocks - 1) / blocks
	elements, perGroup := w.Tile*w.Tile, in.channels/o.Group
	// place is the image and the first output pixel of a tile.
	place := func(tile int) (batch, y, x int) {
		return tile / columns / rows, tile / columns % rows * w.Outputs, tile % columns * w.Outputs
	}
	// The transformed input is [block][group][element][tile of block][channel].
	transformed := b.addTemporary(blocks * block * elements * in.channels)
	matrix := block * perGroup
	at := func(block, group, element int) int {
		return ((block*o.Group+group)*elements + element) * matrix
	}
	inputScratch := w.InputScratch(perGroup)
	b.scratch = max(b.scratch, inputScratch)
	transform := func(x *execution) error {
		src, v := x.data[in.buffer], x.data[transformed]
		return x.each(total, func(worker, tile int) {
			batch, y, column := place(tile)
			from := src[in.at(batch, y-pad.top, column-pad.left):]
			for g := range o.Group {
				w.Input(v[at(tile/block, g, 0)+tile%block*perGroup:], matrix, from[g*perGroup:], in.Row, in.Column, perGroup, x.scratch(worker, inputScratch))
			}
		})
	}

	bias := make([]float32, o.OutChannels)
	if o.Bias {
		bias = n.Params[1].Data
	}
	panels, perPanel := filters[0].Panels(), filters[0].Element(0).Columns()
	taps := kernel.NewTaps([]int{0}, perGroup)
	// A worker's scratch holds the products, the outputs, and what lies
	// between.
	run := block * perPanel
	area := w.Outputs * w.Outputs
	b.scratch = max(b.scratch, (elements+area)*run+w.OutputScratch(run))
	multiply := func(x *execution) error {
		v, dst := x.data[transformed], x.data[out.buffer]
		out.clearPadding(dst)
		return x.each(len(filters)*panels*blocks, func(worker, task int) {
			part, panel, group := task%blocks, task/blocks%panels, task/blocks/panels
			first := part * block
			count := min(block, total-first)
			run := count * perPanel
			scratch := x.scratch(worker, (elements+area)*run+w.OutputScratch(run))
			products, results := scratch[:elements*run], scratch[elements*run:][:area*run]
			for i := range elements {
				filters[group].Element(i).Row(products[i*run:], perPanel, v[at(part, group, i):], perGroup, taps, panel, count, false)
			}
			w.Output(results, products, run, scratch[(elements+area)*run:])

			outputs := out.channels / o.Group
			channel, width := group*outputs+panel*perPanel, min(perPanel, outputs-panel*perPanel)
			for i := range count {
				batch, y, column := place(first + i)
				for dy := range min(w.Outputs, out.height-y) {
					for dx := range min(w.Outputs, out.width-column) {
						kernel.AddBias(dst[out.at(batch, y+dy, column+dx)+channel:][:width],
							results[(dy*w.Outputs+dx)*run+i*perPanel:], bias[channel:], relu)
					}
				}
			}
		})
	}
	b.add(func(x *execution) error {
		if err := transform(x); err != nil {
			return err
		}
		return multiply(x)
	}, nodes...)
}
