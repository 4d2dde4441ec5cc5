package verify

import (
	"math"

	"github.com/alexconv/alexconv/ir"
)

// bounds estimates, value by value in the order of a run, how far a float32
// evaluation may lie from one with exact sums, relative to the size of the
// value; this is the tolerance auto.
//
// A layer whose longest sum takes n rounded operations errs by
// gamma(n) = n*u/(1 - n*u) with u = 2^-24 (Higham, Accuracy and Stability of
// Numerical Algorithms, 2nd ed., lemma 3.1). To that the largest bound among
// its inputs is added, and a condition multiplies both: how much the layer
// enlarges a relative error.
//
// It is an estimate and no proof. gamma(n) is worst case against the sum of
// magnitudes; against the result, which is smaller by the square root of n when
// the signs of the terms are random, it has that much margin less, and errors
// that accumulate at random (Higham and Mary, SIAM J. Sci. Comput. 41(5), 2019)
// as much more. Where terms cancel further than at random, the condition of the
// layer accounts for it.
//
// The bound holds for the Euclidean norm of the deviation; a single element may
// deviate by [spread] times the bound of the value's largest magnitude.
//
// No bound exceeds [most], and a value that is zero throughout has to be met
// exactly: a layer that could excuse more is not compared, whatever its
// condition.
type bounds struct {
	// exact reports whether whatever reads a value reads the reference's, which
	// carries no error.
	exact   func(*ir.Value) bool
	of      map[*ir.Value]float64
	size    map[*ir.Value]size
	weights map[*ir.Tensor]size
}

// most is the largest bound: a third of the relative L2 norm by which known
// mistakes in a layer move its output at least.
const most = 0.01

// spread is how much more than the average a single element may err.
const spread = 4

// size sums up the finite elements of a tensor.
type size struct {
	shape   ir.Shape
	largest float64 // magnitude
	norm    float64 // Euclidean
	rms     float64 // of the elements that are not 0
}

func newBounds(exact func(*ir.Value) bool) *bounds {
	return &bounds{
		exact:   exact,
		of:      make(map[*ir.Value]float64),
		size:    make(map[*ir.Value]size),
		weights: make(map[*ir.Tensor]size),
	}
}

// add computes the bound of a value from those of the node's inputs, which were
// added before.
func (b *bounds) add(n *ir.Node, v *ir.Value, t *ir.Tensor) float64 {
	b.size[v] = sizeOf(t)
	if len(n.Inputs) == 0 {
		return 0
	}
	var shapes []ir.Shape
	carried := 0.0
	for _, in := range n.Inputs {
		shapes = append(shapes, b.size[in].shape)
		if !b.exact(in) {
			carried = max(carried, b.of[in])
		}
	}
	bound := carried
	if count := operations(n.Op, shapes); count > 0 {
		bound += gamma(count + 1) // the reference rounds its exact result once
	}
	if bound > 0 {
		bound *= max(1, b.condition(n, v))
	}
	if !(bound <= most) {
		bound = most
	}
	if b.size[v].norm == 0 {
		bound = 0
	}
	b.of[v] = bound
	return bound
}

func sizeOf(t *ir.Tensor) size {
	s := size{shape: t.Shape.Clone()}
	var squares float64
	count := 0
	for _, x := range t.Data {
		v := math.Abs(float64(x))
		if v == 0 || !(v <= math.MaxFloat32) {
			continue
		}
		count++
		s.largest = max(s.largest, v)
		squares += v * v
	}
	s.norm = math.Sqrt(squares)
	s.rms = ratio(s.norm, math.Sqrt(float64(count)))
	return s
}

// gamma is infinite where n rounding errors leave no correct digit.
func gamma(n int) float64 {
	e := float64(n) * 0x1p-24
	if e >= 1 {
		return math.Inf(1)
	}
	return e / (1 - e)
}

// elementary is the number of rounding errors, in units of u, granted to one
// evaluation of a power, an exponential or a tangent with its scaling.
const elementary = 8

