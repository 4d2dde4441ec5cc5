package main

import "github.com/mmcloughlin/avo/build"

// peak emits n rounds of as many independent multiply-additions as there are
// registers for: enough to hide their latency on every CPU of the tier.
func peak(c *build.Context, s isa) {
	begin(c, "peak"+s.name, "n int")
	factor := s.vec(s.regs - 1)
	for i := range s.regs {
		s.zero(c, s.vec(i))
	}
	n := load(c, "n")
	loop(c, "loop", n, func() {
		for i := range s.regs - 1 {
			c.VFMADD231PS(factor, factor, s.vec(i))
		}
	})
	end(c)
}
