package onnx

import (
	"slices"

	"github.com/alexconv/alexconv/ir"
)

func readReduceSum(c *call)       { readReduce(c, ir.ReduceSum) }
func readReduceL1(c *call)        { readReduce(c, ir.ReduceAbsSum) }
func readReduceSumSquare(c *call) { readReduce(c, ir.ReduceSumSquares) }
func readReduceMean(c *call)      { readReduce(c, ir.ReduceMean) }

// readReduceL2 reads the root of a sum of squares.
func readReduceL2(c *call) {
	readReduce(c, ir.ReduceSumSquares, stage{suffix: "squares", op: &ir.Power{Power: .5, Scale: 1}})
}

// readReduce reads a reduction as one of all axes from one on, behind a Transpose
// that brings the axes there, and before a Reshape where they are kept. A mean of
// planes whose axes are kept is a global average.
func readReduce(c *call, kind ir.ReductionKind, after ...stage) {
	x := c.shape(0)
	keep := c.bool("keepdims", true)
	given := c.has("axes") || c.present(1)
	axes := c.axesOf(len(x))
	nothing := c.bool("noop_with_empty_axes", false)
	if c.failed() {
		return
	}
	switch {
	case len(axes) > 0:
	case nothing && (kind == ir.ReduceSum || kind == ir.ReduceMean) || given && c.opset < 13:
		c.conclude(c.input(0))
		return
	case nothing:
		c.unsupported("a reduction of no axes (noop_with_empty_axes) is not supported")
		return
	default:
		for axis := range x {
			axes = append(axes, axis)
		}
	}
	first := len(x) - len(axes)
	if kind == ir.ReduceMean && keep && first == 2 && axes[0] == 2 {
		c.emit(&ir.Pool{Kind: ir.Average, Global: true})
		return
	}
	var order, dims []int
	for axis, d := range x {
		if slices.Contains(axes, axis) {
			dims = append(dims, 1)
			continue
		}
		dims = append(dims, copied(d, len(order), axis))
		order = append(order, axis)
	}
	var list []stage
	if first > 0 && axes[0] != first {
		list = append(list, stage{suffix: "ordered", op: &ir.Transpose{Order: append(order, axes...)}})
	}
	list = append(list, stage{suffix: "reduced", op: &ir.Reduction{Kind: kind, Axis: first, Coefficient: 1}})
	list = append(list, after...)
	if keep {
		list = append(list, stage{op: &ir.Reshape{Dims: dims, NumAxes: -1}})
	}
	c.conclude(c.input(0), list...)
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
