package onnx

import (
	"slices"
	"strconv"

	"github.com/alexconv/alexconv/ir"
)

// readTile reads a repetition as one Tile for each axis that is repeated.
func readTile(c *call) {
	x, repeats := c.shape(0), c.integers(1)
	if c.failed() {
		return
	}
	if len(repeats) != len(x) || len(x) == 0 {
		c.invalid("repeats has %d entries, the input is %v", len(repeats), x)
		return
	}
	var list []stage
	for axis, n := range repeats {
		if n != 1 {
			list = append(list, stage{suffix: "axis" + strconv.Itoa(axis), op: &ir.Tile{Axis: axis, Tiles: n}})
		}
	}
	c.conclude(c.input(0), list...)
}

func writeTile(l *lowering, o *ir.Tile) error {
	axis, err := ir.Axis(o.Axis, len(l.in[0]))
	if err != nil {
		return err
	}
	repeats := slices.Repeat([]int{1}, len(l.in[0]))
	repeats[axis] = o.Tiles
	l.result("Tile", []string{l.inputs[0], l.integers("repeats", repeats...)})
	return nil
}
