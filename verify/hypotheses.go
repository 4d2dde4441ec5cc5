package verify

import (
	"fmt"

	"github.com/alexconv/alexconv/ir"
)

// hypotheses are the mistakes to try, those that leave least to chance first.
var hypotheses = []func(*suspect) []mistake{
	missingBias, precision, damaged, flattenOrder, channelOrder, kernelFlip, transposedMatrix, inputScale, inputMean, normalisation,
}

// linear gives the node's weights, a matrix as (units, in), and its bias if it
// has one; ok is false for an operation without weights.
func (s *suspect) linear() (weights, bias *ir.Tensor, ok bool) {
	switch s.node.Op.(type) {
	case *ir.Conv, *ir.FullyConnected:
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
	return mistake{code, evidence, op, params}
}

func missingBias(s *suspect) []mistake {
	weights, bias, ok := s.linear()
	if !ok || bias == nil {
		return nil
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
// ordered H, W, C in one model and C, H, W in the other.
func flattenOrder(s *suspect) []mistake {
	weights, _, ok := s.linear()
	if _, matrix := s.node.Op.(*ir.FullyConnected); !ok || !matrix || len(s.spatial) != 3 {
		return nil
	}
	channels, plane := s.spatial[0], s.spatial[1]*s.spatial[2]
	columns := channels * plane
	if channels == 1 || plane == 1 || columns != weights.Shape[1] {
		return nil
	}
	return []mistake{
		s.reweighed("FC6_FLATTEN_ORDER", "the other's columns count H, W, C", rearranged(weights, func(i int) int {
			column := i % columns
			return i - column + column%channels*plane + column/channels
		})),
		s.reweighed("FC6_FLATTEN_ORDER", "the other's columns were permuted as if the reference's counted H, W, C", rearranged(weights, func(i int) int {
			column := i % columns
			return i - column + column%plane*channels + column/plane
		})),
	}
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

func kernelFlip(s *suspect) []mistake {
	weights, _, ok := s.linear()
	if _, filters := s.node.Op.(*ir.Conv); !ok || !filters {
		return nil
	}
	plane := weights.Shape[2:].Elements()
	if plane == 1 {
		return nil
	}
	return []mistake{s.reweighed("KERNEL_FLIP", "the other's filters are rotated by 180 degrees: a true convolution for a correlation", rearranged(weights, func(i int) int {
		return i - i%plane + plane - 1 - i%plane
	}))}
}

// transposedMatrix reads the numbers of a matrix row by row that were written
// column by column.
func transposedMatrix(s *suspect) []mistake {
	weights, _, ok := s.linear()
	if _, matrix := s.node.Op.(*ir.FullyConnected); !ok || !matrix {
		return nil
	}
	turned := transposed(weights)
	return []mistake{s.reweighed("TRANSPOSED_FC", "the other's matrix has the numbers of the reference's in transposed order", &ir.Tensor{Shape: weights.Shape, Data: turned.Data})}
}

func inputScale(s *suspect) []mistake {
	weights, _, ok := s.linear()
	if !ok || !s.first {
		return nil
	}
	scale := func(factor float64) *ir.Tensor {
		t := ir.NewTensor(weights.Shape...)
		for i, v := range weights.Data {
			t.Data[i] = float32(float64(v) * factor)
		}
		return t
	}
	return []mistake{
		s.reweighed("SCALE_255", "the other takes inputs that are 255 times as large", scale(1./255)),
		s.reweighed("SCALE_255", "the other takes inputs from 0 to 1 where the reference takes them from 0 to 255", scale(255)),
	}
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
		list = append(list, mistake{code, what, &c, nil})
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
