package verify

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime"
)

// style is an honest way to evaluate in float32: an order of summation, and the
// choices that frameworks make.
type style struct {
	name string
	sum  func(terms []float32) float32
	// sliding moves the window of a normalisation over the channels.
	sliding bool
	// reciprocal multiplies where others divide.
	reciprocal bool
}

var (
	forwards  = style{name: "forwards", sum: fold}
	backwards = style{name: "backwards", reciprocal: true, sum: func(terms []float32) float32 {
		slices.Reverse(terms)
		return fold(terms)
	}}
	pairwise = style{name: "pairwise", sliding: true, sum: inPairs}
	// growing keeps the partial sums as large as it can.
	growing = style{name: "growing", sliding: true, reciprocal: true, sum: func(terms []float32) float32 {
		slices.SortFunc(terms, func(a, b float32) int {
			if a > b {
				return -1
			}
			return 1
		})
		return fold(terms)
	}}
	styles = []style{forwards, backwards, pairwise, growing}
)

func fold(terms []float32) float32 {
	var s float32
	for _, v := range terms {
		s += v
	}
	return s
}

func inPairs(terms []float32) float32 {
	if len(terms) < 3 {
		return fold(terms)
	}
	half := len(terms) / 2
	return inPairs(terms[:half]) + inPairs(terms[half:])
}

// single evaluates a graph in float32 throughout and gives every value.
func single(t *testing.T, g *ir.Graph, inputs map[string]*ir.Tensor, s style) map[string]*ir.Tensor {
	t.Helper()
	values := make(map[string]*ir.Tensor)
	for _, n := range g.Nodes {
		if _, ok := n.Op.(*ir.Input); ok {
			values[n.Outputs[0].Name] = inputs[n.Outputs[0].Name]
			continue
		}
		var in []*ir.Tensor
		for _, v := range n.Inputs {
			in = append(in, values[v.Name])
		}
		out, err := s.node(n, in)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range n.Outputs {
			values[v.Name] = out[i]
		}
	}
	return values
}

// node rounds every operation to float32. Operations that round at most once are
// left to the Reference engine.
func (s style) node(n *ir.Node, in []*ir.Tensor) ([]*ir.Tensor, error) {
	out, err := apply(context.Background(), n.Op, n.Params, in, runtime.Options{})
	if err != nil {
		return nil, err
	}
	y := ir.NewTensor(out[0].Shape...)
	switch o := n.Op.(type) {
	case *ir.Conv:
		s.conv(o, in[0], n.Params, y)
	case *ir.FullyConnected:
		s.matrix(o, in[0], n.Params, y)
	case *ir.Pool:
		if o.Kind == ir.Max {
			return out, nil
		}
		s.average(o, in[0], out[0], y)
	case *ir.LRN:
		s.lrn(o, in[0], out[0], y)
	case *ir.Softmax:
		s.softmax(o, in[0], y)
	case *ir.Sigmoid:
		for i, v := range in[0].Data {
			if s.reciprocal {
				y.Data[i] = 1 / (1 + float32(math.Exp(float64(-v))))
			} else {
				y.Data[i] = 0.5*float32(math.Tanh(float64(0.5*v))) + 0.5
			}
		}
	case *ir.Tanh:
		for i, v := range in[0].Data {
			e := float32(math.Exp(float64(2 * min(v, 20))))
			y.Data[i] = (e - 1) / (e + 1)
		}
	case *ir.BatchNorm:
		if o.BatchStats {
			return out, nil
		}
		s.batchNorm(o, in[0], n.Params, y)
	default:
		return out, nil
	}
	return []*ir.Tensor{y}, nil
}

func (s style) conv(o *ir.Conv, x *ir.Tensor, params []*ir.Tensor, y *ir.Tensor) {
	channels, height, width := x.Shape[1], x.Shape[2], x.Shape[3]
	perGroup, outputs := channels/o.Group, o.OutChannels/o.Group
	top, _ := o.Pads(0, height)
	left, _ := o.Pads(1, width)
	var terms []float32
	for i := range y.Data {
		column, row := i%y.Shape[3], i/y.Shape[3]%y.Shape[2]
		out, batch := i/(y.Shape[2]*y.Shape[3])%o.OutChannels, i/(y.Shape[2]*y.Shape[3]*o.OutChannels)
		terms = terms[:0]
		for c := range perGroup {
			for ky := range o.Kernel[0] {
				for kx := range o.Kernel[1] {
					r, k := row*o.Stride[0]-top+ky*o.Dilation[0], column*o.Stride[1]-left+kx*o.Dilation[1]
					if r < 0 || k < 0 || r >= height || k >= width {
						continue
					}
					plane := (batch*channels+out/outputs*perGroup+c)*height + r
					weight := ((out*perGroup+c)*o.Kernel[0]+ky)*o.Kernel[1] + kx
					terms = append(terms, x.Data[plane*width+k]*params[0].Data[weight])
				}
			}
		}
		y.Data[i] = s.sum(terms)
		if o.Bias {
			y.Data[i] += params[1].Data[out]
		}
	}
}

