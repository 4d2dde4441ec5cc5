package verify

import (
	"fmt"
	"math"
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// hypotheses are the mistakes to try, those that leave least to chance first.
var hypotheses = []func(*suspect) []mistake{
	missingBias, precision, damaged, flattenOrder, channelOrder, kernelFlip, filterLayout, transposedMatrix, inputScale, scaledWeights, inputMean, normalisation,
}

// linear gives the node's weights, a matrix as (units, in), and its bias if it
// has one; ok is false for an operation without weights.
func (s *suspect) linear() (weights, bias *ir.Tensor, ok bool) {
	switch s.node.Op.(type) {
	case *ir.Conv, *ir.Deconv, *ir.FullyConnected:
	default:
		return nil, nil, false
	}
	if len(s.node.Params) > 1 {
		bias = s.node.Params[1]
	}
	return oriented(s.node, 0), bias, true
}

// reweighed is the mistake of having other weights.
func (s *suspect) reweighed(code, evidence string, weights *ir.Tensor) mistake {
	op := s.node.Op
	if o, matrix := op.(*ir.FullyConnected); matrix {
		c := *o
		c.Transposed = false
		op = &c
	}
	params := append([]*ir.Tensor{weights}, s.node.Params[1:]...)
	return mistake{code: code, evidence: evidence, op: op, params: params}
}

// missingBias takes the bias away, or takes one over where the reference has
// none.
func missingBias(s *suspect) []mistake {
	weights, bias, ok := s.linear()
	if !ok {
		return nil
	}
	if bias == nil {
		op := withBias(s.node.Op)
		if s.other == nil || op == nil || len(s.other.Params) != 2 {
			return nil
		}
		params := []*ir.Tensor{s.node.Params[0], s.other.Params[1]}
		return []mistake{{code: "BIAS_MISSING", evidence: "the reference lacks the bias that the other adds", op: op, params: params}}
	}
	for _, v := range bias.Data {
		if v != 0 {
			m := s.reweighed("BIAS_MISSING", "the other lacks the bias", weights)
			m.params = []*ir.Tensor{weights, ir.NewTensor(bias.Shape...)}
			return []mistake{m}
		}
	}
	return nil
}

// withBias is an operation with weights that adds a bias too.
func withBias(op ir.Op) ir.Op {
	switch op.(type) {
	case *ir.Conv:
		return with(func(c *ir.Conv) { c.Bias = true })(op)
	case *ir.Deconv:
		return with(func(c *ir.Deconv) { c.Bias = true })(op)
	case *ir.FullyConnected:
		return with(func(c *ir.FullyConnected) { c.Bias = true })(op)
	}
	return nil
}

// rearranged is a tensor of the same shape whose element i is from(i) of
// another.
func rearranged(t *ir.Tensor, from func(i int) int) *ir.Tensor {
	r := ir.NewTensor(t.Shape...)
	for i := range r.Data {
		r.Data[i] = t.Data[from(i)]
	}
	return r
}

// flattenOrder takes the columns of a matrix that reads a spatial value for
// ordered C, H, W in one model and H, W, C, or another way, in the other.
func flattenOrder(s *suspect) []mistake {
	weights, _, ok := s.linear()
	if _, matrix := s.node.Op.(*ir.FullyConnected); !ok || !matrix || len(s.spatial) != 3 || s.spatial.Elements() != weights.Shape[1] {
		return nil
	}
	spread := &ir.Tensor{Shape: append(ir.Shape{weights.Shape[0]}, s.spatial...), Data: weights.Data}
	var list []mistake
	add := func(evidence string, t *ir.Tensor) {
		if !slices.Equal(t.Data, weights.Data) {
			list = append(list, s.reweighed("FC6_FLATTEN_ORDER", evidence, &ir.Tensor{Shape: weights.Shape, Data: t.Data}))
		}
	}
	for _, order := range []struct {
		name string
		axes [4]int
	}{{"H, W, C", [4]int{0, 2, 3, 1}}, {"W, H, C", [4]int{0, 3, 2, 1}}, {"C, W, H", [4]int{0, 1, 3, 2}}} {
		add("the other's columns count "+order.name, permuted(spread, order.axes, false))
		add("the other's columns were permuted as if the reference's counted "+order.name, permuted(spread, order.axes, true))
	}
	return list
}

// channelOrder reverses the three colours of an image.
func channelOrder(s *suspect) []mistake {
	weights, _, ok := s.linear()
	if _, filters := s.node.Op.(*ir.Conv); !ok || !filters || weights.Shape[1] != 3 {
		return nil
	}
	plane := weights.Shape[2:].Elements()
	return []mistake{s.reweighed("CHANNEL_ORDER", "the other's filters read the channels in reverse order (BGR against RGB)", rearranged(weights, func(i int) int {
		channel := i / plane % 3
		return i + (2-2*channel)*plane
	}))}
}

// kernelFlip turns filters by half a turn, or mirrors them along one axis.
func kernelFlip(s *suspect) []mistake {
	weights, _, ok := s.linear()
	if _, matrix := s.node.Op.(*ir.FullyConnected); !ok || matrix {
		return nil
	}
	kernel := weights.Shape[2:]
	plane := kernel.Elements()
	if plane == 1 {
		return nil
	}
	list := []mistake{s.reweighed("KERNEL_FLIP", "the other's filters are rotated by 180 degrees: a true convolution for a correlation", rearranged(weights, func(i int) int {
		return i - i%plane + plane - 1 - i%plane
	}))}
	for axis, extent := range kernel {
		inner := kernel[axis+1:].Elements()
		if extent == 1 || extent == plane {
			continue
		}
		list = append(list, s.reweighed("KERNEL_FLIP", fmt.Sprintf("the other's filters are mirrored along spatial axis %d", axis), rearranged(weights, func(i int) int {
			at := i / inner % extent
			return i + (extent-1-2*at)*inner
		})))
	}
	return list
}

// filterLayout reads the numbers of filters in an order of axes that they were
// not written in.
func filterLayout(s *suspect) []mistake {
	weights, _, ok := s.linear()
	if _, matrix := s.node.Op.(*ir.FullyConnected); !ok || matrix || len(weights.Shape) != 4 {
		return nil
	}
	var list []mistake
	for _, layout := range []struct {
		name string
		axes [4]int
	}{{"HWIO", [4]int{2, 3, 1, 0}}, {"OHWI", [4]int{0, 2, 3, 1}}, {"IOHW", [4]int{1, 0, 2, 3}}, {"OIWH", [4]int{0, 1, 3, 2}}} {
		list = append(list,
			s.reweighed("FILTER_LAYOUT", "the other has the reference's filters in the order "+layout.name+", read as OIHW", permuted(weights, layout.axes, false)),
			s.reweighed("FILTER_LAYOUT", "the other read the reference's filters as "+layout.name, permuted(weights, layout.axes, true)))
	}
	return list
}

// permuted has the numbers of a tensor in the order of its axes that is given,
// or, inverse, those that are in that order in its own; the shape stays.
func permuted(t *ir.Tensor, axes [4]int, inverse bool) *ir.Tensor {
	var strides, extents [4]int
	for i, axis := range axes {
		strides[i], extents[i] = t.Shape[axis+1:].Elements(), t.Shape[axis]
	}
	from := func(i int) int {
		source := 0
		for k := 3; k >= 0; k-- {
			source, i = source+i%extents[k]*strides[k], i/extents[k]
		}
		return source
	}
	if !inverse {
		return rearranged(t, from)
	}
	r := ir.NewTensor(t.Shape...)
	for i, v := range t.Data {
		r.Data[from(i)] = v
	}
	return r
}

// transposedMatrix reads the numbers of a matrix row by row that were written
// column by column, or the other way round.
func transposedMatrix(s *suspect) []mistake {
	weights, _, ok := s.linear()
	if _, matrix := s.node.Op.(*ir.FullyConnected); !ok || !matrix {
		return nil
	}
	turned := transposed(weights).Data
	back := transposed(&ir.Tensor{Shape: ir.Shape{weights.Shape[1], weights.Shape[0]}, Data: weights.Data}).Data
	return []mistake{
		s.reweighed("TRANSPOSED_FC", "the other's matrix has the numbers of the reference's in transposed order", &ir.Tensor{Shape: weights.Shape, Data: turned}),
		s.reweighed("TRANSPOSED_FC", "the other took the reference's matrix for a transposed one", &ir.Tensor{Shape: weights.Shape, Data: back}),
	}
}

// inputScale takes the range of the input for another one: 0 to 1, or 0 to 255,
// divided by 255 or, as Caffe's examples do, by 256.
func inputScale(s *suspect) []mistake {
	weights, _, ok := s.linear()
	if !ok || !s.first {
		return nil
	}
	var list []mistake
	for _, levels := range []float64{255, 256} {
		list = append(list,
			s.reweighed("SCALE_255", fmt.Sprintf("the other takes inputs that are %g times as large", levels), times(weights, 1/levels)),
			s.reweighed("SCALE_255", fmt.Sprintf("the other takes inputs that are divided by %g, the reference does not", levels), times(weights, levels)))
	}
	return list
}

func times(t *ir.Tensor, factor float64) *ir.Tensor {
	r := ir.NewTensor(t.Shape...)
	for i, v := range t.Data {
		r.Data[i] = float32(float64(v) * factor)
	}
	return r
}

// scaledWeights multiplies the weights, or all parameters, by the factor that
// brings them closest to the other's.
func scaledWeights(s *suspect) []mistake {
	weights, bias, ok := s.linear()
	if !ok || s.other == nil || len(s.other.Params) != len(s.node.Params) {
		return nil
	}
	other := oriented(s.other, 0)
	if !other.Shape.Equal(weights.Shape) {
		return nil
	}
	var product, square float64
	for i, v := range weights.Data {
		product += float64(v) * float64(other.Data[i])
		square += float64(v) * float64(v)
	}
	factor := product / square
	if !(math.Abs(factor) > 0) || math.IsInf(factor, 0) {
		return nil
	}
	list := []mistake{s.reweighed("WEIGHTS_SCALED", fmt.Sprintf("the other's weights are %.6g times the reference's", factor), times(weights, factor))}
	if bias != nil {
		m := s.reweighed("WEIGHTS_SCALED", fmt.Sprintf("the other's weights and bias are %.6g times the reference's", factor), times(weights, factor))
		m.params = []*ir.Tensor{m.params[0], times(bias, factor)}
		list = append(list, m)
	}
	return list
}

// normalisation varies the attributes of a local response normalisation.
func normalisation(s *suspect) []mistake {
	o, ok := s.node.Op.(*ir.LRN)
	if !ok {
		return nil
	}
	var list []mistake
	vary := func(code, what string, change func(*ir.LRN)) {
		c := *o
		change(&c)
		list = append(list, mistake{code: code, evidence: what, op: &c})
	}
	for _, n := range []int{o.Size, o.Size * o.Size} {
		vary("LRN_ALPHA_SCALE", fmt.Sprintf("the other's alpha is %d times the reference's", n), func(c *ir.LRN) { c.C *= float32(n) })
		vary("LRN_ALPHA_SCALE", fmt.Sprintf("the other's alpha is the reference's divided by %d", n), func(c *ir.LRN) { c.C /= float32(n) })
	}
	for _, k := range []float32{1, 2} {
		vary("LRN_K", fmt.Sprintf("the other's k is %g", k), func(c *ir.LRN) { c.K = k })
	}
	for _, beta := range []float32{0.5, 0.75, 1} {
		vary("LRN_BETA", fmt.Sprintf("the other's beta is %g", beta), func(c *ir.LRN) { c.Beta = beta })
	}
	// A radius for a size, a size for a radius, then what nets use.
	for _, size := range []int{2*o.Size + 1, (o.Size - 1) / 2, 3, 5, 7, 9, 11} {
		if size < 1 || size == o.Size {
			continue
		}
		vary("LRN_WINDOW", fmt.Sprintf("the other's window is %d", size), func(c *ir.LRN) { c.Size = size })
		vary("LRN_WINDOW", fmt.Sprintf("the other's window is %d, which its alpha is divided by", size), func(c *ir.LRN) {
			c.Size, c.C = size, o.C*float32(o.Size)/float32(size)
		})
	}
	if o.Size%2 == 1 {
		vary("LRN_REGION", "the other normalises over the other region", func(c *ir.LRN) { c.Region = ir.Across + ir.Within - o.Region })
	}
	return list
}
