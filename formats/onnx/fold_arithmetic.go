package onnx

import (
	"math"
	"slices"

	"github.com/alexconv/alexconv/ir"
)

func foldAdd(c *call) *tensor {
	return c.arithmetic(func(a, b float32) float32 { return a + b }, func(a, b int64) int64 { return a + b })
}

func foldSub(c *call) *tensor {
	return c.arithmetic(func(a, b float32) float32 { return a - b }, func(a, b int64) int64 { return a - b })
}

func foldMul(c *call) *tensor {
	return c.arithmetic(func(a, b float32) float32 { return a * b }, func(a, b int64) int64 { return a * b })
}

// foldDiv divides; the quotient of integers is cut off towards zero, and that
// by 0 is not folded.
func foldDiv(c *call) *tensor {
	return c.arithmetic(func(a, b float32) float32 { return a / b }, func(a, b int64) int64 {
		if b == 0 {
			c.invalid("divides by 0")
			return 0
		}
		return a / b
	})
}

func foldNeg(c *call) *tensor { return c.function(func(v float32) float32 { return -v }) }

func foldSqrt(c *call) *tensor {
	return c.function(func(v float32) float32 { return float32(math.Sqrt(float64(v))) })
}

// function applies f to every element of a constant.
func (c *call) function(f func(float32) float32) *tensor {
	t := c.weights(0)
	if c.failed() || !c.room(t.shape().Elements()) {
		return nil
	}
	data, err := t.asFloats()
	if err != nil {
		c.fail(err)
		return nil
	}
	out := floatTensor("", t.dims, make([]float32, len(data)))
	for i, v := range data {
		out.floats[i] = f(v)
	}
	return out
}

// arithmetic combines two constants, each repeated along the axes where the
// other is larger.
func (c *call) arithmetic(floats func(a, b float32) float32, ints func(a, b int64) int64) *tensor {
	a, b := c.weights(0), c.weights(1)
	if c.failed() {
		return nil
	}
	if c.opset < 7 {
		b = c.oldConstant(a, b)
	}
	dims, ok := broadcast(a.shape(), b.shape())
	switch {
	case !ok:
		c.invalid("inputs of %v and %v do not go together", a.shape(), b.shape())
	case a.kind.integer() != b.kind.integer():
		c.invalid("the inputs are of %v and %v", a.kind, b.kind)
	}
	if a, b = c.repeated(a, dims), c.repeated(b, dims); c.failed() {
		return nil
	}
	out := &tensor{dims: dims, kind: a.kind}
	if a.kind.integer() {
		for i, v := range a.ints {
			out.ints = append(out.ints, ints(v, b.ints[i]))
		}
		return out
	}
	out.floats = make([]float32, len(a.floats))
	for i, v := range a.floats {
		out.floats[i] = floats(v, b.floats[i])
	}
	return out
}

// oldConstant is a second input in the dims that it has since opset 7, aligned
// where an attribute says.
func (c *call) oldConstant(a, b *tensor) *tensor {
	aligned := *b
	aligned.dims = c.oldBroadcast(a.shape(), b.shape(), 0)
	return &aligned
}

// broadcast is the shape to which ONNX broadcasts two, and whether it does.
func broadcast(a, b ir.Shape) (ir.Shape, bool) {
	if len(a) < len(b) {
		a, b = b, a
	}
	out := a.Clone()
	for i, d := range b {
		switch e := &out[len(a)-len(b)+i]; {
		case *e == 1:
			*e = d
		case d != 1 && d != *e:
			return nil, false
		}
	}
	return out, true
}

// repeated is a constant repeated to fill a shape to which it broadcasts.
func (c *call) repeated(t *tensor, dims ir.Shape) *tensor {
	if c.failed() {
		return nil
	}
	own := append(slices.Repeat(ir.Shape{1}, len(dims)-len(t.dims)), t.dims...)
	stride := make([]int, len(dims))
	for i := range dims {
		if own[i] != 1 {
			stride[i] = own[i+1:].Elements()
		}
	}
	return c.view(t, dims, 0, stride)
}

// foldExpand repeats a constant to a shape.
func foldExpand(c *call) *tensor {
	t, to := c.weights(0), c.integers(1)
	if c.failed() {
		return nil
	}
	dims, ok := broadcast(t.shape(), to)
	if !ok {
		c.invalid("%v does not expand to %v", t.shape(), ir.Shape(to))
	}
	return c.repeated(t, dims)
}