func (s style) matrix(o *ir.FullyConnected, x *ir.Tensor, params []*ir.Tensor, y *ir.Tensor) {
	inputs := len(params[0].Data) / o.Units
	terms := make([]float32, inputs)
	for i := range y.Data {
		row, unit := i/o.Units, i%o.Units
		for k := range inputs {
			terms[k] = params[0].Data[unit*inputs+k] * x.Data[row*inputs+k]
		}
		y.Data[i] = s.sum(slices.Clone(terms))
		if o.Bias {
			y.Data[i] += params[1].Data[unit]
		}
	}
}

// average knows windows without padding.
func (s style) average(o *ir.Pool, x, exact, y *ir.Tensor) {
	if !o.Global && (o.Padded() || o.Ceil || o.Same != ir.Explicit) {
		copy(y.Data, exact.Data)
		return
	}
	height, width := x.Shape[2], x.Shape[3]
	kernel, stride := []int{height, width}, []int{1, 1}
	if !o.Global {
		kernel, stride = o.Kernel, o.Stride
	}
	count := float32(kernel[0] * kernel[1])
	for i := range y.Data {
		column, row, plane := i%y.Shape[3], i/y.Shape[3]%y.Shape[2], i/(y.Shape[2]*y.Shape[3])
		var terms []float32
		for ky := range kernel[0] {
			for kx := range kernel[1] {
				terms = append(terms, x.Data[(plane*height+row*stride[0]+ky)*width+column*stride[1]+kx])
			}
		}
		if s.reciprocal {
			y.Data[i] = s.sum(terms) * (1 / count)
		} else {
			y.Data[i] = s.sum(terms) / count
		}
	}
}

func (s style) lrn(o *ir.LRN, x, exact, y *ir.Tensor) {
	if o.Region == ir.Within || o.InPlace {
		copy(y.Data, exact.Data)
		return
	}
	channels, plane := x.Shape[1], x.Shape[2]*x.Shape[3]
	square := func(first, c int) float32 {
		if c < 0 || c >= channels {
			return 0
		}
		v := x.Data[first+c*plane]
		return o.C * (v * v)
	}
	for i := range x.Shape[0] * plane {
		first := i/plane*channels*plane + i%plane
		scale := o.K
		for c := range channels {
			low, high := c-(o.Size-1)/2, c+o.Size/2
			if s.sliding && c > 0 {
				scale = scale + square(first, high) - square(first, low-1)
			}
			// What has cancelled to nothing has no root.
			if !s.sliding || c == 0 || scale < o.K {
				scale = o.K
				for k := low; k <= high; k++ {
					scale += square(first, k)
				}
			}
			at := first + c*plane
			power := float32(math.Exp(float64(-o.Beta * float32(math.Log(float64(scale))))))
			y.Data[at] = x.Data[at] * power
		}
	}
}

func (s style) softmax(o *ir.Softmax, x, y *ir.Tensor) {
	axis, _ := ir.Axis(o.Axis, len(x.Shape))
	n, inner := x.Shape[axis], x.Shape[axis+1:].Elements()
	for i := range x.Shape[:axis].Elements() * inner {
		first := i/inner*n*inner + i%inner
		top := float32(math.Inf(-1))
		for k := range n {
			top = max(top, x.Data[first+k*inner])
		}
		terms := make([]float32, n)
		for k := range n {
			terms[k] = float32(math.Exp(float64(x.Data[first+k*inner] - top)))
			y.Data[first+k*inner] = terms[k]
		}
		total := s.sum(terms)
		for k := range n {
			if s.reciprocal {
				y.Data[first+k*inner] *= 1 / total
			} else {
				y.Data[first+k*inner] /= total
			}
		}
	}
}

func (s style) batchNorm(o *ir.BatchNorm, x *ir.Tensor, params []*ir.Tensor, y *ir.Tensor) {
	channels, inner := x.Shape[1], x.Shape[2:].Elements()
	for i, v := range x.Data {
		c := i / inner % channels
		mean, deviation := params[0].Data[c], float32(math.Sqrt(float64(params[1].Data[c]+o.Eps)))
		if s.reciprocal {
			factor := 1 / deviation
			y.Data[i] = v*factor - mean*factor
		} else {
			y.Data[i] = (v - mean) / deviation
		}
	}
}
