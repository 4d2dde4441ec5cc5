package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// depthwisePixels is the largest number of pixels that share a load of the
// weights: it divides the widths 7, 14, 28, 56 and 112.
const depthwisePixels = 7

// depthwise emits tiles of 1 to depthwisePixels output pixels of a convolution
// whose groups have one input and one output channel.
func depthwise(c *build.Context, s isa) {
	for pixels := 1; pixels <= depthwisePixels; pixels++ {
		depthwiseTile(c, s, pixels)
	}
}

func depthwiseTile(c *build.Context, s isa, pixels int) {
	begin(c, fmt.Sprintf("depthwise%d%s", pixels, s.name),
		"dst, w, bias, src *float32, offsets *int, rows, columns, columnStride, wStride, channels, pixelStride, dstStride int, constants *float32, constantStride, relu int")
	weight, zero, t := s.vec(pixels), s.vec(pixels+1), s.vec(pixels+2)
	dst, w, bias, src, channels := load(c, "dst"), load(c, "w"), load(c, "bias"), load(c, "src"), load(c, "channels")
	from := newStrided(c, pixels, load(c, "pixelStride"))
	tap, offsets, rows, columns := c.GP64(), c.GP64(), c.GP64(), c.GP64()
	s.zero(c, zero)
	loop(c, "channel", channels, func() {
		c.VMOVUPS(at(bias, 0), s.vec(0))
		for p := 1; p < pixels; p++ {
			c.VMOVAPS(s.vec(0), s.vec(p))
		}
		c.MOVQ(w, tap)
		c.Load(c.Param("offsets"), offsets)
		c.Load(c.Param("rows"), rows)
		loop(c, "row", rows, func() {
			origin := c.GP64()
			c.MOVQ(at(offsets, 0), origin)
			c.ADDQ(src, origin)
			from.start(c, origin)
			c.ADDQ(operand.U32(8), offsets)
			if pixels == depthwisePixels {
				prefetchPixels(c, s, from.stride, origin, src, columns)
			}
			c.Load(c.Param("columns"), columns)
			// Nearly every kernel has three columns; without a loop they take a
			// quarter fewer instructions.
			c.CMPQ(columns, operand.U32(3))
			c.JNE(operand.LabelRef("any"))
			c.Load(c.Param("wStride"), origin)
			c.Load(c.Param("columnStride"), columns)
			for k := range 3 {
				c.VMOVUPS(at(tap, 0), weight)
				c.ADDQ(origin, tap)
				for p := range pixels {
					c.VFMADD231PS(from.row(p), weight, s.vec(p))
				}
				if k < 2 {
					for _, base := range from.bases {
						c.ADDQ(columns, base)
					}
				}
			}
			c.JMP(operand.LabelRef("rowend"))
			c.Label("any")
			loop(c, "column", columns, func() {
				c.VMOVUPS(at(tap, 0), weight)
				for p := range pixels {
					c.VFMADD231PS(from.row(p), weight, s.vec(p))
				}
				for _, base := range from.bases {
					c.ADDQ(param(c, "columnStride"), base)
				}
				c.ADDQ(param(c, "wStride"), tap)
			})
			c.Label("rowend")
		})
		constants, relu := load(c, "constants"), load(c, "relu")
		c.TESTQ(constants, constants)
		c.JZ(operand.LabelRef("relu"))
		constant := newStrided(c, 4, load(c, "constantStride"))
		constant.start(c, constants)
		for i := range 4 {
			c.VMOVUPS(constant.row(i), s.vec(pixels+3+i))
		}
		c.ADDQ(operand.U32(s.bytes()), constants)
		c.Store(constants, c.Param("constants"))
		for p := range pixels {
			s.affine(c, s.vec(p), [4]reg.VecPhysical{s.vec(pixels + 3), s.vec(pixels + 4), s.vec(pixels + 5), s.vec(pixels + 6)})
		}
		c.Label("relu")
		c.TESTQ(relu, relu)
		c.JZ(operand.LabelRef("store"))
		for p := range pixels {
			s.rectify(c, s.vec(p), zero, t)
		}
		c.Label("store")
		to, stride := c.GP64(), c.GP64()
		c.MOVQ(dst, to)
		c.Load(c.Param("dstStride"), stride)
		for p := range pixels {
			c.VMOVUPS(s.vec(p), at(to, 0))
			if p < pixels-1 {
				c.ADDQ(stride, to)
			}
		}
		for _, p := range []reg.GPVirtual{dst, w, bias, src} {
			c.ADDQ(operand.U32(s.bytes()), p)
		}
	})
	end(c)
}

// prefetchPixels asks for the channels' share of what the next tile of a row will
// read, which begins where this one's pixels end, if windows are more than a column
// apart: else nearly all of it is there.
func prefetchPixels(c *build.Context, s isa, stride, origin, src, t reg.GPVirtual) {
	c.CMPQ(stride, param(c, "columnStride"))
	c.JLE(operand.LabelRef("near"))
	// While src goes through a pixel's channels, this goes through two columns of
	// every pixel.
	c.MOVQ(src, t)
	c.SUBQ(param(c, "src"), t)
	c.IMUL3Q(operand.U32(2*depthwisePixels-1), t, t)
	c.ADDQ(t, origin)
	c.IMUL3Q(operand.U32(depthwisePixels), stride, t)
	c.ADDQ(t, origin)
	for line := 0; line < 2*depthwisePixels*s.bytes(); line += cacheLine {
		c.PREFETCHT0(at(origin, line))
	}
	c.Label("near")
}
