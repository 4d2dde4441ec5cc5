package onnx

import (
	"github.com/alexconv/alexconv/ir"
)

// readInstanceNormalization reads the normalisation of each channel of each
// batch element: that of a batch by its own statistics, of one element that has
// them all as channels.
func readInstanceNormalization(c *call) {
	x, scale, bias := c.shape(0), c.weights(1), c.weights(2)
	eps := c.float("epsilon", 1e-5)
	if c.failed() {
		return
	}
	if len(x) < 3 {
		c.invalid("needs batch, channel and spatial axes, the input is %v", x)
		return
	}
	one, back := make([]int, len(x)), make([]int, len(x)) // zeros, which copy
	one[0], one[1] = 1, -1
	back[0], back[1] = -1, x[1]
	channels := ir.Shape{x[1]}
	c.conclude(c.input(0),
		stage{suffix: "instances", op: &ir.Reshape{Dims: one, NumAxes: -1}},
		stage{suffix: "normal", op: &ir.BatchNorm{Eps: eps, BatchStats: true}},
		stage{suffix: "batch", op: &ir.Reshape{Dims: back, NumAxes: -1}},
		stage{
			op:     &ir.Scale{Axis: 1, NumAxes: 1, Bias: true},
			params: []*ir.Tensor{c.tensorOf(scale, channels), c.tensorOf(bias, channels)},
		})
}
