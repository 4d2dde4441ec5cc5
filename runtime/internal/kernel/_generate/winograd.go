package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// winograd emits the transforms of F(2x2,3x3), and the linear combinations of 6
// rows that those of F(2x2,5x5) are made of.
func winograd(c *build.Context, s isa) {
	winogradInput(c, s)
	winogradOutput(c, s)
	combine(c, s, 6)
}

// winogradInput emits B' d B. In both directions the four results are 2-0, 2+1,
// 2-1 and 3-1 of the four operands.
func winogradInput(c *build.Context, s isa) {
	begin(c, "winogradInput"+s.name, "dst, src *float32, dstStride, dstTile, rowStride, columnStride, channels, tiles int")
	dst, src, tiles := load(c, "dst"), load(c, "src"), load(c, "tiles")
	column, dstStride := load(c, "columnStride"), load(c, "dstStride")
	rows := [4]reg.GPVirtual{c.GP64(), c.GP64(), c.GP64(), c.GP64()}
	start, channels := c.GP64(), c.GP64()
	to, from := newStrided(c, 4, dstStride), newStrided(c, 4, column)
	input := func(row, i int) operand.Mem {
		from.bases[0] = rows[row]
		return from.row(i)
	}
	one, two, half, result := 0, 4, 8, s.vec(12)
	loop(c, "tile", tiles, func() {
		c.MOVQ(src, rows[0])
		c.Load(c.Param("rowStride"), channels)
		for i := 1; i < 4; i++ {
			c.LEAQ(indexed(rows[i-1], channels, 1, 0), rows[i])
		}
		c.MOVQ(dst, start)
		c.Load(c.Param("channels"), channels)
		loop(c, "channel", channels, func() {
			to.start(c, start)
			for i := range 4 {
				c.VMOVUPS(input(1, i), s.vec(one+i))
				c.VMOVUPS(input(2, i), s.vec(two+i))
			}
			for row := range 4 {
				for i := range 4 {
					switch row {
					case 0:
						c.VSUBPS(input(0, i), s.vec(two+i), s.vec(half+i))
					case 1:
						c.VADDPS(s.vec(one+i), s.vec(two+i), s.vec(half+i))
					case 2:
						c.VSUBPS(s.vec(one+i), s.vec(two+i), s.vec(half+i))
					case 3:
						c.VMOVUPS(input(3, i), s.vec(half+i))
						c.VSUBPS(s.vec(one+i), s.vec(half+i), s.vec(half+i))
					}
				}
				for i, op := range []struct {
					apply func(ops ...operand.Op)
					b, a  int
				}{{c.VSUBPS, 0, 2}, {c.VADDPS, 1, 2}, {c.VSUBPS, 1, 2}, {c.VSUBPS, 1, 3}} {
					op.apply(s.vec(half+op.b), s.vec(half+op.a), result)
					c.VMOVUPS(result, to.row(i))
				}
				if row < 3 {
					c.LEAQ(to.row(4), to.bases[0])
				}
			}
			for _, p := range append(rows[:], start) {
				c.ADDQ(operand.U32(s.bytes()), p)
			}
		})
		c.LEAQ(indexed(src, column, 2, 0), src)
		c.Load(c.Param("dstTile"), start)
		c.ADDQ(start, dst)
	})
	end(c)
}

// winogradOutput emits A' M A, what is added to it and the ReLU if there is one.
// In both directions the results are 0+1+2 and 1-2+3 of the four operands.
func winogradOutput(c *build.Context, s isa) {
	begin(c, "winogradOutput"+s.name, "dst, src, bias *float32, srcStride, srcTile, rowStride, columnStride, channels, tiles, relu int")
	dst, src, tiles := load(c, "dst"), load(c, "src"), load(c, "tiles")
	column, relu := load(c, "columnStride"), load(c, "relu")
	start, bias, channels := c.GP64(), c.GP64(), c.GP64()
	from := newStrided(c, 4, load(c, "srcStride"))
	to := [2]reg.GPVirtual{c.GP64(), c.GP64()}
	// Results y, x are in sums 2*y+x, a row's two combinations in parts 0 and 1.
	sum := func(y, x int) reg.VecPhysical { return s.vec(2*y + x) }
	part := func(x int) reg.VecPhysical { return s.vec(4 + x) }
	middle, last, zero, t := s.vec(6), s.vec(7), s.vec(8), s.vec(9)
	s.zero(c, zero)
	loop(c, "tile", tiles, func() {
		c.MOVQ(src, start)
		c.MOVQ(dst, to[0])
		c.Load(c.Param("rowStride"), to[1])
		c.ADDQ(dst, to[1])
		c.Load(c.Param("bias"), bias)
		c.Load(c.Param("channels"), channels)
		loop(c, "channel", channels, func() {
			from.start(c, start)
			for row := range 4 {
				first, second := part(0), part(1)
				switch row {
				case 0:
					first, second = sum(0, 0), sum(0, 1)
				case 1:
					first, second = sum(1, 0), sum(1, 1)
				}
				c.VMOVUPS(from.row(1), middle)
				c.VMOVUPS(from.row(2), last)
				c.VADDPS(from.row(0), middle, first)
				c.VADDPS(last, first, first)
				c.VSUBPS(last, middle, second)
				c.VADDPS(from.row(3), second, second)
				if row < 3 {
					c.LEAQ(from.row(4), from.bases[0])
				}
				for x := range 2 {
					switch row {
					case 1:
						c.VADDPS(sum(1, x), sum(0, x), sum(0, x))
					case 2:
						c.VADDPS(part(x), sum(0, x), sum(0, x))
						c.VSUBPS(part(x), sum(1, x), sum(1, x))
					case 3:
						c.VADDPS(part(x), sum(1, x), sum(1, x))
					}
				}
			}
			c.VMOVUPS(at(bias, 0), middle)
			for i := range 4 {
				c.VADDPS(middle, s.vec(i), s.vec(i))
			}
			c.TESTQ(relu, relu)
			c.JZ(operand.LabelRef("store"))
			for i := range 4 {
				s.rectify(c, s.vec(i), zero, t)
			}
			c.Label("store")
			for y := range 2 {
				c.VMOVUPS(sum(y, 0), at(to[y], 0))
				c.VMOVUPS(sum(y, 1), indexed(to[y], column, 1, 0))
			}
			for _, p := range []reg.GPVirtual{start, to[0], to[1], bias} {
				c.ADDQ(operand.U32(s.bytes()), p)
			}
		})
		c.LEAQ(indexed(dst, column, 2, 0), dst)
		c.Load(c.Param("srcTile"), start)
		c.ADDQ(start, src)
	})
	end(c)
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
