package onnx

import (
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// readTile reads a repetition along one axis at most.
func readTile(c *call) {
	x, repeats := c.shape(0), c.integers(1)
	if c.failed() {
		return
	}
	if len(repeats) != len(x) || len(x) == 0 {
		c.invalid("repeats has %d entries, the input is %v", len(repeats), x)
		return
	}
	o := &ir.Tile{Tiles: 1}
	for axis, n := range repeats {
		if n != 1 && o.Tiles != 1 {
			c.unsupported("repeating along several axes (%v) is not supported", repeats)
			return
		}
		if n != 1 {
			o.Axis, o.Tiles = axis, n
		}
	}
	c.emit(o)
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
