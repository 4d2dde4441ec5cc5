package tf

import "github.com/alexconv/alexconv/ir"

// readIdentity reads a copy of a value as a split into one, and gives a
// constant a second name.
func readIdentity(c *call) {
	if t := c.constant(0); t != nil {
		c.define(t)
		return
	}
	c.emitSame(&ir.Split{Copies: 1}, c.any(0))
}

// writeCopies writes one Identity per copy.
func writeCopies(l *lowering, _ *ir.Split) error {
	for _, out := range l.outputs {
		l.add(out, "Identity", l.inputs, nil)
	}
	return nil
}

// writeDropout writes what dropout is in inference.
func writeDropout(l *lowering, _ *ir.Dropout) error {
	l.result("Identity", l.inputs)
	return nil
}
