package tf

import "github.com/alexconv/alexconv/ir"

// readPlaceholder reads an input: float32, every axis known but the batch. An
// image is declared as N, H, W, C and read as N, C, H, W.
func readPlaceholder(c *call) {
	if a := c.node.get("dtype"); a == nil || a.kind != kindType || dataType(a.int) != typeFloat {
		c.unsupported("the placeholder does not hold float32 values")
	}
	declared := c.take("shape", kindShape)
	dims, given := c.given[c.node.name]
	switch {
	case given:
	case declared == nil || declared.shape.unranked:
		c.unsupported("the placeholder's shape is not declared; give it, as N,H,W,C for an image")
	default:
		for axis, d := range declared.shape.dims {
			switch {
			case axis == 0 && d == -1:
				d = 1
			case d == -1:
				c.unsupported("axis %d of the placeholder is open; give its shape, as N,H,W,C for an image", axis)
			case d <= 0 || d > ir.MaxElements:
				c.invalid("axis %d of the placeholder has the size %d", axis, d)
			}
			dims = append(dims, int(d))
		}
	}
	c.emitNode(&ir.Input{Shape: canonical(dims).Clone()}, nil)
}

// placeholder writes an input, its batch open if the options want it so.
func (l *lowering) placeholder(o *ir.Input, open bool) {
	var declared shape
	for axis, d := range stored(o.Shape) {
		if axis == 0 && open {
			d = -1
		}
		declared.dims = append(declared.dims, int64(d))
	}
	l.nodes = append(l.nodes, &node{name: l.base(), op: "Placeholder", attributes: []*attribute{
		typeAttribute("dtype", typeFloat),
		{name: "shape", kind: kindShape, shape: declared},
	}})
	l.marks = append(l.marks, nodeMark{})
}
