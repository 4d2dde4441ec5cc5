package onnx

import (
	"github.com/alexconv/alexconv/ir"
)

func readReduceSum(c *call)       { readReduce(c, ir.ReduceSum) }
func readReduceL1(c *call)        { readReduce(c, ir.ReduceAbsSum) }
func readReduceSumSquare(c *call) { readReduce(c, ir.ReduceSumSquares) }
func readReduceMean(c *call)      { readReduce(c, ir.ReduceMean) }

// readReduce reads a reduction of all axes from one on. Where the axes are kept,
// a mean of planes is a global average, and any other reduction is followed by
// a Reshape.
func readReduce(c *call, kind ir.ReductionKind) {
	x := c.shape(0)
	keep := c.bool("keepdims", true)
	given := c.has("axes") || c.present(1)
	axes := c.axesOf(len(x))
	nothing := c.bool("noop_with_empty_axes", false) && len(axes) == 0
	if c.failed() {
		return
	}
	first := len(x) - len(axes)
	switch {
	case nothing:
		c.unsupported("a reduction of no axes (noop_with_empty_axes) is not supported")
		return
	case len(axes) == 0 && (!given || c.opset >= 13):
		first = 0
	case len(axes) == 0 || axes[0] != first:
		c.unsupported("only a reduction of all axes from one on is supported, these are %v of %d", axes, len(x))
		return
	}
	if kind == ir.ReduceMean && keep && first == 2 && len(x) > 2 {
		c.emit(&ir.Pool{Kind: ir.Average, Global: true})
		return
	}
	o := &ir.Reduction{Kind: kind, Axis: first, Coefficient: 1}
	if !keep {
		c.emit(o)
		return
	}
	reduced := c.between("reduced")
	dims := make([]int, first, len(x)) // zeros, which copy
	for len(dims) < len(x) {
		dims = append(dims, 1)
	}
	c.emitNode(&ir.Node{Op: o, Inputs: []*ir.Value{c.input(0)}, Outputs: []*ir.Value{reduced}})
	c.emitNode(&ir.Node{
		Name:    displayName(c.node) + "/kept",
		Op:      &ir.Reshape{Dims: dims, NumAxes: -1},
		Inputs:  []*ir.Value{reduced},
		Outputs: c.outputs(1),
	})
}

func writeReduction(l *lowering, o *ir.Reduction) error {
	rank := len(l.in[0])
	axis, err := ir.Axis(o.Axis, rank)
	if err != nil {
		return err
	}
	var axes []int
	for i := axis; i < rank; i++ {
		axes = append(axes, i)
	}
	opType := map[ir.ReductionKind]string{
		ir.ReduceSum:        "ReduceSum",
		ir.ReduceAbsSum:     "ReduceL1",
		ir.ReduceSumSquares: "ReduceSumSquare",
		ir.ReduceMean:       "ReduceMean",
	}[o.Kind]
	inputs, attributes := l.reduction(opType, l.inputs[0], axes, false)
	if o.Coefficient == 1 {
		l.result(opType, inputs, attributes...)
		return nil
	}
	l.result("Mul", []string{l.step(opType, inputs, attributes...), l.scalar("coefficient", o.Coefficient)})
	return nil
}

// reduction gives the inputs and attributes of a reduction over axes, which are
// an input from opset 18 on, those of ReduceSum from 13.
func (l *lowering) reduction(opType, x string, axes []int, keep bool) ([]string, []*attribute) {
	kept := boolAttribute("keepdims", keep)
	if l.opset < 13 || l.opset < 18 && opType != "ReduceSum" {
		return []string{x}, []*attribute{intsAttribute("axes", axes...), kept}
	}
	return []string{x, l.integers("axes", axes...)}, []*attribute{kept, intAttribute("noop_with_empty_axes", 0)}
}

// mean averages over the axes and keeps each as one of extent 1.
func (l *lowering) mean(x string, axes []int) string {
	inputs, attributes := l.reduction("ReduceMean", x, axes, true)
	return l.step("ReduceMean", inputs, attributes...)
}
