package main

import (
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// elementwise emits what is computed for every element by itself.
func elementwise(c *build.Context, s isa) {
	rectify(c, s)
	add(c, s)
	binary(c, s, "multiply", c.VMULPS)
	// MAX gives its second source unless the first one is greater, which is
	// Caffe's question.
	binary(c, s, "maximum", c.VMAXPS)
	affine(c, s)
}

// rectify emits max(x, 0) + slope*min(x, 0), which treats special values as
// isa.rectify does. The slopes are slopeStep bytes apart.
func rectify(c *build.Context, s isa) {
	begin(c, "rectify"+s.name, "dst, src, slope *float32, slopeStep, channels int")
	x, zero, t := s.vec(0), s.vec(1), s.vec(2)
	dst, src, slope, step, channels := load(c, "dst"), load(c, "src"), load(c, "slope"), load(c, "slopeStep"), load(c, "channels")
	s.zero(c, zero)
	loop(c, "channel", channels, func() {
		c.VMOVUPS(at(src, 0), x)
		c.VMINPS(x, zero, t)
		c.VMAXPS(x, zero, x)
		c.VFMADD231PS(at(slope, 0), t, x)
		c.VMOVUPS(x, at(dst, 0))
		c.ADDQ(operand.U32(s.bytes()), dst)
		c.ADDQ(operand.U32(s.bytes()), src)
		c.ADDQ(step, slope)
	})
	end(c)
}

// add emits dst = a + b, with the ReLU behind it if there is one.
func add(c *build.Context, s isa) {
	begin(c, "add"+s.name, "dst, a, b *float32, channels, pixels, dstStride, aStride, bStride, relu int")
	sum, zero, t := s.vec(0), s.vec(1), s.vec(2)
	pixels, relu := load(c, "pixels"), load(c, "relu")
	var rows, strides, places [3]reg.GPVirtual
	for i, name := range []string{"dst", "a", "b"} {
		rows[i], strides[i], places[i] = load(c, name), load(c, name+"Stride"), c.GP64()
	}
	channels := c.GP64()
	s.zero(c, zero)
	loop(c, "pixel", pixels, func() {
		for i, row := range rows {
			c.MOVQ(row, places[i])
			c.ADDQ(strides[i], rows[i])
		}
		c.Load(c.Param("channels"), channels)
		loop(c, "channel", channels, func() {
			c.VMOVUPS(at(places[1], 0), sum)
			c.VADDPS(at(places[2], 0), sum, sum)
			c.TESTQ(relu, relu)
			c.JZ(operand.LabelRef("store"))
			s.rectify(c, sum, zero, t)
			c.Label("store")
			c.VMOVUPS(sum, at(places[0], 0))
			for _, p := range places {
				c.ADDQ(operand.U32(s.bytes()), p)
			}
		})
	})
	end(c)
}

// binary emits dst = a op b.
func binary(c *build.Context, s isa, name string, op func(ops ...operand.Op)) {
	begin(c, name+s.name, "dst, a, b *float32, channels int")
	x := s.vec(0)
	dst, a, b, channels := load(c, "dst"), load(c, "a"), load(c, "b"), load(c, "channels")
	loop(c, "channel", channels, func() {
		c.VMOVUPS(at(a, 0), x)
		op(at(b, 0), x, x)
		c.VMOVUPS(x, at(dst, 0))
		for _, p := range []reg.GPVirtual{dst, a, b} {
			c.ADDQ(operand.U32(s.bytes()), p)
		}
	})
	end(c)
}

// affine emits a map of channels by four constants each.
func affine(c *build.Context, s isa) {
	begin(c, "affine"+s.name, "dst, src, constants *float32, constantStride, channels, pixels, dstStride, srcStride, relu int")
	x, zero, t := s.vec(4), s.vec(5), s.vec(6)
	dst, src, constants, stride := load(c, "dst"), load(c, "src"), load(c, "constants"), load(c, "constantStride")
	channels, relu := load(c, "channels"), load(c, "relu")
	dstStride, srcStride := load(c, "dstStride"), load(c, "srcStride")
	from, to, pixels := c.GP64(), c.GP64(), c.GP64()
	s.zero(c, zero)
	loop(c, "channel", channels, func() {
		constant := newStrided(c, 4, stride)
		constant.start(c, constants)
		for i := range 4 {
			c.VMOVUPS(constant.row(i), s.vec(i))
		}
		c.MOVQ(src, from)
		c.MOVQ(dst, to)
		c.Load(c.Param("pixels"), pixels)
		loop(c, "pixel", pixels, func() {
			c.VMOVUPS(at(from, 0), x)
			s.affine(c, x, [4]reg.VecPhysical{s.vec(0), s.vec(1), s.vec(2), s.vec(3)})
			c.TESTQ(relu, relu)
			c.JZ(operand.LabelRef("store"))
			s.rectify(c, x, zero, t)
			c.Label("store")
			c.VMOVUPS(x, at(to, 0))
			c.ADDQ(srcStride, from)
			c.ADDQ(dstStride, to)
		})
		for _, p := range []reg.GPVirtual{dst, src, constants} {
			c.ADDQ(operand.U32(s.bytes()), p)
		}
	})
	end(c)
}
