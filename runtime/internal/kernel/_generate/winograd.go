package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// winograd emits the linear combinations of 4 and of 6 rows that the transforms
// of Winograd's algorithms are made of.
func winograd(c *build.Context, s isa) {
	for _, inputs := range []int{4, 6} {
		combine(c, s, inputs)
	}
}

func combine(c *build.Context, s isa, inputs int) {
	begin(c, fmt.Sprintf("combine%d%s", inputs, s.name), "dst, src, matrix *float32, rows, dstStride, srcStride, channels int")
	sum, factor := s.vec(inputs), s.vec(inputs+1)
	channels, dst, src := load(c, "channels"), load(c, "dst"), load(c, "src")
	dstStride := load(c, "dstStride")
	from := newStrided(c, inputs, load(c, "srcStride"))
	from.start(c, src)
	rows, to, matrix := c.GP64(), c.GP64(), c.GP64()
	loop(c, "channel", channels, func() {
		for i := range inputs {
			c.VMOVUPS(from.row(i), s.vec(i))
		}
		c.Load(c.Param("rows"), rows)
		c.Load(c.Param("matrix"), matrix)
		c.MOVQ(dst, to)
		loop(c, "row", rows, func() {
			c.VBROADCASTSS(at(matrix, 0), factor)
			c.VMULPS(s.vec(0), factor, sum)
			for i := 1; i < inputs; i++ {
				c.VBROADCASTSS(at(matrix, 4*i), factor)
				c.VFMADD231PS(s.vec(i), factor, sum)
			}
			c.VMOVUPS(sum, at(to, 0))
			c.ADDQ(dstStride, to)
			c.ADDQ(operand.U32(4*inputs), matrix)
		})
		for _, p := range append([]reg.GPVirtual{dst}, from.bases...) {
			c.ADDQ(operand.U32(s.bytes()), p)
		}
	})
	end(c)
}
