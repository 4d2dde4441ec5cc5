package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// weightsAhead is how far ahead, in bytes, weights are asked for: at a tile's
// pace, about as long as memory takes to answer.
const weightsAhead = 4096

const cacheLine = 64

// unroll is the number of steps between two looks at the counter: what a thread
// on the same core's other half takes of its instructions is then missed less.
const unroll = 8

// convTiles emits the convolution tiles of 1 to maxRows pixels by two vectors
// of output channels. The accumulators fill all registers but two for the
// weights and two for the broadcast inputs. Parameters that a tile has no register
// for, and those that the next tile has other values of, are kept where the caller
// put them.
func convTiles(c *build.Context, s isa) {
	maxRows := (s.regs - 4) / 2
	for rows := 1; rows <= maxRows; rows++ {
		convTile(c, s, rows)
	}
}

func convTile(c *build.Context, s isa, rows int) {
	begin(c, fmt.Sprintf("conv%d%s", rows, s.name),
		"dst, w, bias, src *float32, offsets *int, outer, inner, pixelStride, dstStride int, "+
			"constants *float32, constantStride int, other *float32, otherStride, relu, count, rows, srcSkip, dstSkip, otherSkip int")
	acc := func(row, half int) reg.VecPhysical { return s.vec(2*row + half) }
	weight := [2]reg.VecPhysical{s.vec(s.regs - 4), s.vec(s.regs - 3)}
	pixel := [2]reg.VecPhysical{s.vec(s.regs - 2), s.vec(s.regs - 1)}

	left := load(c, "count")
	c.Label("tile")
	bias := load(c, "bias")
	for half := range 2 {
		c.VMOVUPS(at(bias, half*s.bytes()), acc(0, half))
	}
	for row := 1; row < rows; row++ {
		for half := range 2 {
			c.VMOVAPS(acc(0, half), acc(row, half))
		}
	}

	prefetchOutputs(c, s, rows)
	prefetchAdded(c, s, rows)
	w, src, offsets, outer := load(c, "w"), load(c, "src"), load(c, "offsets"), load(c, "outer")
	pixels := newStrided(c, rows, load(c, "pixelStride"))
	origin, inner := c.GP64(), c.GP64()
	// step adds the products of the i-th input float and weights from here on.
	step := func(i int) {
		for half := range 2 {
			c.VMOVUPS(at(w, (2*i+half)*s.bytes()), weight[half])
		}
		// The processor's own prefetching stops at the end of a page.
		for line := 0; line < 2*s.bytes(); line += cacheLine {
			c.PREFETCHT0(at(w, weightsAhead+2*i*s.bytes()+line))
		}
		for row := range rows {
			from := pixels.row(row)
			from.Disp = 4 * i
			c.VBROADCASTSS(from, pixel[row%2])
			for half := range 2 {
				c.VFMADD231PS(weight[half], pixel[row%2], acc(row, half))
			}
		}
	}
	steps := func(n int) {
		for i := range n {
			step(i)
		}
		pixels.advance(c, 4*n)
		c.ADDQ(operand.U32(n*2*s.bytes()), w)
	}
	loop(c, "outer", outer, func() {
		c.MOVQ(at(offsets, 0), origin)
		c.ADDQ(operand.U32(8), offsets)
		c.ADDQ(src, origin)
		pixels.start(c, origin)
		c.Load(c.Param("inner"), inner)
		c.SUBQ(operand.U32(unroll), inner)
		c.JL(operand.LabelRef("rest"))
		c.Label("unrolled")
		steps(unroll)
		c.SUBQ(operand.U32(unroll), inner)
		c.JGE(operand.LabelRef("unrolled"))
		c.Label("rest")
		c.ADDQ(operand.U32(unroll), inner)
		c.JZ(operand.LabelRef("done"))
		loop(c, "inner", inner, func() { steps(1) })
		c.Label("done")
	})

	constants := load(c, "constants")
	c.TESTQ(constants, constants)
	c.JZ(operand.LabelRef("add"))
	constant := newStrided(c, 4, load(c, "constantStride"))
	free := [4]reg.VecPhysical{weight[0], weight[1], pixel[0], pixel[1]}
	for half := range 2 {
		constant.start(c, constants)
		for i, r := range free {
			c.VMOVUPS(constant.row(i), r)
		}
		for row := range rows {
			s.affine(c, acc(row, half), free)
		}
		c.ADDQ(operand.U32(s.bytes()), constants)
	}
	c.Label("add")
	other := load(c, "other")
	c.TESTQ(other, other)
	c.JZ(operand.LabelRef("relu"))
	otherStride := load(c, "otherStride")
	for row := range rows {
		for half := range 2 {
			c.VADDPS(at(other, half*s.bytes()), acc(row, half), acc(row, half))
		}
		c.ADDQ(otherStride, other)
	}
	c.Store(other, c.Param("other"))
	c.Label("relu")
	relu := load(c, "relu")
	c.TESTQ(relu, relu)
	c.JZ(operand.LabelRef("store"))
	s.zero(c, weight[0])
	for row := range rows {
		for half := range 2 {
			s.rectify(c, acc(row, half), weight[0], weight[1])
		}
	}
	c.Label("store")
	dst, dstStride := load(c, "dst"), load(c, "dstStride")
	for row := range rows {
		for half := range 2 {
			c.VMOVUPS(acc(row, half), at(dst, half*s.bytes()))
		}
		c.ADDQ(dstStride, dst)
	}
	next := load(c, "pixelStride")
	c.IMUL3Q(operand.U32(rows), next, next)
	c.ADDQ(src, next)
	c.DECQ(left)
	c.JNZ(operand.LabelRef("next"))
	// Behind the last tile of a row.
	c.Load(c.Param("count"), left)
	c.ADDQ(load(c, "srcSkip"), next)
	c.ADDQ(load(c, "dstSkip"), dst)
	c.Load(c.Param("other"), other)
	c.ADDQ(load(c, "otherSkip"), other)
	c.Store(other, c.Param("other"))
	height := load(c, "rows")
	c.DECQ(height)
	c.JZ(operand.LabelRef("end"))
	c.Store(height, c.Param("rows"))
	c.Label("next")
	c.Store(next, c.Param("src"))
	c.Store(dst, c.Param("dst"))
	c.JMP(operand.LabelRef("tile"))
	c.Label("end")
	end(c)
}

