package main

import (
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
)

// depthwise emits one output pixel of a convolution whose groups have one input
// and one output channel.
func depthwise(c *build.Context, s isa) {
	begin(c, "depthwise"+s.name, "dst, w, bias, src *float32, offsets *int, taps, wStride, channels, relu int")
	acc, weight, zero := s.vec(0), s.vec(1), s.vec(2)
	dst, w, bias, src := load(c, "dst"), load(c, "w"), load(c, "bias"), load(c, "src")
	wStride, channels, relu := load(c, "wStride"), load(c, "channels"), load(c, "relu")
	tap, offsets, taps, offset := c.GP64(), c.GP64(), c.GP64(), c.GP64()
	s.zero(c, zero)
	loop(c, "channel", channels, func() {
		c.VMOVUPS(at(bias, 0), acc)
		c.MOVQ(w, tap)
		c.Load(c.Param("offsets"), offsets)
		c.Load(c.Param("taps"), taps)
		loop(c, "tap", taps, func() {
			c.MOVQ(at(offsets, 0), offset)
			c.VMOVUPS(at(tap, 0), weight)
			c.VFMADD231PS(indexed(src, offset, 1, 0), weight, acc)
			c.ADDQ(wStride, tap)
			c.ADDQ(operand.U32(8), offsets)
		})
		c.TESTQ(relu, relu)
		c.JZ(operand.LabelRef("store"))
		s.rectify(c, acc, zero, weight)
		c.Label("store")
		c.VMOVUPS(acc, at(dst, 0))
		for _, p := range []operand.Op{dst, w, bias, src} {
			c.ADDQ(operand.U32(s.bytes()), p)
		}
	})
	end(c)
}
