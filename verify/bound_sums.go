package verify

import (
	"math"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime"
)

// conv is sumError over the products of a window, plus one for the bias and one
// for the reference: |error| <= e(n+1) * (|W||x| + |b|).
func (r rules) conv(n *ir.Node, o *ir.Conv, x, y *ir.Tensor) (rounding, error) {
	axis, err := ir.Axis(o.Axis, len(x.Shape))
	if err != nil {
		return rounding{}, err
	}
	terms := x.Shape[axis] / o.Group * ir.Shape(o.Kernel).Elements()
	m, err := r.magnitude(o, n.Params, []*ir.Tensor{x})
	if err != nil {
		return rounding{}, err
	}
	direct := summed(m, terms)
	growth := winogradGrowth(o)
	if !r.winograd || growth == 0 || axis != 1 {
		return direct, nil
	}
	w, err := r.minimalFiltering(n, o, x, y, growth)
	if err != nil {
		return rounding{}, err
	}
	for i := range w.limit {
		w.limit[i] = max(w.limit[i], direct.limit[i])
	}
	return w, nil
}

// sum is the rounding of an operation whose elements are sums: of products and a
// bias, or of what a window holds, then divided by a division, by a reciprocal,
// or term by term.
func (r rules) sum(n *ir.Node, in []*ir.Tensor) (rounding, error) {
	op := n.Op
	var terms int
	switch o := op.(type) {
	case *ir.FullyConnected:
		axis, _ := ir.Axis(o.Axis, len(in[0].Shape))
		terms = in[0].Shape[axis:].Elements()
	case *ir.Deconv:
		terms = len(n.Params[0].Data) / max(1, o.OutChannels)
	case *ir.Pool:
		terms = in[0].Shape[2:].Elements() + 2
		if !o.Global {
			terms = min(terms, ir.Shape(o.Kernel).Elements()+2)
		}
	case *ir.SPP:
		terms = in[0].Shape[2:].Elements() + 2
	case *ir.Reduction:
		axis, _ := ir.Axis(o.Axis, len(in[0].Shape))
		terms = in[0].Shape[axis:].Elements() + 2
		c := *o
		c.Coefficient = float32(math.Abs(float64(o.Coefficient)))
		op = &c
	case *ir.Eltwise:
		terms = len(in)
		c := &ir.Eltwise{Kind: o.Kind}
		for _, v := range o.Coefficients {
			c.Coefficients = append(c.Coefficients, float32(math.Abs(float64(v))))
		}
		op = c
	case *ir.Scale, *ir.Bias, *ir.Embed:
		terms = 2
	default:
		return rounding{}, ir.Errorf(ir.ErrUnsupported, "there is no bound on the rounding of %s; give a tolerance in numbers", op.Type())
	}
	m, err := r.magnitude(op, n.Params, in)
	if err != nil {
		return rounding{}, err
	}
	return summed(m, terms), nil
}

// summed is the rounding of sums of products and a bias from the float32 sum of
// their magnitudes.
func summed(magnitude *ir.Tensor, terms int) rounding {
	steps := terms + 2
	return scaled(magnitude, sumError(steps)*(1+gamma(steps)), steps)
}

// winogradGrowth is the factor by which the transforms of Winograd's algorithm
// F(2x2, r x r) enlarge magnitudes, for the points 0, 1, -1 (r = 3) and 0, 1,
// -1, 1/2, -2 (r = 5): the square of the largest element of |A'| diag(|B'| 1)
// |G|. It is 0 for a convolution that is not computed so.
func winogradGrowth(o *ir.Conv) float64 {
	if len(o.Kernel) != 2 || o.Kernel[0] != o.Kernel[1] || o.Stride[0] != 1 || o.Stride[1] != 1 || o.Dilation[0] != 1 || o.Dilation[1] != 1 {
		return 0
	}
	switch o.Kernel[0] {
	case 3:
		return 16
	case 5:
		return 287
	}
	return 0
}

// winogradOutputs is the extent of a tile's outputs, m in F(m x m, r x r).
const winogradOutputs = 2

// minimalFiltering bounds the error of Winograd's algorithm. A tile's outputs are
// A'[(G g G') * (B' d B)]A, summed over channels, and the error of evaluating
// such a form is its value on magnitudes times the number of operations on the
// longest path (Barabasz, Anderson, Soodhalter and Gregg, ACM Trans. Math. Softw.
// 46(4), 2020, theorem 1). With d replaced by its largest magnitude in the tile,
// that value is at most growth * sum over channels of |g| 1 * max|d|; as it is
// not known where tiles begin, max|d| is over every tile with the output in it.
func (r rules) minimalFiltering(n *ir.Node, o *ir.Conv, x, y *ir.Tensor, growth float64) (rounding, error) {
	kernel := o.Kernel[0]
	tile := winogradOutputs + kernel - 1
	reach := ir.NewWindow(tile+winogradOutputs-1, tile+winogradOutputs-1)
	for i := range 2 {
		begin, end := o.Pads(i, x.Shape[2+i])
		reach.PadBegin[i], reach.PadEnd[i] = begin+winogradOutputs-1, end+winogradOutputs-1
	}
	largest, err := r.magnitude(&ir.Pool{Kind: ir.Max, Window: reach}, nil, []*ir.Tensor{x})
	if err != nil {
		return rounding{}, err
	}
	for i, v := range largest.Data {
		largest.Data[i] = max(v, 0) // a window in the padding alone
	}
	filters := n.Params[0]
	sums := ir.NewTensor(filters.Shape[0], filters.Shape[1], 1, 1)
	for i := range sums.Data {
		for _, v := range filters.Data[i*kernel*kernel:][:kernel*kernel] {
			sums.Data[i] += float32(math.Abs(float64(v)))
		}
	}
	params := append([]*ir.Tensor{sums}, magnitudes(n.Params[1:])...)
	products := &ir.Conv{OutChannels: o.OutChannels, Window: ir.NewWindow(1, 1), Group: o.Group, Axis: 1, Bias: o.Bias}
	out, err := apply(r.ctx, products, params, []*ir.Tensor{largest}, runtime.Options{Engine: runtime.Fast, Threads: r.threads})
	if err != nil {
		return rounding{}, err
	}
	if !out[0].Shape.Equal(y.Shape) {
		return rounding{}, ir.Errorf(ir.ErrInvalid, "the tiles of a convolution to %v have shape %v", y.Shape, out[0].Shape)
	}
	// Two transforms of the input, two of the output, one rounded filter.
	steps := filters.Shape[1] + 4*tile + 2
	return scaled(out[0], growth*sumError(steps)*(1+gamma(steps)), steps), nil
}
