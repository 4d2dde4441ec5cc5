package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// dotTiles emits the products of 4 or 1 rows of a matrix with 1 to maxVectors
// vectors.
func dotTiles(c *build.Context, s isa) {
	maxVectors := 2
	if s.regs == 32 {
		maxVectors = 6
	}
	for _, rows := range []int{1, 4} {
		for vectors := 1; vectors <= maxVectors; vectors++ {
			dotTile(c, s, rows, vectors)
		}
	}
}

func dotTile(c *build.Context, s isa, rows, vectors int) {
	begin(c, fmt.Sprintf("dot%dx%d%s", rows, vectors, s.name), "dst, w, x *float32, n, wStride, xStride int")
	acc := func(row, v int) reg.VecPhysical { return s.vec(v*rows + row) }
	weight := func(row int) reg.VecPhysical { return s.vec(rows*vectors + row) }
	input := func(v int) reg.VecPhysical { return s.vec(rows*vectors + rows + v%2) }

	for row := range rows {
		for v := range vectors {
			s.zero(c, acc(row, v))
		}
	}
	n := load(c, "n")
	w := newStrided(c, rows, load(c, "wStride"))
	w.start(c, load(c, "w"))
	x := newStrided(c, vectors, load(c, "xStride"))
	x.start(c, load(c, "x"))
	loop(c, "loop", n, func() {
		for row := range rows {
			c.VMOVUPS(w.row(row), weight(row))
		}
		for v := range vectors {
			c.VMOVUPS(x.row(v), input(v))
			for row := range rows {
				c.VFMADD231PS(weight(row), input(v), acc(row, v))
			}
		}
		w.advance(c, s.bytes())
		x.advance(c, s.bytes())
	})
	dst := load(c, "dst")
	for v := range vectors {
		for row := range rows {
			s.horizontalSum(c, v*rows+row, rows*vectors)
			c.VMOVSS(xmm[v*rows+row], at(dst, 4*(v*rows+row)))
		}
	}
	end(c)
}

// horizontalSum adds up the lanes of vector register r into its lane 0, using
// register t.
func (s isa) horizontalSum(c *build.Context, r, t int) {
	if s.width == 16 {
		c.VEXTRACTF64X4(operand.U8(1), zmm[r], ymm[t])
		c.VADDPS(ymm[t], ymm[r], ymm[r])
		c.VEXTRACTF32X4(operand.U8(1), ymm[r], xmm[t])
	} else {
		c.VEXTRACTF128(operand.U8(1), ymm[r], xmm[t])
	}
	c.VADDPS(xmm[t], xmm[r], xmm[r])
	for _, swap := range []uint64{0x4e, 0xb1} { // halves, then neighbours
		c.VPERMILPS(operand.U8(swap), xmm[r], xmm[t])
		c.VADDPS(xmm[t], xmm[r], xmm[r])
	}
}