// operations is the length of the longest chain of rounded operations that
// leads to one element; 0 for operations that only choose or move values.
func operations(op ir.Op, in []ir.Shape) int {
	switch o := op.(type) {
	case *ir.Conv:
		axis, _ := ir.Axis(o.Axis, len(in[0]))
		return in[0][axis]/o.Group*ir.Shape(o.Kernel).Elements() + 1
	case *ir.FullyConnected:
		axis, _ := ir.Axis(o.Axis, len(in[0]))
		return in[0][axis:].Elements() + 1
	case *ir.Pool:
		plane := in[0][2:].Elements()
		switch {
		case o.Kind == ir.Max:
			return 0
		case o.Global:
			return plane
		}
		return min(ir.Shape(o.Kernel).Elements(), plane)
	case *ir.LRN:
		if o.Region == ir.Within {
			return min(o.Size*o.Size, in[0][2:].Elements()) + elementary
		}
		return min(o.Size, in[0][1]) + elementary
	case *ir.Softmax:
		axis, _ := ir.Axis(o.Axis, len(in[0]))
		return in[0][axis] + elementary
	case *ir.Sigmoid, *ir.Tanh:
		return elementary
	case *ir.ReLU:
		if o.Slope == 0 {
			return 0
		}
		return 1
	case *ir.PReLU:
		return 1
	case *ir.BatchNorm:
		if o.BatchStats {
			return in[0].Elements() + elementary
		}
		return 4
	case *ir.Scale:
		return 2
	case *ir.Eltwise:
		return len(in)
	}
	return 0
}

// condition is the factor by which the operation may enlarge a relative error,
// from the sizes of its inputs, weights and output. It may be below 1.
func (b *bounds) condition(n *ir.Node, v *ir.Value) float64 {
	in, out := b.size[n.Inputs[0]], b.size[v]
	shape := in.shape
	switch o := n.Op.(type) {
	case *ir.Conv:
		axis, _ := ir.Axis(o.Axis, len(shape))
		positions := out.shape[axis+1:].Elements()
		return b.random(n.Params[0], in, out, float64(positions)/float64(shape[axis:].Elements()))
	case *ir.FullyConnected:
		axis, _ := ir.Axis(o.Axis, len(shape))
		return b.random(n.Params[0], in, out, 1/float64(shape[axis:].Elements()))
	case *ir.ReLU, *ir.PReLU, *ir.Slice:
		// What is left keeps its absolute error.
		return ratio(in.rms, out.rms)
	case *ir.Pool:
		if o.Kind == ir.Average {
			return ratio(in.rms, out.rms*math.Sqrt(float64(operations(o, []ir.Shape{shape}))))
		}
		return ratio(in.rms, out.rms)
	case *ir.LRN:
		// d log y = d log x - Beta*d log(K + S), S = C*sum of squares, and the
		// relative error of S is twice that of x.
		window := float64(operations(o, []ir.Shape{shape}) - elementary)
		s := float64(o.C) * window * in.largest * in.largest
		// Where S is small nothing is suppressed, neither the value nor its error.
		quiet := math.Pow(float64(o.K), -float64(o.Beta)) * ratio(in.rms, out.rms)
		return max(quiet, 1+2*math.Abs(float64(o.Beta)*ratio(s, float64(o.K)+s)))
	case *ir.Softmax:
		// d log y_i = dx_i - sum of y_j*dx_j.
		return 2 * in.largest
	case *ir.Sigmoid:
		// |d log y| <= |dx|.
		return in.largest
	case *ir.Scale:
		if len(n.Inputs) == 2 {
			return ratio(in.norm*b.size[n.Inputs[1]].largest, out.norm)
		}
		return ratio(in.norm*b.parameter(n.Params[0]).largest, out.norm)
	case *ir.BatchNorm:
		if o.BatchStats {
			return 1
		}
		deviation := math.Inf(1)
		for _, variance := range n.Params[1].Data {
			deviation = min(deviation, math.Sqrt(float64(variance)+float64(o.Eps)))
		}
		return ratio(in.norm, deviation*out.norm)
	case *ir.Eltwise:
		return b.eltwise(n, o, out)
	}
	return 1
}

// random is the norm that a linear layer's output would have if the signs of
// its weights were random, over the norm that it has: sqrt(perInput)*|W|*|x|
// over |y|, perInput being the number of positions over the number of inputs.
func (b *bounds) random(weights *ir.Tensor, in, out size, perInput float64) float64 {
	return ratio(math.Sqrt(perInput)*b.parameter(weights).norm*in.norm, out.norm)
}

// parameter is the size of a parameter, which nodes may share.
func (b *bounds) parameter(t *ir.Tensor) size {
	s, ok := b.weights[t]
	if !ok {
		s = sizeOf(t)
		b.weights[t] = s
	}
	return s
}

// eltwise is the size of what is added over the size of the result; relative
// errors of factors add up.
func (b *bounds) eltwise(n *ir.Node, o *ir.Eltwise, out size) float64 {
	if o.Kind == ir.Product {
		return float64(len(n.Inputs))
	}
	total := 0.0
	for i, in := range n.Inputs {
		weight := 1.0
		if len(o.Coefficients) > 0 {
			weight = math.Abs(float64(o.Coefficients[i]))
		}
		total += weight * b.size[in].norm
	}
	return ratio(total, out.norm)
}
