package main

import "fmt"

// neonDotTiles emits the products of 4 or 1 rows of a matrix with 1 to 4
// vectors.
func neonDotTiles(n *neon) {
	for _, rows := range []int{1, 4} {
		for vectors := 1; vectors <= 4; vectors++ {
			neonDotTile(n, rows, vectors)
		}
	}
}

func neonDotTile(n *neon, rows, vectors int) {
	const weights, input = 24, 28
	n.text(fmt.Sprintf("dot%dx%dNEON", rows, vectors), 48)
	for v := range rows * vectors {
		n.zero(v)
	}
	pointers := func(first, count int, name string, offset int, stride string, strideOffset int) {
		n.op("MOVD %s+%d(FP), R%d", name, offset, first)
		n.op("MOVD %s+%d(FP), R2", stride, strideOffset)
		for i := 1; i < count; i++ {
			n.op("ADD R2, R%d, R%d", first+i-1, first+i)
		}
	}
	pointers(4, rows, "w", 8, "wStride", 32)
	pointers(8, vectors, "x", 16, "xStride", 40)
	n.op("MOVD n+24(FP), R0")
	n.loop("loop", 0, func() {
		for row := range rows {
			n.op("VLD1.P 16(R%d), [V%d.S4]", 4+row, weights+row)
		}
		for v := range vectors {
			n.op("VLD1.P 16(R%d), [V%d.S4]", 8+v, input+v)
			for row := range rows {
				n.fma(weights+row, input+v, v*rows+row)
			}
		}
	})
	n.op("MOVD dst+0(FP), R0")
	for v := range rows * vectors {
		n.addPairs(v, v, v)
		n.addPairs(v, v, v)
		n.op("FMOVS F%d, %d(R0)", v, 4*v)
	}
	n.op("RET")
}
