package main

import "fmt"

func neonWinograd(n *neon) {
	neonWinogradInput(n)
	neonWinogradOutput(n)
	neonCombine(n, 6)
}

// neonWinogradInput is winogradInput for NEON: the tile is in V0 to V15, and
// combined in one direction in V16 to V31.
func neonWinogradInput(n *neon) {
	// combine writes 2-0, 2+1, 2-1 and 3-1 of registers that are step apart.
	combine := func(from, to, step int) {
		n.sub(from+2*step, from, to)
		n.add(from+2*step, from+step, to+step)
		n.sub(from+2*step, from+step, to+2*step)
		n.sub(from+3*step, from+step, to+3*step)
	}
	n.text("winogradInputNEON", 64)
	n.params(0, "dst", "src", "dstStride", "dstTile", "rowStride", "columnStride", "channels", "tiles")
	n.loop("tile", 7, func() {
		n.op("MOVD R1, R8")
		n.op("MOVD R0, R9")
		n.op("MOVD R6, R10")
		n.loop("channel", 10, func() {
			n.op("MOVD R8, R11")
			for y := range 4 {
				n.op("MOVD R11, R12")
				for x := range 4 {
					n.op("VLD1 (R12), [V%d.S4]", 4*y+x)
					n.op("ADD R5, R12, R12")
				}
				n.op("ADD R4, R11, R11")
			}
			for x := range 4 {
				combine(x, 16+x, 4)
			}
			for y := range 4 {
				combine(16+4*y, 4*y, 1)
			}
			n.op("MOVD R9, R12")
			for i := range 16 {
				n.op("VST1 [V%d.S4], (R12)", i)
				n.op("ADD R2, R12, R12")
			}
			n.op("ADD $16, R8, R8")
			n.op("ADD $16, R9, R9")
		})
		n.op("ADD R5<<1, R1, R1")
		n.op("ADD R3, R0, R0")
	})
	n.op("RET")
}

// neonWinogradOutput is winogradOutput for NEON: the products are in V0 to V15,
// combined along rows in V16 to V23, and the results in V24 to V27.
func neonWinogradOutput(n *neon) {
	// combine writes 0+1+2 and 1-2+3 of registers that are step apart.
	combine := func(from, step, to, toStep int) {
		n.add(from+step, from, to)
		n.add(to, from+2*step, to)
		n.sub(from+step, from+2*step, to+toStep)
		n.add(to+toStep, from+3*step, to+toStep)
	}
	n.text("winogradOutputNEON", 80)
	n.params(0, "dst", "src", "bias", "srcStride", "srcTile", "rowStride", "columnStride", "channels", "tiles", "relu")
	n.zero(28)
	n.loop("tile", 8, func() {
		n.op("MOVD R1, R10")
		n.op("MOVD R0, R11")
		n.op("MOVD R2, R15")
		n.op("MOVD R7, R12")
		n.loop("channel", 12, func() {
			n.op("MOVD R10, R13")
			for i := range 16 {
				n.op("VLD1 (R13), [V%d.S4]", i)
				n.op("ADD R3, R13, R13")
			}
			for y := range 4 {
				combine(4*y, 1, 16+2*y, 1)
			}
			for x := range 2 {
				combine(16+x, 2, 24+x, 2)
			}
			n.op("VLD1.P 16(R15), [V0.S4]")
			for i := range 4 {
				n.add(24+i, 0, 24+i)
			}
			n.op("CBZ R9, store")
			for i := range 4 {
				n.rectify(24+i, 28, 29)
			}
			n.label("store")
			n.op("ADD R5, R11, R13")
			for y, to := range []string{"R11", "R13"} {
				n.op("ADD R6, %s, R14", to)
				n.op("VST1 [V%d.S4], (%s)", 24+2*y, to)
				n.op("VST1 [V%d.S4], (R14)", 25+2*y)
			}
			n.op("ADD $16, R10, R10")
			n.op("ADD $16, R11, R11")
		})
		n.op("ADD R6<<1, R0, R0")
		n.op("ADD R4, R1, R1")
	})
	n.op("RET")
}

func neonCombine(n *neon, inputs int) {
	n.text(fmt.Sprintf("combine%dNEON", inputs), 56)
	n.params(0, "dst", "src", "matrix", "rows", "dstStride", "srcStride", "channels")
	n.loop("channel", 6, func() {
		n.op("MOVD R1, R7")
		for i := range inputs {
			n.op("VLD1 (R7), [V%d.S4]", i)
			n.op("ADD R5, R7, R7")
		}
		n.op("MOVD R0, R8")
		n.op("MOVD R2, R9")
		n.op("MOVD R3, R10")
		n.loop("row", 10, func() {
			n.zero(16)
			for i := range inputs {
				n.op("VLD1R.P 4(R9), [V%d.S4]", 8+i)
				n.fma(8+i, i, 16)
			}
			n.op("VST1 [V16.S4], (R8)")
			n.op("ADD R4, R8, R8")
		})
		n.op("ADD $16, R0, R0")
		n.op("ADD $16, R1, R1")
	})
	n.op("RET")
}
