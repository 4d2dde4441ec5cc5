package runtime

import (
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime/internal/kernel"
)

// winogradFor is the algorithm by which to compute a convolution from x to y,
// nil for the direct one: where the options permit it, the kernel is 3x3 or 5x5
// and moves by single steps, and the estimate of its cost is lower. The choice
// depends neither on the number of threads nor on the batch nor on what is
// fused: the numbers must not.
func (p *Plan) winogradFor(o *ir.Conv, l layout, x, y ir.Shape) *kernel.Winograd {
	// Fewer channels do not fill a vector.
	const fewest = 16
	inputs, outputs := x[1]/o.Group, o.OutChannels/o.Group
	if !p.options.Winograd || l != pixels || inputs < fewest || outputs < fewest ||
		o.Stride[0] != 1 || o.Stride[1] != 1 || o.Dilation[0] != 1 || o.Dilation[1] != 1 {
		return nil
	}
	for _, w := range []*kernel.Winograd{kernel.Winograd2x3, kernel.Winograd2x5} {
		if o.Kernel[0] == w.Kernel && o.Kernel[1] == w.Kernel && winogradCost(w, inputs, outputs, y[2], y[3]) < directCost(w.Kernel, inputs, outputs, y[2], y[3]) {
			return w
		}
	}
	return nil
}

// The estimates count multiplications of one group of one image, at the rate at
// which a kernel with full tiles does them; what else takes time is counted as
// the multiplications that could be done meanwhile, as measured on two threads.
const (
	// productCost is that of a sum of products, for its beginning and its end.
	productCost = 8
	// weightCost is that of a weight that comes from memory. All tiles of an
	// image share it, so it decides where there are few.
	weightCost = 16
	// Those of a tile's transforms, for each channel.
	inputCost3, outputCost3 = 40, 60
	inputCost5, outputCost5 = 800, 400
)

// directCost is the estimate for the direct computation.
func directCost(kernel, inputs, outputs, height, width int) int64 {
	return matrixCost(kernel*kernel*inputs, outputs, height*width)
}

// winogradCost is the estimate for an algorithm: a matrix product for every
// element of a tile, and the transforms.
func winogradCost(w *kernel.Winograd, inputs, outputs, height, width int) int64 {
	inputCost, outputCost := inputCost3, outputCost3
	if w == kernel.Winograd2x5 {
		inputCost, outputCost = inputCost5, outputCost5
	}
	tiles := winogradTiles(w, height) * winogradTiles(w, width)
	return int64(w.Tile*w.Tile)*matrixCost(inputs, outputs, tiles) + int64(tiles)*int64(inputCost*inputs+outputCost*outputs)
}

// matrixCost is the estimate for the product of pixels x inputs by inputs x
// outputs.
func matrixCost(inputs, outputs, pixels int) int64 {
	return int64(pixels)*int64(outputs)*int64(inputs+productCost) + weightCost*int64(inputs)*int64(outputs)
}
