package main

import (
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
)

// lrn emits the passes of local response normalisation across channels over a
// run of pixels, a vector of channels at a time.
func lrn(c *build.Context, s isa) {
	lrnSquare(c, s)
	lrnNormalise(c, s, "lrnScale"+s.name, false)
	lrnNormalise(c, s, "lrn75"+s.name, true)
}

func lrnSquare(c *build.Context, s isa) {
	begin(c, "lrnSquare"+s.name, "dst, src *float32, pixels, channels, dstStride, srcStride int")
	dst, src, pixels := load(c, "dst"), load(c, "src"), load(c, "pixels")
	dstStride, srcStride := load(c, "dstStride"), load(c, "srcStride")
	i, channels := c.GP64(), c.GP64()
	loop(c, "pixel", pixels, func() {
		c.Load(c.Param("channels"), channels)
		c.XORQ(i, i)
		loop(c, "channel", channels, func() {
			c.VMOVUPS(indexed(src, i, 1, 0), s.vec(0))
			c.VMULPS(s.vec(0), s.vec(0), s.vec(0))
			c.VMOVUPS(s.vec(0), indexed(dst, i, 1, 0))
			c.ADDQ(operand.U32(s.bytes()), i)
		})
		c.ADDQ(dstStride, dst)
		c.ADDQ(srcStride, src)
	})
	end(c)
}

// lrnNormalise emits k + c*sum of the window, or x times its power -3/4, which
// is 1/(sqrt(s)*sqrt(sqrt(s))).
func lrnNormalise(c *build.Context, s isa, name string, power bool) {
	begin(c, name, "dst, x, squares *float32, pixels, channels, dstStride, xStride, squareStride, window int, k, c float32")
	k, scale, sum, root := s.vec(0), s.vec(1), s.vec(2), s.vec(3)
	s.broadcastParam(c, "k", k)
	s.broadcastParam(c, "c", scale)
	dst, x, squares, pixels := load(c, "dst"), load(c, "x"), load(c, "squares"), load(c, "pixels")
	i, channels, window, p := c.GP64(), c.GP64(), c.GP64(), c.GP64()
	stride := c.GP64()
	loop(c, "pixel", pixels, func() {
		c.Load(c.Param("channels"), channels)
		c.XORQ(i, i)
		loop(c, "channel", channels, func() {
			s.zero(c, sum)
			c.LEAQ(indexed(squares, i, 1, 0), p)
			c.Load(c.Param("window"), window)
			loop(c, "window", window, func() {
				c.VADDPS(at(p, 0), sum, sum)
				c.ADDQ(operand.U32(4), p)
			})
			c.VFMADD213PS(k, scale, sum)
			if power {
				c.VSQRTPS(sum, sum)
				c.VSQRTPS(sum, root)
				c.VMULPS(root, sum, sum)
				c.VMOVUPS(indexed(x, i, 1, 0), root)
				c.VDIVPS(sum, root, sum)
			}
			c.VMOVUPS(sum, indexed(dst, i, 1, 0))
			c.ADDQ(operand.U32(s.bytes()), i)
		})
		c.Load(c.Param("dstStride"), stride)
		c.ADDQ(stride, dst)
		c.Load(c.Param("xStride"), stride)
		c.ADDQ(stride, x)
		c.Load(c.Param("squareStride"), stride)
		c.ADDQ(stride, squares)
	})
	end(c)
}
