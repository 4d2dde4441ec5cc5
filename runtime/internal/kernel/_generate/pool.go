package main

import (
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// pools emits one output pixel of maximum and of average pooling, a vector of
// channels at a time.
func pools(c *build.Context, s isa) {
	param, acc := s.vec(0), s.vec(1)
	poolPixel(c, s, "maxPool"+s.name, "initial",
		func() { c.VMOVAPS(param, acc) },
		func(m operand.Mem) {
			// MAX(new, acc) is acc when new is a NaN.
			c.VMOVUPS(m, s.vec(2))
			c.VMAXPS(acc, s.vec(2), acc)
		},
		func() {})
	poolPixel(c, s, "averagePool"+s.name, "divisor",
		func() { s.zero(c, acc) },
		func(m operand.Mem) { c.VADDPS(m, acc, acc) },
		func() { c.VDIVPS(param, acc, acc) })
}

// poolPixel emits the loops over channels, rows and columns around what begins,
// extends and finishes one vector. The parameter named scalar is in register 0,
// the accumulator is register 1.
func poolPixel(c *build.Context, s isa, name, scalar string, begins func(), extends func(operand.Mem), finishes func()) {
	begin(c, name, "dst, src *float32, rows, columns, rowStride, columnStride, channels int, "+scalar+" float32")
	s.broadcastParam(c, scalar, s.vec(0))
	dst, src, channels := load(c, "dst"), load(c, "src"), load(c, "channels")
	rows, columns := c.GP64(), c.GP64()
	rowStride, columnStride := load(c, "rowStride"), load(c, "columnStride")
	row, p := c.GP64(), c.GP64()
	loop(c, "channel", channels, func() {
		begins()
		c.Load(c.Param("rows"), rows)
		c.MOVQ(src, row)
		loop(c, "row", rows, func() {
			c.MOVQ(row, p)
			c.Load(c.Param("columns"), columns)
			loop(c, "column", columns, func() {
				extends(at(p, 0))
				c.ADDQ(columnStride, p)
			})
			c.ADDQ(rowStride, row)
		})
		finishes()
		c.VMOVUPS(s.vec(1), at(dst, 0))
		c.ADDQ(operand.U32(s.bytes()), dst)
		c.ADDQ(operand.U32(s.bytes()), src)
	})
	end(c)
}

// broadcastParam fills a register with a float32 parameter.
func (s isa) broadcastParam(c *build.Context, name string, r reg.VecPhysical) {
	b, err := c.Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	c.VBROADCASTSS(b.Addr, r)
}
