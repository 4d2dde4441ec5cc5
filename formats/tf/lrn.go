package tf

import "github.com/alexconv/alexconv/ir"

// readLRN reads LRN, whose alpha multiplies the sum itself.
func readLRN(c *call) {
	c.emit(&ir.LRN{
		Region: ir.Across,
		Size:   2*c.int("depth_radius", 5) + 1,
		C:      c.float("alpha", 1),
		Beta:   c.float("beta", 0.5),
		K:      c.float("bias", 1),
	})
}

func writeLRN(l *lowering, o *ir.LRN) error {
	switch {
	case o.Region != ir.Across:
		return l.unsupported("TensorFlow's LRN has no region within a channel")
	case o.Size%2 == 0:
		return l.unsupported("TensorFlow's LRN has no window of an even size, this is %d", o.Size)
	case o.InPlace:
		return l.unsupported("TensorFlow has no form for the result of Caffe's LRN in place")
	}
	l.result("LRN", l.inputs,
		intAttribute("depth_radius", (o.Size-1)/2),
		floatAttribute("bias", o.K),
		floatAttribute("alpha", o.C),
		floatAttribute("beta", o.Beta))
	return nil
}