// prefetchOutputs asks for the lines that a tile will write, so that they are there
// and this core's own when its sums are done.
func prefetchOutputs(c *build.Context, s isa, rows int) {
	stride := load(c, "dstStride")
	c.Load(c.Param("dst"), reg.RAX)
	for row := range rows {
		for line := 0; line < 2*s.bytes(); line += cacheLine {
			prefetchForWrite(c, line)
		}
		if row < rows-1 {
			c.ADDQ(stride, reg.RAX)
		}
	}
}

// prefetchForWrite emits PREFETCHW disp(AX), which the assembler does not know and
// processors without it skip. Nothing else may come between it and what sets AX,
// for the allocator of registers does not see that it reads AX.
func prefetchForWrite(c *build.Context, disp int) {
	for _, b := range []byte{0x0f, 0x0d, 0x48, byte(disp)} {
		c.Instruction(&ir.Instruction{Opcode: "BYTE", Operands: []operand.Op{operand.U8(b)}})
	}
}

// prefetchAdded asks for what a tile will add to its sums, where there is any.
func prefetchAdded(c *build.Context, s isa, rows int) {
	p, step := load(c, "other"), load(c, "otherStride")
	c.TESTQ(p, p)
	c.JZ(operand.LabelRef("noother"))
	for row := range rows {
		for line := 0; line < 2*s.bytes(); line += cacheLine {
			c.PREFETCHT0(at(p, line))
		}
		if row < rows-1 {
			c.ADDQ(step, p)
		}
	}
	c.Label("noother")
}
